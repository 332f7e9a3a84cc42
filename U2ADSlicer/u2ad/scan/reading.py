"""Reading a scan, whatever format it comes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from u2ad.errors import UnreadableInputError
from u2ad.scan import dicom
from u2ad.scan.itk import read_stored
from u2ad.scan.nifti import grid_in, nifti_facts, position_remarks, share_not_finite
from u2ad.scan.nifti_header import read_header
from u2ad.scan.scan import Facts, Scan
from u2ad.scan.verdict import SERIES_TAKEN, Check, Verdict

NIFTI = (".nii", ".nii.gz")
NRRD = (".nrrd", ".nhdr")
META_IMAGE = (".mha", ".mhd")
FORMATS = "NIfTI (.nii, .nii.gz), NRRD (.nrrd, .nhdr), MetaImage (.mha, .mhd) or a folder of DICOM images"

MOST_NOT_FINITE = 0.05
"""Share of voxels without a number up to which the rest is worth reading: a masked border, not a broken file."""


def read_scan(path: Path, series: str | None = None) -> Scan:
    """Read one scan.

    Args:
        path: a NIfTI, NRRD or MetaImage file, a folder with DICOM images (looked through with its subfolders), or
            one DICOM image, which stands for its whole series.
        series: for DICOM, the number of the series in the list that :class:`u2ad.scan.dicom.SeveralSeriesError`
            shows, or its SeriesInstanceUID.

    Returns:
        The scan with the file's own voxel type, on a grid with axes at right angles. Voxels without a number (NaN,
        infinity) are read as dark, and a remark says so.

    Raises:
        UnreadableInputError: if there is no such file, or nothing in it that can be read.
        RefusedInputError: if it is not a 3D greyscale image, or does not say where its voxels lie.
        SeveralSeriesError: if a folder holds several series and none was chosen.
    """
    path = Path(path)
    try:
        return _with_finite_voxels(_read(path, series))
    except OSError as error:
        raise unreadable(error) from None


def read_proposed(path: Path, series: str | None = None) -> Scan:
    """Read one scan as :func:`read_scan` does, but of several series take the only one that suits the detection.

    Returns:
        The scan; a remark says which series was taken and why.

    Raises:
        U2ADError: as :func:`read_scan`; SeveralSeriesError if none was chosen and none or several suit.
    """
    try:
        return read_scan(path, series)
    except dicom.SeveralSeriesError as several:
        proposal = dicom.only_fit(several.series)
        if series is not None or proposal is None:
            raise
        scan = _read_series(proposal.series)
        taken = (
            f"Of {len(several.series)} series the only one that suits was taken, number {proposal.number}: "
            f"{proposal.reason}."
        )
        return replace(scan, remarks=(Check(SERIES_TAKEN, Verdict.OK, taken), *scan.remarks))


def read_one_of_many(path: Path) -> Scan:
    """Read one scan of a command that takes several, as :func:`read_proposed` does: there no number chooses a series.

    Raises:
        U2ADError: as :func:`read_proposed`; of several series that suit, the remedy is to name an image.
    """
    try:
        return read_proposed(path)
    except dicom.SeveralSeriesError as several:
        raise dicom.SeveralSeriesError(several.series, dicom.BY_IMAGE) from None


def list_proposals(folder: Path) -> tuple[dicom.Proposal, ...]:
    """The series of a folder of DICOM images, the most suitable for the detection first.

    Raises:
        UnreadableInputError: if there is no such folder, or nothing in it that can be read.
    """
    folder = Path(folder)
    try:
        expect_file(folder)
        if folder.name.upper() == "DICOMDIR":
            folder = folder.parent
        if not folder.is_dir():
            raise UnreadableInputError("This is no folder.", "Give a folder of DICOM images.")
        return dicom.proposals(dicom.list_series(folder))
    except OSError as error:
        raise unreadable(error) from None


def read_image_file(path: Path) -> Scan:
    """Read one NIfTI, NRRD or MetaImage file as it is; :func:`read_scan` says what is raised."""
    header = read_header(path) if is_nifti(path) else None
    stored = read_stored(path)
    if header is None:
        return Scan(stored.array, stored.grid, Facts(), _nrrd_remarks(path, stored.header))
    grid = grid_in(stored, header)
    remarks = position_remarks(grid, header) + _not_finite(share_not_finite(path, header))
    return Scan(stored.array, grid, nifti_facts(path, header.description), remarks)


def is_nifti(path: Path) -> bool:
    """Whether the name is that of a NIfTI file."""
    return path.name.lower().endswith(NIFTI)


def is_image_file(path: Path) -> bool:
    """Whether the name is that of a NIfTI, NRRD or MetaImage file."""
    return path.name.lower().endswith(NIFTI + NRRD + META_IMAGE)


def expect_file(path: Path) -> None:
    """Look whether there is something to read.

    Raises:
        UnreadableInputError: if there is no such file, or it is empty.
        OSError: if looking is not permitted.
    """
    if not path.exists():
        raise UnreadableInputError("There is no such file or folder.", "Check the spelling of the path.")
    if path.is_file() and path.stat().st_size == 0:
        raise UnreadableInputError("The file is empty.", "Copy or export it again.")
    if path.is_file():
        with path.open("rb") as file:
            file.read(1)


def unreadable(error: OSError) -> UnreadableInputError:
    """The error of this room for one of the operating system."""
    if isinstance(error, PermissionError):
        return UnreadableInputError(
            "You are not permitted to read this file or folder.", "Ask its owner for permission, or copy it."
        )
    return UnreadableInputError(f"The file cannot be read: {error.strerror or 'unknown reason'}.", "Copy it again.")


def _read(path: Path, series: str | None) -> Scan:
    expect_file(path)
    if is_image_file(path) and path.is_file():
        if series is not None:
            raise UnreadableInputError("Only DICOM folders have series to choose from.", "Leave out --series.")
        return read_image_file(path)
    if path.is_dir() or path.name.upper() == "DICOMDIR":
        return dicom.read_folder(path if path.is_dir() else path.parent, series)
    if dicom.is_dicom_file(path):
        return dicom.read_series_of(path, series)
    raise UnreadableInputError("This file is no image that U2AD can read.", f"Give {FORMATS}. Unpack archives first.")


def _read_series(series: dicom.Series) -> Scan:
    try:
        return _with_finite_voxels(dicom.read_series(series))
    except OSError as error:
        raise unreadable(error) from None


def _nrrd_remarks(path: Path, header: Mapping[str, str]) -> tuple[Check, ...]:
    if not path.name.lower().endswith(NRRD) or header.get("NRRD_space"):
        return ()
    return (
        Check(
            "position",
            Verdict.WARN,
            "The file does not say how the patient lay in the scanner (no space field).",
            "Compare left and right, head and foot with the original images.",
        ),
    )


def _with_finite_voxels(scan: Scan) -> Scan:
    finite = np.isfinite(scan.array)
    if finite.all() or not finite.any():
        return scan
    array = np.where(finite, scan.array, scan.array[finite].min())
    return replace(scan, array=array, remarks=scan.remarks + _not_finite(1 - float(finite.mean())))


def _not_finite(share: float) -> tuple[Check, ...]:
    if share == 0:
        return ()
    verdict = Verdict.WARN if share <= MOST_NOT_FINITE else Verdict.REFUSE
    percent = f"{100 * share:.0f} %" if share >= 0.01 else "Less than 1 %"
    sentence = f"{percent} of the voxels hold no number (NaN or infinity); they were read as dark."
    return (Check("finite", verdict, sentence, "Export the scan again if they lie near the spine."),)
