"""The list that a reader sees: held findings as they are, and candidates as the maps show them at a threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from u2ad.findings.finding import Finding
from u2ad.review.case import Candidate, Case
from u2ad.review.changes import key_of, number_of
from u2ad.review.decision import UNJUDGED, Judgement, Origin
from u2ad.review.numbering import Numbering
from u2ad.review.state import Held, State
from u2ad.review.voxels import Voxels


@dataclass(frozen=True, eq=False)
class Listed:
    """One finding as a reader sees it.

    Args:
        key: ``finding-<number>``.
        number: stays the same as long as the review lasts; for good once the finding is held.
        voxels: what it consists of.
        figures: what is measured of it; label is its number.
        judgement: what the reader said of it.
        origin: who saw it first.
        edited: whether a reader has changed its voxels.
        held: whether it stays whatever the threshold does.
    """

    key: str
    number: int
    voxels: Voxels
    figures: Finding
    judgement: Judgement = UNJUDGED
    origin: Origin = Origin.MODEL
    edited: bool = False
    held: bool = False


class Listing:
    """Makes the list, and remembers what was measured and which numbers were given.

    Args:
        case: what the findings are derived from.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self._numbering = Numbering()
        self._measures: dict[Voxels, Finding] = {}

    @property
    def next_number(self) -> int:
        """A number above all that were given."""
        return self._numbering.next

    def reserve_number(self) -> int:
        """The next number, kept free for a finding that is being painted."""
        return self._numbering.reserve()

    def use(self, case: Case) -> None:
        """Go on with another case; numbers stay."""
        self.case = case
        self._measures.clear()

    def of(self, state: State, threshold: float) -> tuple[Listed, ...]:
        """Held findings and candidates, by falling score.

        A candidate whose most suspicious voxel lies in a held finding is that finding, and is not listed again; the
        others are listed without the voxels of held findings, if enough is left.
        """
        self._numbering.learn(state.known)
        held = [self._as_listed(finding) for finding in state.held.values()]
        listed = [*held, *self._candidates(held, threshold)]
        return tuple(sorted(listed, key=lambda finding: (-finding.figures.score, finding.number)))

    def _as_listed(self, held: Held) -> Listed:
        figures, number = self._figures(held), number_of(held.key)
        return Listed(held.key, number, held.voxels, figures, held.judgement, held.origin, held.edited, True)

    def _figures(self, held: Held) -> Finding:
        """Place and size by the anatomy as it is known now; brightness and doubt as they were when it was held."""
        now = self._measures.get(held.voxels)
        if now is None:
            now = self._measures[held.voxels] = self.case.measure(held.voxels)
        was = held.figures
        return replace(
            now,
            label=number_of(held.key),
            score=was.score,
            mean=was.mean,
            peak=was.peak,
            epistemic=was.epistemic,
            aleatoric=was.aleatoric,
            certainty=was.certainty,
            confidence=was.confidence,
        )

    def _candidates(self, held: Sequence[Listed], threshold: float) -> list[Listed]:
        taken = Voxels.none().union(*(finding.voxels for finding in held))
        left = [self._left_of(candidate, taken) for candidate in self.case.candidates(threshold)]
        candidates = [candidate for candidate in left if candidate is not None]
        numbers = self._numbering.number(candidates, [finding.number for finding in held])
        return [
            Listed(key_of(number), number, candidate.voxels, replace(candidate.figures, label=number))
            for number, candidate in zip(numbers, candidates, strict=True)
        ]

    def _left_of(self, candidate: Candidate, taken: Voxels) -> Candidate | None:
        """What a candidate is without the voxels of held findings; None where it is one of them, or too small."""
        if taken.holds(candidate.peak):
            return None
        voxels = candidate.voxels.without(taken)
        if voxels is candidate.voxels:
            return candidate
        if self.case.is_too_small(voxels):
            return None
        return replace(candidate, voxels=voxels, figures=self.case.measure(voxels))
