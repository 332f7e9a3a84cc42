"""Jobs and events: what travels between the window and the worker, and what does not get through."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from u2ad.worker.events import PREFIX, Advance, Failed, Finished, Step, Stopped, event_of, line_of
from u2ad.worker.job import DetectJob

ROW = (1.0, 0.0, 0.0, 0.0)
JOB = DetectJob("scan.npy", (ROW, ROW, ROW, ROW), "out", "stop", 1)


def test_a_job_comes_back_from_its_text_as_it_was():
    full = replace(
        JOB,
        facts={"echo_time_ms": 98.0, "slice_positions_mm": [0.0, 3.3]},
        remarks=({"name": "n", "verdict": "warn", "sentence": "s", "remedy": "", "overridable": True},),
        cord="cord.npy",
        cord_seen=False,
        levels={"C2": (0.0, 1.5, 52.0), "T1": (0.0, 1.0, -60.0)},
        detector="local_z",
        seed=3,
        draws=4,
        threads=2,
        anyway=True,
    )
    assert DetectJob.from_json(full.to_json()) == full
    assert DetectJob.from_json(JOB.to_json()) == JOB


@pytest.mark.parametrize(
    "change",
    [
        {"affine": [[1, 0, 0, 0]] * 3},
        {"affine": [[1, 0, 0]] * 4},
        {"levels": {"C2": [1, 2]}},
        {"levels": [1]},
        {"patient": "Somebody"},
        {"affine": None},
    ],
)
def test_what_is_no_job_is_not_taken_for_one(change):
    values = {**json.loads(JOB.to_json()), **change}
    with pytest.raises(ValueError, match="detection job"):
        DetectJob.from_json(json.dumps(values))


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "{", '"job"'])
def test_damaged_text_is_no_job(text):
    with pytest.raises(ValueError, match="detection job"):
        DetectJob.from_json(text)


def test_a_number_that_is_none_cannot_become_a_job_file():
    with pytest.raises(ValueError, match="JSON compliant"):
        replace(JOB, facts={"echo_time_ms": float("nan")}).to_json()


@pytest.mark.parametrize(
    "event",
    [
        Step("Find the cord", 3, 7),
        Advance(0.25, 12.5),
        Advance(0.0),
        Finished(8.5),
        Failed("refused", "Ein Übel.", "Neu\nladen.", True, "weighting"),
        Stopped(),
    ],
)
def test_an_event_is_one_line_of_ascii_and_comes_back(event):
    line = line_of(event)
    assert line.isascii()
    assert "\n" not in line
    assert event_of(line) == event


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Loading weights: 40 %",
        PREFIX,
        PREFIX + "{",
        PREFIX + "[]",
        PREFIX + "3",
        PREFIX + '{"event": "Nothing"}',
        PREFIX + '{"event": ["Step"]}',
        PREFIX + '{"event": "Step", "name": "x"}',
        PREFIX + '{"event": "Step", "name": "x", "number": 0, "of": 7}',
        PREFIX + '{"event": "Step", "name": "x", "number": 8, "of": 7}',
        PREFIX + '{"event": "Step", "name": 3, "number": 1, "of": 7}',
        PREFIX + '{"event": "Advance", "fraction": 2, "seconds_left": null}',
        PREFIX + '{"event": "Advance", "fraction": NaN, "seconds_left": null}',
        PREFIX + '{"event": "Advance", "fraction": 0.5, "seconds_left": "soon"}',
        PREFIX + '{"event": "Finished", "seconds": true}',
        PREFIX + '{"event": "Failed", "kind": "x", "problem": null}',
        PREFIX + "[" * 100_000,
        "x" + line_of(Stopped()),
    ],
)
def test_garbage_is_log_and_no_event(line):
    assert event_of(line) is None


def test_both_sides_can_load_the_messages_without_any_package():
    code = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "import u2ad.worker.job, u2ad.worker.events, u2ad.worker.private, u2ad.worker.run\n"
        "tops = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(tops - set(sys.stdlib_module_names) - {'u2ad'}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
