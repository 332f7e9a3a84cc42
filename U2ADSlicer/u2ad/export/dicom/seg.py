"""DICOM Segmentation: one segment for each finding, on the images of its source (PS3.3 A.51)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from u2ad.export.codes import (
    ALTERED_STRUCTURE,
    ARTIFICIAL_INTELLIGENCE,
    DECISION_CODES,
    LEVEL_CODES,
    SIGNAL_STATISTICS,
    SPINAL_CORD,
    T2_HYPERINTENSITY,
    coding_schemes,
)
from u2ad.export.dicom.errors import NothingToExportError
from u2ad.export.dicom.headers import image_headers, point_to_frames
from u2ad.export.dicom.options import (
    MANUFACTURER,
    RESEARCH_USE,
    DicomOptions,
    SeriesOf,
    chosen_findings,
    detector_name,
    detector_version,
    equipment,
    finish,
    series,
)
from u2ad.export.dicom.source import Source
from u2ad.export.dicom.tracking import tracking_of
from u2ad.export.dicom.words import person_name
from u2ad.export.reviewed import Reviewed
from u2ad.export.segments import algorithm_type, name_of
from u2ad.review.decision import Origin
from u2ad.review.listing import Listed
from u2ad.review.voxels import Voxels

if TYPE_CHECKING:
    from highdicom import AlgorithmIdentificationSequence
    from highdicom.seg import SegmentDescription
    from highdicom.sr import CodedConcept
    from pydicom.dataset import Dataset


@dataclass(frozen=True, eq=False)
class _Segment:
    description: SegmentDescription
    voxels: Voxels


def segmentation(reviewed: Reviewed, source: Source, options: DicomOptions) -> Dataset:
    """The findings as segments, numbered as they are listed.

    Args:
        reviewed: the review.
        source: the images of its scan.
        options: which findings.

    Returns:
        A highdicom Segmentation of type BINARY; frames without voxels are left out.

    Raises:
        NothingToExportError: if there is no segment, or a finding without voxels.
    """
    segments = [_finding(number, one, reviewed, source) for number, one in _numbered(reviewed, options)]
    if not segments:
        raise NothingToExportError("No finding is confirmed, so the segmentation would be empty.",
                                   "Confirm a finding, or export all findings with their decisions.")  # fmt: skip
    dataset = _made(segments, reviewed, source)
    point_to_frames(dataset, source)
    return finish(dataset, source)


def _numbered(reviewed: Reviewed, options: DicomOptions) -> enumerate[Listed]:
    return enumerate(chosen_findings(reviewed, options), start=1)


def _made(segments: list[_Segment], reviewed: Reviewed, source: Source) -> Dataset:
    from highdicom.seg import Segmentation

    return Segmentation(
        source_images=image_headers(source),
        pixel_array=_pixels(segments, reviewed.grid.shape),
        segmentation_type="BINARY",
        segment_descriptions=[segment.description for segment in segments],
        content_label="U2AD_FINDINGS",
        content_description=RESEARCH_USE,
        content_creator_name=None if source.hides_identity else person_name(reviewed.reader) or None,
        series_description="U2AD findings",
        **series(source, SeriesOf.SEGMENTATION),
        **equipment(reviewed),
        coding_schemes=coding_schemes(),
    )


def _pixels(segments: list[_Segment], shape: tuple[int, int, int]) -> np.ndarray:
    """A label map, (K, rows, columns), or where segments overlap a mask each, (K, rows, columns, segments)."""
    labels = np.zeros(shape, np.uint16)
    for number, segment in enumerate(segments, start=1):
        place = tuple(segment.voxels.kji.T)
        if labels[place].any():
            return _stacked(segments, shape)
        labels[place] = number
    return labels


def _stacked(segments: list[_Segment], shape: tuple[int, int, int]) -> np.ndarray:
    masks = np.zeros((*shape, len(segments)), np.uint8)
    for index, segment in enumerate(segments):
        masks[(*segment.voxels.kji.T, index)] = 1
    return masks


def _finding(number: int, finding: Listed, reviewed: Reviewed, source: Source) -> _Segment:
    from highdicom.seg import SegmentDescription

    tracking = tracking_of(finding, reviewed, source)
    kind = algorithm_type(finding)
    description = SegmentDescription(
        segment_number=number,
        segment_label=name_of(finding),
        segmented_property_category=ALTERED_STRUCTURE.concept(),
        segmented_property_type=_with_decision(finding),
        algorithm_type=kind,
        algorithm_identification=None if kind == "MANUAL" else algorithm(reviewed),
        tracking_uid=tracking.uid,
        tracking_id=tracking.id,
        anatomic_regions=[_region(finding)],
    )
    description.SegmentDescription = _in_words(finding)
    return _Segment(description, finding.voxels)


def algorithm(reviewed: Reviewed) -> AlgorithmIdentificationSequence:
    """What made a segment, for (0062,0007): the detector."""
    from highdicom import AlgorithmIdentificationSequence

    has_model = bool((reviewed.document.get("provenance") or {}).get("model"))
    return AlgorithmIdentificationSequence(
        name=detector_name(reviewed),
        family=(ARTIFICIAL_INTELLIGENCE if has_model else SIGNAL_STATISTICS).concept(),
        version=detector_version(reviewed),
        source=MANUFACTURER,
    )


def _with_decision(finding: Listed) -> CodedConcept:
    """The type of the segment, modified by what the reader said of it: (0062,000F) with (0062,0011)."""
    from pydicom.sequence import Sequence

    concept = T2_HYPERINTENSITY.concept()
    decision = DECISION_CODES[finding.judgement.decision].concept()
    concept.SegmentedPropertyTypeModifierCodeSequence = Sequence([decision])
    return concept


def _region(finding: Listed) -> CodedConcept:
    """The spinal cord, modified by the level: (0008,2218) with (0008,2220)."""
    from pydicom.sequence import Sequence

    region = SPINAL_CORD.concept()
    level = LEVEL_CODES.get(finding.figures.level)
    if level is not None:
        region.AnatomicRegionModifierSequence = Sequence([level.concept()])
    return region


def _in_words(finding: Listed) -> str:
    decision = DECISION_CODES[finding.judgement.decision].meaning
    edited = ", outline edited by the reader" if finding.edited else ""
    drawn = ", drawn by the reader" if finding.origin is Origin.READER else ""
    return f"{decision}{drawn}{edited}. {RESEARCH_USE}."
