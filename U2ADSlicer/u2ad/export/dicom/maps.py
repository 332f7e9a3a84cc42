"""DICOM Parametric Maps: anomaly and both uncertainties as floats, on the images of their source (PS3.3 A.75)."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from u2ad.detectors.maps import Maps
from u2ad.export.codes import ALEATORIC, ANOMALY, EPISTEMIC, NO_UNITS, Code, coding_schemes
from u2ad.export.dicom.errors import NothingToExportError
from u2ad.export.dicom.headers import image_headers, point_to_frames
from u2ad.export.dicom.options import RESEARCH_USE, SeriesOf, equipment, finish, new_uid, series
from u2ad.export.dicom.source import Source
from u2ad.export.reviewed import Reviewed

if TYPE_CHECKING:
    from highdicom.pm import RealWorldValueMapping
    from pydicom.dataset import Dataset


@dataclass(frozen=True, eq=False)
class _Map:
    label: str
    quantity: Code
    values: np.ndarray


def parametric_maps(reviewed: Reviewed, source: Source) -> tuple[Dataset, ...]:
    """The maps that the detection has left: anomaly, then epistemic and aleatoric uncertainty where there are some.

    Args:
        reviewed: the review.
        source: the images of its scan.

    Returns:
        highdicom ParametricMaps of one series, float32, one frame for each slice, voxel values as they are.

    Raises:
        NothingToExportError: if there are no maps.
    """
    if reviewed.case.maps is None:
        raise NothingToExportError("The review has no maps.", "Detect first, or leave the maps out of the export.")
    numbers = series(source, SeriesOf.MAPS)
    made = []
    for number, one in enumerate(_known(reviewed.case.maps), start=1):
        own = {"sop_instance_uid": new_uid(), "instance_number": number}
        made.append(_made(one, reviewed, source, numbers | own))
    return tuple(made)


def _known(maps: Maps) -> list[_Map]:
    every = (("ANOMALY", ANOMALY, maps.anomaly), ("EPISTEMIC", EPISTEMIC, maps.epistemic),
             ("ALEATORIC", ALEATORIC, maps.aleatoric))  # fmt: skip
    return [_Map(label, quantity, values) for label, quantity, values in every if values is not None]


def _made(one: _Map, reviewed: Reviewed, source: Source, numbers: dict) -> Dataset:
    from highdicom.pm import ParametricMap

    values = np.ascontiguousarray(one.values, np.float32)
    high = max(float(values.max()), 1e-3)
    with warnings.catch_warnings():  # desktop Slicer's highdicom 0.27 knows no other name of the window yet
        warnings.simplefilter("ignore")
        dataset = ParametricMap(
            source_images=image_headers(source),
            pixel_array=values,
            contains_recognizable_visual_features=False,
            real_world_value_mappings=[_mapping(one, values)],
            window_center=high / 2,
            window_width=high,
            content_label=one.label,
            content_description=RESEARCH_USE,
            series_description="U2AD maps",
            coding_schemes=coding_schemes(),
            **numbers,
            **equipment(reviewed),
        )
    window = dataset.SharedFunctionalGroupsSequence[0].FrameVOILUTSequence[0]
    window.VOILUTFunction = "LINEAR_EXACT"  # a window below 1 is allowed with it alone (PS3.3 C.11.2.1.3)
    dataset.Laterality = None  # type 2C; the spinal cord is no paired part, and nothing else here says so
    point_to_frames(dataset, source)
    return finish(dataset, source)


def _mapping(one: _Map, values: np.ndarray) -> RealWorldValueMapping:
    """The stored values are the real ones."""
    from highdicom.pm import RealWorldValueMapping

    return RealWorldValueMapping(
        lut_label=one.label,
        lut_explanation=one.quantity.meaning,
        unit=NO_UNITS.concept(),
        value_range=(float(values.min()), float(values.max())),
        slope=1.0,
        intercept=0.0,
        quantity_definition=one.quantity.concept(),
    )
