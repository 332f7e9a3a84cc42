"""Asking which series of a folder is meant, with the most suitable one named first."""

from __future__ import annotations

from collections.abc import Sequence

from u2ad.errors import UnreadableInputError
from u2ad.scan.dicom.proposal import Proposal, proposals
from u2ad.scan.dicom.series import Series
from u2ad.scan.verdict import Verdict

MOST_UNFIT = 12
"""So many series that do not suit are named in a question; the command ``u2ad series`` lists all."""


BY_NUMBER = "Choose one by its number with --series N."
BY_IMAGE = "Name one image of the series that you mean, instead of the folder."


class SeveralSeriesError(UnreadableInputError):
    """A folder holds several series and none was chosen.

    Args:
        series: in the order of the numbers that choose them, which start at 1.
        remedy: how one is chosen.
    """

    def __init__(self, series: tuple[Series, ...], remedy: str = BY_NUMBER) -> None:
        self.series = series
        self.proposals = proposals(series)
        super().__init__(f"The folder holds {len(series)} series{_people(series)}:\n{listed(self.proposals)}\n", remedy)


def choose(series: tuple[Series, ...], wanted: str | None) -> Series:
    """The series that ``wanted`` means: a number in the list from 1, or a SeriesInstanceUID.

    Raises:
        SeveralSeriesError: if none is wanted, or the UID is that of several stacks.
        UnreadableInputError: if there is no such series.
    """
    if wanted is None:
        matching = series
    elif wanted.isdecimal():
        matching = series[int(wanted) - 1 : int(wanted)] if int(wanted) else ()
    else:
        matching = tuple(one for one in series if one.uid == wanted)
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise SeveralSeriesError(series)
    raise UnreadableInputError(f"There is no series {wanted} among these:\n{listed(proposals(series))}\n", BY_NUMBER)


def listed(ranked: Sequence[Proposal]) -> str:
    """One line a series, the most suitable first; of many that do not suit only the first."""
    fit = [one for one in ranked if one.verdict is not Verdict.REFUSE]
    unfit = [one for one in ranked if one.verdict is Verdict.REFUSE]
    lines = [f"  {one.line}" for one in [*fit, *unfit[:MOST_UNFIT]]]
    left = len(unfit) - MOST_UNFIT
    return "\n".join(lines + ([f"  and {left} more that do not suit (u2ad series lists them)"] if left > 0 else []))


def _people(series: Sequence[Series]) -> str:
    patients = len({one.first.origin.patient for one in series})
    return f" of {patients} patients" if patients > 1 else ""
