"""The commands and their options. Rooms are imported inside the commands: ``u2ad --help`` waits for none of them."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from u2ad import __version__
from u2ad.cli.adapt import adapt
from u2ad.cli.benchmark import benchmark
from u2ad.cli.calibrate import calibrate
from u2ad.cli.export import export
from u2ad.cli.model import model as versions
from u2ad.cli.pretrain import pretrain
from u2ad.cli.send import send
from u2ad.cli.series import series as list_of_series
from u2ad.cli.train import train
from u2ad.errors import ExitCode

app = typer.Typer(
    name="u2ad",
    help="Finds unusually bright regions of the cervical spinal cord on T2-weighted MRI. "
    "Research software: not a medical device.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(train, name="train")
app.add_typer(versions, name="model")
app.add_typer(benchmark, name="benchmark")
app.add_typer(calibrate, name="calibrate")
app.command()(pretrain)
app.command("series")(list_of_series)


class DetectorName(str, Enum):
    """What can be chosen with ``--detector``."""

    U2AD = "u2ad"
    LOCAL_Z = "local_z"
    COLUMN_MEDIAN = "column_median"
    DIFFERENCE_OF_GAUSSIANS = "difference_of_gaussians"
    LOW_RANK = "low_rank"
    CORD_Z = "cord_z"


DETECTOR_HELP = (
    "u2ad, or a control without a network: the signal against the cord above and below (local_z), against the whole "
    "cord (cord_z), against a blurred version of itself (difference_of_gaussians), against the same place of the "
    "cross-section (column_median), or against one pattern along the cord (low_rank)."
)


class AcquisitionName(str, Enum):
    """What can be chosen with ``--acquisition``."""

    ISOTROPIC = "isotropic"
    SAGITTAL = "sagittal"


InputPath = Annotated[
    Path, typer.Argument(metavar="INPUT", help="T2w scan: .nii.gz, .nrrd, .mha or a folder with a DICOM series.")
]
Series = Annotated[
    str | None,
    typer.Option(metavar="N", help="Number of the series (u2ad series lists them), where several or none suit."),
]
Force = Annotated[bool, typer.Option("--force", help="Replace what is there.")]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"u2ad {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and leave.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from; put it first.")] = False,
) -> None:
    pass


@app.command()
def detect(
    *,
    input: InputPath,
    output: Annotated[Path, typer.Option("--output", "-o", help="Result folder; must not exist yet.")],
    cord: Annotated[Path | None, typer.Option(help="A cord mask, yours or another tool's, on any grid.")] = None,
    cord_seen: Annotated[
        bool, typer.Option("--cord-seen", help="You, or another person, have looked at the mask given with --cord.")
    ] = False,
    cord_label: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Which label of --cord is the cord, where it has several.")
    ] = None,
    points: Annotated[
        Path | None,
        typer.Option(help="3 to 6 points clicked along the cord, in place of a mask: .json, .mrk.json or .fcsv."),
    ] = None,
    levels: Annotated[
        Path | None,
        typer.Option(
            help="Vertebral levels: points as .json, or a label map; one, such as C2/C3, is enough. none: no names."
        ),
    ] = None,
    detector: Annotated[DetectorName, typer.Option(help=DETECTOR_HELP)] = DetectorName.U2AD,
    series: Series = None,
    anyway: Annotated[bool, typer.Option("--anyway", help="Run although a check refuses the scan.")] = False,
    force: Force = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the Monte-Carlo masks.")] = 0,
    draws: Annotated[int, typer.Option(min=2, help="How often each patch of cord is rebuilt.")] = 10,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads to use; all cores if not given.")] = None,
    model: Annotated[
        str | None, typer.Option(metavar="ID", help="Version of the model: starter, or one of u2ad model list.")
    ] = None,
) -> None:
    """Find candidate hyperintensities in a scan and write maps, findings, pictures and a report."""
    from u2ad.terminal import shown

    with shown() as progress:
        progress.step("Load the program")
        from u2ad import pipeline

        request = pipeline.Request(
            input=input,
            output=output,
            cord=cord,
            cord_seen=cord_seen,
            cord_label=cord_label,
            points=points,
            levels=levels,
            detector=detector.value,
            series=series,
            anyway=anyway,
            force=force,
            seed=seed,
            draws=draws,
            threads=threads,
            model=model,
        )
        outcome = pipeline.run(request, progress)

    from u2ad.cli import show

    show.outcome(outcome)
    if cord and not cord_seen:
        typer.echo("If somebody has looked at the mask that you gave, say so with --cord-seen.")


app.command()(adapt)
app.command()(export)
app.command()(send)


@app.command()
def check(input: InputPath, series: Series = None) -> None:
    """Say whether the form of a scan suits the detection; leave with exit code 3 where it does not."""
    from u2ad.cli import show
    from u2ad.scan import Verdict, worst
    from u2ad.scan.checks import check_form
    from u2ad.scan.reading import read_proposed

    checks = check_form(read_proposed(input, series))
    show.checks(checks)
    typer.echo("The cord itself is looked at by u2ad detect.")
    if worst(checks) is Verdict.REFUSE:
        raise typer.Exit(ExitCode.REFUSED)


@app.command()
def simulate(
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the scan and its truth masks.")],
    lesions: Annotated[int, typer.Option(min=0, help="How many lesions.")] = 3,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same scan.")] = 0,
    acquisition: Annotated[
        AcquisitionName, typer.Option(help="1 mm isotropic, or thick sagittal slices.")
    ] = AcquisitionName.SAGITTAL,
    stenoses: Annotated[int, typer.Option(min=0, help="How many narrowings of the canal.")] = 0,
    force: Force = False,
) -> None:
    """Make a scan with known lesions, to try things on."""
    from u2ad import simulation
    from u2ad.cli import show
    from u2ad.terminal import shown

    simulation.expect_free(output, force=force)
    protocol = getattr(simulation.Acquisition, acquisition.value)()
    with shown() as progress:
        progress.step("Draw the phantom")
        phantom = simulation.simulate(seed, protocol, lesions, stenoses)
        progress.step("Write the phantom")
        show.phantom(simulation.write_phantom(phantom, output, force), len(phantom.lesions))
