"""Putting the images of one series in the order in which they lie in the patient, from their headers alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from u2ad.errors import RefusedInputError
from u2ad.scan.dicom.images import DicomImage
from u2ad.scan.dicom.kind import Kind
from u2ad.scan.dicom.pixels import expect_readable
from u2ad.scan.dicom.series import SAME_PLACE_MM, Series
from u2ad.scan.grid import LPS_FROM_RAS, Grid
from u2ad.scan.itk import no_place_in_patient, sheared
from u2ad.scan.scan import Facts, SourceImage
from u2ad.scan.verdict import Check, Verdict

LARGEST_DRIFT_MM = 0.5
"""Shift of the slices against each other, first to last, up to which the stack counts as rectangular."""


@dataclass(frozen=True, eq=False)
class Stack:
    """A series in order, known from its headers.

    Args:
        images: one a slice, ascending along their normal, length K.
        grid: where the voxels lie, of shape (K, rows, columns).
        facts: what is known of the acquisition, with the positions of the slices.
        remarks: what was odd.
    """

    images: tuple[DicomImage, ...]
    grid: Grid
    facts: Facts
    remarks: tuple[Check, ...]

    @property
    def source(self) -> tuple[SourceImage, ...]:
        """The DICOM image of each slice."""
        return tuple(SourceImage(image.path, image.uid, image.frame) for image in self.images)


def stack_of(series: Series) -> Stack:
    """Stack a series: slices along their normal, never by file name or instance number.

    Raises:
        RefusedInputError: if the images are in colour, a mosaic or compressed in a way that cannot be read, do not say
            where they lie, are shifted against each other, or several of them lie at every position.
    """
    expect_readable(series.images)
    _expect_one_slice_an_image(series)
    images, remarks = _one_at_each_place(_in_order(series))
    if len(images) < 2:
        raise RefusedInputError("The series holds a single slice, not a 3D scan.", "Choose the whole series.")
    places = _places(images)
    facts = replace(images[0].facts, slice_positions_mm=tuple(places.tolist()))
    return Stack(tuple(images), _grid(images, places), facts, remarks + _odd(series))


def _expect_one_slice_an_image(series: Series) -> None:
    if series.first.kind is Kind.MOSAIC:
        raise RefusedInputError(
            "The images are mosaics: each shows all slices side by side.", "Export the series as one image a slice."
        )


def _in_order(series: Series) -> list[DicomImage]:
    normal = series.first.where().normal
    return sorted(
        series.images, key=lambda image: (image.where().position @ normal, image.instance_number, image.frame)
    )


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
    try:
        return Grid((len(images), *images[0].shape), LPS_FROM_RAS @ lps)
    except ValueError:
        raise no_place_in_patient() from None


def _odd(series: Series) -> tuple[Check, ...]:
    odd = (_damaged_beside(series), _shared_uids(series), _inverted(series), _lossy(series))
    return tuple(check for check in odd if check is not None)


def _damaged_beside(series: Series) -> Check | None:
    if not series.damaged:
        return None
    files = "1 DICOM file is" if series.damaged == 1 else f"{series.damaged} DICOM files are"
    return _warning("files", f"{files} damaged and left out.", "Copy the folder again if slices are missing.")


def _shared_uids(series: Series) -> Check | None:
    names = {(image.uid, image.frame) for image in series.images}
    if "" not in {image.uid for image in series.images} and len(names) == len(series.images):
        return None
    return _warning(
        "identifiers",
        "Images of the series have no identifier of their own (SOPInstanceUID).",
        "What is exported as DICOM cannot refer to them; take the series from the archive again.",
    )


def _inverted(series: Series) -> Check | None:
    if not series.first.encoding.inverted:
        return None
    return _warning(
        "inverted",
        "The images are stored inverted (MONOCHROME1) and were turned to what a viewer shows.",
        "Look whether CSF is brighter than the cord.",
    )


def _lossy(series: Series) -> Check | None:
    if not any(image.encoding.lossy for image in series.images):
        return None
    return _warning(
        "compression", "The images were compressed with loss.", "Prefer the original images from the scanner."
    )


def _warning(name: str, sentence: str, remedy: str) -> Check:
    return Check(name, Verdict.WARN, sentence, remedy)
