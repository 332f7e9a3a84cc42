"""Cross-fitting: each part of a cohort is judged by a network that was adapted to the others only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from u2ad.adaptation.case import AdaptationCase
from u2ad.adaptation.changes import Changes
from u2ad.adaptation.figures import Figures, figures_in, mean_of
from u2ad.adaptation.settings import AdaptationSettings
from u2ad.adaptation.training import train
from u2ad.adaptation.within import Within
from u2ad.errors import RefusedInputError
from u2ad.models.autoencoder import Autoencoder
from u2ad.models.masked_autoencoder import MaskedAutoencoder
from u2ad.progress import Progress

CROSS_FIT = "Adapt without each part"


@dataclass(frozen=True)
class CrossFitted:
    """Figures of scans by networks that have not seen them, the mean over all scans.

    Args:
        folds: how many parts.
        before: of the present model.
        after: of the models adapted to the other parts.
        changes: of the findings of each scan, by the model that has not seen it.
    """

    folds: int
    before: Figures
    after: Figures
    changes: tuple[Changes, ...]


def parts_of(count: int, folds: int, seed: int) -> tuple[tuple[int, ...], ...]:
    """Cut ``count`` scans into ``folds`` parts of equal size (within one), each scan in one of them.

    Raises:
        RefusedInputError: if there are fewer scans than parts, or fewer than two parts.
    """
    if not 2 <= folds <= count:
        raise RefusedInputError(
            f"{count} scan{'' if count == 1 else 's'} to learn from cannot be cut into {folds} parts.",
            "Ask for two parts at least and no more than such scans, or leave cross-fitting out.",
        )
    order = np.random.default_rng((seed, 13)).permutation(count)
    return tuple(tuple(sorted(order[start::folds].tolist())) for start in range(folds))


def cross_fit(
    parent: Autoencoder,
    cases: Sequence[AdaptationCase],
    settings: AdaptationSettings,
    folds: int,
    compare: Callable[[MaskedAutoencoder, int], Changes],
    progress: Progress,
) -> CrossFitted:
    """Adapt to all parts but one, and measure that one; each in turn.

    Args:
        parent: what is adapted.
        cases: the cohort; each may be learned. One without room for a painted lesion is measured by the rest.
        settings: of each adaptation.
        folds: how many parts.
        compare: detects with a network in the scan of a case, and says what has changed.
        progress: told of every part.

    Raises:
        RefusedInputError: if there are fewer scans than parts.
        Cancelled: if the progress says so.
    """
    progress.step(CROSS_FIT, folds)
    before, after, changes = [], [], {}
    for part in parts_of(len(cases), folds, settings.seed):
        others = [case for number, case in enumerate(cases) if number not in part]
        network = train(parent.network, others, settings, Within(progress)).network
        for number in part:
            progress.advance(0)
            before.append(figures_in(parent.network, cases[number], settings.seed))
            after.append(figures_in(network, cases[number], settings.seed))
            changes[number] = compare(network, number)
        progress.advance()
    return CrossFitted(folds, mean_of(before), mean_of(after), tuple(changes[number] for number in sorted(changes)))
