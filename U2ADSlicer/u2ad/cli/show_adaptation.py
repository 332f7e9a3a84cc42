"""What ``u2ad adapt`` prints: figures before and after, and whether the model may be kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from u2ad.adaptation.caveats import caveats_of
from u2ad.cli import show
from u2ad.models.versions import ADAPTATION
from u2ad.scan import Check

if TYPE_CHECKING:
    from u2ad.adaptation.figures import Figures
    from u2ad.adaptation.run import Adapted

HEADINGS = ("What", "Before", "After")
DECISIONS = ("confirmed", "rejected", "undecided")


def outcome(adapted: Adapted, output: Path) -> None:
    """Print an adaptation: its figures, its verdict, where to read on, and what to do next."""
    console = Console(highlight=False)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading == "What" else "right")
    for row in _rows(adapted):
        table.add_row(*row)
    show.checks(_caveats(adapted))
    console.print(Text(_decisions(adapted)), soft_wrap=True)
    console.print(table)
    console.print(f"{len(adapted.trained.curve)} steps, {adapted.cost.seconds:.0f} s. {adapted.trained.stopped}")
    colour = "green" if adapted.verdict.passed else "bold red"
    for reason in adapted.verdict.reasons:
        console.print(Text(reason, colour), soft_wrap=True)
    console.print(Text(_next(adapted, output)), soft_wrap=True)
    console.print(Text.assemble("Report: ", (str(output / "adaptation.html"), "bold")), soft_wrap=True)


def _caveats(adapted: Adapted) -> Iterator[Check]:
    """What is to be known of the scans, each once; of several scans with their places in the order given."""
    places: dict[Check, list[str]] = {}
    for place, subject in enumerate(adapted.subjects, start=1):
        for check in caveats_of(subject):
            places.setdefault(check, []).append(str(place))
    for check, scans in places.items():
        where = f"Scan{'' if len(scans) == 1 else 's'} {', '.join(scans)}: " if len(adapted.subjects) > 1 else ""
        yield replace(check, sentence=where + check.sentence)


def _rows(adapted: Adapted) -> list[tuple[str, str, str]]:
    rows = _figures("", *adapted.figures)
    if adapted.cross_fitted is not None:
        crossed = adapted.cross_fitted
        rows += _figures(f", scans not seen ({crossed.folds} parts)", crossed.before, crossed.after)
        unseen = crossed.changes
        rows.append(("Findings, scans not seen", str(sum(c.before for c in unseen)), str(sum(c.after for c in unseen))))
    changes = [c for c, subject in zip(adapted.changes, adapted.subjects, strict=True) if not subject.healthy]
    rows.append(("Findings", str(sum(c.before for c in changes)), str(sum(c.after for c in changes))))
    lost, gained = sum(len(c.lost) for c in changes), sum(len(c.gained) for c in changes)
    rows.append(("  of them only there", str(lost), str(gained)))
    if adapted.false_alarms is not None:
        alarms_before, alarms_after = adapted.false_alarms
        rows.append(("False alarms in normal scans", str(alarms_before), str(alarms_after)))
    return rows


def _decisions(adapted: Adapted) -> str:
    """What the readers' decisions were that counted: whoever expected others sees it before anything is kept."""
    scans = adapted.model.manifest.training[ADAPTATION]["scans"]
    confirmed, rejected, undecided = (sum(scan[key] for scan in scans) for key in DECISIONS)
    return (
        f"Decisions used: {confirmed} confirmed (never trained on), {rejected} rejected (learned as normal), "
        f"{undecided} undecided (left out)."
    )


def _figures(where: str, before: Figures, after: Figures) -> list[tuple[str, str, str]]:
    rows = [
        (f"Residual of normal cord{where}", f"{before.residual:.4f}", f"{after.residual:.4f}"),
        ("  of cord set aside", f"{before.residual_aside:.4f}", f"{after.residual_aside:.4f}"),
    ]
    if before.painted is not None and after.painted is not None:
        rows.append(("Painted lesions, times that", f"{before.painted:.1f}", f"{after.painted:.1f}"))
    if before.findings is not None and after.findings is not None:
        rows.append(("Findings left out, times that", f"{before.findings:.1f}", f"{after.findings:.1f}"))
    return rows


def _next(adapted: Adapted, output: Path) -> str:
    if adapted.verdict.passed:
        return f"Nothing is changed yet. To use the adapted model from now on: u2ad model keep {output}"
    return "The adapted model was not kept: the present one stays in use."
