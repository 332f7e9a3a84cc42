"""Runs :mod:`EmbeddedSlicer.result_scene` in a child process. Standard library only: loads no VTK here.

VTK ends its process where it cannot draw; in a child that costs a picture instead of the run, and the child can be
stopped at any moment.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from EmbeddedSlicer.graphics import REMEDY
from EmbeddedSlicer.job import SceneJob

POLL_SECONDS = 0.1
PART = "part-"  # how an unfinished file's name begins, in saveNode and savePicture
CRASHED = f"Pictures could not be drawn: the graphics driver is missing or failed. {REMEDY}"
TOO_LONG = "Drawing the pictures took too long and was stopped."
OUT_OF_MEMORY = "Drawing the pictures was stopped by the system, probably for lack of memory."
INTERNAL = "Not everything for Slicer could be written, by an internal error."

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SceneProducts:
    """What came of a scene job.

    Args:
        written: files in the result folder, as relative paths with forward slashes, in the order they were written.
        problems: sentences on what could not be written and what to do about it.
    """

    written: tuple[str, ...]
    problems: tuple[str, ...]


def write_scene_products(job: SceneJob, timeout: float, cancel: Callable[[], None]) -> SceneProducts:
    """Writes ``findings.seg.nrrd``, ``overview.png`` and a picture a finding into the job's result folder.

    Missing graphics cost the pictures only, and are told among the problems.

    Args:
        job: what to read and where to write.
        timeout: seconds after which the child is ended.
        cancel: called several times a second; whatever it raises ends the child and is raised again.
    """
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        child = _start(job, said, complained)
        try:
            in_time = ends_within(child, timeout, cancel)
        finally:
            end(child)
        logger.debug("scene child ended with %s: %s", child.returncode, _text(complained))
        written, problems = _read(_text(said))
    if child.returncode != 0:
        _sweep(Path(job.result))
    if not in_time:
        problems = (*problems, TOO_LONG)
    elif child.returncode != 0 and not problems:
        problems = (_unsaid_problem(written, child.returncode),)
    return SceneProducts(written, problems)


def _start(job: SceneJob, said: IO[bytes], complained: IO[bytes]) -> subprocess.Popen:
    """The child, in a session of its own so that all of it can be ended; the job goes in by its standard input."""
    with tempfile.TemporaryFile() as asked:
        asked.write(job.to_json().encode())
        asked.seek(0)
        return subprocess.Popen(
            [sys.executable, "-m", "EmbeddedSlicer.result_scene"],
            stdin=asked,
            stdout=said,
            stderr=complained,
            env=environment(),
            start_new_session=os.name == "posix",
        )


def environment() -> dict[str, str]:
    """What the child imports is what this process would, and nothing that lies in the working folder."""
    search = os.pathsep.join(path for path in sys.path if path)
    return {**os.environ, "PYTHONPATH": search, "PYTHONSAFEPATH": "1"}


def ends_within(child: subprocess.Popen, timeout: float, cancel: Callable[[], None]) -> bool:
    end = time.monotonic() + timeout
    while child.poll() is None and time.monotonic() < end:
        cancel()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(POLL_SECONDS)
    return child.poll() is not None


def end(child: subprocess.Popen) -> None:
    if child.poll() is not None:
        return
    if os.name == "posix":
        os.killpg(child.pid, signal.SIGKILL)
    else:
        child.kill()
    child.wait()


def _sweep(result: Path) -> None:
    """Removes what an ended child had not finished."""
    for unfinished in result.rglob(f"{PART}*"):
        unfinished.unlink(missing_ok=True)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def _read(said: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    return (
        tuple(line["written"] for line in lines if "written" in line),
        tuple(line["problem"] for line in lines if "problem" in line),
    )


def _unsaid_problem(written: tuple[str, ...], returncode: int) -> str:
    """Why a child ended without a word; a crash after the segmentation can only be the drawing."""
    if os.name == "posix" and returncode == -signal.SIGKILL:
        return OUT_OF_MEMORY
    crashed = returncode < 0 or returncode > 128
    return CRASHED if crashed and written else INTERNAL
