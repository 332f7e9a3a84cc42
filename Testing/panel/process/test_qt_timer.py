"""The worker under the real event loop: nothing is turned by hand."""

import sys
import time

import pytest
from worker_scripts import HEAD, job_in

from U2ADSlicerLib.process.ending import FINISHED
from U2ADSlicerLib.process.timer import qtTimer
from U2ADSlicerLib.process.worker import WorkerProcess

desktop = pytest.importorskip("EmbeddedSlicer.desktop", reason="the stand-in for Slicer's desktop is not here")


@pytest.fixture
def turn():
    """Runs the event loop until something is so."""
    desktop.start()
    import qt

    def until(reached, seconds=20.0):
        began = time.monotonic()
        while not reached():
            assert time.monotonic() - began < seconds
            qt.QApplication.processEvents()
            time.sleep(0.005)

    return until


def test_a_worker_is_heard_by_qts_own_timer(tmp_path, turn):
    script = tmp_path / "worker.py"
    script.write_text(HEAD + "say(Step('One', 1, 1)); say(Finished(1.0))", encoding="utf-8")
    events, ends = [], []
    worker = WorkerProcess((sys.executable, str(script)))
    worker.start(job_in(tmp_path), events.append, ends.append)
    turn(lambda: ends)
    assert [event.name for event in events] == ["One"]
    assert ends[0].kind == FINISHED
    worker.close()


def test_the_timer_calls_until_it_is_stopped(turn):
    calls = []
    timer = qtTimer(lambda: calls.append(1), 5)
    timer.start()
    turn(lambda: len(calls) > 2)
    timer.stop()
    seen = len(calls)
    end = time.monotonic() + 0.1
    turn(lambda: time.monotonic() > end)
    assert len(calls) == seen
