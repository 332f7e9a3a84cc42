"""The worker exports: a review goes to it whole, and comes out as files."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from worker_jobs import run

from u2ad.benchmark.crowded import crowded
from u2ad.cord import MaskSource
from u2ad.errors import U2ADError, UnreadableInputError
from u2ad.export.folder import CONTENTS
from u2ad.scan.scan import SourceImage
from u2ad.worker.events import Failed, Finished, Step
from u2ad.worker.export_job import ExportJob
from u2ad.worker.jobs import job_of
from u2ad.worker.review import REVIEW, read_review, write_review


@pytest.fixture(scope="module")
def reviewed():
    made = crowded((8, 100, 100), 3)
    source = tuple(SourceImage(Path(f"/images/{k}"), f"1.2.{k}", k) for k in range(8))
    return replace(made, image=replace(made.image, source=source))


@pytest.fixture
def job(tmp_path, reviewed) -> ExportJob:
    (tmp_path / "review").mkdir()
    write_review(tmp_path / "review", reviewed)
    names = {"review": "review", "output": "result", "stop": "stop"}
    return ExportJob(**{key: str(tmp_path / name) for key, name in names.items()}, owner=os.getpid())


def test_a_corrected_cord_arrives_as_such_and_moves_neither_line_nor_levels(tmp_path, reviewed):
    cord = reviewed.case.cord
    drawn = cord.fraction * (np.indices(cord.fraction.shape)[1] > 30)
    corrected = replace(cord, fraction=drawn, source=MaskSource.READER, seen_by_person=True)
    given = replace(reviewed, case=replace(reviewed.case, cord=corrected))
    write_review(tmp_path, given)
    back = read_review(tmp_path)
    assert (back.cord_is_corrected, back.cord_is_seen) == (True, True)
    np.testing.assert_array_equal(back.case.line.points, given.case.line.points)
    np.testing.assert_array_equal(back.case.curve.along, given.case.curve.along)
    assert back.case.curve.level == given.case.curve.level


def test_a_review_goes_through_a_folder_unchanged(tmp_path, reviewed):
    write_review(tmp_path, reviewed)
    back = read_review(tmp_path)
    for one, other in zip(back.findings, reviewed.findings, strict=True):
        assert (one.key, one.voxels, one.judgement, one.origin) == (
            other.key,
            other.voxels,
            other.judgement,
            other.origin,
        )
        assert one.figures == other.figures
    assert back.image.source == reviewed.image.source
    np.testing.assert_array_equal(back.image.array, reviewed.image.array)
    np.testing.assert_array_equal(back.case.maps.anomaly, reviewed.case.maps.anomaly)
    np.testing.assert_array_equal(back.case.cord.fraction, reviewed.case.cord.fraction)
    assert back.case.levels.bodies == reviewed.case.levels.bodies
    assert (back.impression, back.assessment, back.journal) == (
        reviewed.impression,
        reviewed.assessment,
        reviewed.journal,
    )
    assert (back.reader, back.document) == (reviewed.reader, reviewed.document)


def test_a_review_without_a_detection_cannot_go(tmp_path, reviewed):
    with pytest.raises(U2ADError, match="no detection"):
        write_review(tmp_path, replace(reviewed, case=replace(reviewed.case, maps=None)))


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_a_damaged_review_is_told(tmp_path, reviewed, text):
    write_review(tmp_path, reviewed)
    (tmp_path / REVIEW).write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableInputError):
        read_review(tmp_path)


def test_an_export_is_done_with_its_formats_as_steps(job):
    asked = replace(job, formats=("csv", "seg-nrrd", "report-html"))
    said = run(asked)
    assert isinstance(said[-1], Finished)
    steps = [one for one in said if isinstance(one, Step)]
    assert [one.number for one in steps] == list(range(1, 7))
    assert {one.of for one in steps} == {6}
    names = {path.name for path in Path(job.output).iterdir()}
    assert names == {"findings.csv", "findings.seg.nrrd", "report.html", CONTENTS}
    assert {path.name for path in Path(job.output).parent.iterdir()} == {"review", "result", "job.json"}


def test_a_format_that_cannot_be_made_is_told_and_nothing_is_left(job):
    end = run(replace(job, formats=("csv", "dicom-seg")))[-1]
    assert isinstance(end, Failed)
    assert end.remedy
    assert not Path(job.output).exists()


def test_a_missing_library_is_told_by_its_name(job):
    hidden = "import sys; sys.modules['reportlab'] = None"
    end = run(replace(job, formats=("report-pdf",)), hidden)[-1]
    assert (end.kind, "reportlab" in end.problem) == ("missing", True)


def test_nothing_of_a_model_is_loaded(job):
    hidden = "import sys; sys.modules['torch'] = sys.modules['monai'] = None"
    assert isinstance(run(replace(job, formats=("csv", "nifti", "report-pdf")), hidden)[-1], Finished)


def test_a_job_survives_its_file(job):
    asked = replace(job, formats=("csv",), all_findings=True, deidentify=True, subject="07")
    assert job_of(asked.to_json()) == asked
    with pytest.raises(ValueError, match="export job"):
        job_of(asked.to_json().replace("subject", "patient"))


def test_the_scene_that_slicer_has_saved_goes_with_the_export_or_stays_where_it_is(job, tmp_path):
    scene = tmp_path / "scene.mrb"
    scene.write_bytes(b"all that is open")
    asked = replace(job, formats=("mrb",), scene=str(scene))
    end = run(replace(asked, deidentify=True))[-1]
    assert "names" in end.problem
    assert not Path(job.output).exists()
    assert isinstance(run(asked)[-1], Finished)
    assert (Path(job.output) / "review.mrb").read_bytes() == b"all that is open"
    assert not scene.exists()
