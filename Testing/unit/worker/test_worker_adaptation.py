"""Adaptation jobs: what they write, say and refuse, and that they leave nothing behind."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from worker_jobs import write_job

from u2ad.adaptation.cost import Cost
from u2ad.models.versions import STARTER, ModelStore
from u2ad.result.document import schema
from u2ad.worker import result
from u2ad.worker.adapt_job import CONFIRMED, AdaptJob, AdaptScan, EstimateJob
from u2ad.worker.events import Advance, Estimated, Failed, Finished, Learned, Step, Stopped, event_of, line_of
from u2ad.worker.job import DetectJob
from u2ad.worker.jobs import job_of
from u2ad.worker.plan import plan_of
from u2ad.worker.run import run
from u2ad.worker.telling import Telling


@pytest.fixture
def adaptation(tmp_path, tube, spotted) -> AdaptJob:
    return job_in(tmp_path, tube, spotted)


@pytest.fixture(scope="module")
def done(tmp_path_factory, tube, spotted):
    """A job that was run to its end: the job, its exit code and its events."""
    job = job_in(tmp_path_factory.mktemp("adapted"), tube, spotted)
    return job, *ended(job)


def job_in(folder: Path, tube, spotted) -> AdaptJob:
    """Two steps on a tube whose spot is confirmed."""
    made = write_job(folder, spotted, tube.cord.fraction)
    decisions = np.zeros(spotted.array.shape, np.uint8)
    away = spotted.grid.to_ras(np.moveaxis(np.indices(spotted.grid.shape), 0, -1)) - tube.middle(np.array(10.0))
    decisions[np.linalg.norm(away, axis=-1) < 4] = CONFIRMED
    np.save(folder / "decisions.npy", decisions)
    scan = AdaptScan(made.scan, made.affine, cord=made.cord, decisions=str(folder / "decisions.npy"))
    return AdaptJob((scan,), made.output, made.stop, os.getpid(), steps=2, draws=2)


def ended(job, stop_at: str = ""):
    events = []
    telling = Telling(plan_of(job), events.append)
    telling.is_stopped = lambda: stop_at in [event.name for event in events if isinstance(event, Step)]
    return run(job, telling, events.append), events


def of_kind(events, kind):
    return [event for event in events if isinstance(event, kind)]


def test_every_kind_of_job_comes_back_from_its_text(adaptation):
    full = replace(adaptation, folds=2, model=STARTER, seconds=9.5, threads=1, anyway=True)
    full = replace(full, scans=(replace(full.scans[0], levels={"C2": (0.0, 1.0, 2.0)}, healthy=True), *full.scans))
    estimate = EstimateJob(**{name: getattr(full, name) for name in vars(full)})
    detection = DetectJob("scan.npy", adaptation.scans[0].affine, "out", "stop", 1)
    for job in (adaptation, full, estimate, detection):
        again = job_of(job.to_json())
        assert again == job
        assert type(again) is type(job)


@pytest.mark.parametrize("change", [{"scans": [{}]}, {"scans": None}, {"patient": "Somebody"}, {"kind": "other"}])
def test_what_is_no_job_is_not_taken_for_one(adaptation, change):
    with pytest.raises(ValueError, match=r"expected an? "):
        job_of(json.dumps({**json.loads(adaptation.to_json()), **change}))


@pytest.mark.parametrize(
    "event", [Estimated(61.5, 812.0), Estimated(3.0), Learned(4, 1, -0.02, 0.01, 0.02), Learned(5, 2, 0.1)]
)
def test_an_event_of_an_adaptation_is_one_line_and_comes_back(event):
    assert event_of(line_of(event)) == event


def test_an_adaptation_writes_its_report_and_two_detections(done, spotted):
    adaptation, code, events = done
    assert code == 0
    assert isinstance(events[-1], Finished)
    folder = Path(adaptation.output)
    told = json.loads((folder / "adaptation.json").read_text(encoding="utf-8"))
    assert "<svg" in (folder / "adaptation.html").read_text(encoding="utf-8")
    assert (told["parent"], told["steps"]) == (STARTER, 2)
    assert told["scans"][0]["confirmed"] == 1
    for part, model in (("before", STARTER), ("after", told["model"])):
        found = result.read(folder / part, spotted.grid)
        Draft202012Validator(schema()).validate(found.document)
        if model:
            assert found.document["provenance"]["model"] == model
    assert not adaptation.part.exists()


def test_the_curve_and_the_cost_are_told_and_the_steps_are_those_of_the_plan(done):
    adaptation, _, events = done
    assert [step.name for step in of_kind(events, Step)] == [planned.name for planned in plan_of(adaptation)]
    assert [point.step for point in of_kind(events, Learned)] == [1, 2]
    (cost,) = of_kind(events, Estimated)
    assert cost.seconds > 0
    fractions = [event.fraction for event in of_kind(events, Advance)]
    assert fractions == sorted(fractions)


def test_two_steps_teach_too_little_so_nothing_can_be_kept(done):
    adaptation = done[0]
    told = json.loads((Path(adaptation.output) / "adaptation.json").read_text(encoding="utf-8"))
    assert told["verdict"]["passed"] is False
    assert "10%" in told["verdict"]["reasons"][0]
    assert told["model"] is None
    assert not list(Path(adaptation.output).glob("u2ad.*"))


def test_an_estimate_tells_the_cost_and_trains_nothing(adaptation):
    job = EstimateJob(**vars(adaptation))
    code, events = ended(job)
    assert code == 0
    assert not of_kind(events, Learned)
    assert [step.name for step in of_kind(events, Step)] == [planned.name for planned in plan_of(job)]
    told = json.loads((Path(job.output) / "estimate.json").read_text(encoding="utf-8"))
    assert told["seconds"] == of_kind(events, Estimated)[-1].seconds


def test_an_estimate_counts_the_cross_fitting_and_what_is_done_to_get_it(adaptation, monkeypatch):
    told = []

    def estimate(network, cases, settings, around, progress):
        told.append((len(cases), around.scans, around.folds))
        return Cost(100.0, None)

    monkeypatch.setattr("u2ad.adaptation.run.estimate", estimate)
    scans = (*2 * adaptation.scans, replace(adaptation.scans[0], healthy=True))
    code, events = ended(EstimateJob(**{**vars(adaptation), "scans": scans, "folds": 2}))
    assert code == 0
    assert told == [(2, 3, 2)]
    assert of_kind(events, Estimated)[-1].seconds > 100.2, "it begins with the detections that the estimate made too"


@pytest.mark.parametrize("step", ["Read the scan", "Adapt the model", "Detect with the adapted model"])
def test_a_request_to_stop_leaves_nothing_and_the_model_as_it_was(adaptation, step):
    code, events = ended(adaptation, stop_at=step)
    assert code == 130
    assert events[-1] == Stopped()
    assert not Path(adaptation.output).exists()
    assert not adaptation.part.exists()
    assert ModelStore().active == STARTER


def test_a_locked_site_adapts_nothing(adaptation, tmp_path, monkeypatch):
    monkeypatch.setenv("U2ADSLICER_DATA", str(tmp_path / "data"))
    ModelStore().lock("study of 2026")
    code, events = ended(adaptation)
    end = events[-1]
    assert code == 1
    assert isinstance(end, Failed)
    assert "study of 2026" in end.problem


def test_decisions_of_another_scan_are_refused(adaptation):
    np.save(adaptation.scans[0].decisions, np.zeros((2, 2, 2), np.uint8))
    assert ended(adaptation)[1][-1].kind == "unreadable"


def test_there_must_be_something_to_adapt_to(adaptation):
    healthy = replace(adaptation, scans=(replace(adaptation.scans[0], healthy=True),))
    end = ended(healthy)[1][-1]
    assert (end.kind, "no scan to adapt to" in end.problem) == ("refused", True)
