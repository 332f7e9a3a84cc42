"""How a worker has ended, in words for the reader."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass

from u2ad.fault import ROOM_IN_MEMORY
from u2ad.worker.events import Failed, Finished, Stopped

FINISHED = "finished"
FAILED = "failed"
STOPPED = "stopped"
DIED = "died"


@dataclass(frozen=True)
class Ending:
    """How a run has ended.

    Args:
        kind: "finished", "failed" (it said why), "stopped" (on request) or "died" (without a word).
        problem: what is wrong, one sentence; of a finished run, what of it could not be kept. Empty where all is well.
        remedy: what to do about it; may be empty.
        overridable: whether the reader may let it run all the same.
        cause: of a failed run, the kind of :class:`u2ad.worker.events.Failed`, such as "refused" or "missing".
        check: name of the check that refused; empty where none did.
        log: the last lines that the worker wrote, free of paths.
    """

    kind: str
    problem: str = ""
    remedy: str = ""
    overridable: bool = False
    cause: str = ""
    check: str = ""
    log: str = ""


def endingOf(said: Finished | Failed | Stopped | None, returnCode: int | None, cancelled: bool, log: str) -> Ending:
    """What became of a run.

    Args:
        said: the worker's last word; None where it went without one.
        returnCode: of its process.
        cancelled: whether it was asked to stop; then nothing else counts.
        log: of the worker.
    """
    if cancelled or isinstance(said, Stopped):
        return Ending(STOPPED, log=log)
    if isinstance(said, Failed):
        return Ending(FAILED, said.problem, said.remedy, said.overridable, said.kind, said.check, log)
    if isinstance(said, Finished):
        return Ending(FINISHED, log=log)
    if os.name == "posix" and returnCode == -signal.SIGKILL:
        return Ending(DIED, "The run was ended by the system, probably for lack of memory.", ROOM_IN_MEMORY, log=log)
    return diedWithoutAWord(log)


def diedWithoutAWord(log: str) -> Ending:
    """The end of a run that nobody can explain."""
    return Ending(
        DIED,
        "The run has ended unexpectedly.",
        "Start it again. If it ends so again, report it with the log.",
        log=log,
    )
