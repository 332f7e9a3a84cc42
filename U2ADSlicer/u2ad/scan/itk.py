"""Reading one image file with ITK: its silence, its refusals and its gaps turned into sentences."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from u2ad.errors import RefusedInputError, UnreadableInputError
from u2ad.scan.grid import Grid, grid_of

if TYPE_CHECKING:
    import SimpleITK as sitk  # imported late: a panel needs the refusals below long before it reads a file, if ever

MOST_VOXELS = 2**31
"""Far above any MRI; a larger figure means a damaged header, and reading it would exhaust the memory."""

LARGEST_SHEAR = 0.01
"""Cosine between axes up to which rounding explains it: 1 mm over a field of view of 100 mm."""


@dataclass(frozen=True, eq=False)
class StoredImage:
    """What one image file holds.

    Args:
        array: voxel values in the file's own type, KJI.
        grid: where they lie; axes at right angles.
        header: the file's own fields, by the names that ITK gives them.
    """

    array: np.ndarray
    grid: Grid
    header: Mapping[str, str]


@contextmanager
def quiet_itk() -> Iterator[None]:
    """Keep what ITK's libraries print about a file off the terminal.

    They write to the file descriptor, past ``sys.stderr``. What another thread prints meanwhile is lost too.
    """
    try:
        terminal = os.dup(2)
    except OSError:  # a program without a terminal, such as Slicer on Windows
        yield
        return
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(terminal, 2)
        os.close(terminal)


def read_stored(path: Path) -> StoredImage:
    """Read one 3D image file with one value per voxel.

    Raises:
        UnreadableInputError: if the file is damaged.
        RefusedInputError: if it is not a 3D image with one value per voxel, or its axes are sheared or singular.
    """
    import SimpleITK as sitk

    with quiet_itk():
        reader, image = _read(path)
    header = {key: reader.GetMetaData(key) for key in reader.GetMetaDataKeys()}
    image = _one_volume(image)
    return StoredImage(sitk.GetArrayFromImage(image), square_grid(image), header)


def square_grid(image: sitk.Image) -> Grid:
    """The grid of a 3D image, rounding errors of its axes removed.

    Raises:
        RefusedInputError: if the axes are singular or sheared.
    """
    try:
        grid = grid_of(image)
    except ValueError:
        raise no_place_in_patient() from None
    if grid.skew > LARGEST_SHEAR:
        raise sheared()
    return grid.squared()


def damaged() -> UnreadableInputError:
    """The error for a file whose content ITK cannot make sense of."""
    return UnreadableInputError(
        "The file is damaged, or it is not of the format that its name says.",
        "Export the scan again, as NIfTI or DICOM.",
    )


def no_place_in_patient() -> RefusedInputError:
    """The refusal of an image whose header gives no usable position."""
    return RefusedInputError(
        "The header does not say where the voxels lie in the patient: its orientation matrix is singular.",
        "Export the scan again from the original DICOM images.",
    )


def sheared() -> RefusedInputError:
    """The refusal of an image whose axes are not at right angles."""
    return RefusedInputError(
        "The axes of this image are not at right angles (sheared), as after a gantry tilt or an affine registration.",
        "Resample it onto a rectangular grid first, or use the images as they came from the scanner.",
    )


def not_one_value(components: int) -> RefusedInputError:
    """The refusal of colour, complex and vector images."""
    kind = "a colour image" if components in (3, 4) else f"an image with {components} values per voxel"
    return RefusedInputError(f"This is {kind}, not a greyscale MRI.", "Choose the original MR series.")


def _read(path: Path) -> tuple[sitk.ImageFileReader, sitk.Image]:
    import SimpleITK as sitk

    reader = sitk.ImageFileReader()
    reader.SetFileName(str(path))
    try:
        with _small_shear_accepted():
            reader.ReadImageInformation()
            _expect_scalar_volume(reader)
            return reader, reader.Execute()
    except RuntimeError as error:
        if "orthonormal" in str(error):
            raise no_place_in_patient() from None
        raise damaged() from None


@contextmanager
def _small_shear_accepted() -> Iterator[None]:
    """ITK's NIfTI reader stumbles over a skew of 1e-4; Slicer sets this too. ``square_grid`` looks afterwards."""
    name = "ITK_NIFTI_SFORM_PERMISSIVE"
    before = os.environ.get(name)
    os.environ[name] = "ON"
    try:
        yield
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ[name] = before


def _expect_scalar_volume(reader: sitk.ImageFileReader) -> None:
    size = reader.GetSize()
    volumes = int(np.prod(size[3:]))
    if reader.GetNumberOfComponents() > 1:
        raise not_one_value(reader.GetNumberOfComponents())
    if volumes > 1:
        raise RefusedInputError(
            f"This is a 4D image: {volumes} volumes in one file.", "Save the one T2-weighted volume on its own."
        )
    if len(size) < 3 or min(size[:3]) == 1:
        raise RefusedInputError("This is a single picture, not a 3D scan.", "Choose the whole series.")
    if np.prod(size, dtype=float) > MOST_VOXELS:
        raise damaged()


def _one_volume(image: sitk.Image) -> sitk.Image:
    """Drop the trailing axes of length one that some programs write."""
    import SimpleITK as sitk

    while image.GetDimension() > 3:
        size = [*image.GetSize()[:-1], 0]
        image = sitk.Extract(image, size, [0] * len(size), sitk.ExtractImageFilter.DIRECTIONCOLLAPSETOSUBMATRIX)
    return image


def number(text: str | None) -> float | None:
    """The number that a header field holds; None where it is missing, empty or no number."""
    with suppress(TypeError, ValueError):
        value = float(text)  # type: ignore[arg-type]
        return value if np.isfinite(value) else None
    return None
