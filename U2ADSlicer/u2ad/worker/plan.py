"""Which steps a detection will take, and about how long each."""

from __future__ import annotations

from dataclasses import dataclass

from u2ad.worker.job import DetectJob

LOAD = "Load the program"
READ = "Read the scan"
WRITE = "Write the maps"


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


def plan_of(job: DetectJob) -> tuple[Planned, ...]:
    """The steps of a job, in their order."""
    automatic = () if job.cord else (Planned("Find the cord", 0.4),)
    model = Planned("Rebuild healthy cord", 0.18 * job.draws)
    control = Planned("Compare along the cord", 0.1)
    return (
        Planned(LOAD, 3.2, computes=False),
        Planned(READ, 0.1, computes=False),
        *automatic,
        Planned("Straighten the cord", 0.1),
        model if job.detector == "u2ad" else control,
        Planned("Rank the findings", 0.1),
        Planned(WRITE, 0.1, computes=False),
    )
