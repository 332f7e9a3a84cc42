"""What the commands print: checks, findings, and where the report is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from u2ad.findings import Finding, Findings
from u2ad.models.versions import STARTER
from u2ad.result.words import adapted_model
from u2ad.scan import Check, Verdict
from u2ad.scan.verdict import SERIES_TAKEN

if TYPE_CHECKING:
    from u2ad.scan.dicom import Proposal

RESEARCH_USE = "Research use only, not a medical device: every finding and every silence needs a radiologist's eye."
CENTRE, EXTENT = "Centre RAS mm", "SI x AP x RL mm"
CONFIDENCE = "Real of 10"
HEADINGS: tuple[str, ...] = ("Rank", "Level", CENTRE, EXTENT, "mm³", "Score", CONFIDENCE)
LEFT_OUT: tuple[tuple[str, ...], ...] = ((), (CENTRE,), (CENTRE, EXTENT))
"""What a terminal may be too narrow for, from wide to narrow; the report has it all."""
SUITS = {Verdict.OK: "suits", Verdict.WARN: "with doubts", Verdict.REFUSE: "does not"}
COLOUR = {Verdict.OK: "green", Verdict.WARN: "yellow", Verdict.REFUSE: "bold red"}


class Outcome(Protocol):
    """What a detection returns, as far as it is shown here."""

    @property
    def output(self) -> Path: ...
    @property
    def checks(self) -> tuple[Check, ...]: ...
    @property
    def findings(self) -> Findings: ...
    @property
    def problems(self) -> tuple[str, ...]: ...
    @property
    def cord_doubt(self) -> str: ...
    @property
    def standing(self) -> str: ...
    @property
    def model(self) -> str | None: ...


def outcome(result: Outcome) -> None:
    """Print a detection: what was odd, what was found, where to read on."""
    console = Console(highlight=False)
    checks([check for check in result.checks if check.verdict is not Verdict.OK or check.name == SERIES_TAKEN])
    if result.cord_doubt:
        console.print(Text(result.cord_doubt, "yellow"), soft_wrap=True)
    if result.model not in (None, STARTER):
        console.print(Text(adapted_model(result.model), "yellow"), soft_wrap=True)
    findings(result.findings, console)
    console.print(Text(result.standing), soft_wrap=True)
    for problem in result.problems:
        console.print(Text(problem, "yellow"), soft_wrap=True)
    console.print(Text.assemble("Report: ", (str(result.output / "report.html"), "bold")), soft_wrap=True)
    console.print(Text(RESEARCH_USE, "dim"), soft_wrap=True)


def checks(made: Iterable[Check]) -> None:
    """Print one line a check: its verdict, what was found, what to do."""
    console = Console(highlight=False)
    for check in made:
        line = Text.assemble((f"{check.verdict.value:<7}", COLOUR[check.verdict]), check.sentence, " ", check.remedy)
        line.rstrip()
        console.print(line, soft_wrap=True)


def proposals(ranked: Iterable[Proposal]) -> None:
    """Print one line a series: whether it suits, its number, and why."""
    console = Console(highlight=False)
    for one in ranked:
        line = Text.assemble((f"{SUITS[one.verdict]:<13}", COLOUR[one.verdict]), one.line)
        console.print(line, soft_wrap=True)


def phantom(folder: Path, lesions: int) -> None:
    """Print where a simulated scan is, and what to do with it."""
    console = Console(highlight=False)
    known = "1 lesion" if lesions == 1 else f"{lesions} lesions"
    console.print(Text(f"A simulated scan with {known}: {folder / 'scan.nii.gz'}"), soft_wrap=True)
    console.print(
        Text("The truth lies beside it: lesions.nii.gz, cord.nii.gz, levels.json, truth.json."), soft_wrap=True
    )


def findings(found: Findings, console: Console) -> None:
    """Print one row a finding, the most suspicious first, and the patient's score."""
    if not found.ranked:
        console.print(f"No candidate above the threshold of {found.threshold:.1f} standard deviations.")
        return
    untold = () if found.ranked[0].confidence is not None else (CONFIDENCE,)
    tables = [_table(found, left_out + untold) for left_out in LEFT_OUT]
    console.print(next((table for table in tables if _width(table, console) <= console.width), tables[-1]))


def _table(found: Findings, left_out: tuple[str, ...]) -> Table:
    table = Table(title=f"Patient score {found.patient_score:.1f}", box=box.SIMPLE_HEAD, pad_edge=False)
    table.title_justify, table.title_style = "left", "bold"
    shown = [heading for heading in HEADINGS if heading not in left_out]
    for heading in shown:
        table.add_column(heading, justify="left" if heading == "Level" else "right", no_wrap=True)
    for rank, finding in enumerate(found.ranked, start=1):
        cells = dict(zip(HEADINGS, (str(rank), *_cells(finding.rounded())), strict=True))
        table.add_row(*(cells[heading] for heading in shown))
    return table


def _width(table: Table, console: Console) -> int:
    """Columns that the table takes where nothing limits it."""
    return console.measure(table, options=console.options.update(max_width=10_000)).maximum


def _cells(finding: Finding) -> tuple[str, ...]:
    centre = ", ".join(f"{coordinate:.1f}" for coordinate in finding.centre)
    extent = " x ".join(f"{side:.0f}" for side in finding.extent)
    real = "" if finding.confidence is None else f"{10 * finding.confidence:.0f}"
    return finding.level, centre, extent, f"{finding.volume:.0f}", f"{finding.score:.1f}", real
