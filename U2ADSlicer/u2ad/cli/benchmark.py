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


class Set(str, Enum):
    """What can be chosen with ``--set``."""

    ISOTROPIC = "isotropic"
    THICK = "thick"
    HARD = "hard"
    ALL = "all"


class Masks(str, Enum):
    """What can be chosen with ``--masks``."""

    GIVEN = "given"
    AUTOMATIC = "automatic"
    BOTH = "both"


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
def detectors(
    *,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for answers, tables, curves and pictures.")],
    sets: Annotated[list[Set] | None, typer.Option("--set", help="Which cases; thick and hard if not given.")] = None,
    masks: Annotated[Masks, typer.Option(help="The true cord mask, the automatic one, or both.")] = Masks.BOTH,
    detector: Annotated[
        list[str] | None,
        typer.Option("--detector", help="What is compared with u2ad: a name, or all; the controls if not given."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="Folder with PERSON/PERSON_T2w.nii.gz and PERSON/PERSON_T2w_label-SC_seg.nii.gz."),
    ] = None,
    person: Annotated[
        list[str] | None, typer.Option("--person", help="A healthy person there whom no network was trained on.")
    ] = None,
    cases: Annotated[int, typer.Option(min=0, help="Pairs of scans with and without lesions, a person and set.")] = 30,
    simulated: Annotated[int, typer.Option(min=0, help="Such pairs of simulated people, a set.")] = 30,
    references: Annotated[
        int, typer.Option(min=0, max=20, help="Lesion-free scans, a set, from which the cut of the F1 scores comes.")
    ] = 20,
    near_cord: Annotated[
        bool, typer.Option("--near-cord", help="Show only what is within 40 mm of the cord: quicker.")
    ] = False,
    cache: Annotated[Path | None, typer.Option(help="Folder that keeps the cases for the next time.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of cases and masks.")] = 0,
    development: Annotated[
        bool, typer.Option("--development", help="Phantoms to choose between variants on, not those of the test.")
    ] = False,
    draws: Annotated[int, typer.Option(min=2, help="How often the network rebuilds each patch of cord.")] = 10,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
) -> None:
    """Compare detectors and controls on the same cases; what was answered is kept, and not asked again."""
    from u2ad.benchmark.cases import CaseSet
    from u2ad.benchmark.detectors import Request, run
    from u2ad.benchmark.report import write_report
    from u2ad.cli import comparison
    from u2ad.terminal import shown

    chosen = [Set.THICK, Set.HARD] if not sets else list(Set) if Set.ALL in sets else sets
    request = Request(
        out=out,
        kinds=tuple(CaseSet(one.value) for one in chosen if one is not Set.ALL),
        masks=("given", "automatic") if masks is Masks.BOTH else (masks.value,),
        detectors=tuple(detector or ()),
        data=data,
        people=tuple(person or ()),
        cases=cases,
        simulated=simulated,
        references=references,
        seed=seed,
        development=development,
        draws=draws,
        near_cord=near_cord,
        cache=cache,
        jobs=jobs,
    )
    with shown() as progress:
        sections = write_report(request, run(request, progress), progress)
    comparison.show(sections, out)


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
def reliability(
    *,
    work: Annotated[Path, typer.Option(help="Folder for cases and maps; a stopped run goes on from there.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for reliability.json and reliability.png.")],
    model: Annotated[
        str | None, typer.Option(metavar="ID", help="Version of the network; the active one if not given.")
    ] = None,
    thick: Annotated[int, typer.Option(min=0, help="Simulated people with slices of 3.3 mm.")] = 20,
    hard: Annotated[int, typer.Option(min=0, help="The same with narrow canals and poor pictures.")] = 20,
    isotropic: Annotated[int, typer.Option(min=0, help="Simulated people with thin slices.")] = 10,
    first: Annotated[int, typer.Option(min=50_000, help="Seed of the first person.")] = 150_000,
) -> None:
    """See whether, among candidates of confidence p, a share p is real, in people that nothing was fitted to."""
    from u2ad.terminal import shown

    with shown() as progress:
        progress.step("Load the program")
        from u2ad.recalibration.reliability import write_reliability
        from u2ad.recalibration.simulated import People, evaluate_model
        from u2ad.walk import Method

        results = evaluate_model(People(thick, hard, isotropic, first), Method(model=model), work, progress)
        write_reliability(results, out)
    console = Console(highlight=False, width=140)
    for one in results:
        table = Table(title=f"{one.kind}: {one.scans[0]} scans, {one.scans[1]} lesion-free", title_justify="left")
        for heading in ("Confidence", "Candidates", "Mean confidence", "Real"):
            table.add_column(heading, justify="right")
        for part in one.bins:
            real = f"{part.real:.2f} ({part.interval[0]:.2f} to {part.interval[1]:.2f})"
            table.add_row(f"{part.low:.1f} to {part.high:.1f}", str(part.candidates), f"{part.told:.2f}", real)
        console.print(table)
        console.print(
            f"Expected calibration error {one.error:.3f}. At the threshold {one.quiet[0]:.2f} ({one.quiet[1]:.2f} to "
            f"{one.quiet[2]:.2f}) of the lesion-free scans have at most one candidate, {one.alarms:.2f} on average; "
            f"{one.found:.2f} of the lesions are found. At one false alarm a scan {one.found_at_one[0]:.2f} by score, "
            f"{one.found_at_one[1]:.2f} by confidence.\n",
            soft_wrap=True,
        )


