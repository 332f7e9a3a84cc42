"""The headers of DICOM files: one value for each image plane, with nothing in it that names a patient."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset

from u2ad.errors import RefusedInputError
from u2ad.scan.dicom.patient import without_patient
from u2ad.scan.itk import number
from u2ad.scan.scan import Facts
from u2ad.scan.words import region_in, weighting_in

READ_TAGS = [
    "SOPInstanceUID", "SeriesInstanceUID", "SeriesNumber", "InstanceNumber", "Modality", "SeriesDescription",
    "StudyDescription", "ProtocolName", "BodyPartExamined", "RepetitionTime", "EchoTime", "SliceThickness",
    "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "Rows", "Columns",
    "NumberOfFrames", "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence",
    "PatientName", "PatientID",
]  # fmt: skip
"""All that is ever read of a header. Name and number of the patient only strike themselves out of the description."""


@dataclass(frozen=True, eq=False)
class Placement:
    """Where an image plane lies in the patient.

    Args:
        position: centre of the first pixel in LPS mm, ImagePositionPatient (0020,0032), shape (3,).
        axes: unit vectors along a row and along a column in LPS, ImageOrientationPatient (0020,0037), shape (2, 3),
            at right angles.
        pixel_spacing: distance between rows and between columns in mm, PixelSpacing (0028,0030).
    """

    position: np.ndarray
    axes: np.ndarray
    pixel_spacing: tuple[float, float]

    @property
    def normal(self) -> np.ndarray:
        """Unit vector across the plane in LPS, shape (3,)."""
        return np.cross(*self.axes)


@dataclass(frozen=True, eq=False)
class DicomImage:
    """One image plane.

    Args:
        path: its file.
        frame: its place in a multi-frame file, from 0; 0 in an ordinary file.
        uid: SOPInstanceUID (0008,0018); empty where the header does not say.
        instance: ``uid``, or the file's name, with the frame: tells images apart.
        instance_number: (0020,0013); orders images that lie at the same place.
        series: SeriesInstanceUID (0020,000E).
        series_number: (0020,0011).
        description: SeriesDescription (0008,103E) without the patient's name and number.
        shape: rows and columns.
        placement: where it lies; None where the header does not say.
        facts: what is known of the acquisition, without slice positions.
    """

    path: Path
    frame: int
    uid: str
    instance: str
    instance_number: int
    series: str
    series_number: int
    description: str
    shape: tuple[int, int]
    placement: Placement | None
    facts: Facts

    def where(self) -> Placement:
        """Where it lies.

        Raises:
            RefusedInputError: if the header does not say.
        """
        if self.placement is None:
            raise RefusedInputError(
                "The images do not say where they lie in the patient (no position, orientation or pixel spacing).",
                "Use the original images from the scanner, not screenshots or secondary captures.",
            )
        return self.placement


def is_dicom_file(path: Path) -> bool:
    """Whether the file can be read as DICOM, with or without an image in it."""
    return _header(path) is not None


def images_in(path: Path) -> tuple[DicomImage, ...]:
    """The image planes of one file; none where it is not DICOM, or holds a document, a report or no pixels."""
    header = _header(path)
    if header is None or not header.get("Rows") or not header.get("Columns"):
        return ()
    frames = int(number(str(header.get("NumberOfFrames", 1))) or 1)
    return tuple(_image(path, header, frame) for frame in range(frames))


def _header(path: Path) -> Dataset | None:
    with _quiet_pydicom():
        try:
            header = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=list(READ_TAGS))
            return header if header else None
        except PermissionError:
            raise
        except Exception:  # a damaged header makes pydicom raise errors of many kinds
            return None


@contextmanager
def _quiet_pydicom() -> Iterator[None]:
    logger = logging.getLogger("pydicom")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _image(path: Path, header: Dataset, frame: int) -> DicomImage:
    fields = _Fields(header, frame)
    return DicomImage(
        path=path,
        frame=frame,
        uid=str(header.get("SOPInstanceUID", "")),
        instance=f"{header.get('SOPInstanceUID', path.name)}#{frame}",
        instance_number=int(number(str(header.get("InstanceNumber"))) or 0),
        series=str(header.get("SeriesInstanceUID", "unknown")),
        series_number=int(number(str(header.get("SeriesNumber"))) or 0),
        description=without_patient(str(header.get("SeriesDescription", "")), header),
        shape=(int(header.Rows), int(header.Columns)),
        placement=_placement(fields),
        facts=_facts(header, fields),
    )


class _Fields:
    """Looks a field up in the header itself, then in the functional groups of a frame (PS3.3 C.7.6.16)."""

    def __init__(self, header: Dataset, frame: int) -> None:
        self._groups = [header]
        per_frame = header.get("PerFrameFunctionalGroupsSequence") or []
        for groups in [*per_frame[frame : frame + 1], *(header.get("SharedFunctionalGroupsSequence") or [])]:
            self._groups += [element.value[0] for element in groups if element.VR == "SQ" and element.value]

    def numbers(self, keyword: str, count: int) -> np.ndarray | None:
        for group in self._groups:
            values = group.get(keyword)
            if values is not None and np.size(values) == count:
                found = np.array(values, dtype=np.float64).reshape(count)
                return found if np.isfinite(found).all() else None
        return None

    def number(self, *keywords: str) -> float | None:
        found = [self.numbers(keyword, 1) for keyword in keywords]
        return next((float(value[0]) for value in found if value is not None), None)


def _facts(header: Dataset, fields: _Fields) -> Facts:
    described = " ".join(str(header.get(key, "")) for key in ("SeriesDescription", "ProtocolName"))
    body_part = str(header.get("BodyPartExamined", "")).upper() or None
    regions = (region_in(text) for text in (described, str(header.get("StudyDescription", "")), body_part or ""))
    return Facts(
        modality=header.get("Modality") or None,
        repetition_time_ms=fields.number("RepetitionTime") or None,
        echo_time_ms=fields.number("EchoTime", "EffectiveEchoTime") or None,
        body_part=body_part,
        region_hint=next((region for region in regions if region), None),
        weighting_hint=weighting_in(described),
        slice_thickness_mm=fields.number("SliceThickness"),
    )


def _placement(fields: _Fields) -> Placement | None:
    position = fields.numbers("ImagePositionPatient", 3)
    orientation = fields.numbers("ImageOrientationPatient", 6)
    spacing = fields.numbers("PixelSpacing", 2)
    if position is None or orientation is None or spacing is None or (spacing <= 0).any():
        return None
    row, column = orientation.reshape(2, 3)
    if np.linalg.norm(np.cross(row, column)) < 0.99:
        return None
    return Placement(position, _at_right_angles(row, column), (float(spacing[0]), float(spacing[1])))


def _at_right_angles(row: np.ndarray, column: np.ndarray) -> np.ndarray:
    """The two axes turned by equal amounts until they are at right angles: the header rounds them."""
    between, across = _unit(_unit(row) + _unit(column)), _unit(_unit(row) - _unit(column))
    return np.stack([between + across, between - across]) / np.sqrt(2)


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)
