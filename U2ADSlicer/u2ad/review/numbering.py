"""Numbers that a reader can rely on: a candidate keeps its own when the threshold moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from u2ad.review.case import Candidate
from u2ad.review.changes import number_of
from u2ad.review.voxels import Voxels

Place = tuple[int, int, int]


class Numbering:
    """Remembers the number of every candidate that was ever listed.

    A candidate is known again by its most suspicious voxel: exactly, or because that voxel lies in what had the number
    before, as after a new detection. A number that was given to one finding is never given to another. New candidates
    fill the gaps in the order of their rank, so that they get the same numbers another day.
    """

    def __init__(self) -> None:
        self._by_peak: dict[Place, list[int]] = {}
        self._voxels: dict[int, Voxels] = {}

    @property
    def next(self) -> int:
        """A number above all that were given."""
        return 1 + max(self._voxels, default=0)

    def reserve(self) -> int:
        """The next number, which no candidate will be given from now on."""
        number = self.next
        self._voxels[number] = Voxels.none()
        return number

    def learn(self, known: Mapping[str, Voxels]) -> None:
        """Take in the findings of the log, undone ones included."""
        self._voxels.update((number_of(key), voxels) for key, voxels in known.items())

    def number(self, candidates: Sequence[Candidate], held: Iterable[int]) -> list[int]:
        """Numbers of candidates, in their order.

        Args:
            candidates: what is listed.
            held: numbers of held findings.
        """
        used = set(held)
        numbers = [self._by_same_peak(candidate, used) for candidate in candidates]
        return [
            self._by_other_means(candidate, used) if number is None else number
            for candidate, number in zip(candidates, numbers, strict=True)
        ]

    def _by_same_peak(self, candidate: Candidate, used: set[int]) -> int | None:
        """The first number that it has had and that is free; a second one it has while the first is a held finding."""
        number = next((number for number in self._by_peak.get(candidate.peak, ()) if number not in used), None)
        if number is not None:
            used.add(number)
            self._voxels[number] = candidate.voxels
        return number

    def _by_other_means(self, candidate: Candidate, used: set[int]) -> int:
        around = (n for n, voxels in self._voxels.items() if n not in used and voxels.holds(candidate.peak))
        number = next(around, None) or next(n for n in count(1) if n not in self._voxels)
        used.add(number)
        self._by_peak.setdefault(candidate.peak, []).append(number)
        self._voxels[number] = candidate.voxels
        return number
