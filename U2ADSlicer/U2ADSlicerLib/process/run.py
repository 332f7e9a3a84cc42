"""One job of the worker from start to result folder: the five states of a run."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Protocol

from u2ad.errors import OutputError, U2ADError
from u2ad.fault import fault_of
from u2ad.scan.output import in_words
from u2ad.worker import private
from u2ad.worker.events import Advance, Event, Step
from U2ADSlicerLib.process.ending import FAILED, FINISHED, Ending, diedWithoutAWord
from U2ADSlicerLib.process.keep import keepResult
from U2ADSlicerLib.process.worker import Job, WorkerProcess


class State(Enum):
    """Where a run is."""

    IDLE = "idle"
    PREPARING = "preparing"
    RUNNING = "running"
    IMPORTING = "importing"
    CANCELLING = "cancelling"


@dataclass(frozen=True)
class Status:
    """What a panel shows of a run.

    Args:
        state: where the run is.
        step: a stable English sentence, such as "Find the cord"; empty before the first.
        number: of the step, from 1; 0 before the first.
        of: how many steps there are.
        fraction: of the whole run, 0 to 1; never falls.
        secondsLeft: expected until the end; None while nothing can be said.
    """

    state: State
    step: str = ""
    number: int = 0
    of: int = 0
    fraction: float = 0.0
    secondsLeft: float | None = None


class Listener(Protocol):
    """Told of a run, always on the main thread."""

    def onStatus(self, status: Status) -> None:
        """The state, the step or the advance is another."""

    def onResult(self, folder: Path) -> None:
        """The job is done; the folder may be gone when this returns, unless it is the one that is kept.

        A :class:`u2ad.errors.U2ADError` raised here is told as the end of the run.
        """

    def onEnd(self, ending: Ending) -> None:
        """The run is over, and the next may be started."""


class Run:
    """Prepares, starts and ends jobs, one at a time; removes all that it has put on the disk.

    Args:
        worker: the process; one of its own where None.
    """

    def __init__(self, worker: WorkerProcess | None = None) -> None:
        self._worker = worker or WorkerProcess()
        self._status = Status(State.IDLE)
        self._listener: Listener | None = None
        self._folder: Path | None = None
        self._keep: Path | None = None

    @property
    def status(self) -> Status:
        """What a panel shows."""
        return self._status

    @property
    def state(self) -> State:
        """Where the run is."""
        return self._status.state

    def startJob(self, makeJob: Callable[[Path], Job], listener: Listener, keep: Path | None) -> None:
        """Starts a job.

        Args:
            makeJob: writes the job's files into its private folder and returns the job.
            listener: told of the run.
            keep: where the result is kept for good, in place of a former one; None to keep none.

        Raises:
            U2ADError: if a run is not over yet, the disk cannot be written, or the worker cannot be started. Nothing
                is left behind, and no end is told.
        """
        if self.state is not State.IDLE:
            raise U2ADError("A job is running already.", "Wait until it has ended, or cancel it.")
        self._listener, self._keep = listener, keep
        self._show(Status(State.PREPARING))
        try:
            with in_words():
                private.sweep()
                self._folder = private.make(os.getpid())
                job = makeJob(self._folder)
            self._worker.start(job, self._onEvent, self._onEnd)
        except BaseException:
            self._tidy()
            self._show(Status(State.IDLE))
            raise
        self._show(Status(State.RUNNING))

    def cancel(self) -> None:
        """Asks a running detection to stop; its end is told within about a second."""
        if self.state is State.RUNNING:
            self._show(replace(self._status, state=State.CANCELLING, secondsLeft=None))
            self._worker.cancel()

    def close(self) -> None:
        """Ends all at once and tells nobody: Slicer quits, the scene closes, or the scan is gone."""
        self._listener = None
        self._worker.close()
        self._tidy()
        self._status = Status(State.IDLE)

    def _onEvent(self, event: Event) -> None:
        if isinstance(event, Step):
            self._show(replace(self._status, step=event.name, number=event.number, of=event.of))
        elif isinstance(event, Advance):
            self._show(replace(self._status, fraction=event.fraction, secondsLeft=event.seconds_left))

    def _onEnd(self, ending: Ending) -> None:
        try:
            if ending.kind == FINISHED:
                self._show(replace(self._status, state=State.IMPORTING, fraction=1.0, secondsLeft=0.0))
                ending = self._handOver(ending)
        except U2ADError as error:
            ending = replace(ending, kind=FAILED, problem=error.problem, remedy=error.remedy, cause="import")
        except Exception as error:
            self._end(replace(ending, kind=FAILED, problem=fault_of(error), cause="fault"))
            raise
        self._end(ending)

    def _handOver(self, ending: Ending) -> Ending:
        folder = self._folder / private.OUTPUT
        if not folder.is_dir():
            return diedWithoutAWord(ending.log)
        try:
            if self._keep is not None:
                keepResult(folder, self._keep)
                folder = self._keep
        except OutputError as error:
            ending = replace(ending, problem=error.problem, remedy=error.remedy)
        if self._listener is not None:
            self._listener.onResult(folder)
        return ending

    def _end(self, ending: Ending) -> None:
        listener = self._listener
        self._tidy()
        self._show(Status(State.IDLE))
        self._listener = None
        if listener is not None:
            listener.onEnd(ending)

    def _tidy(self) -> None:
        if self._folder is not None:
            private.remove(self._folder)
        self._folder = self._keep = None

    def _show(self, status: Status) -> None:
        self._status = status
        if self._listener is not None:
            self._listener.onStatus(status)
