"""``u2ad benchmark``: how fast, and how many lesions, measured on this computer."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

benchmark = typer.Typer(help="Measure speed and sensitivity on this computer.", no_args_is_help=True)


class Slices(str, Enum):
    """What can be chosen with ``--slices``."""

    STORED = "stored"
    THICK = "thick"


@benchmark.command()
def speed(
    draws: Annotated[int, typer.Option(min=2, help="How often each patch of cord is rebuilt.")] = 10,
    threads: Annotated[int, typer.Option(min=1, help="Threads, for both layouts.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the phantom and of the masks.")] = 0,
) -> None:
    """Time a detection against the published layout of U2AD, built from the same blocks."""
    from u2ad.benchmark.speed import measure

    result = measure(draws, seed, threads)
    table = Table(title=f"Seconds on {threads} thread(s), K = {draws}", title_justify="left")
    for heading in ("What", "Seconds", "Ratio to ours"):
        table.add_column(heading, justify="left" if heading == "What" else "right")
    rows = (
        (f"Published layout, one slice, {result.passes} masks one at a time", result.published),
        ("The same with fused attention", result.published_fused),
        ("Ours, one slice with cord", result.ours),
    )
    for name, seconds in rows:
        table.add_row(name, f"{seconds:.3f}", f"{seconds / result.ours:.0f}")
    total, holding = result.slices
    table.add_row(f"Ours, automatic cord mask of {total} slices", f"{result.cord_mask:.2f}", "")
    table.add_row(f"Ours, whole scan of {total} slices, {holding} with cord", f"{result.scan:.2f}", "")
    Console(highlight=False).print(table)


@benchmark.command()
def lesions(
    scan: Annotated[Path, typer.Argument(metavar="SCAN", help="A lesion-free T2w scan of about 1 mm isotropic.")],
    cord: Annotated[Path, typer.Option(help="Its cord mask: where lesions are put.")],
    slices: Annotated[
        Slices, typer.Option(help="As stored, or taken again as sagittal slices of 3.3 mm.")
    ] = Slices.THICK,
    cases: Annotated[int, typer.Option(min=1, help="Scans with lesions; as many without are added.")] = 20,
    each: Annotated[int, typer.Option(min=1, help="Lesions in a scan.")] = 2,
    give_cord: Annotated[bool, typer.Option(help="Give the detectors the mask, or have them mark the cord.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the first case.")] = 0,
) -> None:
    """Count the injected lesions that each detector finds at 1 and 2 false alarms a scan."""
    from u2ad.benchmark.lesions import cases_of, run
    from u2ad.scan.masks import read_mask
    from u2ad.scan.reading import read_scan
    from u2ad.terminal import shown

    healthy = read_scan(scan)
    with shown() as progress:
        made = cases_of(
            healthy, read_mask(cord, healthy.grid), range(seed, seed + cases), each, slices.value, give_cord
        )
        rows = run(made, progress)
    table = Table(title=f"{cases * each} lesions in {cases} scans, {cases} scans without", title_justify="left")
    headings = ("Detector", "found at 1 FA/scan", "at 2 FA/scan", "u2ad minus it at 1", "FA/scan lesion-free", "no FA")
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "Detector" else "right")
    for row in rows:
        cells = (f"{value:.2f} ({low:.2f} to {high:.2f})" for value, low, high in (row.at_one, row.at_two, row.behind))
        table.add_row(row.detector, *cells, f"{row.healthy_alarms:.2f}", f"{row.healthy_silent:.2f}")
    console = Console(highlight=False, width=140)
    console.print(table)
    console.print("FA: false alarms. All scans are of one person; the intervals are over scans, not over people.")
