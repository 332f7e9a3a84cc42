"""``u2ad series``: what a folder of DICOM images holds, and what of it suits the detection."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def series(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="DICOM images, subfolders included.")],
) -> None:
    """List the series of a DICOM folder, the most suitable first, each with the reason why or why not."""
    from u2ad.cli import show
    from u2ad.scan.reading import list_proposals

    show.proposals(list_proposals(folder))
