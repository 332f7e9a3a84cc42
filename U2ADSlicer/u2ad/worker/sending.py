"""The work of sending: the DICOM objects of an export, to a destination of the site."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from u2ad.export.send.destination import WebDestination, chosen_destination
from u2ad.export.sending import send_export
from u2ad.home import default_root
from u2ad.scan.output import in_words
from u2ad.worker.send_job import SendJob
from u2ad.worker.telling import Telling


def load(job: SendJob) -> None:
    """Load what speaks the protocol of the destination.

    Raises:
        ImportError: if a package is missing.
        DestinationError: if the site has set no such destination, or not as it must be.
    """
    destination = chosen_destination(job.destination, default_root())
    import_module("u2ad.export.send.stow" if isinstance(destination, WebDestination) else "u2ad.export.send.store")


def send_objects(job: SendJob, telling: Telling) -> None:
    """Send what was asked for, and say of each object what became of it.

    Raises:
        DestinationError: if the destination is not set as it must be, or a secret of it is missing.
        UnreadableInputError: if the folder is no export, or objects of it are gone.
        RefusedInputError: if it holds no DICOM objects.
        SendingError: if some are not stored.
        Cancelled: if the telling says so.
    """
    destination = chosen_destination(job.destination, default_root())
    send_export(Path(job.folder), destination, telling, telling.delivered)
    with in_words():
        Path(job.output).mkdir()
