"""The worker sends what an export has written, and says of each object what became of it."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from exported_objects import write_objects
from loopback_archive import CANNOT, set_destinations, store_archive, store_entry
from worker_jobs import run

from u2ad.worker.events import Delivered, Failed, Finished, Step
from u2ad.worker.jobs import job_of
from u2ad.worker.send_job import SendJob


@pytest.fixture(scope="module")
def objects(tmp_path_factory) -> Path:
    return write_objects(tmp_path_factory.mktemp("objects"))


@pytest.fixture
def archive(tmp_path, monkeypatch):
    monkeypatch.setenv("U2ADSLICER_DATA", str(tmp_path / "data"))
    with store_archive() as one:
        set_destinations(tmp_path / "data", archive=store_entry(one))
        yield one


@pytest.fixture
def job(tmp_path, objects) -> SendJob:
    return SendJob(str(objects), "archive", str(tmp_path / "result"), str(tmp_path / "stop"), os.getpid())


def delivered(said: list) -> list:
    return [one for one in said if isinstance(one, Delivered)]


def test_every_object_is_told_as_stored_and_nothing_of_a_model_is_loaded(job, archive):
    said = run(job, "import sys; sys.modules['torch'] = sys.modules['highdicom'] = None")
    assert isinstance(said[-1], Finished)
    assert delivered(said) == [Delivered("stored")] * 2
    assert [one.name for one in said if isinstance(one, Step)] == ["Load the program", "Send"]
    assert len(archive.instances) == 2
    assert Path(job.output).is_dir()


def test_refused_objects_are_told_each_and_the_end_says_what_to_do(job, archive):
    archive.status = CANNOT
    said = run(job)
    assert [one.outcome for one in delivered(said)] == ["refused"] * 2
    assert isinstance(said[-1], Failed)
    assert "status C000h" in said[-1].problem
    assert "send them again" in said[-1].remedy
    assert "u2ad" not in said[-1].remedy
    assert not Path(job.output).exists()


def test_a_missing_library_is_told_by_its_name_before_anything_is_sent(job, archive):
    end = run(job, "import sys; sys.modules['pynetdicom'] = None")[-1]
    assert (end.kind, end.problem) == ("missing", "A Python package that is needed is not installed (pynetdicom).")
    assert archive.instances == []


def test_a_destination_that_the_site_has_not_set_is_told(job, archive):
    end = run(replace(job, destination="other"))[-1]
    assert end.problem == "There is no destination of that name."
    assert end.remedy == "Choose one of these: archive."


def test_a_job_survives_its_file(job):
    assert job_of(job.to_json()) == job
    with pytest.raises(ValueError, match="job of sending"):
        job_of(job.to_json().replace("destination", "address"))
