"""What an adaptation will take, measured on this computer before it starts."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from u2ad.adaptation import figures
from u2ad.adaptation.case import AdaptationCase
from u2ad.adaptation.cohort import parts_of
from u2ad.adaptation.settings import AdaptationSettings
from u2ad.adaptation.training import EVALUATE, REFRESH, train
from u2ad.adaptation.uncertainty import DRAWS, rebuild
from u2ad.adaptation.within import Within
from u2ad.models.masked_autoencoder import MaskedAutoencoder
from u2ad.progress import Progress

ESTIMATE = "Estimate time and memory"

FIGURES = 2 * figures.DRAWS / DRAWS
"""What it takes to measure a network on a cord, as it is and with painted lesions, in units of a look at it."""


@dataclass(frozen=True)
class Cost:
    """What a run takes.

    Args:
        seconds: from now to its end.
        megabytes: of memory at most; None where the system does not tell.
    """

    seconds: float
    megabytes: float | None


@dataclass(frozen=True)
class Around:
    """What an adaptation does beside its training.

    Args:
        scans: in which it detects once more, normal ones among them.
        detection: seconds that a detection in one scan takes.
        folds: parts of the cross-fitting, which trains once for each and detects in its scans; 0 for none.
    """

    scans: int
    detection: float
    folds: int = 0


def estimate(
    network: MaskedAutoencoder,
    cases: Sequence[AdaptationCase],
    settings: AdaptationSettings,
    around: Around,
    progress: Progress,
    clock: Callable[[], float] = time.monotonic,
) -> Cost:
    """Time two steps and one look at every cord, and draw the line on: figures, training, detection, cross-fitting.

    What the stopping rule saves is not known beforehand: the estimate is for all steps, within the time allowed.

    Raises:
        ValueError: if the cases hold no cord that may be learned.
        RefusedInputError: if they are fewer than parts of the cross-fitting.
    """
    progress.step(ESTIMATE, 2)
    looks = _seconds(
        lambda: [rebuild(network, case.learned, DRAWS, settings.seed, case.excluded) for case in cases], clock
    )
    progress.advance()
    two = replace(settings, steps=2)
    step = max(_seconds(lambda: train(network, cases, two, Within(progress)), clock) - 5 * looks, 0.0) / 2
    progress.advance()
    look, detection = looks / len(cases), around.detection

    def adaptation(learned: int, measured: int, detected: int) -> float:
        """Training on so many scans, and what is looked at before and after it."""
        return _training(learned * look, step, settings) + measured * 2 * FIGURES * look + detected * detection

    seconds = adaptation(len(cases), len(cases), around.scans)
    for part in parts_of(len(cases), around.folds, settings.seed) if around.folds else ():
        seconds += adaptation(len(cases) - len(part), len(part), len(part))
    return Cost(round(seconds, 1), peak_megabytes())


def _training(looks: float, step: float, settings: AdaptationSettings) -> float:
    """Seconds of a training, where a look at all its cords takes ``looks``; the last may begin when the time is up."""
    guides, residuals = (math.ceil(settings.steps / every) + 1 for every in (REFRESH, EVALUATE))  # of two stages
    return min(settings.steps * step + (guides + residuals) * looks, settings.seconds) + looks


def peak_megabytes() -> float | None:
    """The most memory that this process has held so far; None where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, 0)


def _seconds(work: Callable[[], object], clock: Callable[[], float]) -> float:
    start = clock()
    work()
    return clock() - start
