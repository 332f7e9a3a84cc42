"""The work itself: from the files of a job to its output folder."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from u2ad.cord import MaskSource
from u2ad.cord.labelling import find_levels
from u2ad.errors import OutputError, UnreadableInputError
from u2ad.progress import Progress
from u2ad.result.document import document_of, text_of
from u2ad.scan import Check, Facts, Grid, Scan, Verdict
from u2ad.scan.output import in_words
from u2ad.walk import Marks, Method, Walk, Walked
from u2ad.worker import result
from u2ad.worker.adapt_job import AdaptJob, AdaptScan
from u2ad.worker.job import DetectJob
from u2ad.worker.plan import READ, WRITE

RENAMES = 5
"""How often the output is given its name before that counts as refused."""


def load(job: DetectJob) -> None:
    """Load what the steps of a job will need.

    Raises:
        ImportError: if a package is missing.
    """
    if job.cord is None:
        import u2ad.cord.segmentation
    if job.detector == "u2ad":
        import u2ad.detectors.u2ad  # noqa: F401


def detect(job: DetectJob, progress: Progress) -> None:
    """Detect and write the output folder; all of it or nothing.

    Raises:
        UnreadableInputError: if a file of the job cannot be read.
        RefusedByCheck: if a check refuses the scan.
        OutputError: if the output cannot be written.
        Cancelled: if the progress says so.
    """
    walk = Walk(Method(job.detector, job.draws, job.seed, job.threads, job.anyway, job.model))
    progress.step(READ)
    walked = walk.through(scan_of(job), marks_of(job), progress)
    progress.step(WRITE)
    _write(job, walked)
    progress.advance()
    publish(job)


def scan_of(job: DetectJob | AdaptScan) -> Scan:
    """The scan of a job.

    Raises:
        UnreadableInputError: if its files cannot be read or do not fit.
    """
    array = voxels_of(job.scan)
    try:
        grid = Grid(array.shape, np.array(job.affine))
        return Scan(array, grid, _facts(job.facts), tuple(_check(told) for told in job.remarks))
    except (TypeError, ValueError, KeyError) as error:
        raise damaged() from error


def marks_of(job: DetectJob | AdaptScan) -> Marks:
    """What the reader has marked, read when it is asked for."""
    cord, points = job.cord, job.levels
    return Marks(
        cord=(lambda grid: _fraction(cord, grid)) if cord else None,
        cord_seen=job.cord_seen,
        cord_source=MaskSource(job.cord_source) if isinstance(job, AdaptScan) else MaskSource.READER,
        levels=(lambda scan, line: find_levels(scan, line, points)) if points else None,
    )


def _write(job: DetectJob, walked: Walked) -> None:
    expect_free(job)
    cord, found = walked.anatomy.cord, walked.detection
    document = document_of(
        cord, found.findings, walked.checks, walked.provenance, walked.anatomy.levels, walked.yardstick
    )
    result.write(job.part, text_of(document), result.packed(found.maps, cord))


def expect_free(job: DetectJob | AdaptJob) -> None:
    """Look whether the output of a job is still to be made; an OutputError where it is there."""
    if Path(job.output).exists():
        raise OutputError("There is a result already.", "Start again.")


def publish(job: DetectJob | AdaptJob) -> None:
    """Give the output of a job its name.

    Raises:
        OutputError: if the disk refuses.
    """
    with in_words():
        _rename(job)


def _rename(job: DetectJob | AdaptJob) -> None:
    """Rename; tried again where a virus scanner on Windows still looks into what was written."""
    for _ in range(RENAMES - 1):
        try:
            job.part.rename(job.output)
        except PermissionError:
            time.sleep(0.1)
        else:
            return
    job.part.rename(job.output)


def voxels_of(path: str) -> np.ndarray:
    """The array in a file of a job, KJI; an UnreadableInputError where it cannot be read."""
    try:
        array = np.load(path, allow_pickle=False)
    except (OSError, EOFError, ValueError) as error:
        raise damaged() from error
    if array.ndim != 3:
        raise damaged()
    return array


def _fraction(path: str, grid: Grid) -> np.ndarray:
    fraction = voxels_of(path).astype(np.float32, copy=False)
    if fraction.shape != grid.shape:
        raise damaged()
    return fraction


def _facts(told: Mapping[str, Any]) -> Facts:
    positions = told.get("slice_positions_mm")
    return Facts(**{**told, "slice_positions_mm": None if positions is None else tuple(positions)})


def _check(told: Mapping[str, Any]) -> Check:
    return Check(**{**told, "verdict": Verdict(told["verdict"])})


def damaged() -> UnreadableInputError:
    return UnreadableInputError("The files of the job cannot be read.", "Start it again.")
