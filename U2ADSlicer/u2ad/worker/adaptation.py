"""The work of an adaptation: from the files of a job to its output folder."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import numpy as np

from u2ad.adaptation.case import Decisions
from u2ad.adaptation.cost import Cost
from u2ad.adaptation.keeping import write_adapted
from u2ad.adaptation.report import write_report
from u2ad.adaptation.run import Adapted, Method, Subject, adapt_to, forecast, prepare
from u2ad.adaptation.settings import settings_for
from u2ad.adaptation.within import Within
from u2ad.models.autoencoder import Autoencoder, load_autoencoder
from u2ad.models.versions import ModelStore
from u2ad.result.document import document_of, text_of
from u2ad.result.text import write_text
from u2ad.scan.output import in_words
from u2ad.walk import anatomy_of, use_threads
from u2ad.worker import result
from u2ad.worker.adapt_job import CONFIRMED, REJECTED, UNDECIDED, AdaptJob, AdaptScan, EstimateJob
from u2ad.worker.detection import damaged, expect_free, marks_of, publish, scan_of, voxels_of
from u2ad.worker.plan import KEEP, READ
from u2ad.worker.telling import Telling

ESTIMATE = "estimate.json"
BEFORE, AFTER = "before", "after"
"""Folders of the first scan's detections, as the worker writes them."""


def load(job: AdaptJob) -> None:
    """Load what the steps of a job will need.

    Raises:
        ImportError: if a package is missing.
    """
    import u2ad.detectors.u2ad

    if any(scan.cord is None for scan in job.scans):
        import u2ad.cord.segmentation  # noqa: F401


def adapt(job: AdaptJob, telling: Telling) -> None:
    """Adapt, or estimate what it would take, and write the output folder; all of it or nothing.

    Raises:
        U2ADError: if the site is locked, or the version to adapt is missing or damaged.
        UnreadableInputError: if a file of the job cannot be read.
        RefusedInputError: if a check refuses a scan, or there is nothing to learn.
        OutputError: if the output cannot be written.
        Cancelled: if the progress says so.
    """
    store = ModelStore()
    store.expect_unlocked()
    use_threads(job.threads)
    parent = load_autoencoder(store.version(job.model))
    telling.step(READ, len(job.scans))
    subjects = [_subject(scan, job.anyway, telling) for scan in job.scans]
    learned = sum(not scan.healthy for scan in job.scans)
    method = Method(settings_for(learned, job.steps, job.seconds, job.seed), job.draws, job.folds)
    if isinstance(job, EstimateJob):
        cost = _cost(subjects, parent, method, telling)
        telling.estimated(cost)
        _write_estimate(job, {"seconds": cost.seconds, "megabytes": cost.megabytes})
    else:
        adapted = adapt_to(subjects, parent, method, telling, telling)
        telling.step(KEEP)
        _write(job, adapted)
    publish(job)


def _subject(given: AdaptScan, anyway: bool, telling: Telling) -> Subject:
    scan = scan_of(given)
    anatomy, checks = anatomy_of(scan, marks_of(given), anyway, Within(telling))
    said = voxels_of(given.decisions) if given.decisions else np.zeros(scan.grid.shape, np.uint8)
    if said.shape != scan.grid.shape:
        raise damaged()
    decisions = Decisions(said == CONFIRMED, said == REJECTED, said == UNDECIDED)
    telling.advance()
    return Subject(scan, anatomy, decisions, checks, given.healthy)


def _cost(subjects: list[Subject], parent: Autoencoder, method: Method, telling: Telling) -> Cost:
    """What the adaptation of these scans will take; it begins with what is done here to find that out."""
    started = time.monotonic()
    _, before, cases = prepare(subjects, parent, method, telling)
    cost = forecast(parent, cases, before, method, telling)
    return replace(cost, seconds=round(cost.seconds + time.monotonic() - started, 1))


def _write_estimate(job: AdaptJob, cost: dict[str, float | None]) -> None:
    expect_free(job)
    with in_words():
        job.part.mkdir()
    write_text(job.part / ESTIMATE, json.dumps(cost, allow_nan=False) + "\n")


def _write(job: AdaptJob, adapted: Adapted) -> None:
    expect_free(job)
    with in_words():
        job.part.mkdir()
    write_adapted(job.part, adapted)
    write_report(job.part)
    for folder, walked in ((BEFORE, adapted.before[0]), (AFTER, adapted.after[0])):
        cord, found = walked.anatomy.cord, walked.detection
        document = document_of(
            cord, found.findings, walked.checks, walked.provenance, walked.anatomy.levels, walked.yardstick
        )
        result.write(job.part / folder, text_of(document), result.packed(found.maps, cord))
