"""Reading the headers of a scan's own images again, and making sure that they are still those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.uid import UID
from pydicom.valuerep import DA, TM

from u2ad.export.dicom.deidentify import IDENTIFYING, RENAMED
from u2ad.export.dicom.errors import NoDicomSourceError
from u2ad.export.dicom.source import Plane, stable_uid
from u2ad.scan.dicom.header import quiet_pydicom
from u2ad.scan.dicom.images import DicomImage, Placement, images_in
from u2ad.scan.grid import LPS_FROM_RAS, Grid
from u2ad.scan.scan import Scan, SourceImage

LARGEST_SHIFT_MM = 0.5
"""Shift within the plane up to which an image lies where the slice does: slices of a stack may drift as much."""

LARGEST_TURN = 0.01
"""Difference in a direction cosine up to which an image lies as the slice does: 0.6 degrees."""

SAME_PLACE_MM = 0.1
"""Along the normal, between what a header says now and what it said when the scan was read."""

LARGEST_NUMBER = 20_000_000
"""Series number up to which a hundred times as much still fits an IS (PS3.5 6.2)."""

LONGEST = {"AccessionNumber": 16, "StudyID": 16, "PatientID": 64, "IssuerOfPatientID": 64, "StudyDescription": 64}
"""Characters that PS3.5 6.2 lets stand in SH and LO; what is longer is no value and is left out."""

RECORDED = ("PatientIdentityRemoved", "DeidentificationMethod", "LossyImageCompression")
"""What must be said of everything that is made of an image of which it was said."""

AGAIN = "Give the original DICOM series; in Slicer, load it anew from the DICOM database."


@dataclass(frozen=True, eq=False)
class Stated:
    """What the header of one slice says.

    Args:
        header: of its file, without pixels.
        image: the same as the scan was read from: its series number and slice thickness, however they stand there.
        placement: where the image lies, LPS.
        instance: SOPInstanceUID (0008,0018).
        frame: its number in a multi-frame image, from 1; None in an ordinary one.
    """

    header: Dataset
    image: DicomImage
    placement: Placement
    instance: str
    frame: int | None


def expect_source(scan: Scan) -> None:
    """Raise :class:`NoDicomSourceError` if a scan does not know the DICOM image of each slice."""
    if not scan.source:
        raise _again("The scan was not read from DICOM, so no DICOM object can refer to it.")
    if len(scan.source) != len(scan.array):
        raise _again("The scan has not as many slices as DICOM images.")
    named = {(image.instance, image.frame) for image in scan.source if UID(image.instance).is_valid}
    if len(named) != len(scan.source):
        raise NoDicomSourceError(
            "The DICOM images of the scan lack UIDs of their own, so that nothing can refer to them.",
            "Export the series from the archive again.",
        )


def stated_in(images: Sequence[SourceImage]) -> list[Stated]:
    """What the headers of images say now; each file is read once.

    Raises:
        NoDicomSourceError: if one is gone, damaged or another one.
    """
    read = cache(_read)
    return [_stated(image, *read(image.path)) for image in images]


def _stated(image: SourceImage, header: Dataset, frames: tuple[DicomImage, ...]) -> Stated:
    if image.frame >= len(frames) or str(header.get("SOPInstanceUID", "")) != image.instance:
        raise _again("A DICOM image of the scan has changed since it was read.")
    read = frames[image.frame]
    placement = read.placement
    if placement is None:
        raise _again("A DICOM image of the scan does not say where it lies.")
    is_frame = len(frames) > 1 or "PerFrameFunctionalGroupsSequence" in header
    return Stated(header, read, placement, image.instance, image.frame + 1 if is_frame else None)


def _read(path: Path) -> tuple[Dataset, tuple[DicomImage, ...]]:
    try:
        with quiet_pydicom():
            header = pydicom.dcmread(path, stop_before_pixels=True)
        frames = tuple(images_in(path))
    except Exception:  # a damaged header makes pydicom raise errors of many kinds
        raise _again("A DICOM image of the scan cannot be read any more.") from None
    return header, frames


def planes_of(stated: Sequence[Stated], scan: Scan) -> tuple[Plane, ...]:
    """The image of each slice.

    Raises:
        NoDicomSourceError: if an image does not lie where its slice does.
    """
    places = scan.facts.slice_positions_mm or ()
    inner = range(1, len(places) - 1) if len(places) == len(stated) else ()  # the ends lie where the grid says
    for k, one in enumerate(stated):
        if not _lies_in(one, scan.grid, k, places[k] if k in inner else None):
            raise _again("The scan does not lie where its DICOM images do.")
    return tuple(_plane(one) for one in stated)


def _plane(stated: Stated) -> Plane:
    x, y, z = (float(value) for value in stated.placement.position)
    return Plane(str(stated.header.get("SOPClassUID", "")), stated.instance, stated.frame, (x, y, z))


def _lies_in(stated: Stated, grid: Grid, k: int, place: float | None) -> bool:
    """Whether an image lies in slice k: within half a slice along the normal, since a grid evens the slices out, or
    where that slice was when the scan was read.
    """
    placement = stated.placement
    if (stated.header.Rows, stated.header.Columns) != grid.shape[1:]:
        return False
    lps = LPS_FROM_RAS[:3, :3]
    axes = (lps @ grid.directions[[2, 1]].T).T
    shift = placement.position - lps @ grid.to_ras(np.array([k, 0, 0]))
    along = float(shift @ placement.normal)
    across = float(np.linalg.norm(shift - along * placement.normal))
    return (
        bool(np.abs(axes - placement.axes).max() < LARGEST_TURN)
        and bool(np.allclose(placement.pixel_spacing, grid.spacing[1:], rtol=1e-3))
        and across <= LARGEST_SHIFT_MM
        and (abs(along) < grid.spacing[0] / 2 or _is_at(placement, place))
    )


def _is_at(placement: Placement, place: float | None) -> bool:
    return place is not None and abs(float(placement.position @ placement.normal) - place) < SAME_PLACE_MM


def repeated_of(stated: Sequence[Stated], grid: Grid) -> Dataset:
    """What objects made of the images repeat of their headers, and the geometry that all slices share.

    Raises:
        NoDicomSourceError: if they are of several patients or studies, or do not say of which.
    """
    first = stated[0]
    for keyword in ("PatientID", "StudyInstanceUID", "SeriesInstanceUID"):
        if len({str(one.header.get(keyword, "")) for one in stated}) > 1:
            raise _again("The DICOM images of the scan are of several patients, studies or series.")
    header = _patient_and_study(first.header)
    header.Modality = str(first.header.get("Modality") or "MR")
    header.SeriesNumber = first.image.series_number if 0 <= first.image.series_number <= LARGEST_NUMBER else 0
    header.Rows, header.Columns = grid.shape[1:]
    header.PixelSpacing = list(first.placement.pixel_spacing)
    thickness = first.image.facts.slice_thickness_mm
    header.SliceThickness = thickness if thickness and thickness > 0 else float(grid.spacing[0])
    header.ImageOrientationPatient = [float(value) for value in first.placement.axes.ravel()]
    return header


def _patient_and_study(found: Dataset) -> Dataset:
    header = Dataset()
    for keyword in (*IDENTIFYING, *RECORDED):
        value = _value(found, keyword)
        if value:
            setattr(header, keyword, value)
    for keyword in RENAMED:
        uid = UID(str(found.get(keyword) or ""))
        setattr(header, keyword, uid if uid.is_valid else "")
    if not header.StudyInstanceUID or not header.SeriesInstanceUID:
        raise NoDicomSourceError(
            "The DICOM images of the scan do not say to which study and series they belong.",
            "Export the series from the archive again.",
        )
    if not header.FrameOfReferenceUID:
        header.FrameOfReferenceUID = stable_uid("frame of reference", header.SeriesInstanceUID)
    return header


def _value(found: Dataset, keyword: str) -> str | None:
    """The value as text; None where it is missing, or not what the standard lets stand there."""
    value = found.get(keyword)
    if isinstance(value, MultiValue):
        if keyword == "PatientID":
            raise NoDicomSourceError("The DICOM images give several patient IDs.", "Correct them in the archive first.")
        value = value[0] if value else None
    text = "" if value is None else str(value).strip()
    if len(text) > LONGEST.get(keyword, len(text)):
        if keyword == "PatientID":
            raise NoDicomSourceError("The patient ID of the images is too long.", "Correct it in the archive first.")
        return None
    return text if text and _CHECKS.get(keyword, bool)(text) else None


def _is_date(text: str) -> Any:
    return len(text) == 8 and _is_valid(DA, text)


def _is_time(text: str) -> Any:
    return _is_valid(TM, text)


def _is_valid(kind: type[DA] | type[TM], text: str) -> bool:
    try:
        kind(text)
    except (ValueError, OverflowError):
        return False
    return True


def _is_sex(text: str) -> Any:
    return text in ("M", "F", "O")


_CHECKS = {"PatientBirthDate": _is_date, "StudyDate": _is_date, "StudyTime": _is_time, "PatientSex": _is_sex}


def _again(problem: str) -> NoDicomSourceError:
    """Of a scan whose images are not at hand as they were read."""
    return NoDicomSourceError(problem, AGAIN, option="--source")
