"""``u2ad adapt``: the network adapted to the scans of a site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from u2ad.adaptation.cost import Cost
    from u2ad.adaptation.training import CurvePoint


class Heard:
    """Prints the estimate, and keeps the curve for the report."""

    def estimated(self, cost: Cost) -> None:
        memory = "" if cost.megabytes is None else f" and {cost.megabytes:.0f} MB of memory"
        typer.echo(f"Expected from here: at most {cost.seconds:.0f} s{memory}. Ctrl-C leaves everything as it was.")

    def learned(self, point: CurvePoint) -> None:
        pass


def adapt(
    *,
    scans: Annotated[
        list[Path], typer.Argument(metavar="SCAN...", help="T2w scans, DICOM folders, or a BIDS folder with scans.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the report and the model; must be new.")],
    result: Annotated[
        list[Path] | None,
        typer.Option(help="Result folder of one of the scans, or a folder of them: its cord mask is used."),
    ] = None,
    reviews: Annotated[
        Path | None,
        typer.Option(
            help="Data folder with journals of reviews, or the journal.jsonl of the only scan; your own if not given."
        ),
    ] = None,
    healthy: Annotated[
        list[Path] | None, typer.Option(help="Normal scan that is not trained on: false alarms are counted in it.")
    ] = None,
    folds: Annotated[int, typer.Option(min=0, help="Parts for cross-fitting; 0 for none.")] = 0,
    model: Annotated[
        str | None, typer.Option(metavar="ID", help="Version that is adapted; the active one if not given.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Use the adapted model from now on, if it passes.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Run although a check refuses a scan.")] = False,
    steps: Annotated[int | None, typer.Option(min=1, help="Most optimiser steps.")] = None,
    seconds: Annotated[float | None, typer.Option(min=1, help="Most seconds that the steps may take.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of everything random.")] = 0,
    draws: Annotated[int, typer.Option(min=2, help="How often each patch of cord is rebuilt.")] = 10,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads to use; all cores if not given.")] = None,
) -> None:
    """Adapt the model to scans of this site, guided by its uncertainty and by what readers have decided.

    Confirmed findings are never trained on, rejected ones are learned as normal, all others are left out. Nothing is
    kept unless you say so, and every version can be taken back: see u2ad model.
    """
    from u2ad.terminal import shown

    with shown() as progress:
        progress.step("Load the program")
        from u2ad.adaptation import command
        from u2ad.adaptation.reading import Sources, spread
        from u2ad.adaptation.settings import settings_for

        request = command.Request(
            Sources(tuple(scans), tuple(healthy or ()), tuple(result or ()), reviews, anyway),
            output,
            settings_for(len(spread(scans)), steps, seconds, seed),
            draws,
            folds,
            model,
            threads,
        )
        adapted = command.run(request, progress, Heard())

    from u2ad.cli import show_adaptation

    show_adaptation.outcome(adapted, output)
    if keep and adapted.verdict.passed:
        from u2ad.models.versions import ModelStore

        typer.echo(f"Version {ModelStore().keep(output).id} is used from now on. `u2ad model rollback` takes it back.")
