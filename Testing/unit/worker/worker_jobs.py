"""Jobs written to a folder, and what came of them."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np

import u2ad
from u2ad.scan import Scan
from u2ad.worker.events import Event, event_of
from u2ad.worker.job import DetectJob

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


def figures(folder: Path) -> dict:
    """All of ``findings.json`` that does not tell the time."""
    document = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    for when in ("started_utc", "seconds"):
        document["provenance"].pop(when)
    return document
