"""``u2ad export``: what was decided on a result, in the forms that archives, colleagues and studies read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from u2ad.cli.send import deliver
from u2ad.export.formats import Format


def export(
    *,
    result: Annotated[Path, typer.Argument(metavar="RESULT", help="Result folder of u2ad detect.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Folder of the export; must be new.")] = None,
    source: Annotated[
        Path | None,
        typer.Option(help="The scan of the result: with it come the decisions, pictures, and DICOM objects."),
    ] = None,
    series: Annotated[str | None, typer.Option(metavar="N", help="Number of the series in the source.")] = None,
    format: Annotated[
        list[Format] | None,
        typer.Option("--format", help="One product; repeat for more. Without it the usual ones, as far as possible."),
    ] = None,
    reviews: Annotated[
        Path | None,
        typer.Option(help="Data folder with the journals of the reviews, or a journal.jsonl; your own if not given."),
    ] = None,
    all_findings: Annotated[
        bool, typer.Option("--all-findings", help="All findings with their decision, not the confirmed ones alone.")
    ] = False,
    reader: Annotated[str, typer.Option(help="Name of the reader; the one who decided last if not given.")] = "",
    deidentify: Annotated[
        bool, typer.Option("--de-identify", help="Leave out of DICOM objects what identifies the patient.")
    ] = False,
    subject: Annotated[str, typer.Option(help="Label of the subject in NIfTI names; never a name.")] = "01",
    list_only: Annotated[
        bool,
        typer.Option(
            "--list",
            help="Only say what would be written, what cannot be, and why; with --output whether it could be there.",
        ),
    ] = False,
    send: Annotated[
        str | None,
        typer.Option(metavar="DESTINATION", help="Then send the DICOM objects there; a name that the site has set."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a former export.")] = False,
) -> None:
    """Write what was decided on a result, for archives, colleagues and studies.

    The decisions are found by the voxels of the scan. Confirmed findings go into segmentations and the structured
    report; tables and the reports to read always hold all of them. Nothing is written unless all of it can be, and
    nothing is sent unless you say so.
    """
    from u2ad.errors import OutputError
    from u2ad.terminal import shown

    if output is None and not list_only:
        raise OutputError("There is no folder to write to.", "Name one with --output, or add --list to look first.")
    with shown() as progress:
        progress.step("Read the result")
        from EmbeddedSlicer.bundle import write_bundle
        from u2ad.cli import show_export
        from u2ad.export import run
        from u2ad.export.folder import expect_free
        from u2ad.export.job import Choice, Job
        from u2ad.export.plan import plan_of
        from u2ad.export.reading import read_reviewed
        from u2ad.export.sending import chosen

        formats = tuple(format or ())
        choice = Choice(formats, all_findings, deidentify, subject)
        reviewed = read_reviewed(result, source, reviews, series=series, reader=reader)
        job = Job(reviewed, choice, write_bundle)
        progress.advance()
        destination = chosen(send, choice)
        if list_only or output is None:
            show_export.plan(plan_of(job), written=False)
            if destination is not None:
                typer.echo(f"The DICOM objects would be sent to {destination.name}.")
            if output is not None:
                expect_free(output, force=force)
            return
        exported = run.export(job, output, progress, force=force)
    show_export.plan(exported.plan, written=True)
    if destination is not None:
        deliver(exported.folder, destination)
