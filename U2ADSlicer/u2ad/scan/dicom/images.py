"""The image planes of DICOM files: one value for each, with nothing in it that names a patient."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import numpy as np
from pydicom.uid import UID

from u2ad.errors import RefusedInputError
from u2ad.scan.dicom.header import DamagedHeaderError, Fields, Header, quiet_pydicom, read_header
from u2ad.scan.dicom.kind import Kind, kind_of
from u2ad.scan.dicom.parts import Part, part_of
from u2ad.scan.dicom.patient import digest_of, without_patient
from u2ad.scan.scan import Facts
from u2ad.scan.words import region_in, weighting_in

LARGEST_SIDE = 4096
"""More rows or columns than any MR has; a larger figure means a damaged header."""


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


@dataclass(frozen=True)
class Origin:
    """What must be equal in all images of one stack, besides their series.

    Args:
        patient: a digest, to tell two patients apart.
        day: StudyDate (0008,0020), to put examinations in order.
        frame_of_reference: FrameOfReferenceUID (0020,0052): only within it do positions compare.
        stack: Stack ID (0020,9056) of an enhanced image, where one file holds several.
    """

    patient: str = field(repr=False)
    day: str = field(repr=False)
    frame_of_reference: str
    stack: str


@dataclass(frozen=True)
class Encoding:
    """How the values of an image are stored.

    Args:
        transfer_syntax: TransferSyntaxUID (0002,0010).
        samples: SamplesPerPixel (0028,0002); more than one is colour.
        inverted: whether small values are shown bright, PhotometricInterpretation (0028,0004) MONOCHROME1.
        lossy: LossyImageCompression (0028,2110).
        slope: RescaleSlope (0028,1053) of the frame.
        intercept: RescaleIntercept (0028,1052) of the frame.
    """

    transfer_syntax: UID
    samples: int
    inverted: bool
    lossy: bool
    slope: float
    intercept: float


@dataclass(frozen=True, eq=False)
class DicomImage:
    """One image plane.

    Args:
        path: its file.
        frame: its place in a multi-frame file, from 0; 0 in an ordinary file.
        uid: SOPInstanceUID (0008,0018); empty where the header does not say.
        instance_number: (0020,0013); orders images that lie at the same place.
        series: SeriesInstanceUID (0020,000E).
        series_number: (0020,0011).
        description: SeriesDescription (0008,103E) without the patient's name, numbers and birth date.
        shape: rows and columns.
        placement: where it lies; None where the header does not say.
        facts: what is known of the acquisition, without slice positions.
        origin: whose it is, and in which space it lies.
        kind: a plain scan, or what else.
        types: values of ImageType (0008,0008), or of the frame's own type, upper case.
        part: which of several images at one place of its series it is.
        encoding: how its values are stored.
    """

    path: Path
    frame: int
    uid: str
    instance_number: int
    series: str
    series_number: int
    description: str
    shape: tuple[int, int]
    placement: Placement | None
    facts: Facts
    origin: Origin
    kind: Kind
    types: tuple[str, ...]
    part: Part
    encoding: Encoding

    @property
    def identity(self) -> tuple[object, ...]:
        """Equal for copies of one image; files that share a UID but lie apart are no copies."""
        place = None if self.placement is None else tuple(self.placement.position.round(3).tolist())
        return (self.uid or str(self.path), self.frame, place)

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
    """Whether the file is DICOM, with or without an image in it, damaged or not."""
    try:
        return read_header(path) is not None
    except DamagedHeaderError:
        return True


def images_in(path: Path) -> tuple[DicomImage, ...]:
    """The image planes of one file; none where it is not DICOM, damaged, or holds a document or no pixels."""
    with suppress(DamagedHeaderError):
        header = read_header(path)
        return () if header is None else images_of(header, path)
    return ()


def images_of(header: Header, path: Path) -> tuple[DicomImage, ...]:
    """The image planes that a header announces; none where it is that of a document.

    Raises:
        DamagedHeaderError: if it is that of an image, but does not say how large it is.
    """
    with quiet_pydicom():
        rows, columns = (header.fields.whole(keyword) or 0 for keyword in ("Rows", "Columns"))
        if not rows and not columns and "Image Storage" not in header.sop_class.name:
            return ()
        if not (0 < rows <= LARGEST_SIDE and 0 < columns <= LARGEST_SIDE):
            raise DamagedHeaderError
        return _planes(path, header, (rows, columns))


def _planes(path: Path, header: Header, shape: tuple[int, int]) -> tuple[DicomImage, ...]:
    make = cache(lambda frame: _plane(path, header, frame, shape))  # frames may share their fields
    return tuple(replace(make(frame), frame=index) for index, frame in enumerate(header.frames))


def _plane(path: Path, header: Header, frame: Fields, shape: tuple[int, int]) -> DicomImage:
    fields = header.fields
    patient = f"{fields.text('PatientName')} {fields.text('PatientID')}"
    stated = f"{patient} {fields.text('PatientBirthDate')} {fields.text('AccessionNumber')}"
    described = without_patient(fields.text("SeriesDescription"), stated)
    series_number = fields.whole("SeriesNumber") or 0
    origin = Origin(
        digest_of(patient), fields.text("StudyDate"), frame.text("FrameOfReferenceUID"), frame.text("StackID")
    )
    return DicomImage(
        path=path,
        frame=0,
        uid=fields.text("SOPInstanceUID"),
        instance_number=fields.whole("InstanceNumber") or 0,
        series=fields.text("SeriesInstanceUID") or f"unknown {series_number} {described}",
        series_number=series_number,
        description=described,
        shape=shape,
        placement=_placement(frame),
        facts=_facts(frame, stated),
        origin=origin,
        kind=kind_of(header.sop_class, _types(frame), _described(frame), _inversion_ms(frame)),
        types=_types(frame),
        part=part_of(frame, _types(frame), stated),
        encoding=_encoding(frame, header.transfer_syntax),
    )


def _types(frame: Fields) -> tuple[str, ...]:
    return tuple(text.upper() for text in frame.texts("FrameType") or frame.texts("ImageType"))


def _inversion_ms(frame: Fields) -> float | None:
    return frame.number("InversionTime", "InversionTimes")


def _encoding(frame: Fields, transfer_syntax: UID) -> Encoding:
    return Encoding(
        transfer_syntax=transfer_syntax,
        samples=frame.whole("SamplesPerPixel") or 1,
        inverted=frame.text("PhotometricInterpretation").upper() == "MONOCHROME1",
        lossy=frame.text("LossyImageCompression") == "01",
        slope=frame.number("RescaleSlope") or 1.0,
        intercept=frame.number("RescaleIntercept") or 0.0,
    )


def _described(frame: Fields) -> str:
    return f"{frame.text('SeriesDescription')} {frame.text('ProtocolName')}"


def _facts(frame: Fields, stated: str) -> Facts:
    described = _described(frame)
    body_part = without_patient(frame.text("BodyPartExamined").upper(), stated) or None
    regions = (region_in(text) for text in (described, frame.text("StudyDescription"), body_part or ""))
    return Facts(
        modality=without_patient(frame.code("Modality"), stated) or None,
        repetition_time_ms=frame.number("RepetitionTime") or None,
        echo_time_ms=frame.number("EchoTime", "EffectiveEchoTime") or None,
        body_part=body_part,
        region_hint=next((region for region in regions if region), None),
        weighting_hint=weighting_in(described),
        slice_thickness_mm=frame.number("SliceThickness"),
    )


def _placement(frame: Fields) -> Placement | None:
    position = frame.numbers("ImagePositionPatient", 3)
    orientation = frame.numbers("ImageOrientationPatient", 6)
    spacing = frame.numbers("PixelSpacing", 2)
    if position is None or orientation is None or spacing is None or not _plausible(position, spacing):
        return None
    row, column = orientation.reshape(2, 3)
    if max(np.abs(orientation)) > 2 or np.linalg.norm(np.cross(row, column)) < 0.99:
        return None
    return Placement(position, _at_right_angles(row, column), (float(spacing[0]), float(spacing[1])))


def _plausible(position: np.ndarray, spacing: np.ndarray) -> bool:
    """Within 100 m, with pixels between a micrometre and 100 m: beyond, geometry loses its digits."""
    return bool(np.abs(position).max() < 1e5 and spacing.min() > 1e-3 and spacing.max() < 1e5)


def _at_right_angles(row: np.ndarray, column: np.ndarray) -> np.ndarray:
    """The two axes turned by equal amounts until they are at right angles: the header rounds them."""
    between, across = _unit(_unit(row) + _unit(column)), _unit(_unit(row) - _unit(column))
    return np.stack([between + across, between - across]) / np.sqrt(2)


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)
