"""A worker process, listened to from the main thread by a timer; nothing here blocks."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from u2ad.errors import U2ADError
from u2ad.scan.output import in_words
from u2ad.worker import private
from u2ad.worker.events import Event
from U2ADSlicerLib.process.child import Child
from U2ADSlicerLib.process.command import MODULE_FOLDER, workerCommand, workerEnvironment
from U2ADSlicerLib.process.ending import Ending, endingOf
from U2ADSlicerLib.process.timer import Timer, qtTimer

PATIENCE_SECONDS = 0.8
"""How long a worker may take to stop when it is asked to; then it is killed."""


class Job(Protocol):
    """What the worker is asked to do: any of the jobs in :mod:`u2ad.worker.job`."""

    @property
    def stop(self) -> str:
        """File whose appearance asks the worker to stop; the job's own file is written beside it."""
        ...

    def to_json(self) -> str:
        """The job as JSON text."""
        ...


class WorkerProcess:
    """Runs one job at a time.

    Args:
        command: what to run, before the path of the job's file; the worker of this module where None.
        interval: milliseconds between two looks at the worker.
        makeTimer: makes the timer; a ``qt.QTimer`` where nothing else is given.
    """

    def __init__(
        self,
        command: Sequence[str] | None = None,
        interval: int = 50,
        makeTimer: Callable[[Callable[[], None], int], Timer] = qtTimer,
    ) -> None:
        self._command = tuple(command) if command is not None else None
        self._interval = interval
        self._makeTimer = makeTimer
        self._timer: Timer | None = None
        self._child: Child | None = None
        self._stopFile: Path | None = None
        self._askedAt: float | None = None
        self._onEvent: Callable[[Event], None] | None = None
        self._onEnd: Callable[[Ending], None] | None = None

    @property
    def isRunning(self) -> bool:
        """Whether there is a job whose end was not told yet."""
        return self._child is not None

    def start(self, job: Job, onEvent: Callable[[Event], None], onEnd: Callable[[Ending], None]) -> None:
        """Starts a job; its file is written beside its stop file.

        Args:
            job: whose folder is there already.
            onEvent: told on the main thread of every step, and about twice a second of the advance.
            onEnd: told on the main thread how it ended, once.

        Raises:
            U2ADError: if one is running already, or the process cannot be started.
        """
        if self.isRunning:
            raise U2ADError("A job is running already.", "Wait until it has ended, or cancel it.")
        self._child = _childFor(job, self._command or workerCommand())
        self._stopFile = Path(job.stop)
        self._askedAt = None
        self._onEvent, self._onEnd = onEvent, onEnd
        self._timer = self._timer or self._makeTimer(self._look, self._interval)
        self._timer.start()

    def cancel(self) -> None:
        """Asks the worker to stop, and kills it when it does not within 0.8 s; the end is told as always."""
        if self._child is None or self._askedAt is not None:
            return
        self._askedAt = time.monotonic()
        try:
            self._stopFile.touch()
        except OSError:
            self._child.kill()

    def close(self) -> None:
        """Kills the worker at once and tells nobody: the window, or what the job was for, is going away."""
        child = self._child
        self._forget()
        if child is not None:
            child.killAndWait()

    def _look(self) -> None:
        child = self._child
        if child is None:
            return
        ended = child.hasEnded()
        if self._askedAt is None:
            self._tell(child)
        elif time.monotonic() - self._askedAt > PATIENCE_SECONDS:
            child.kill()
        if ended and self._child is child:
            self._finish(child)

    def _tell(self, child: Child) -> None:
        for event in child.takeEvents():
            if self._child is child and self._askedAt is None:
                self._onEvent(event)

    def _finish(self, child: Child) -> None:
        ending = endingOf(child.end, child.returnCode, self._askedAt is not None, child.log)
        onEnd = self._onEnd
        self._forget()
        onEnd(ending)

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._child = self._stopFile = self._askedAt = self._onEvent = self._onEnd = None


def _childFor(job: Job, command: tuple[str, ...]) -> Child:
    file = Path(job.stop).with_name(private.JOB)
    with in_words():
        file.write_text(job.to_json(), encoding="utf-8")
    try:
        return Child((*command, str(file)), workerEnvironment(), MODULE_FOLDER)
    except OSError as error:
        raise U2ADError("The program that does the work could not be started.", "Reinstall 3D Slicer.") from error
