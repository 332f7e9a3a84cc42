"""From a result folder and the journal of its review to the one value that every format is written from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from u2ad.cord import Centreline, Cord, MaskSource
from u2ad.cord.centreline import centreline_of
from u2ad.cord.levels import Levels
from u2ad.errors import U2ADError
from u2ad.export.detected import Detected, read_detected
from u2ad.export.reviewed import Reviewed
from u2ad.findings.finding import MM_DIGITS, SCORE_DIGITS, Finding
from u2ad.result.document import Document
from u2ad.review.case import Case
from u2ad.review.changes import Place
from u2ad.review.listing import Listed
from u2ad.review.reading import expect_inside, read_decisions
from u2ad.review.review import Review
from u2ad.review.state import State, fold
from u2ad.scan import Grid, Scan


def read_reviewed(
    result: Path,
    source: Path | None = None,
    reviews: Path | None = None,
    *,
    series: str | None = None,
    reader: str = "",
) -> Reviewed:
    """Read a result with all that its reader has said of it.

    The reader's corrections win: the cord as drawn, the levels as marked, the threshold as set, findings as edited,
    added, merged or split. Without a journal the findings are those of the detection, all undecided.

    Args:
        result: folder of ``u2ad detect``.
        source: the scan, a file or a DICOM folder; None where it is not at hand.
        reviews: data folder with the journals, or the journal itself; this user's own data folder where None.
        series: which DICOM series, where the folder has several.
        reader: name of the reader; the one who decided last where empty.

    Raises:
        UnreadableInputError: if one of them cannot be read, or they do not belong together.
        RefusedInputError: if the corrected cord has no usable length.
    """
    scan = _scan(source, series)
    detected = read_detected(result, scan)
    kept = read_decisions(scan, detected.cord.grid, reviews)
    state = fold(kept.actions)
    expect_inside(state, detected.cord.grid)
    case = _case(detected, state, scan)
    review = Review(case, reader=reader, actions=kept.actions)
    return Reviewed(
        case,
        _as_told(review.findings, detected, case),
        _document(detected, review),
        scan,
        reader or _last_reader(review),
        review.impression,
        review.assessment,
        kept.text,
    )


def _scan(source: Path | None, series: str | None) -> Scan | None:
    if source is None:
        return None
    from u2ad.scan.reading import read_proposed

    return read_proposed(source, series)


def _case(detected: Detected, state: State, scan: Scan | None) -> Case:
    cord = _cord(detected.cord, state)
    line = centreline_of(detected.cord)  # figures, levels and curve are told along it until the next detection
    levels = _levels(detected.levels, state.marks, line, detected.cord.grid, scan)
    return Case(cord.grid, detected.maps, cord, line, levels, detected.settings, detected.yardstick)


def _cord(cord: Cord, state: State) -> Cord:
    """The cord as the reader has drawn it, where that is another than the detection's."""
    drawn = state.cord
    if drawn is None or not len(drawn):
        return cord
    fraction = np.zeros(cord.grid.shape, np.float32)
    fraction[tuple(drawn.kji.T)] = 1
    if np.array_equal(fraction >= 0.5, cord.mask):
        return cord
    return replace(cord, fraction=fraction, source=MaskSource.READER, seen_by_person=not state.taken)


def _levels(
    found: Levels, marks: Mapping[str, Place] | None, line: Centreline, grid: Grid, scan: Scan | None
) -> Levels:
    """The levels that marked places imply; those of the detection where nothing is marked or it cannot be right."""
    if not marks:
        return found
    points = {name: grid.to_ras(np.array(place)).tolist() for name, place in marks.items()}
    try:
        return _levels_from(points, line, scan)
    except U2ADError:
        return found


def _levels_from(points: Mapping[str, Sequence[float]], line: Centreline, scan: Scan | None) -> Levels:
    if scan is None:
        return Levels.from_points(points, line)
    from u2ad.cord.labelling import find_levels

    return find_levels(scan, line, points)


def _as_told(listed: Sequence[Listed], detected: Detected, case: Case) -> tuple[Listed, ...]:
    """Candidates that the detection has told of keep its very figures, unless the anatomy was corrected since.

    A result keeps the cord's mask, not its fraction, so that places measured anew would differ by some tenths of a mm.
    """
    if case.cord is not detected.cord or case.levels is not detected.levels:
        return tuple(listed)
    told = {(one["score"], one["volume_mm3"]): one for one in detected.document["findings"]}
    return tuple(
        finding if finding.held else replace(finding, figures=_figures(finding.figures, told)) for finding in listed
    )


def _figures(figures: Finding, told: Mapping[tuple[float, float], Document]) -> Finding:
    known = told.get((round(figures.score, SCORE_DIGITS), round(figures.volume, MM_DIGITS)))
    if known is None:
        return figures
    length, depth, width = (known["extent_mm"][side] for side in ("along_cord", "antero_posterior", "right_left"))
    right, front, up = known["centre_ras_mm"]
    return replace(
        figures,
        centre=(right, front, up),
        along=known["along_mm"],
        extent=(length, depth, width),
        level=known["level"],
        confidence=known["confidence"],
    )


def _document(detected: Detected, review: Review) -> Document:
    """What the detection says, with the threshold as set, and whether a person has looked at its cord since."""
    cord = detected.document["cord"]
    seen = cord["seen_by_person"] or detected.run in review.state.seen
    return {**detected.document, "threshold": review.threshold, "cord": {**cord, "seen_by_person": seen}}


def _last_reader(review: Review) -> str:
    """Who decided last, of those who have typed a name."""
    return next((action.reader for action in reversed(review.actions) if action.reader), "")
