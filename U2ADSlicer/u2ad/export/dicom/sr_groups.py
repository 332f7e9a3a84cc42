"""The measurement groups of the structured report: one for each finding (TID 1411 or 1501), one for the whole cord."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from u2ad.export import codes
from u2ad.export.caveats import caveats
from u2ad.export.codes import Code
from u2ad.export.dicom.options import detector_name, detector_version
from u2ad.export.dicom.source import Plane, Source
from u2ad.export.dicom.tracking import Tracking, tracking_of, tracking_of_cord
from u2ad.export.dicom.words import free_text, person_name
from u2ad.export.reviewed import Reviewed
from u2ad.export.segments import name_of
from u2ad.export.tables import patient_score
from u2ad.findings.finding import SCORE_DIGITS
from u2ad.result.document import RESEARCH_USE
from u2ad.review.changes import Assessment, Impression
from u2ad.review.decision import Judgement, Origin
from u2ad.review.listing import Listed

if TYPE_CHECKING:
    from highdicom.sr import (
        AlgorithmIdentification,
        FindingSite,
        Measurement,
        QualitativeEvaluation,
        ReferencedSegment,
        TrackingIdentifier,
    )
    from highdicom.sr.value_types import ContentItem
    from pydicom.dataset import Dataset

Evaluation = tuple[Code, Code]
"""Name and value."""


def finding_group(finding: Listed, reviewed: Reviewed, source: Source, segmentation: Dataset | None) -> Any:
    """The group of one finding: what it is and where, its figures, and what the reader said of it."""
    from highdicom.sr import MeasurementsAndQualitativeEvaluations as Plain
    from highdicom.sr import VolumetricROIMeasurementsAndQualitativeEvaluations as Volumetric

    tracking = tracking_of(finding, reviewed, source)
    said: dict[str, Any] = {
        "tracking_identifier": _identifier(name_of(finding), tracking),
        "finding_category": codes.ALTERED_STRUCTURE.concept(),
        "finding_type": codes.T2_HYPERINTENSITY.concept(),
        "finding_sites": [_site(finding.figures.level)],
        "algorithm_id": None if finding.origin is Origin.READER else algorithm_id(reviewed),
        "measurements": _figures(finding),
        "qualitative_evaluations": _evaluated(_evaluations(finding)),
    }
    planes = [source.planes[k] for k in sorted({int(k) for k in finding.voxels.kji[:, 0]})]
    if segmentation is None:
        group = Plain(source_images=_source_images(planes), **said)
    else:
        group = Volumetric(referenced_segment=_segment(segmentation, tracking, planes), **said)
    _add(group, _in_words(finding.judgement, source))
    return group


def cord_group(reviewed: Reviewed, source: Source, count: int) -> Any:
    """The group of the whole cord: scores, assessment and first impression.

    Args:
        reviewed: the review.
        source: the images of its scan.
        count: findings in the report.
    """
    from highdicom.sr import MeasurementsAndQualitativeEvaluations

    group = MeasurementsAndQualitativeEvaluations(
        tracking_identifier=_identifier("Spinal cord", tracking_of_cord(reviewed, source)),
        finding_category=codes.ANATOMICAL_STRUCTURE.concept(),
        finding_type=codes.SPINAL_CORD.concept(),
        finding_sites=[_site("")],
        algorithm_id=algorithm_id(reviewed),
        measurements=_scores(reviewed, count),
        qualitative_evaluations=_evaluated(_readings(reviewed)),
    )
    _add(group, [*_said_of_cord(reviewed, source), *_texts(*((codes.COMMENT, told) for told in _told(reviewed)))])
    return group


def algorithm_id(reviewed: Reviewed) -> AlgorithmIdentification:
    """Which detector measured it (TID 4019)."""
    from highdicom.sr import AlgorithmIdentification

    return AlgorithmIdentification(name=detector_name(reviewed), version=detector_version(reviewed))


def _identifier(label: str, tracking: Tracking) -> TrackingIdentifier:
    from highdicom.sr import TrackingIdentifier

    return TrackingIdentifier(uid=tracking.uid, identifier=f"{tracking.id} ({label})")


def _site(level: str) -> FindingSite:
    from highdicom.sr import FindingSite

    code = codes.LEVEL_CODES.get(level)
    return FindingSite(codes.SPINAL_CORD.concept(), topographical_modifier=code.concept() if code else None)


def _segment(segmentation: Dataset, tracking: Tracking, planes: list[Plane]) -> ReferencedSegment:
    """The segment with the same tracking UID, and the images that it lies in."""
    from highdicom.sr import ReferencedSegment, SourceImageForSegmentation

    number = next(int(item.SegmentNumber) for item in segmentation.SegmentSequence if item.TrackingUID == tracking.uid)
    return ReferencedSegment(
        sop_class_uid=segmentation.SOPClassUID,
        sop_instance_uid=segmentation.SOPInstanceUID,
        segment_number=number,
        source_images=[SourceImageForSegmentation(*reference) for reference in _references(planes)],
    )


def _source_images(planes: list[Plane]) -> list[Any]:
    from highdicom.sr import SourceImageForMeasurementGroup

    return [SourceImageForMeasurementGroup(*reference) for reference in _references(planes)]


def _references(planes: list[Plane]) -> list[tuple[str, str, list[int] | None]]:
    """SOP class, instance and frames, each instance once."""
    frames: dict[tuple[str, str], list[int]] = {}
    for plane in planes:
        listed = frames.setdefault((plane.sop_class, plane.instance), [])
        listed += [plane.frame] if plane.frame is not None else []
    return [(sop_class, instance, listed or None) for (sop_class, instance), listed in frames.items()]


def _figures(finding: Listed) -> list[Measurement]:
    figures = finding.figures.rounded()
    length, depth, width = figures.extent
    return _measured(
        (codes.VOLUME, figures.volume, codes.CUBIC_MILLIMETRE, None),
        (codes.LENGTH, length, codes.MILLIMETRE, None),
        (codes.DEPTH, depth, codes.MILLIMETRE, None),
        (codes.WIDTH, width, codes.MILLIMETRE, None),
        (codes.ANOMALY, figures.peak, codes.NO_UNITS, codes.MAXIMUM),
        (codes.ANOMALY, figures.mean, codes.NO_UNITS, codes.MEAN),
        (codes.EPISTEMIC, figures.epistemic, codes.NO_UNITS, codes.MEAN),
        (codes.ALEATORIC, figures.aleatoric, codes.NO_UNITS, codes.MEAN),
        (codes.SCORE, figures.score, codes.NO_UNITS, None),
        (codes.CONFIDENCE, figures.confidence, codes.NO_UNITS, None),
    )


def _scores(reviewed: Reviewed, count: int) -> list[Measurement]:
    document = reviewed.document
    return _measured(
        (codes.PATIENT_SCORE, round(patient_score(reviewed), SCORE_DIGITS), codes.NO_UNITS, None),
        (codes.CORD_SCORE, document.get("cord_score"), codes.NO_UNITS, None),
        (codes.PERCENTILE, document.get("percentile"), codes.PERCENT, None),
        (codes.THRESHOLD, document.get("threshold"), codes.NO_UNITS, None),
        (codes.COUNT, count, codes.NO_UNITS, None),
        (codes.LEFT_OUT, len(reviewed.findings) - count, codes.NO_UNITS, None),
    )


def _measured(*figures: tuple[Code, float | None, Code, Code | None]) -> list[Measurement]:
    """Those that are known: name, value, unit and derivation."""
    from highdicom.sr import Measurement

    return [
        Measurement(name.concept(), float(value), unit.concept(), derivation=derived.concept() if derived else None)
        for name, value, unit, derived in figures
        if value is not None
    ]


def _evaluations(finding: Listed) -> list[Evaluation]:
    judgement = finding.judgement
    outline = codes.AUTOMATIC
    if finding.edited:
        outline = codes.EDITED
    if finding.origin is Origin.READER:
        outline = codes.DRAWN
    said = [(codes.DECISION, codes.DECISION_CODES[judgement.decision]), (codes.OUTLINE, outline)]
    reason = codes.REASON_CODES.get(judgement.reason)
    return [*said, (codes.REASON, reason)] if reason else said


def _readings(reviewed: Reviewed) -> list[Evaluation]:
    said: list[tuple[Code, str]] = []
    if reviewed.impression is not None:
        said.append((codes.IMPRESSION, reviewed.impression.suspicious))
    if reviewed.assessment is not None:
        said.append((codes.ASSESSMENT, reviewed.assessment.decision))
    return [(name, codes.READING_CODES[value]) for name, value in said if value in codes.READING_CODES]


def _evaluated(evaluations: list[Evaluation]) -> list[QualitativeEvaluation]:
    from highdicom.sr import QualitativeEvaluation

    return [QualitativeEvaluation(name.concept(), value.concept()) for name, value in evaluations]


def _in_words(judgement: Judgement, source: Source) -> list[ContentItem]:
    """Who decided when, a reason in the reader's own words, and the comment; nothing of it where identity is hidden."""
    if source.hides_identity:
        return []
    own = "" if judgement.reason in codes.REASON_CODES else judgement.reason
    observed = _observed(judgement.reader, judgement.at)
    return [*observed, *_texts((codes.REASON, own), (codes.COMMENT, judgement.comment))]


