"""What an adaptation will take, measured on this computer before it starts."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from u2ad.adaptation.case import AdaptationCase
from u2ad.adaptation.settings import AdaptationSettings
from u2ad.adaptation.training import EVALUATE, REFRESH, train
from u2ad.adaptation.uncertainty import DRAWS, rebuild
from u2ad.adaptation.within import Within
from u2ad.models.masked_autoencoder import MaskedAutoencoder
from u2ad.progress import Progress

ESTIMATE = "Estimate time and memory"

LOOKS_AROUND = 8
"""Times that a cord is rebuilt before and after the steps, in units of the looks during them."""


@dataclass(frozen=True)
class Cost:
    """What a run takes.

    Args:
        seconds: from now to its end.
        megabytes: of memory at most; None where the system does not tell.
    """

    seconds: float
    megabytes: float | None


def estimate(
    network: MaskedAutoencoder, cases: Sequence[AdaptationCase], settings: AdaptationSettings, progress: Progress
) -> Cost:
    """Time two steps and one look at every cord, and draw the line on.

    What the stopping rule saves is not known beforehand: the estimate is for all steps, within the time allowed.
    """
    progress.step(ESTIMATE, 2)
    look = _seconds(lambda: [rebuild(network, case.learned, DRAWS, settings.seed, case.excluded) for case in cases])
    progress.advance()
    two = replace(settings, steps=2)
    step = max(_seconds(lambda: train(network, cases, two, Within(progress))) - 5 * look, 0.0) / 2
    progress.advance()
    looks = settings.steps / EVALUATE + settings.steps / REFRESH
    steps = min(settings.steps * step + looks * look, settings.seconds)
    return Cost(round(steps + LOOKS_AROUND * look, 1), peak_megabytes())


def peak_megabytes() -> float | None:
    """The most memory that this process has held so far; None where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, 0)


def _seconds(work: Callable[[], object]) -> float:
    start = time.monotonic()
    work()
    return time.monotonic() - start
