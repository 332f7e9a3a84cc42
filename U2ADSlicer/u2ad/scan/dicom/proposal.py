"""Which series of a folder suits the detection, and why: judged from the headers, by the checks of the scan itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from u2ad.errors import RefusedInputError
from u2ad.scan.checks.declared import check_modality, check_region, check_weighting
from u2ad.scan.checks.geometry import (
    check_direction,
    check_gaps,
    check_pixel_spacing,
    check_slice_spacing,
    check_slices,
)
from u2ad.scan.dicom.reasons import NO_REGION, doubts, in_short, of_kind, phrase, virtues
from u2ad.scan.dicom.series import Series, owners
from u2ad.scan.dicom.stacking import stack_of
from u2ad.scan.scan import Scan
from u2ad.scan.verdict import Verdict, worst

CHECKS = (
    check_modality,
    check_weighting,
    check_region,
    check_direction,
    check_slices,
    check_pixel_spacing,
    check_slice_spacing,
    check_gaps,
)
"""Those that need no voxels, the most telling first."""


@dataclass(frozen=True, eq=False)
class Proposal:
    """One series of a list with what speaks for it and against it.

    Args:
        number: its number in the list from 1, which stays the same however the list is ordered.
        series: the series.
        verdict: ok where it suits the detection, warn where with reservations, refuse where not.
        virtues: what it is, in a few words each; empty where it does not suit.
        faults: what speaks against it, in a few words each.
        owner: which patient and examination it is of, such as "patient 2"; empty where all of the list are of one.
    """

    number: int
    series: Series
    verdict: Verdict
    virtues: tuple[str, ...]
    faults: tuple[str, ...]
    owner: str = ""

    @property
    def reason(self) -> str:
        """All of it as one phrase, without a word of what somebody typed at the scanner."""
        but = ", but " if self.virtues and self.faults else ""
        return ", ".join(self.virtues) + but + ", ".join(self.faults)

    @property
    def line(self) -> str:
        """Number, series and reason."""
        owner = f"[{self.owner}] " if self.owner else ""
        return f"{self.number}  {owner}{self.series.line}: {self.reason}"


def proposals(series: Sequence[Series]) -> tuple[Proposal, ...]:
    """The series of a list, the most suitable first; among equals in the order of their numbers."""
    judged = (_judged(number, one) for number, one in enumerate(series, start=1))
    named = [replace(one, owner=owner) for one, owner in zip(judged, owners(series), strict=True)]
    return tuple(sorted(named, key=_rank))


def only_fit(series: Sequence[Series]) -> Proposal | None:
    """The one series that suits the detection; None where there are none or several, or images of two patients."""
    if len({one.first.origin.patient for one in series}) > 1:
        return None
    fit = [one for one in proposals(series) if one.verdict is Verdict.OK]
    return fit[0] if len(fit) == 1 else None


def _rank(one: Proposal) -> tuple[int, int, bool, int]:
    return list(Verdict).index(one.verdict), len(one.faults), NO_REGION in one.virtues, one.number


def _judged(number: int, series: Series) -> Proposal:
    kind = series.first.kind
    if kind.verdict is Verdict.REFUSE:
        return Proposal(number, series, Verdict.REFUSE, (), (of_kind(kind, len(series.images)),))
    try:
        scan = _without_voxels(series)
    except RefusedInputError as refusal:
        return Proposal(number, series, Verdict.REFUSE, (), (phrase(refusal.problem),))
    checks = [*(check(scan) for check in CHECKS), *scan.remarks, *doubts(kind, scan.facts)]
    verdict = worst(checks)
    faults = [in_short(check, scan) for check in checks if check.verdict is verdict is not Verdict.OK]
    return Proposal(number, series, verdict, () if verdict is Verdict.REFUSE else virtues(scan), tuple(faults))


def _without_voxels(series: Series) -> Scan:
    """The scan as far as headers tell, its voxels all one zero that takes no memory."""
    stack = stack_of(series)
    return Scan(np.broadcast_to(np.int16(0), stack.grid.shape), stack.grid, stack.facts, stack.remarks)
