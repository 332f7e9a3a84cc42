"""All kinds of jobs, told apart by the word in their file. Standard library only."""

from __future__ import annotations

import json

from u2ad.worker.adapt_job import KINDS, AdaptJob, EstimateJob
from u2ad.worker.export_job import KIND as EXPORT
from u2ad.worker.export_job import ExportJob
from u2ad.worker.job import DetectJob
from u2ad.worker.send_job import KIND as SEND
from u2ad.worker.send_job import SendJob

Job = DetectJob | AdaptJob | EstimateJob | ExportJob | SendJob


def job_of(text: str) -> Job:
    """The job in the text of a file; one that does not tell its kind is a detection.

    Raises:
        ValueError: if the text is no job.
    """
    values = json.loads(text)
    kind = values.pop("kind", None) if isinstance(values, dict) else None
    if kind == EXPORT:
        return ExportJob.of(values)
    if kind == SEND:
        return SendJob.of(values)
    for job, name in KINDS.items():
        if kind == name:
            return job.of(values)
    return DetectJob.from_json(text)
