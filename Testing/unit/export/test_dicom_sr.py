"""The structured report: it conforms, holds figures and decisions, and agrees with the segmentation."""

from dataclasses import replace

import highdicom
import pytest
from dicom_check import errors_in, read_by_dcmtk
from pydicom.dataset import Dataset
from reviewed_scan import COMMENT, reviewed_scan

from u2ad.export import codes
from u2ad.export.dicom.options import DicomOptions
from u2ad.export.dicom.seg import segmentation
from u2ad.export.dicom.source import read_source
from u2ad.export.dicom.sr import structured_report
from u2ad.export.tables import patient_score
from u2ad.review.changes import Impression
from u2ad.review.decision import Decision, Judgement

ALL = DicomOptions(confirmed_only=False)


def groups_of(report: Dataset) -> list[Dataset]:
    """The containers named "Measurement Group"."""
    return [one for one in items_in(report) if named(one, "125007")]


def items_in(dataset: Dataset) -> list[Dataset]:
    found = []
    for item in dataset.get("ContentSequence", []):
        found += [item, *items_in(item)]
    return found


def named(item: Dataset, code: str) -> bool:
    return item.ConceptNameCodeSequence[0].CodeValue == code


def texts(group: Dataset, code: codes.Code) -> list[str]:
    return [str(one.get("TextValue", "")) for one in group.ContentSequence if named(one, code.value)]


def evaluated(group: Dataset, code: codes.Code) -> str:
    (item,) = [one for one in group.ContentSequence if named(one, code.value) and one.ValueType == "CODE"]
    return item.ConceptCodeSequence[0].CodeValue


def test_it_conforms(any_scan, tmp_path):
    reviewed, source = reviewed_scan(any_scan), read_source(any_scan)

    report = structured_report(reviewed, source, ALL, segmentation(reviewed, source, ALL))

    assert errors_in(report, tmp_path) == []


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("with_segments", [False, True])
def test_it_conforms_however_it_is_asked_for(reviewed, source, tmp_path, hidden, with_segments):
    source = source.deidentified(b"k" * 32) if hidden else source
    segments = segmentation(reviewed, source, DicomOptions()) if with_segments else None

    report = structured_report(reviewed, source, DicomOptions(), segments)

    assert errors_in(report, tmp_path) == []


def test_it_conforms_without_a_finding_a_reader_and_a_calibration(reviewed, source, tmp_path):
    bare = replace(reviewed, findings=(), reader="", assessment=None, document={})

    assert errors_in(structured_report(bare, source, DicomOptions()), tmp_path) == []


@pytest.mark.parametrize("hidden", [False, True])
def test_dcmtk_reads_it_to_its_last_word(reviewed, source, tmp_path, hidden):
    source = source.deidentified(b"k" * 32) if hidden else source
    report = structured_report(reviewed, source, ALL, segmentation(reviewed, source, ALL))
    assert read_by_dcmtk(report, tmp_path).count("Tracking Unique Identifier") == 1 + len(reviewed.findings)


@pytest.mark.parametrize("hidden", [False, True])
def test_it_says_what_nobody_may_miss(reviewed, source, hidden):
    source = source.deidentified(b"k" * 32) if hidden else source
    refused = {"name": "region", "verdict": "refuse", "sentence": "The scan shows the lumbar spine.", "remedy": ""}
    told = {"input": {"checks": [refused]}, "cord": {"source": "automatic", "seen_by_person": False, "checks": []}}
    cord = groups_of(structured_report(replace(reviewed, document=reviewed.document | told), source, ALL))[0]
    said = texts(cord, codes.COMMENT)
    assert said[-3].startswith("Research use only.")
    assert said[-2:] == [
        "Refused by a check, run anyway: The scan shows the lumbar spine.",
        "Nobody has looked at the cord mask.",
    ]


def test_figures_come_with_units_as_the_table_has_them(reviewed, source):
    group = groups_of(structured_report(reviewed, source, ALL))[1]
    figures = reviewed.findings[0].figures.rounded()

    told = [
        (
            one.ConceptNameCodeSequence[0].CodeValue,
            float(one.MeasuredValueSequence[0].NumericValue),
            one.MeasuredValueSequence[0].MeasurementUnitsCodeSequence[0].CodeValue,
        )
        for one in group.ContentSequence
        if one.ValueType == "NUM"
    ]

    assert told == [
        ("118565006", figures.volume, "mm3"),
        ("410668003", figures.extent[0], "mm"),
        ("131197000", figures.extent[1], "mm"),
        ("103355008", figures.extent[2], "mm"),
        ("ANOMALY", figures.peak, "1"),
        ("ANOMALY", figures.mean, "1"),
        ("EPISTEMIC", figures.epistemic, "1"),
        ("ALEATORIC", figures.aleatoric, "1"),
        ("SCORE", figures.score, "1"),
        ("CONFIDENCE", 0.75, "1"),
    ]


