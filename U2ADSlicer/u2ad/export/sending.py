"""Sending what an export has written, where the reader asks for it: after the files are there, never instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from u2ad.errors import RefusedInputError
from u2ad.export.job import Choice
from u2ad.home import default_root
from u2ad.progress import Progress

if TYPE_CHECKING:
    from u2ad.export.run import Exported
    from u2ad.export.send.destination import Destination
    from u2ad.export.send.sent import Sent


def chosen(name: str | None, choice: Choice) -> Destination | None:
    """The destination of that name, looked up before anything is written; None where none is named.

    Raises:
        RefusedInputError: if none of the formats can be sent.
        DestinationError: if the site has set no such destination, or not as it must be.
    """
    if name is None:
        return None
    if not any(one.is_dicom for one in choice.wanted):
        raise RefusedInputError(
            "None of the formats can be sent to an archive.", "Add a DICOM format, such as --format dicom-seg."
        )
    from u2ad.export.send.destination import chosen_destination

    return chosen_destination(name, default_root())


def send_objects(exported: Exported, destination: Destination, progress: Progress) -> tuple[Sent, ...]:
    """Send the DICOM objects of an export; its files are kept whatever happens.

    Raises:
        RefusedInputError: if the export holds none.
        SendingError: if some are not stored; it tells of each what became of it.
        DestinationError: if a secret or a certificate of the destination is missing.
    """
    paths = [exported.folder / name for one, names in exported.files.items() if one.is_dicom for name in sorted(names)]
    if not paths:
        raise RefusedInputError(
            "The export holds no DICOM objects, so nothing was sent; its files are kept.",
            "Give the DICOM series as the source.",
        )
    from u2ad.export.send.sending import send

    return send(paths, destination, progress)
