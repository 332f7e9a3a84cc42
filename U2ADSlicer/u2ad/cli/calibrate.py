"""``u2ad calibrate``: what scores mean, from simulated people and from a site's own lesion-free scans."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from u2ad.errors import Cancelled, ExitCode

if TYPE_CHECKING:
    from u2ad.calibration import Calibration

calibrate = typer.Typer(help="Tell what scores mean: against people without lesions.", no_args_is_help=True)

Model = Annotated[str | None, typer.Option(metavar="ID", help="Version of the network; the active one if not given.")]
Draws = Annotated[int, typer.Option(min=2, help="How often each patch of cord is rebuilt.")]


@calibrate.command()
def extend(
    *,
    scans: Annotated[
        list[Path], typer.Argument(metavar="SCAN...", help="Lesion-free T2w scans, folders of them, or a BIDS folder.")
    ],
    model: Model = None,
    draws: Draws = 10,
) -> None:
    """Add your own lesion-free scans to those that patients are compared with; `reset` takes them back."""
    from u2ad.terminal import shown

    with shown() as progress:
        progress.step("Load the program")
        from u2ad.home import default_root
        from u2ad.recalibration.site import extend as run
        from u2ad.walk import Method

        try:
            extension = run(scans, Method(draws=draws, model=model), default_root(), progress)
        except (Cancelled, KeyboardInterrupt):
            typer.echo("What was scored until now is added; the same command scores all of them again.", err=True)
            raise
    console = Console(highlight=False)
    for sentence in extension.taken:
        console.print(Text(sentence), soft_wrap=True)
    for sentence in extension.refused:
        console.print(Text(f"Left out: {sentence}", "yellow"), soft_wrap=True)
    console.print(f"{extension.added} scans added." if extension.added != 1 else "1 scan added.")
    for change in extension.changes:
        console.print(
            f"{change.kind}: patients are compared with {change.scans[1]} scans instead of {change.scans[0]}, half of "
            f"which score above {change.middle[1]:.1f} instead of {change.middle[0]:.1f}. Of your {change.own}, "
            f"{change.loud} have more than one candidate at the threshold of {change.threshold:.1f}.",
            soft_wrap=True,
        )
    if not extension.added:
        raise typer.Exit(ExitCode.FAILED)


@calibrate.command()
def reset() -> None:
    """Forget your own scans: patients are compared with simulated people again."""
    from u2ad.calibration.site import reset_own
    from u2ad.home import default_root

    typer.echo("Your own scans are forgotten." if reset_own(default_root()) else "There were no scans of your own.")


@calibrate.command()
def show(model: Model = None) -> None:
    """Show the thresholds, and the scans that patients are compared with."""
    from u2ad.calibration.choosing import calibration_for
    from u2ad.home import default_root
    from u2ad.models.versions import NAME, ModelStore

    version = ModelStore().version(model)
    calibration, problems = calibration_for(NAME, (version.manifest.sha256,), default_root())
    console = Console(highlight=False)
    for problem in problems:
        console.print(Text(problem, "yellow"), soft_wrap=True)
    if calibration is None:
        console.print("The scores of this model are not calibrated.")
        return
    _print(calibration)


@calibrate.command()
def fit(
    *,
    work: Annotated[
        Path | None,
        typer.Option(
            help="Folder for cases and maps, with which a stopped run goes on; in your own data folder if not given."
        ),
    ] = None,
    model: Model = None,
    thick: Annotated[int, typer.Option(min=0, help="Simulated people with slices of 3.3 mm.")] = 50,
    hard: Annotated[int, typer.Option(min=0, help="The same with narrow canals and poor pictures.")] = 100,
    isotropic: Annotated[int, typer.Option(min=0, help="Simulated people with thin slices.")] = 40,
    detector: Annotated[str, typer.Option(help="u2ad, or a control without a network.")] = "u2ad",
    first: Annotated[int, typer.Option(min=20_000, help="Seed of the first person; they end before 50000.")] = 20_000,
    draws: Draws = 10,
    data: Annotated[
        Path | None,
        typer.Option(
            help="Folder of healthy people; see the help of `u2ad benchmark detectors`. Of each C2 and T2 are to be"
            " marked in PERSON_T2w_label-C2T2_points.nii.gz, as voxels 2 and 9."
        ),
    ] = None,
    person: Annotated[
        list[str] | None,
        typer.Option(help="A person in that folder, by whom the scale along the cord is told, too; repeatable."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; your own data folder if not given.")
    ] = None,
) -> None:
    """Calibrate a version of the network on simulated people, such as an adapted one; takes about an hour."""
    from u2ad.terminal import shown

    if bool(data) != bool(person):
        raise typer.BadParameter("--data and --person go together.")
    with shown() as progress:
        progress.step("Load the program")
        from u2ad.benchmark.people import read_people
        from u2ad.calibration.store import OWN
        from u2ad.home import default_root
        from u2ad.recalibration.simulated import WORK, People, calibrate_model
        from u2ad.walk import Method

        method = Method(detector, draws, model=model)
        people = People(thick, hard, isotropic, first)
        place = work or default_root() / WORK
        real = read_people(data, person or [])
        calibration = calibrate_model(people, method, place, output or default_root() / OWN, progress, real)
    _print(calibration)
    if real:
        typer.echo(f"Scans of the people named are kept, too; treat this folder as theirs, or delete it: {place}")
    if work is None:
        typer.echo(f"What it stands on is no longer needed, unless for another fit: {place}")


def _print(calibration: Calibration) -> None:
    from u2ad.calibration.reference import described

    table = Table(title=f"Calibration of {calibration.detector}", title_justify="left")
    for heading in ("Scans with", "Threshold", "Compared with", "Median score"):
        table.add_column(heading, justify="left" if heading in {"Scans with", "Compared with"} else "right")
    for kind in calibration.classes:
        reference = kind.reference
        scans, middle = described(reference.scans, reference.own), reference.scores[reference.scans // 2]
        table.add_row(kind.name, f"{kind.threshold:.2f}", scans, f"{middle:.1f}")
    Console(highlight=False).print(table)
