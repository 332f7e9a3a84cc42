"""What ``u2ad benchmark detectors`` prints: the figures that decide, one table a section."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from u2ad.benchmark.table import Section

SHOWN = (
    "voxel AP",
    "found at 1 FA/scan",
    "found at 2 FA/scan",
    "faint, at 1",
    "AUC, 4 lesions",
    "AUC, 1 lesion",
    "candidates, lesion-free",
)
"""Measures of the terminal's tables; the files have them all."""

WIDTH = 190
BEHIND = "found at 1 FA/scan"


def show(sections: Sequence[Section], folder: Path) -> None:
    """Print the sections, and where the rest is."""
    console = Console(highlight=False, width=WIDTH)
    for section in sections:
        console.print(_table(section))
        for measure, (control, figure) in section.best.items():
            console.print(f"  {measure}: u2ad minus {control}, the best control there: {figure.text}")
    console.print("FA: false alarms. Intervals: 95 % bootstrap over scans, over people where there are several.")
    console.print(Text(f"All figures, curves and pictures: {folder}"), soft_wrap=True)


def _table(section: Section) -> Table:
    table = Table(title=section.title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("")
    for heading in (*SHOWN, f"u2ad minus it: {BEHIND}"):
        table.add_column(heading, justify="right")
    for row in section.rows:
        figures = [row.figures[measure].text for measure in SHOWN]
        table.add_row(row.detector, *figures, row.behind[BEHIND].text if row.behind else "")
    return table
