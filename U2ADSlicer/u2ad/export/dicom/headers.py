"""Minimal headers of source images, as highdicom asks for them: nothing stands in them that is not meant to leave.

highdicom takes either single images or one multi-frame image whose frames share shape and orientation. Enhanced images
come as several stacks in one file and as one frame in each of many files too, so every slice is handed over as a single
image of its own, under a stand-in UID where it is a frame, and :func:`point_to_frames` puts the true references in.
"""

from __future__ import annotations

from collections.abc import Sequence as Items
from copy import deepcopy
from typing import TYPE_CHECKING, cast

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import MRImageStorage
from pydicom.valuerep import DSfloat

if TYPE_CHECKING:
    from u2ad.export.dicom.source import Plane, Source

TYPE_2 = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "StudyID",
    "StudyDate",
    "StudyTime",
    "AccessionNumber",
    "ReferringPhysicianName",
    "PositionReferenceIndicator",
)
"""Required of every object, with an empty value where nothing is known."""


def base_header(source: Source) -> Dataset:
    """Patient, study, series and frame of reference, in UTF-8."""
    header = deepcopy(source.header)
    for keyword in TYPE_2:
        if keyword not in header:
            setattr(header, keyword, None)
    header.SpecificCharacterSet = "ISO_IR 192"
    return header


def image_headers(source: Source) -> list[Dataset]:
    """A header for each slice, in the order of the array."""
    header = base_header(source)
    header.PixelSpacing = _ds(header.PixelSpacing)
    header.ImageOrientationPatient = _ds(header.ImageOrientationPatient)
    header.SliceThickness = _ds([header.SliceThickness])[0]
    return [_of_plane(header, plane, source) for plane in source.planes]


def _of_plane(header: Dataset, plane: Plane, source: Source) -> Dataset:
    image = deepcopy(header)
    image.SOPClassUID = plane.sop_class if plane.frame is None else MRImageStorage
    image.SOPInstanceUID = _stand_in(plane, source)
    image.ImagePositionPatient = _ds(plane.position)
    return image


def _stand_in(plane: Plane, source: Source) -> str:
    return plane.instance if plane.frame is None else source.uid("frame", plane.instance, str(plane.frame))


def _ds(values: Items[float]) -> list[DSfloat]:
    return [cast(DSfloat, DSfloat(float(value), auto_format=True)) for value in values]


def point_to_frames(dataset: Dataset, source: Source) -> None:
    """Put instance and frame of multi-frame images in the place of their stand-ins, wherever a dataset refers to them.

    References to a whole instance (PS3.3 C.12.1.1.2) get no frame and are listed once.
    """
    frames = {_stand_in(plane, source): plane for plane in source.planes if plane.frame is not None}
    if frames:
        _replace(dataset, frames)


def _replace(dataset: Dataset, frames: dict[str, Plane]) -> None:
    for element in list(dataset):
        if element.VR != "SQ":
            continue
        whole = element.keyword in ("ReferencedInstanceSequence", "ReferencedSOPSequence") and _lists_instances(dataset)
        for item in element.value:
            _point(item, frames, whole)
            _replace(item, frames)
        if whole:
            once = {str(item.get("ReferencedSOPInstanceUID", id(item))): item for item in element.value}
            element.value = Sequence(once.values())


def _lists_instances(dataset: Dataset) -> bool:
    """Whether a sequence in it lists instances of a series, as evidence and references of an object do."""
    return "SeriesInstanceUID" in dataset


def _point(item: Dataset, frames: dict[str, Plane], whole: bool) -> None:
    plane = frames.get(str(item.get("ReferencedSOPInstanceUID", "")))
    if plane is None:
        return
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = plane.sop_class, plane.instance
    if not whole:
        item.ReferencedFrameNumber = plane.frame


def instance_headers(source: Source) -> list[Dataset]:
    """A header for each instance, which says what it is and nothing of its geometry: evidence of a report."""
    header = base_header(source)
    for keyword in ("PixelSpacing", "ImageOrientationPatient", "SliceThickness"):
        del header[keyword]
    return [_instance(header, *one) for one in source.instances.items()]


def _instance(header: Dataset, instance: str, sop_class: str) -> Dataset:
    image = deepcopy(header)
    image.SOPInstanceUID, image.SOPClassUID = instance, sop_class
    return image
