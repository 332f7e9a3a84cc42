"""Slicer's main thread keeps Python's lock while its event loop runs: the thread that listens gets little time."""

import ctypes
import os
import time

import pytest
from worker_scripts import job_in

from u2ad.worker.events import Step
from U2ADSlicerLib.process.ending import FINISHED

SECONDS = 30.0
CHATTY = """
say(Step("One", 1, 1))
for number in range(5000):
    print(f"line {number} of what a library has to say", flush=True)
say(Finished(1.0))
"""


@pytest.mark.skipif(os.name != "posix", reason="waits with a function of the C library")
def test_a_worker_with_much_to_say_is_heard_to_its_end(tmp_path, worker, timers):
    """Between two turns of the timer nothing releases the lock: ``PyDLL`` keeps it, as PythonQt's event loop does."""
    wait = ctypes.PyDLL(None).usleep
    process, events, endings = worker(CHATTY), [], []
    process.start(job_in(tmp_path), events.append, endings.append)
    end = time.monotonic() + SECONDS
    while not endings and time.monotonic() < end:
        wait(1000 * timers.made[0].interval)
        timers.made[0].turn()
    assert events == [Step("One", 1, 1)]
    assert [ending.kind for ending in endings] == [FINISHED]
    assert "line 4999 of" in endings[0].log
