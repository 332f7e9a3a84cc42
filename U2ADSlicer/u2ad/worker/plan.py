"""Which steps a detection will take, and about how long each."""

from __future__ import annotations

from dataclasses import dataclass

from u2ad.worker.adapt_job import AdaptJob, EstimateJob
from u2ad.worker.export_job import ExportJob
from u2ad.worker.job import DetectJob
from u2ad.worker.jobs import Job
from u2ad.worker.send_job import SendJob

LOAD = "Load the program"
READ = "Read the scan"
WRITE = "Write the maps"
KEEP = "Write the adapted model"
SEND = "Send"


@dataclass(frozen=True)
class Planned:
    """One step.

    Args:
        name: as the run calls it.
        seconds: measured on a simulated scan of 15 slices with two threads; only the proportions count.
        computes: whether its speed says something on that of the others; loading from a disk does not.
    """

    name: str
    seconds: float
    computes: bool = True


def plan_of(job: Job) -> tuple[Planned, ...]:
    """The steps of a job, in their order."""
    if isinstance(job, ExportJob):
        return _export(job)
    if isinstance(job, SendJob):
        return (Planned(LOAD, 1.0, computes=False), Planned(SEND, 5.0))
    return _adaptation(job) if isinstance(job, AdaptJob) else _detection(job)


def _export(job: ExportJob) -> tuple[Planned, ...]:
    """Steps are called as the formats are titled."""
    from u2ad.export.formats import USUAL, Format

    known = {one.value: one for one in Format}
    asked = [known[word] for word in job.formats if word in known] or USUAL
    return (
        Planned(LOAD, 2.0, computes=False),
        Planned(READ, 0.5, computes=False),
        Planned("Look what can be written", 0.3),
        *(Planned(one.title, 1.0) for one in asked),
    )


def _adaptation(job: AdaptJob) -> tuple[Planned, ...]:
    count, learned = len(job.scans), sum(not scan.healthy for scan in job.scans)
    looking = (
        Planned(LOAD, 3.2, computes=False),
        Planned(READ, sum(0.2 if scan.cord else 0.6 for scan in job.scans)),
        Planned("Detect with the present model", 0.3 * job.draws * count),
        Planned("Estimate time and memory", 1.5 * learned),
    )
    if isinstance(job, EstimateJob):
        return looking
    crossed = (Planned("Adapt without each part", 40.0 * job.folds),) if job.folds else ()
    return (
        *looking,
        Planned("Measure the present model", 2.5 * learned),
        Planned("Adapt the model", 40.0),
        Planned("Measure the adapted model", 2.5 * learned),
        Planned("Detect with the adapted model", 0.3 * job.draws * count),
        *crossed,
        Planned(KEEP, 0.2, computes=False),
    )


def _detection(job: DetectJob) -> tuple[Planned, ...]:
    automatic = () if job.cord else (Planned("Find the cord", 0.4),)
    model = Planned("Rebuild healthy cord", 0.18 * job.draws)
    control = Planned("Compare along the cord", 0.1)
    return (
        Planned(LOAD, 3.2, computes=False),
        Planned(READ, 0.1, computes=False),
        *automatic,
        Planned("Name the levels", 0.1),
        Planned("Straighten the cord", 0.1),
        model if job.detector == "u2ad" else control,
        Planned("Rank the findings", 0.1),
        Planned(WRITE, 0.1, computes=False),
    )