def test_each_decision_stands_with_its_reason_reader_time_and_comment(reviewed, source):
    groups = groups_of(structured_report(reviewed, source, ALL))[1:]

    assert [evaluated(group, codes.DECISION) for group in groups] == [
        "CONFIRMED", "REJECTED", "UNSURE", "UNDECIDED", "CONFIRMED"
    ]  # fmt: skip
    assert [evaluated(groups[n], codes.REASON) for n in (0, 1, 4)] == ["R-COMPRESSION", "R-MOTION", "R-DEMYELINATION"]
    assert texts(groups[2], codes.REASON) == ["in my own words"]
    assert texts(groups[0], codes.COMMENT) == [COMMENT]
    (reader,) = [one.PersonName for one in groups[2].ContentSequence if named(one, codes.PERSON.value)]
    (at,) = [one.DateTime for one in groups[2].ContentSequence if named(one, codes.OBSERVED.value)]
    assert (str(reader), str(at)) == ("Reader Two^", "20260301090200")


def test_the_whole_cord_has_its_scores_and_readings(reviewed, source):
    reviewed = replace(reviewed, impression=Impression("normal", "nothing seen", blind=True))
    cord = groups_of(structured_report(reviewed, source, ALL))[0]

    scores = {
        one.ConceptNameCodeSequence[0].CodeValue: float(one.MeasuredValueSequence[0].NumericValue)
        for one in cord.ContentSequence
        if one.ValueType == "NUM"
    }

    assert scores == {
        "PATIENT-SCORE": round(patient_score(reviewed), 3),
        "CORD-SCORE": 31.4,
        "PERCENTILE": 97.5,
        "THRESHOLD": 3.0,
        "COUNT": 5.0,
        "LEFT-OUT": 0.0,
    }
    assert evaluated(cord, codes.ASSESSMENT) == "SUSPICIOUS"
    assert evaluated(cord, codes.IMPRESSION) == codes.READING_CODES["normal"].value
    assert texts(cord, codes.COMMENT)[0] == "Whole cord ü"


def test_rejected_findings_make_no_patient_score_and_those_left_out_are_counted(reviewed, source):
    rejected = Judgement(Decision.REJECTED)
    reviewed = replace(reviewed, findings=tuple(replace(one, judgement=rejected) for one in reviewed.findings))
    cord = groups_of(structured_report(reviewed, source, DicomOptions()))[0]

    told = {
        one.ConceptNameCodeSequence[0].CodeValue: float(one.MeasuredValueSequence[0].NumericValue)
        for one in cord.ContentSequence
        if one.ValueType == "NUM"
    }

    assert (told["PATIENT-SCORE"], told["COUNT"], told["LEFT-OUT"]) == (0.0, 0.0, 5.0)


def test_it_agrees_with_the_segmentation_and_with_later_exports(any_scan):
    reviewed, source = reviewed_scan(any_scan), read_source(any_scan)
    segments = segmentation(reviewed, source, ALL)

    reports = [structured_report(reviewed, read_source(any_scan), ALL, segments) for _ in range(2)]

    by_segment = {item.SegmentNumber: item.TrackingUID for item in segments.SegmentSequence}
    for report in reports:
        told = {}
        for group in groups_of(report)[1:]:
            (image,) = [one for one in group.ContentSequence if named(one, "121191")]
            (tracking,) = [one.UID for one in group.ContentSequence if named(one, "112040")]
            told[image.ReferencedSOPSequence[0].ReferencedSegmentNumber] = tracking
            assert image.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == segments.SOPInstanceUID
        assert told == by_segment
    assert reports[0].SOPInstanceUID != reports[1].SOPInstanceUID


def test_it_refers_to_the_very_images_that_a_finding_lies_in(any_scan):
    reviewed, source = reviewed_scan(any_scan), read_source(any_scan)
    group = groups_of(structured_report(reviewed, source, ALL, segmentation(reviewed, source, ALL)))[1]

    images = {
        (one.ReferencedSOPSequence[0].ReferencedSOPInstanceUID, frame)
        for one in group.ContentSequence
        if named(one, "121233")
        for frame in _frames(one.ReferencedSOPSequence[0])
    }

    slices = {int(k) for k in reviewed.findings[0].voxels.kji[:, 0]}
    assert images == {(source.planes[k].instance, source.planes[k].frame) for k in slices}


def _frames(reference: Dataset) -> list:
    frames = reference.get("ReferencedFrameNumber")
    return [frames] if frames is None or isinstance(frames, int) else list(frames)


def test_highdicom_reads_it_as_the_template_that_it_is(reviewed, source, tmp_path):
    segments = segmentation(reviewed, source, ALL)
    structured_report(reviewed, source, ALL, segments).save_as(tmp_path / "sr.dcm")

    report = highdicom.sr.srread(tmp_path / "sr.dcm")

    read = report.content.get_volumetric_roi_measurement_groups()
    assert [group.tracking_uid for group in read] == [item.TrackingUID for item in segments.SegmentSequence]
