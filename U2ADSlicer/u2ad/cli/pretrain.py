"""``u2ad pretrain``: U2AD's network on a folder of healthy people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from u2ad.errors import Cancelled

Data = Annotated[
    Path,
    typer.Argument(
        metavar="DATA",
        exists=True,
        file_okay=False,
        help="BIDS folder of healthy people: sub-NAME/anat/sub-NAME_T2w.nii.gz, as Spine Generic; masks of the cord "
        "(..._label-SC_seg.nii.gz) beside the scans or below derivatives/ are used, others are made; whose mask is in "
        "doubt is left out.",
    ),
]
Output = Annotated[
    Path,
    typer.Option("--output", "-o", help="Folder for the weights; a run that was stopped goes on from here."),
]
People = Annotated[list[str] | None, typer.Option("--person", help="Train on this person; all where none is given.")]
HeldOut = Annotated[list[str] | None, typer.Option("--hold-out", help="Validate on this person, never train on it.")]
Simulated = Annotated[int, typer.Option(min=0, help="Simulated necks that are added; one in eight validates.")]
Steps = Annotated[int, typer.Option(min=1, help="Optimiser steps.")]
Batch = Annotated[int, typer.Option(min=2, help="Windows of each device in a step.")]
Rate = Annotated[float, typer.Option(min=0, help="Highest learning rate.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed on one thread gives the same weights.")]
Epoch = Annotated[int, typer.Option(min=1, help="Steps between checkpoints, each with a picture to look at.")]
Start = Annotated[
    Path | None,
    typer.Option(exists=True, file_okay=False, help="Folder with weights to start from, such as a former run's."),
]
Accelerator = Annotated[str, typer.Option(help="Where to train: auto, cpu, gpu.")]
Devices = Annotated[str, typer.Option(help="How many of them, or auto.")]
Strategy = Annotated[str, typer.Option(help="How several devices share the work: auto, ddp.")]


def _tell_left_out(name: str, why: str) -> None:
    typer.echo(f"Left out: {name}. {why}", err=True)


def pretrain(
    *,
    data: Data,
    output: Output,
    person: People = None,
    hold_out: HeldOut = None,
    simulated: Simulated = 24,
    steps: Steps = 3000,
    batch: Batch = 64,
    learning_rate: Rate = 1.5e-3,
    seed: Seed = 0,
    epoch: Epoch = 250,
    start: Start = None,
    accelerator: Accelerator = "auto",
    devices: Devices = "auto",
    strategy: Strategy = "auto",
) -> None:
    """Train U2AD's network on healthy people and simulated necks; stopped at any time, it goes on."""
    from lightning_fabric import Fabric

    from u2ad.pretraining.people import people_in
    from u2ad.pretraining.pretraining import Pretraining
    from u2ad.pretraining.pretraining import pretrain as run
    from u2ad.pretraining.training import Schedule
    from u2ad.terminal import shown

    held_out = people_in(data, hold_out) if hold_out else ()
    people = [one for one in people_in(data, person or ()) if one not in held_out]
    training = Pretraining(people, held_out, simulated, Schedule(steps, batch, learning_rate, seed, epoch), start)
    fabric = Fabric(accelerator=accelerator, devices=devices, strategy=strategy)
    fabric.launch()
    try:
        with shown() as progress:
            manifest = run(training, fabric, output, progress, _tell_left_out)
    except Cancelled:
        typer.echo("The same command goes on from the last checkpoint.", err=True)
        raise
    typer.echo(f"Weights {manifest.name} {manifest.version}, sha256 {manifest.sha256}")
