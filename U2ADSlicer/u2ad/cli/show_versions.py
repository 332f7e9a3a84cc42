"""What ``u2ad model list`` prints. Loads no PyTorch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from u2ad.models.versions import Listing, Version

HEADINGS = ("", "Version", "From", "Made", "Scans", "Confirmed", "Rejected", "Residual")


def listing(found: Listing) -> None:
    """Print the versions of a site, the one in use marked, and what is damaged or locked."""
    console = Console(highlight=False)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in HEADINGS:
        table.add_column(heading)
    for version in found.versions:
        table.add_row("*" if version.id == found.active else "", *_cells(version))
    console.print(table)
    if not found.active:
        console.print(Text("The note of the active model is damaged: choose one with u2ad model use.", "bold red"))
    for name in found.damaged:
        console.print(Text(f"Version {name} is damaged and cannot be used.", "yellow"))
    if found.lock is not None:
        reason = f": {found.lock}" if found.lock else ""
        console.print(Text(f"The models of this site are locked{reason}.", "yellow"))


def _cells(version: Version) -> tuple[str, ...]:
    told = version.adaptation
    if not told:
        return version.id, version.parent or "", str(version.manifest.training.get("date", "")), "", "", "", ""
    scans = [scan for scan in told.get("scans", ()) if not scan.get("healthy")]
    return (
        version.id,
        version.parent or "",
        str(told.get("created", "")),
        str(len(scans)),
        _sum(scans, "confirmed"),
        _sum(scans, "rejected"),
        _change(told.get("figures", {})),
    )


def _sum(scans: Sequence[Mapping[str, Any]], name: str) -> str:
    return str(sum(scan.get(name, 0) for scan in scans))


def _change(figures: Mapping[str, Any]) -> str:
    before, after = (figures.get(when, {}).get("residual") for when in ("before", "after"))
    return f"{after / before - 1:+.0%}" if before and after else ""
