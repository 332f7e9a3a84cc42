"""Workers that do as a test tells them, and a timer that a test turns by hand."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from u2ad.worker.job import DetectJob

HEAD = """
import json, os, pathlib, signal, subprocess, sys, time
from u2ad.worker.events import Advance, Failed, Finished, Step, Stopped, line_of
from u2ad.worker.job import DetectJob

def say(event):
    print(line_of(event), flush=True)

def wait_for_stop():
    while not os.path.exists(job.stop):
        time.sleep(0.02)

job = DetectJob.from_json(open(sys.argv[1]).read())
"""


class HandTimer:
    """Stands where a ``qt.QTimer`` stands."""

    def __init__(self, callback: Callable[[], None], interval: int) -> None:
        self.callback = callback
        self.interval = interval
        self.isActive = False
        self.longest = 0.0

    def start(self) -> None:
        self.isActive = True

    def stop(self) -> None:
        self.isActive = False

    def turn(self) -> None:
        """What the event loop does when the time has come."""
        if self.isActive:
            began = time.monotonic()
            self.callback()
            self.longest = max(self.longest, time.monotonic() - began)


class Timers:
    """Makes the timers of a test, and turns them."""

    def __init__(self) -> None:
        self.made: list[HandTimer] = []

    def __call__(self, callback: Callable[[], None], interval: int) -> HandTimer:
        self.made.append(HandTimer(callback, interval))
        return self.made[-1]

    def until(self, reached: Callable[[], bool], seconds: float = 20.0) -> float:
        """Turn until something is so; how long it took."""
        began = time.monotonic()
        while not reached():
            assert time.monotonic() - began < seconds, "it never came to it"
            for timer in self.made:
                timer.turn()
            time.sleep(0.01)
        return time.monotonic() - began

    @property
    def longest(self) -> float:
        return max(timer.longest for timer in self.made)


def job_in(folder: Path) -> DetectJob:
    """A job without a scan, for workers that look at none."""
    row = (1.0, 0.0, 0.0, 0.0)
    np.save(folder / "scan.npy", np.zeros((2, 2, 2)))
    return DetectJob(
        scan=str(folder / "scan.npy"),
        affine=(row, row, row, row),
        output=str(folder / "result"),
        stop=str(folder / "stop"),
        owner=os.getpid(),
    )


def has_ended(process: int) -> bool:
    """Whether a process that is nobody's child any more is gone or only waits to be forgotten."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
