"""A job from its file to its end, in this process: every way in which it can end."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from worker_jobs import figures, write_job

from u2ad import detection, pipeline, walk
from u2ad.progress import Silent
from u2ad.result.document import schema
from u2ad.scan import Scan
from u2ad.scan.reading import read_scan
from u2ad.worker import result
from u2ad.worker.events import Advance, Failed, Finished, Step, Stopped
from u2ad.worker.plan import plan_of
from u2ad.worker.run import run
from u2ad.worker.telling import Telling


class Ear:
    """Hears a run, and may ask it to stop at a step."""

    def __init__(self, job, stop_at: str = ""):
        self.events = []
        self.stop_at = stop_at
        self.telling = Telling(plan_of(job), self.hear)
        self.telling.is_stopped = lambda: self.stop_at in [step.name for step in self.steps]

    def hear(self, event):
        self.events.append(event)

    @property
    def steps(self) -> list[Step]:
        return [event for event in self.events if isinstance(event, Step)]


def ended(job, stop_at: str = ""):
    ear = Ear(job, stop_at)
    code = run(job, ear.telling, ear.hear)
    return code, ear


def test_a_detection_finds_the_spot_and_writes_what_the_schema_says(job, spotted, tube):
    code, ear = ended(job)
    assert code == 0
    assert isinstance(ear.events[-1], Finished)
    found = result.read(Path(job.output), spotted.grid)
    Draft202012Validator(schema()).validate(found.document)
    where = np.array(found.document["findings"][0]["centre_ras_mm"])
    assert np.linalg.norm(where - tube.middle(np.array(10.0))) < 4
    np.testing.assert_array_equal(found.cord.fraction, tube.cord.fraction)
    assert not job.part.exists()


def test_the_steps_are_those_of_the_plan(job):
    _, ear = ended(job)
    assert [step.name for step in ear.steps] == [planned.name for planned in plan_of(job)]
    assert [step.number for step in ear.steps] == list(range(1, len(ear.steps) + 1))
    assert {step.of for step in ear.steps} == {len(ear.steps)}
    fractions = [event.fraction for event in ear.events if isinstance(event, Advance)]
    assert fractions == sorted(fractions)
    assert max(fractions) < 1


@pytest.mark.parametrize("detector", ["u2ad", "column_median"])
def test_the_plan_knows_the_steps_of_every_detector(tmp_path, phantom, detector):
    job = write_job(tmp_path, read_scan(phantom / "scan.nii.gz"), detector=detector, draws=2)
    code, ear = ended(job)
    assert code == 0
    assert [step.name for step in ear.steps] == [planned.name for planned in plan_of(job)]


@pytest.mark.parametrize(
    "step",
    ["Load the program", "Read the scan", "Straighten the cord", "Compare along the cord", "Rank the findings",
     "Write the maps"],
)  # fmt: skip
def test_a_request_to_stop_is_heard_at_every_step_and_leaves_nothing(job, step):
    code, ear = ended(job, stop_at=step)
    assert code == 130
    assert ear.events[-1] == Stopped()
    assert ear.steps[-1].name == step
    assert not Path(job.output).exists()
    assert not job.part.exists()


def test_a_refusal_names_its_check_and_can_be_overridden(tmp_path, job, tube, spotted):
    refused = replace(job, facts={"modality": "CT"})
    code, ear = ended(refused)
    assert code == 3
    end = ear.events[-1]
    assert (end.kind, end.check, end.overridable) == ("refused", "modality", True)
    assert "CT" in end.problem
    assert "--anyway" not in end.problem + end.remedy
    assert ended(replace(refused, anyway=True))[0] == 0
    sentences = [check["sentence"] for check in figures(Path(job.output))["input"]["checks"]]
    assert any("CT" in sentence for sentence in sentences)


def test_a_refusal_that_nobody_can_lift_is_told_before_one_that_can(tmp_path, tube, spotted):
    """Else a reader would override the first, only to be refused for good."""
    flat = Scan(np.full(spotted.array.shape, 7.0, np.float32), spotted.grid)
    remark = {"name": "odd", "verdict": "refuse", "sentence": "Odd.", "remedy": "", "overridable": True}
    job = write_job(tmp_path, flat, tube.cord.fraction, detector="local_z", remarks=(remark,))
    end = ended(job)[1].events[-1]
    assert isinstance(end, Failed)
    assert (end.check, end.overridable) == ("voxels", False)


def test_an_empty_cord_is_refused_for_good(tmp_path, spotted):
    job = write_job(tmp_path, spotted, np.zeros(spotted.array.shape, np.float32), detector="local_z")
    end = ended(job)[1].events[-1]
    assert (end.kind, end.check, end.overridable) == ("refused", "", False)


def test_remarks_and_marked_levels_reach_the_document(job, tube):
    remark = {"name": "odd", "verdict": "warn", "sentence": "Odd file.", "remedy": "", "overridable": True}
    levels = {"C3": tuple(tube.middle(np.array(40.0))), "C7": tuple(tube.middle(np.array(-24.0)))}
    assert ended(replace(job, remarks=(remark,), levels=levels, cord_seen=False))[0] == 0
    document = figures(Path(job.output))
    assert "Odd file." in [check["sentence"] for check in document["input"]["checks"]]
    assert [level["name"] for level in document["levels"]][:2] == ["C3", "C4"]
    assert document["findings"][0]["level"] != "unknown"
    assert document["cord"]["seen_by_person"] is False


@pytest.mark.parametrize(
    "spoil",
    [
        lambda job: Path(job.scan).unlink(),
        lambda job: Path(job.scan).write_bytes(b"no array"),
        lambda job: Path(job.cord).unlink(),
        lambda job: np.save(job.cord, np.zeros((2, 2, 2))),
        lambda job: np.save(job.scan, np.zeros((4, 4))),
    ],
)
def test_files_that_cannot_be_read_are_said_without_their_names(job, spoil):
    spoil(job)
    code, ear = ended(job)
    end = ear.events[-1]
    assert (code, end.kind) == (4, "unreadable")
    assert str(Path(job.scan).parent) not in end.problem + end.remedy


def fail_with(error):
    def failing(*_):
        raise error

    return failing


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (MemoryError(), "memory"),
        (
            RuntimeError("[enforce fail at alloc_cpu.cpp:114] DefaultCPUAllocator: can't allocate memory: 9 GB"),
            "memory",
        ),
        (ZeroDivisionError("/mnt/reader/Meier_Hans.nii"), "fault"),
        (ModuleNotFoundError("No module named 'einops'", name="einops"), "fault"),
    ],
)
def test_what_nobody_foresaw_is_told_without_paths_and_names(job, monkeypatch, capsys, error, kind):
    monkeypatch.setattr(walk, "detect", fail_with(error))
    code, ear = ended(job)
    end = ear.events[-1]
    assert (code, end.kind) == (1, kind)
    assert "Meier" not in end.problem + end.remedy
    assert ("fault of its own" in end.problem) == (kind == "fault")
    assert not job.part.exists()


def test_a_disk_that_is_full_leaves_nothing(job, monkeypatch):
    def full(folder, *_):
        folder.mkdir()
        raise OSError(28, "No space left on device", "/mnt/reader/x")

    monkeypatch.setattr(result.np, "savez_compressed", lambda file, **_: full(Path(file).parent / "x"))
    code, ear = ended(job)
    assert (code, ear.events[-1].kind) == (5, "output")
    assert "full" in ear.events[-1].problem
    assert not job.part.exists()


@pytest.mark.parametrize(("refusals", "code"), [(2, 0), (99, 5)])
def test_a_virus_scanner_that_holds_the_output_is_waited_for(job, monkeypatch, refusals, code):
    move, refused = Path.rename, []

    def held(path, target):
        if path == job.part and len(refused) < refusals:
            refused.append(path)
            raise PermissionError(13, "in use")
        return move(path, target)

    monkeypatch.setattr(Path, "rename", held)
    assert ended(job)[0] == code
    assert Path(job.output).exists() == (code == 0)
    assert not job.part.exists()


def test_window_and_command_line_find_the_same(tmp_path, phantom, monkeypatch):
    """The same figures to the last digit, for the same scan, detector and seed."""
    monkeypatch.setattr(pipeline, "_draw", lambda *_: pipeline.SceneProducts((), ()))
    file, levels = phantom / "scan.nii.gz", phantom / "levels.json"
    request = pipeline.Request(file, tmp_path / "by-command", levels=levels, detector="local_z")
    pipeline.run(request, Silent())
    scan = read_scan(file)
    points = {name: tuple(ras) for name, ras in json.loads(levels.read_text(encoding="utf-8")).items()}
    job = write_job(tmp_path, scan, detector="local_z", levels=points)
    assert ended(job)[0] == 0
    assert figures(Path(job.output)) == figures(tmp_path / "by-command")
    assert figures(Path(job.output))["findings"]
    by_command = read_scan(tmp_path / "by-command" / "anomaly.nii.gz").array
    np.testing.assert_array_equal(result.read(Path(job.output), scan.grid).maps.anomaly, by_command)


def test_one_marked_disc_names_all_levels_on_the_command_line_too(tmp_path, phantom, monkeypatch):
    monkeypatch.setattr(pipeline, "_draw", lambda *_: pipeline.SceneProducts((), ()))
    marked = json.loads((phantom / "levels.json").read_text(encoding="utf-8"))
    (tmp_path / "one.json").write_text(json.dumps({"C2/C3": marked["C2/C3"]}), encoding="utf-8")
    cord, levels = phantom / "cord.nii.gz", tmp_path / "one.json"
    request = pipeline.Request(phantom / "scan.nii.gz", tmp_path / "r", cord, levels=levels, detector="local_z")
    pipeline.run(request, Silent())
    told = json.loads((tmp_path / "r" / "findings.json").read_text(encoding="utf-8"))
    assert told["levels_source"] == "repaired"
    assert {"C3", "C4", "C5", "C6"} <= {level["name"] for level in told["levels"]}


def test_the_walk_is_the_one_of_the_rooms(job, spotted, tube):
    """No second way: what the walk finds is what ``detection`` finds."""
    walked = walk.Walk(walk.Method("local_z")).through(spotted, walk.Marks(lambda _: tube.cord.fraction), Silent())
    again = detection.detect(spotted, walked.anatomy, walk.make_detector("local_z"), Silent())
    np.testing.assert_array_equal(walked.detection.maps.anomaly, again.maps.anomaly)
