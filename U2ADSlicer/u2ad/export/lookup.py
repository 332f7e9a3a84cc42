"""The look-up table of a label map: a tab-separated file that BIDS puts beside each discrete segmentation."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import numpy as np

from u2ad.export.segments import name_of
from u2ad.review.listing import Listed
from u2ad.review.table import harmless

COLUMNS = (
    "index",
    "name",
    "level",
    "decision",
    "reason",
    "comment",
    "reader",
    "decided_utc",
    "origin",
    "edited",
    "voxels",
    "voxels_in_map",
    "volume_mm3",
    "score",
    "confidence",
)
"""Index and name are BIDS's; ``voxels_in_map`` is smaller where a finding of a higher score covers this one."""
MISSING = "n/a"


def lookup_table(findings: Sequence[Listed], labels: np.ndarray) -> str:
    """The table of findings.

    Args:
        findings: those of the map.
        labels: the map, whose values are the findings' numbers.
    """
    numbers, counts = np.unique(labels, return_counts=True)
    shown = dict(zip(numbers.tolist(), counts.tolist(), strict=True))
    text = io.StringIO()
    table = csv.writer(text, delimiter="\t", lineterminator="\n")
    table.writerow(COLUMNS)
    for finding in findings:
        table.writerow(_row(finding, shown.get(finding.number, 0)))
    return text.getvalue()


def _row(finding: Listed, shown: int) -> list[str | float]:
    figures, said = finding.figures.rounded(), finding.judgement
    words = (said.reason, said.comment, said.reader, said.at)
    return [
        finding.number,
        name_of(finding),
        figures.level,
        said.decision.value,
        *(_one_line(text) for text in words),
        finding.origin.value,
        "yes" if finding.edited else "no",
        len(finding.voxels),
        shown,
        figures.volume,
        figures.score,
        MISSING if figures.confidence is None else figures.confidence,
    ]


def _one_line(text: str) -> str:
    return harmless(" ".join(text.split())) or MISSING
