"""The real worker, held at a step of a test's choice, and what a reader does with it."""

import os
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from U2ADSlicerLib.scene import anatomy
from U2ADSlicerLib.scene.case import CaseNodes

HELD = """
import os, pathlib, subprocess, sys, time
from u2ad.worker import run, telling

step = telling.Telling.step

def held(self, name, total=1):
    step(self, name, total)
    if name == {name!r}:
        pathlib.Path({pid!r}).write_text(str(os.getpid()))
        while True:
            time.sleep(0.02)
            {meanwhile}

telling.Telling.step = held
os._exit(run.main(sys.argv[1:]))
"""
"""The real worker, which does not get beyond one of its steps."""

LAUNCHER = """
import subprocess, sys
sys.exit(subprocess.run([sys.executable, {script!r}, *sys.argv[1:]]).returncode)
"""
"""As PythonSlicer: starts the program that does the work, and waits for it."""

SECONDS_TO_CANCEL = 1.0


@pytest.fixture
def held(tmp_path, monkeypatch):
    """Has the next workers stop at a step; returns what tells whether they are there, and alive."""

    def hold(name, meanwhile="self._honour()", launcher=False):
        pid, script = tmp_path / "pid", tmp_path / "held.py"
        script.write_text(HELD.format(name=name, pid=str(pid), meanwhile=meanwhile), encoding="utf-8")
        if launcher:
            worker, script = script, tmp_path / "launcher.py"
            script.write_text(LAUNCHER.format(script=str(worker)), encoding="utf-8")
        use_worker(monkeypatch, script)
        return SimpleNamespace(
            isThere=lambda: pid.exists() and pid.read_text() != "",
            pid=lambda: int(pid.read_text()),
            isGone=lambda: not is_alive(int(pid.read_text())),
        )

    return hold


def use_worker(monkeypatch, script: Path) -> None:
    monkeypatch.setattr("U2ADSlicerLib.process.worker.workerCommand", lambda: (sys.executable, str(script)))


def is_alive(process: int) -> bool:
    """Whether a process still holds memory: one that only waits to be forgotten holds none."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def ready(hour, detection):
    """A scan whose cord the reader has drawn, for a detector that needs no model."""
    load_drawn(hour, detection)
    hour.workspace.parameters.detector = "local_z"
    hour.ui.threadsSpin.setValue(1)
    return hour


def load_drawn(hour, detection, name="T2 sagittal"):
    volume = hour.load(detection, name)
    anatomy.showCord(CaseNodes(volume), detection.anatomy.cord.mask)
    hour.settle()
    return volume


def until_over(hour, seconds=60.0):
    hour.wait_until(lambda: not hour.widget.panel.detect.isRunning, seconds)
    hour.settle()


def detect(hour):
    hour.page("detectPage")
    hour.click("detectButton")
    until_over(hour)


def cancel(hour):
    """Seconds from the click to the end."""
    began = time.monotonic()
    hour.click("detectButton")
    until_over(hour)
    return time.monotonic() - began


def private_folders():
    """What runs of this process have on the disk."""
    return list(Path(tempfile.gettempdir()).glob(f"u2ad-job-{os.getpid()}-*"))
