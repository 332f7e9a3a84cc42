"""Reading one DICOM series as a scan."""

from __future__ import annotations

from pathlib import Path

from u2ad.errors import UnreadableInputError
from u2ad.scan.dicom.choice import choose
from u2ad.scan.dicom.header import DamagedHeaderError, read_header
from u2ad.scan.dicom.images import images_of
from u2ad.scan.dicom.pixels import voxels_of
from u2ad.scan.dicom.series import Series, list_series, series_in
from u2ad.scan.dicom.stacking import stack_of
from u2ad.scan.itk import damaged
from u2ad.scan.scan import Scan


def read_folder(folder: Path, wanted: str | None = None) -> Scan:
    """Read one series of a folder; :func:`u2ad.scan.reading.read_scan` says what is returned and raised."""
    return read_series(choose(list_series(folder), wanted))


def read_series_of(path: Path, wanted: str | None = None) -> Scan:
    """Read the whole series that one DICOM file belongs to, from the file's folder without its subfolders."""
    try:
        header = read_header(path)
        own = () if header is None else images_of(header, path)
    except DamagedHeaderError:
        raise damaged() from None
    if not own:
        raise UnreadableInputError(
            "This DICOM file is a document or a report (such as PDF or SR) and holds no image.",
            "Choose an image of the MR series, or its folder.",
        )
    files = sorted(file for file in path.parent.iterdir() if file.is_file()) if len(own) == 1 else [path]
    stacks = series_in(files)
    with_it = tuple(one for one in stacks if any(image.path == path for image in one.images))
    return read_series(choose(stacks if wanted else with_it, wanted))


def read_series(series: Series) -> Scan:
    """Stack a series into a scan.

    Raises:
        UnreadableInputError: if an image is damaged.
        RefusedInputError: if the images make no stack; :func:`u2ad.scan.dicom.stacking.stack_of` says when.
    """
    stack = stack_of(series)
    return Scan(voxels_of(stack.images), stack.grid, stack.facts, stack.remarks, stack.source)
