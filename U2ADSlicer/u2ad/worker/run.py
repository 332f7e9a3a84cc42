"""One job from its file to its end, with an event for every way in which it can end."""

from __future__ import annotations

import logging
import os
import shutil
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from u2ad.errors import Cancelled, ExitCode, U2ADError
from u2ad.fault import FULL_MEMORY, ROOM_IN_MEMORY, fault_of, is_full_memory
from u2ad.worker.adapt_job import AdaptJob
from u2ad.worker.events import Event, Failed, Finished, Stopped
from u2ad.worker.export_job import ExportJob
from u2ad.worker.jobs import Job, job_of
from u2ad.worker.plan import LOAD, plan_of
from u2ad.worker.send_job import SendJob
from u2ad.worker.telling import Telling, Voice
from u2ad.worker.watch import Watch

if TYPE_CHECKING:
    from types import ModuleType

STDOUT = 1


def main(arguments: Sequence[str]) -> int:
    """Run the job in the file that is the only argument; returns the exit code of :class:`u2ad.errors.ExitCode`."""
    if len(arguments) != 1:
        sys.stderr.write("Usage: python -m u2ad.worker JOB.json\n")
        return ExitCode.USAGE
    _quieten()
    voice = Voice(STDOUT)
    file = Path(arguments[0]).absolute()
    try:
        job = job_of(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        voice.say(Failed("unreadable", "What is to be done cannot be read.", "Start it again."))
        return ExitCode.UNREADABLE
    telling = Telling(plan_of(job), voice.say)
    watch = Watch(job, file.parent, telling.tell, lambda: voice.say(Stopped()))
    telling.is_stopped = lambda: watch.requested
    watch.start()
    return run(job, telling, voice.say)


def run(job: Job, telling: Telling, say: Callable[[Event], None]) -> int:
    """Run a job, say how it ended, and return its exit code. The output is whole or not there."""
    try:
        _do(job, telling)
    except BaseException as error:  # whatever it is, the window must be told
        shutil.rmtree(job.part, ignore_errors=True)
        end, code = _ending(error)
        say(end)
        return code
    say(Finished(round(telling.seconds, 1)))
    return ExitCode.OK


def _do(job: Job, telling: Telling) -> None:
    """Do a job. What it needs is loaded first, so that no later step seems slow; it takes seconds."""
    telling.step(LOAD)
    if isinstance(job, ExportJob):
        _loaded("exporting", job).export_review(job, telling)
    elif isinstance(job, SendJob):
        _loaded("sending", job).send_objects(job, telling)
    elif isinstance(job, AdaptJob):
        _loaded("adaptation", job).adapt(job, telling)
    else:
        _loaded("detection", job).detect(job, telling)


def _loaded(name: str, job: Job) -> ModuleType:
    try:
        work = import_module(f"u2ad.worker.{name}")
        work.load(job)
    except ImportError as error:
        raise _MissingPackage(error) from error
    return work


class _MissingPackage(U2ADError):
    """A package that the job needs is not there, or cannot be loaded."""

    def __init__(self, error: ImportError) -> None:
        package = (error.name or "").partition(".")[0]
        named = f" ({package})" if package else ""
        problem = "A Python package that is needed"
        missing = isinstance(error, ModuleNotFoundError)
        super().__init__(
            f"{problem} is not installed{named}." if missing else f"{problem} cannot be loaded{named}.",
            "Install the packages for U2AD (page Detect), then start again.",
        )


def _ending(error: BaseException) -> tuple[Event, int]:
    if isinstance(error, Cancelled | KeyboardInterrupt):
        return Stopped(), ExitCode.INTERRUPTED
    if isinstance(error, _MissingPackage):
        return Failed("missing", error.problem, error.remedy), ExitCode.FAILED
    if isinstance(error, U2ADError):
        return _refusal(error), error.exit_code
    if is_full_memory(error):
        return Failed("memory", FULL_MEMORY, ROOM_IN_MEMORY), ExitCode.FAILED
    traceback.print_exception(error)  # to the log, which the window keeps free of paths
    remedy = "Please report this line in the issue list of the project from which you have U2AD."
    return Failed("fault", fault_of(error), remedy), ExitCode.FAILED


def _refusal(error: U2ADError) -> Failed:
    kind = ExitCode(error.exit_code).name.lower()
    check = getattr(error, "check", None)
    if check is None:
        return Failed(kind, error.problem, error.remedy)
    return Failed(kind, error.problem, error.remedy, check.overridable, check.name)


def _quieten() -> None:
    """Keep the chatter of the libraries to themselves: a reader can do nothing about it, and it may name files."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    os.environ.setdefault("TQDM_DISABLE", "1")