@benchmark.command()
def levels(
    data: Annotated[
        Path | None,
        typer.Argument(
            metavar="DATA",
            help="Folder with PERSON/PERSON_T2w.nii.gz, its mask ..._label-SC_seg and points ..._label-C2T2_points.",
        ),
    ] = None,
    person: Annotated[list[str] | None, typer.Option(help="Name of a person in DATA; give one or more.")] = None,
    cases: Annotated[int, typer.Option(min=0, help="Simulated necks of each class.")] = 8,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the first simulated neck.")] = 0,
) -> None:
    """Compare automatic levels with true ones: in people, if any, and in simulated necks; the true mask is given."""
    from u2ad.benchmark.levels import real_cases, rows_of, run, simulated_cases
    from u2ad.terminal import shown

    if bool(data) != bool(person):
        raise typer.BadParameter("DATA and --person go together.")
    with shown() as progress:
        real = run(real_cases(data, person), progress) if data and person else []
        fits = real + run(simulated_cases(cases, seed), progress)
    table = Table(title="Automatic levels against true ones", title_justify="left")
    headings = ("Scans", "", "refused", "all names right", "right after one click", "median, mm", "90 %, mm")
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "Scans" else "right")
    for row in rows_of(fits):
        shares = (f"{share:.2f}" for share in (row.refused, row.exact, row.repaired))
        table.add_row(row.kind, str(row.scans), *shares, f"{row.median:.1f}", f"{row.ninety:.1f}")
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


@benchmark.command(name="export")
def exporting(
    shape: Annotated[str, typer.Option(help="Slices, rows and columns of the scan.")] = "20x512x512",
    findings: Annotated[int, typer.Option(min=0, max=50, help="How many findings it has.")] = 30,
) -> None:
    """Time an export of everything from a made-up scan, format by format."""
    from EmbeddedSlicer.bundle import write_bundle
    from u2ad.benchmark.exporting import measure
    from u2ad.cli.show_export import in_units
    from u2ad.terminal import shown

    sides = _shape(shape)
    with shown() as progress:
        result = measure(sides, findings, progress, write_bundle)
    table = Table(title=f"Export of everything, {shape} voxels, {findings} findings", title_justify="left")
    for heading in ("Format", "Seconds", "Size"):
        table.add_column(heading, justify="left" if heading == "Format" else "right")
    for one, seconds in result.seconds.items():
        table.add_row(one.value, f"{seconds:.2f}", in_units(result.bytes[one]))
    table.add_row("all", f"{result.total:.2f}", in_units(sum(result.bytes.values())), style="bold")
    console = Console(highlight=False)
    console.print(table)
    console.print("What formats share (headers, pictures) is counted with the first of them.")


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
