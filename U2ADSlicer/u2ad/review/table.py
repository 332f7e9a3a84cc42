"""The findings and what was decided, as a table for spreadsheets and statistics."""

from __future__ import annotations

import csv
import os
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from u2ad.review.listing import Listed
from u2ad.scan.output import in_words

COLUMNS: tuple[str, ...] = (
    "number",
    "level",
    "origin",
    "decision",
    "reason",
    "comment",
    "reader",
    "time_utc",
    "volume_mm3",
    "length_mm",
    "depth_mm",
    "width_mm",
    "centre_right_mm",
    "centre_anterior_mm",
    "centre_superior_mm",
    "peak",
    "mean",
    "score",
    "epistemic",
    "aleatoric",
    "confidence",
    "edited",
)
"""Length is along the cord, depth antero-posterior, width right-left; the centre is in RAS. Confidence is the share of
such candidates that were real in scans with known truth."""

FORMULA = ("=", "+", "-", "@")
"""A cell that begins like this is run by spreadsheets; source: OWASP, "CSV Injection"."""


def rows(listed: Iterable[Listed]) -> list[dict[str, Any]]:
    """One row a finding, in the given order; the keys are :data:`COLUMNS`, None is an empty cell."""
    return [dict(zip(COLUMNS, _cells(finding), strict=True)) for finding in listed]


def write_csv(path: Path, listed: Sequence[Listed]) -> None:
    """Write the table as CSV in UTF-8, whole or not at all; a file of that name is replaced.

    Raises:
        OutputError: if it cannot be written.
    """
    path = Path(path)
    part = path.with_name(f".{path.name}.part-{secrets.token_hex(4)}")
    try:
        with in_words():
            with part.open("w", encoding="utf-8", newline="") as file:
                table = csv.DictWriter(file, COLUMNS)
                table.writeheader()
                table.writerows(rows(listed))
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _cells(finding: Listed) -> tuple[Any, ...]:
    figures, judgement = finding.figures.rounded(), finding.judgement
    return (
        finding.number,
        figures.level,
        finding.origin.value,
        judgement.decision.value,
        *(harmless(text) for text in (judgement.reason, judgement.comment, judgement.reader)),
        judgement.at,
        figures.volume,
        *figures.extent,
        *figures.centre,
        figures.peak,
        figures.mean,
        figures.score,
        figures.epistemic,
        figures.aleatoric,
        figures.confidence,
        "yes" if finding.edited else "no",
    )


def harmless(text: str) -> str:
    """Free text that no spreadsheet takes for a formula, not even behind blanks, tabs and line ends."""
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text
