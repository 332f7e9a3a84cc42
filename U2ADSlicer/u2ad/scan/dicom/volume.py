"""Stacking the images of one series into a scan, in the order in which they lie in the patient."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from u2ad.errors import RefusedInputError, UnreadableInputError
from u2ad.scan.dicom.images import DicomImage, images_in
from u2ad.scan.dicom.series import Series, choose, list_series, series_in
from u2ad.scan.grid import LPS_FROM_RAS, Grid
from u2ad.scan.itk import damaged, not_one_value, quiet_itk, sheared
from u2ad.scan.scan import Scan, SourceImage
from u2ad.scan.verdict import Check, Verdict

SAME_PLACE_MM = 0.01
"""Distance along the normal below which two images lie at one place: the header's own rounding."""

LARGEST_DRIFT_MM = 0.5
"""Shift of the slices against each other, first to last, up to which the stack counts as rectangular."""


def read_folder(folder: Path, wanted: str | None = None) -> Scan:
    """Read one series of a folder; :func:`u2ad.scan.reading.read_scan` says what is returned and raised."""
    return read_series(choose(list_series(folder), wanted))


def read_series_of(path: Path, wanted: str | None = None) -> Scan:
    """Read the whole series that one DICOM file belongs to, from the file's folder without its subfolders."""
    own = images_in(path)
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
    """Stack a series into a scan: slices along their normal, never by file name or instance number.

    Raises:
        UnreadableInputError: if an image is damaged.
        RefusedInputError: if the images are in colour, do not say where they lie, are shifted against each other,
            or several of them lie at every position.
    """
    images, remarks = _one_at_each_place(_in_order(series))
    if len(images) < 2:
        raise RefusedInputError("The series holds a single slice, not a 3D scan.", "Choose the whole series.")
    places = _places(images)
    facts = replace(images[0].facts, slice_positions_mm=tuple(places.tolist()))
    source = tuple(SourceImage(image.path, image.uid, image.frame) for image in images)
    return Scan(_voxels(images), _grid(images, places), facts, remarks, source)


def _in_order(series: Series) -> list[DicomImage]:
    images = list({image.instance: image for image in series.images}.values())
    normal = images[0].where().normal
    return sorted(images, key=lambda image: (image.where().position @ normal, image.instance_number, image.frame))


def _one_at_each_place(images: list[DicomImage]) -> tuple[list[DicomImage], tuple[Check, ...]]:
    starts = np.flatnonzero(np.diff(_places(images), prepend=-np.inf) > SAME_PLACE_MM)
    doubled = len(images) - len(starts)
    if doubled == 0:
        return images, ()
    if doubled >= len(starts):
        raise RefusedInputError(
            f"The series holds about {round(len(images) / len(starts))} images at every position, "
            "such as time points, echoes or parts of a complex image.",
            "Export the T2-weighted images as a series of their own.",
        )
    remark = Check(
        "duplicates",
        Verdict.REFUSE,
        f"{doubled} of {len(images)} images lie where another one lies already; the first of each was used.",
        "Export the series again without other images in it.",
    )
    return [images[start] for start in starts], (remark,)


def _places(images: list[DicomImage]) -> np.ndarray:
    """Positions along the common normal in mm."""
    normal = images[0].where().normal
    return np.array([image.where().position @ normal for image in images])


def _grid(images: list[DicomImage], places: np.ndarray) -> Grid:
    first = images[0].where()
    positions = np.array([image.where().position for image in images])
    drift = positions - positions[0] - np.outer(places - places[0], first.normal)
    if np.linalg.norm(drift, axis=1).max() > LARGEST_DRIFT_MM:
        raise sheared()
    between_rows, between_columns = first.pixel_spacing
    lps = np.eye(4)
    lps[:3, 0] = first.axes[0] * between_columns
    lps[:3, 1] = first.axes[1] * between_rows
    lps[:3, 2] = first.normal * (places[-1] - places[0]) / (len(images) - 1)
    lps[:3, 3] = first.position
    return Grid((len(images), *images[0].shape), LPS_FROM_RAS @ lps)


def _voxels(images: list[DicomImage]) -> np.ndarray:
    read = cache(_pixels)
    return np.stack([_plane(read(image.path), image) for image in images])


def _plane(planes: np.ndarray, image: DicomImage) -> np.ndarray:
    if image.frame >= len(planes) or planes.shape[1:] != image.shape:
        raise damaged()
    return planes[image.frame]


def _pixels(path: Path) -> np.ndarray:
    """The planes of a file, rescaled to the units that its header states, (frames, rows, columns)."""
    reader = sitk.ImageFileReader()
    reader.SetImageIO("GDCMImageIO")
    reader.SetFileName(str(path))
    with quiet_itk():
        try:
            image = reader.Execute()
        except RuntimeError:
            raise damaged() from None
    if image.GetNumberOfComponentsPerPixel() > 1:
        raise not_one_value(image.GetNumberOfComponentsPerPixel())
    voxels = sitk.GetArrayFromImage(image)
    return voxels.reshape(-1, *voxels.shape[-2:])
