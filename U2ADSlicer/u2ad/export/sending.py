"""Sending what an export has written, where the reader asks for it: after the files are there, never instead."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from u2ad.errors import RefusedInputError, UnreadableInputError
from u2ad.export.folder import changed_since, files_of
from u2ad.export.job import Choice
from u2ad.export.send.sent import Tell, nobody
from u2ad.home import default_root
from u2ad.progress import Progress

if TYPE_CHECKING:
    from u2ad.export.send.destination import Destination
    from u2ad.export.send.sent import Sent

OBJECT = ".dcm"


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
            "None of the formats can be sent to an archive.", "Add a DICOM format.", option="--format dicom-seg"
        )
    from u2ad.export.send.destination import chosen_destination

    return chosen_destination(name, default_root())


def objects_of(folder: Path) -> tuple[Path, ...]:
    """The DICOM objects that an export has written.

    Raises:
        UnreadableInputError: if the folder is no export, or some of its objects are gone.
    """
    paths = tuple(folder / name for name in files_of(folder) if name.endswith(OBJECT))
    if not all(path.is_file() for path in paths):
        raise UnreadableInputError("Some of the exported DICOM objects are not there any more.", "Export again.")
    return paths


def send_export(folder: Path, destination: Destination, progress: Progress, tell: Tell = nobody) -> tuple[Sent, ...]:
    """Send the DICOM objects that an export has written; its files are kept whatever happens.

    Args:
        folder: of the export.
        destination: that the reader has chosen.
        progress: advanced by one for each object.
        tell: told of each object what became of it.

    Raises:
        UnreadableInputError: if the folder is no export, or some of its objects are gone or not what it has written;
            nothing is sent then.
        RefusedInputError: if the export holds no DICOM objects.
        SendingError: if some are not stored; it tells of each what became of it.
        DestinationError: if a secret or a certificate of the destination is missing.
    """
    paths = objects_of(folder)
    if not paths:
        raise RefusedInputError(
            "The export holds no DICOM objects, so nothing was sent; its files are kept.",
            "Export with DICOM objects; they need the scan as DICOM images.",
        )
    _expect_whole(folder, paths)
    from u2ad.export.send.sending import send

    return send(paths, destination, progress, tell)


def _expect_whole(folder: Path, paths: tuple[Path, ...]) -> None:
    """Half an object in an archive is worse than none."""
    if changed_since(folder, [path.relative_to(folder).as_posix() for path in paths]):
        raise UnreadableInputError(
            "Some of the exported DICOM objects are damaged or changed, so nothing was sent.",
            "Copy the folder again, or export again.",
        )
