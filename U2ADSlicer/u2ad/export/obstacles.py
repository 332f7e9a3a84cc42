"""Why a format cannot be written, and what to do about it."""

from __future__ import annotations

from u2ad.errors import RefusedInputError
from u2ad.export.job import Job


def nothing_chosen(job: Job) -> RefusedInputError | None:
    """Of a format that would hold no finding."""
    if job.chosen:
        return None
    if not job.reviewed.findings:
        return RefusedInputError("There is no finding, and an empty segmentation is none.", "The report says it all.")
    return RefusedInputError(
        "No finding is confirmed, so the segmentation would be empty.",
        "Confirm one, or export all findings with their decision.",
        option="--all-findings",
    )


def no_scan(job: Job) -> RefusedInputError | None:
    """Of a format that shows the scan itself."""
    if job.reviewed.image is not None:
        return None
    return RefusedInputError("The scan is not at hand.", "Give the scan.", option="--source")


def no_journal(job: Job) -> RefusedInputError | None:
    """Of the journal."""
    if job.reviewed.journal:
        return None
    return RefusedInputError(
        "There is no journal: nothing was decided on this scan, or the scan is not at hand.",
        "Review the scan first, and give it.",
        option="--source",
    )
