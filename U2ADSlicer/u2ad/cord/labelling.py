"""Vertebral levels found in the scan: every disc at its likeliest place, in the order and at the spacing of a spine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from u2ad.cord.centreline import Centreline
from u2ad.cord.disc_chain import Mark, likeliest_chain
from u2ad.cord.disc_evidence import NAMED, disc_evidence
from u2ad.cord.levels import Landmark, Levels, LevelSource, along_cord
from u2ad.cord.spine_strip import SpineStrip, spine_strip
from u2ad.scan import Check, Scan, Verdict

CERTAIN = 0.9
"""Probability that the names are right below which none is given: shifted by one level is the worst outcome."""

FEWEST = 3
"""Discs that must be seen for names without a mark."""


def find_levels(scan: Scan, line: Centreline, marked: Mapping[str, Sequence[float]] | None = None) -> Levels:
    """Name the levels along a cord.

    A network says where each disc may lie in a strip of spine beside the cord; of all chains of discs in their order
    and at the distances of PAM50, scaled to the person, the likeliest is taken. So levels are monotone and contiguous,
    or unknown.

    Args:
        scan: the scan.
        line: the cord's centreline.
        marked: RAS in mm of places that a person has named, such as {"C2/C3": (r, a, s)}. One is enough to repair all
            names. Two or more leave nothing to be found: see :meth:`Levels.from_points`.

    Returns:
        Levels with their source and a check; unknown where the names are not certain and nothing is marked.

    Raises:
        RefusedInputError: if a marked level cannot be one of this cord.
        U2ADError: if the weights are missing or damaged.
    """
    if marked and len(marked) > 1:
        return Levels.from_points(marked, line)
    strip = spine_strip(scan, line)
    marks = [Mark(name, float(along_cord(line, [ras])[0]) - strip.first) for name, ras in (marked or {}).items()]
    chain = likeliest_chain(disc_evidence(strip), marks)
    if marks:
        return _levels(chain.rows, _within(chain.rows, strip), strip.first).told_by(LevelSource.REPAIRED)
    seen = _within(chain.rows, strip) & _shown(chain.rows, strip)
    if seen.sum() < FEWEST or chain.certainty < CERTAIN:
        return Levels.unknown().told_by(LevelSource.UNKNOWN, NOT_CERTAIN)
    return _levels(chain.rows, seen, strip.first).told_by(LevelSource.AUTOMATIC, FOUND)


NOT_CERTAIN = Check(
    "levels",
    Verdict.WARN,
    "The vertebrae could not be told with certainty, so no levels are named.",
    "Mark one place that you know, best the disc C2/C3: all others follow.",
)
FOUND = Check("levels", Verdict.OK, "The vertebral levels were named automatically.")


def _levels(rows: np.ndarray, kept: np.ndarray, first: float) -> Levels:
    """Levels from discs in rows of the strip."""
    return Levels.from_landmarks(
        [Landmark(name, float(row) + first) for name, row, one in zip(NAMED, rows, kept, strict=True) if one]
    )


def _within(rows: np.ndarray, strip: SpineStrip) -> np.ndarray:
    return (rows >= 0) & (rows < len(strip.signal))


def _shown(rows: np.ndarray, strip: SpineStrip) -> np.ndarray:
    """Whether the scan shows the vertebral column beside each row."""
    return strip.column_known[np.clip(rows.round().astype(int), 0, len(strip.signal) - 1)]
