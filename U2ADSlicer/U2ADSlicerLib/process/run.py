"""One detection from a scan in memory to a result folder: the five states of a run."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Protocol

import numpy as np

from u2ad.errors import OutputError, U2ADError
from u2ad.fault import fault_of
from u2ad.scan import Scan
from u2ad.scan.output import in_words
from u2ad.worker import private
from u2ad.worker.events import Event, Step
from u2ad.worker.job import DetectJob
from U2ADSlicerLib.process.ending import FAILED, FINISHED, Ending, diedWithoutAWord
from U2ADSlicerLib.process.keep import keepResult
from U2ADSlicerLib.process.worker import WorkerProcess


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


@dataclass(frozen=True)
class Options:
    """How a scan is looked at; as :class:`u2ad.walk.Method`, which needs PyTorch to be imported."""

    detector: str = "u2ad"
    seed: int = 0
    draws: int = 10
    threads: int | None = None
    anyway: bool = False
    model: str | None = None


class Listener(Protocol):
    """Told of a run, always on the main thread."""

    def onStatus(self, status: Status) -> None:
        """The state, the step or the advance is another."""

    def onResult(self, folder: Path) -> None:
        """The detection is done; the folder may be gone when this returns, unless it is the one that is kept.

        A :class:`u2ad.errors.U2ADError` raised here is told as the end of the run.
        """

    def onEnd(self, ending: Ending) -> None:
        """The run is over, and the next may be started."""


class DetectionRun:
    """Prepares, starts and ends detections, one at a time; removes all that it has put on the disk.

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

    def start(
        self,
        scan: Scan,
        options: Options,
        listener: Listener,
        cord: np.ndarray | None = None,
        cordSeen: bool = True,
        levels: Mapping[str, Sequence[float]] | None = None,
        keep: Path | None = None,
    ) -> None:
        """Starts a detection.

        Args:
            scan: the scan.
            options: how it is looked at.
            listener: told of the run.
            cord: the reader's cord fraction on the scan's grid, KJI; None to mark the cord automatically.
            cordSeen: whether a person has looked at that mask.
            levels: RAS in mm of marked vertebrae or discs by name; None where there are none.
            keep: where the result is kept for good, in place of a former one; None to keep none.

        Raises:
            U2ADError: if a run is not over yet, the disk cannot be written, or the worker cannot be started. Nothing
                is left behind, and no end is told.
        """
        if self.state is not State.IDLE:
            raise U2ADError("A detection is running already.", "Wait until it has ended, or cancel it.")
        self._listener, self._keep = listener, keep
        self._show(Status(State.PREPARING))
        try:
            with in_words():
                private.sweep()
                self._folder = private.make(os.getpid())
                job = _jobIn(self._folder, scan, options, cord, cordSeen, levels)
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
        else:
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


def _jobIn(
    folder: Path,
    scan: Scan,
    options: Options,
    cord: np.ndarray | None,
    cordSeen: bool,
    levels: Mapping[str, Sequence[float]] | None,
) -> DetectJob:
    """The job of a run, with its arrays written into its folder."""
    np.save(folder / private.SCAN, scan.array, allow_pickle=False)
    if cord is not None:
        np.save(folder / private.CORD, np.asarray(cord, dtype=np.float32), allow_pickle=False)
    return DetectJob(
        scan=str(folder / private.SCAN),
        affine=tuple(tuple(float(number) for number in row) for row in scan.grid.affine),
        output=str(folder / private.OUTPUT),
        stop=str(folder / private.STOP),
        owner=os.getpid(),
        facts={name: value for name, value in asdict(scan.facts).items() if value is not None},
        remarks=tuple({**asdict(check), "verdict": check.verdict.value} for check in scan.remarks),
        cord=None if cord is None else str(folder / private.CORD),
        cord_seen=cordSeen,
        levels=None if levels is None else {name: tuple(map(float, ras)) for name, ras in levels.items()},
        **asdict(options),
    )
