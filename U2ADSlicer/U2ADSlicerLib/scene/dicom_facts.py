"""What the DICOM database knows of a volume: the facts that the file reader takes from headers, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import slicer

from u2ad.errors import U2ADError
from u2ad.scan import Facts, Grid
from u2ad.scan.itk import number
from u2ad.scan.scan import SourceImage
from u2ad.scan.words import region_in, weighting_in

MODALITY = "0008,0060"
STUDY_DESCRIPTION = "0008,1030"
SERIES_DESCRIPTION = "0008,103E"
PROTOCOL_NAME = "0018,1030"
BODY_PART = "0018,0015"
SLICE_THICKNESS = "0018,0050"
REPETITION_TIME = "0018,0080"
ECHO_TIME = "0018,0081"
POSITION = "0020,0032"
ORIENTATION = "0020,0037"

INSTANCES_ATTRIBUTE = "DICOM.instanceUIDs"
"""Attribute in which Slicer's DICOM import names the images of a volume."""


def factsOf(volume) -> Facts:
    """The facts of a volume that was loaded from Slicer's DICOM database; unknown for any other.

    Mirrors what :mod:`u2ad.scan.dicom` reads from files. Neither name nor number of the patient is asked for, and of
    the descriptions only the region and the weighting that they name are kept.
    """
    database = getattr(slicer, "dicomDatabase", None)
    instances = (volume.GetAttribute(INSTANCES_ATTRIBUTE) or "").split()
    if database is None or not instances:
        return Facts()

    def text(tag: str, instance: str = instances[0]) -> str:
        return (database.instanceValue(instance, tag) or "").strip()

    described = f"{text(SERIES_DESCRIPTION)} {text(PROTOCOL_NAME)}"
    bodyPart = text(BODY_PART).upper()
    regions = (region_in(words) for words in (described, text(STUDY_DESCRIPTION), bodyPart))
    return Facts(
        modality=text(MODALITY) or None,
        repetition_time_ms=number(text(REPETITION_TIME)) or None,
        echo_time_ms=number(text(ECHO_TIME)) or None,
        body_part=bodyPart or None,
        region_hint=next((region for region in regions if region), None),
        weighting_hint=weighting_in(described),
        slice_positions_mm=_positions(instances, text),
        slice_thickness_mm=number(text(SLICE_THICKNESS)),
    )


def sourceOf(volume, grid: Grid) -> tuple[SourceImage, ...]:
    """The DICOM image of each slice of a volume, in the order of its voxels; none where that is not certain.

    The frames of multi-frame images are told apart by their files; whether they lie where the slices do, the export
    itself looks and says.

    Args:
        volume: that Slicer has loaded from its DICOM database.
        grid: of the volume.
    """
    database = getattr(slicer, "dicomDatabase", None)
    instances = (volume.GetAttribute(INSTANCES_ATTRIBUTE) or "").split()
    if database is None or not instances:
        return ()
    if len(instances) != grid.shape[0]:
        return _framesOf([database.fileForInstance(instance) for instance in instances], grid)
    found: dict[int, SourceImage] = {}
    for instance in instances:
        place = _numbers(database.instanceValue(instance, POSITION) or "")
        path = database.fileForInstance(instance)
        if len(place) != 3 or not path:
            return ()
        ras = np.array(place) * (-1, -1, 1)  # DICOM counts to the left and to the back
        found[round(float(grid.to_kji(ras)[0]))] = SourceImage(Path(path), instance)
    return tuple(found[k] for k in range(len(instances))) if set(found) == set(range(len(instances))) else ()


def _framesOf(paths: Sequence[str], grid: Grid) -> tuple[SourceImage, ...]:
    if not all(paths):
        return ()
    from u2ad.scan.dicom.frames import images_along  # pydicom, only where there is a multi-frame image

    try:
        return images_along(grid, [Path(path) for path in paths])
    except (U2ADError, OSError):
        return ()


def _positions(instances: Sequence[str], text) -> tuple[float, ...] | None:
    """Where the slices lie along their common normal in mm, ascending; None where the headers do not say."""
    axes = _numbers(text(ORIENTATION))
    positions = [_numbers(text(POSITION, instance)) for instance in instances]
    if len(axes) != 6 or any(len(position) != 3 for position in positions):
        return None
    normal = np.cross(axes[:3], axes[3:])
    return tuple(sorted(float(np.dot(position, normal)) for position in positions))


def _numbers(text: str) -> list[float]:
    values = [number(part) for part in text.split("\\")]
    return [value for value in values if value is not None]
