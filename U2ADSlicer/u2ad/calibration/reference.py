"""Scores of lesion-free people, among which the score of a patient takes its place."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

ENOUGH = 20
"""Own scans from which a site's people stand alone: one of 20 is 5 %, the step that the threshold is chosen by."""


@dataclass(frozen=True)
class Reference:
    """Scores of lesion-free scans.

    Args:
        scores: one a scan, ascending: the highest score of the cord, whether or not it reaches the threshold.
        own: how many of them are a site's own scans; the others are simulated.

    Raises:
        ValueError: if there are no scores, they do not ascend, or one is no number or negative.
    """

    scores: tuple[float, ...]
    own: int = 0

    def __post_init__(self) -> None:
        fine = self.scores and all(math.isfinite(score) and score >= 0 for score in self.scores)
        if not fine or list(self.scores) != sorted(self.scores) or not 0 <= self.own <= len(self.scores):
            msg = f"expected ascending scores of at least 0, {self.own!r} of them own, got {len(self.scores)} scores"
            raise ValueError(msg)

    @property
    def scans(self) -> int:
        """How many scans it stands on."""
        return len(self.scores)

    def percentile(self, score: float) -> float:
        """Share of the scans below a score in percent; those with the same score count half."""
        below, upto = bisect_left(self.scores, score), bisect_right(self.scores, score)
        return 100 * (below + upto) / 2 / self.scans

    def extended(self, scores: Iterable[float]) -> Reference:
        """With a site's own lesion-free scans; these alone as soon as there are :data:`ENOUGH`."""
        own = tuple(sorted(scores))
        if not own:
            return self
        former = self.scores if len(own) < ENOUGH else ()
        return Reference(tuple(sorted((*former, *own))), len(own))


def described(scans: int, own: int) -> str:
    """The scans of a reference in words, such as "150 lesion-free scans (simulated)".

    Args:
        scans: how many.
        own: how many of them are a site's own.
    """
    if not own:
        return f"{scans} lesion-free scans (simulated)"
    whose = "of this site" if own == scans else f"{scans - own} simulated and {own} of this site"
    return f"{scans} lesion-free scans ({whose})"


def standing_of(percentile: float, scans: int, own: int) -> str:
    """A percentile in a sentence, no finer than so many scans can tell; arguments as in :func:`described`."""
    if percentile > 100 - 50 / scans:
        rank = "higher than each"
    elif percentile < 50 / scans:
        rank = "lower than each"
    else:
        rank = f"higher than {percentile:.0f} %"
    return f"The cord scores {rank} of {described(scans, own)}."
