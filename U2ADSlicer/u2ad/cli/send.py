"""``u2ad send``: the DICOM objects of an export, to an archive of the site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from u2ad.export.send.destination import Destination


def send(
    export: Annotated[Path, typer.Argument(metavar="EXPORT", help="Folder that u2ad export has written.")],
    destination: Annotated[str, typer.Argument(help="Name that the site has given an archive in destinations.json.")],
) -> None:
    """Send the DICOM objects of an export; sent again, they are the same objects."""
    from u2ad.export.send.destination import chosen_destination
    from u2ad.home import default_root

    deliver(export, chosen_destination(destination, default_root()))


def deliver(folder: Path, destination: Destination) -> None:
    """Send the objects of an export and print what became of each.

    Raises:
        U2ADError: as :func:`u2ad.export.sending.send_export` tells; what was stored before is printed all the same.
    """
    from u2ad.cli import show_export
    from u2ad.export.send.sent import SendingError
    from u2ad.export.sending import send_export
    from u2ad.terminal import shown

    try:
        with shown() as progress:
            sent = send_export(folder, destination, progress)
    except SendingError as error:
        show_export.outcomes(error.sent)
        raise
    show_export.outcomes(sent)
    typer.echo(f"Sent to {destination.name}: {len(sent)} objects.")