def _said_of_cord(reviewed: Reviewed, source: Source) -> list[ContentItem]:
    if source.hides_identity:
        return []
    assessment = reviewed.assessment or Assessment("")
    impression = reviewed.impression or Impression("")
    observed = _observed(assessment.reader, assessment.at)
    return [*observed, *_texts((codes.IMPRESSION, impression.text), (codes.COMMENT, assessment.comment))]


def _told(reviewed: Reviewed) -> list[str]:
    """What nobody may miss, with or without the report to read."""
    return [RESEARCH_USE, *caveats(reviewed)]


def _observed(reader: str, at: str) -> list[ContentItem]:
    from highdicom.sr import DateTimeContentItem, PnameContentItem

    context = "HAS OBS CONTEXT"
    items: list[ContentItem] = []
    if person_name(reader):
        items.append(PnameContentItem(codes.PERSON.concept(), person_name(reader), context))
    if at:
        items.append(DateTimeContentItem(codes.OBSERVED.concept(), _datetime(at), context))
    return items


def _datetime(at: str) -> str:
    """ISO 8601 in UTC as a value of DT (PS3.5 6.2), whose name says UTC: DCMTK 3.6.7 does not read "+0000"."""
    return at.replace("-", "").replace(":", "").replace("T", "").replace("Z", "")


def _texts(*texts: tuple[Code, str]) -> list[ContentItem]:
    from highdicom.sr import TextContentItem

    told = [(name, free_text(text)) for name, text in texts]
    return [TextContentItem(name.concept(), text, "CONTAINS") for name, text in told if text]


def _add(group: Any, items: list[ContentItem]) -> None:
    """Put further content into a group: TID 1411 and 1501 may be extended (PS3.16 6.2)."""
    group[0].ContentSequence.extend(items)
