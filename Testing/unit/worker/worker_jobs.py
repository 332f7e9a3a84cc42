"""Jobs written to a folder, and what came of them."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

import u2ad
from u2ad.scan import Scan
from u2ad.worker.events import Event, event_of
from u2ad.worker.job import DetectJob
from u2ad.worker.jobs import Job

MODULE_FOLDER = Path(u2ad.__file__).parents[1]


def write_job(folder: Path, scan: Scan, cord: np.ndarray | None = None, **changes: object) -> DetectJob:
    """A job with its arrays in ``folder``, owned by this process."""
    np.save(folder / "scan.npy", scan.array)
    if cord is not None:
        np.save(folder / "cord.npy", cord)
    job = DetectJob(
        scan=str(folder / "scan.npy"),
        affine=tuple(tuple(map(float, row)) for row in scan.grid.affine),
        output=str(folder / "result"),
        stop=str(folder / "stop"),
        owner=os.getpid(),
        cord=None if cord is None else str(folder / "cord.npy"),
    )
    return replace(job, **changes)


def heard(text: str) -> list[Event]:
    """The events in what a worker has written."""
    return [event for line in text.splitlines() if (event := event_of(line)) is not None]


def run(job: Job, before: str = "") -> list[Event]:
    """What a worker says of a job; ``before`` is code that its process runs first."""
    file = Path(job.stop).with_name("job.json")
    file.write_text(job.to_json(), encoding="utf-8")
    code = f"{before}\nimport sys; from u2ad.worker.run import main; main([sys.argv[1]])"
    arguments = [sys.executable, "-c", code, str(file)]
    ended = subprocess.run(arguments, cwd=MODULE_FOLDER, capture_output=True, text=True, timeout=60, check=False)
    return heard(ended.stdout)


def figures(folder: Path) -> dict:
    """All of ``findings.json`` that does not tell the time."""
    document = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    for when in ("started_utc", "seconds"):
        document["provenance"].pop(when)
    return document
