"""``u2ad train``: the cord network anew, from people with drawn masks and simulated necks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

train = typer.Typer(help="Train the network that marks the cord.", no_args_is_help=True)

Data = Annotated[
    Path,
    typer.Argument(
        metavar="DATA",
        help="Folder with PERSON/PERSON_T2w.nii.gz and, where drawn, PERSON/PERSON_T2w_label-SC_seg.nii.gz.",
    ),
]
People = Annotated[list[str], typer.Option("--person", help="Name of a person to train on; give one or more.")]
Output = Annotated[Path, typer.Option("--output", "-o", help="Folder for the weights and their description.")]
Steps = Annotated[int, typer.Option(min=1, help="Optimiser steps.")]
Simulated = Annotated[int, typer.Option(min=0, help="How many simulated necks are added.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed on the same machine gives the same weights.")]


@train.command()
def cord(
    *,
    data: Data,
    person: People,
    output: Output,
    steps: Steps = 3500,
    simulated: Simulated = 32,
    rate: Annotated[float, typer.Option(min=1e-6, help="Highest learning rate.")] = 2e-3,
    further: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Train the weights in this folder further, instead of new ones."),
    ] = None,
    seed: Seed = 0,
) -> None:
    """Train the network that marks the cord; every person needs a drawn mask."""
    from u2ad.cord.training import CordTraining
    from u2ad.cord.training import train as run
    from u2ad.terminal import shown

    training = CordTraining(
        tuple(person), simulated=simulated, steps=steps, learning_rate=rate, seed=seed, further=further
    )
    with shown() as progress:
        manifest = run(training, data, progress, output)
    typer.echo(f"Weights {manifest.name} {manifest.version}, sha256 {manifest.sha256}")


@train.command()
def levels(
    *, data: Data, person: People, output: Output, steps: Steps = 2000, simulated: Simulated = 80, seed: Seed = 100
) -> None:
    """Train the network that finds discs; every person needs a drawn mask and points at C2 and T2."""
    from u2ad.cord.level_training import LevelTraining
    from u2ad.cord.level_training import train as run
    from u2ad.terminal import shown

    with shown() as progress:
        manifest = run(LevelTraining(tuple(person), simulated, steps, seed=seed), data, progress, output)
    typer.echo(f"Weights {manifest.name} {manifest.version}, sha256 {manifest.sha256}")
