"""``u2ad benchmark``: how fast, how many lesions, and how quick the panel is, measured on this computer."""

from __future__ import annotations

import math
from enum import Enum
from pathlib import Path
from statistics import median
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


@benchmark.command()
def cord(
    data: Annotated[
        Path | None,
        typer.Argument(
            metavar="DATA", help="Folder with PERSON/PERSON_T2w.nii.gz and PERSON/PERSON_T2w_label-SC_seg.nii.gz."
        ),
    ] = None,
    person: Annotated[list[str] | None, typer.Option(help="Name of a person in DATA; give one or more.")] = None,
    cases: Annotated[int, typer.Option(min=0, help="Simulated necks of each class.")] = 8,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the first simulated neck.")] = 0,
    weights: Annotated[Path | None, typer.Option(help="Folder with other weights than those that come along.")] = None,
) -> None:
    """Compare automatic cord masks with true ones: in people, if any, and in simulated necks up to hard ones."""
    from u2ad.benchmark.cord import real_cases, rows_of, run, simulated_cases
    from u2ad.models.store import STARTER_FOLDER
    from u2ad.terminal import shown

    if bool(data) != bool(person):
        raise typer.BadParameter("DATA and --person go together.")
    with shown() as progress:
        real = run(real_cases(data, person), progress, weights or STARTER_FOLDER) if data and person else []
        fits = real + run(simulated_cases(cases, seed), progress, weights or STARTER_FOLDER)
    table = Table(title="Automatic cord masks against true ones", title_justify="left")
    headings = (
        "Scans",
        "",
        "Dice",
        "worst",
        ">= .85",
        "95 % surface, mm",
        "usable line",
        "off by, mm",
        "brainstem, mm3",
    )
    for heading in (*headings, "flagged"):
        table.add_column(heading, justify="left" if heading == "Scans" else "right")
    for row in rows_of(fits):
        shares = f"{row.dice:.3f}", f"{row.worst:.3f}", f"{row.good:.2f}", f"{row.surface:.2f}", f"{row.usable:.2f}"
        stem = "" if math.isnan(row.brainstem) else f"{row.brainstem:.0f}"
        table.add_row(row.kind, str(row.scans), *shares, f"{row.line_error:.2f}", stem, f"{row.flagged:.2f}")
    Console(highlight=False, width=140).print(table)


@benchmark.command()
def panel(
    shape: Annotated[str, typer.Option(metavar="KxJxI", help="Voxels of the scan: slices, rows, columns.")] = (
        "20x512x512"
    ),
    candidates: Annotated[int, typer.Option(min=1, help="Bright spots in its cord.")] = 30,
    steps: Annotated[int, typer.Option(min=2, help="How often each key is pressed.")] = 40,
    openings: Annotated[int, typer.Option(min=1, help="Fresh processes that open the panel.")] = 3,
) -> None:
    """Time what a reader waits for in the panel of the Slicer module, in a window that no screen shows."""
    from u2ad.benchmark.panel import Workload, measure

    result = measure(Workload(_shape(shape), candidates, steps, openings))
    table = Table(title=f"{shape} voxels, {result.findings} findings; milliseconds", title_justify="left")
    for heading in ("What", "Aim", "Answered", "slowest", "Drawn", "slowest", "Met"):
        table.add_column(heading, justify="left" if heading in {"What", "Met"} else "right")
    for line in result.lines:
        table.add_row(line.name, _ms(line.aim), *_median_and_worst(line.answered, line.drawn), line.met)
    console = Console(highlight=False)
    console.print(table)
    console.print("; ".join(f"{name} {told}" for name, told in result.machine.items()), soft_wrap=True)
    console.print(
        "Medians. Answered: panel and scene are in line. Drawn: so are the pictures of all views, which this window "
        "draws off-screen. From the worker's end until it is noticed pass up to 50 ms more.",
        soft_wrap=True,
    )


def _shape(text: str) -> tuple[int, int, int]:
    try:
        slices, rows, columns = (int(part) for part in text.lower().split("x"))
    except ValueError:
        raise typer.BadParameter("expected three numbers such as 20x512x512", param_hint="--shape") from None
    return slices, rows, columns


def _median_and_worst(*series: tuple[float, ...]) -> list[str]:
    return [_ms(pick(seconds)) if seconds else "" for seconds in series for pick in (median, max)]


def _ms(seconds: float | None) -> str:
    return "" if seconds is None else f"{1000 * seconds:.0f}"
