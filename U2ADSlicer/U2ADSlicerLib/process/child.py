"""A child process whose events are collected by a thread and which can be ended with all that it has started."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from u2ad.worker.events import Advance, Event, Failed, Finished, Stopped, event_of
from U2ADSlicerLib.process.log import LogTail

LINGER_SECONDS = 0.5
"""How long to wait, once the process has ended, for words that are still in its pipe."""

LONGEST_READ = 65536
EVENTS_KEPT = 64
END_SECONDS = 2.0
NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
ENDS = (Finished, Failed, Stopped)


class Child:
    """One run of a command. Nothing here waits for it.

    Args:
        command: with its arguments.
        environment: of the process, whole.
        folder: to run in.

    Raises:
        OSError: if it cannot be started.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        self.end: Finished | Failed | Stopped | None = None
        self._log = LogTail()
        self._events: deque[Event] = deque(maxlen=EVENTS_KEPT)
        self._endedAt: float | None = None
        self._killed = False
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=folder,
            start_new_session=os.name == "posix",
            creationflags=NO_WINDOW,
        )
        self._reader = threading.Thread(target=self._read, name="U2AD worker output", daemon=True)
        self._reader.start()

    @property
    def returnCode(self) -> int | None:
        """Of the process; None while it runs."""
        return self._process.poll()

    @property
    def log(self) -> str:
        """The last lines that were no events, free of paths."""
        return self._log.text

    def takeEvents(self) -> list[Event]:
        """What was said since the last call; of several reports of advance in a row the last."""
        taken: list[Event] = []
        while self._events:
            event = self._events.popleft()
            if taken and isinstance(taken[-1], Advance) and isinstance(event, Advance):
                taken.pop()
            taken.append(event)
        return taken

    def hasEnded(self) -> bool:
        """Whether the process has ended and everything it said was heard."""
        if self.returnCode is None:
            return False
        if not self._reader.is_alive():
            return True
        self._endedAt = self._endedAt or time.monotonic()
        if time.monotonic() - self._endedAt < LINGER_SECONDS:
            return False
        self.kill()  # what it has started still holds the pipe
        return True

    def kill(self) -> None:
        """End the process and all that it has started: PythonSlicer is a launcher, and its child does the work."""
        isGone = self.returnCode is not None and not self._reader.is_alive()
        if self._killed or isGone:  # the number may belong to somebody else by now
            return
        self._killed = True
        if os.name == "posix":
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        else:
            _killTree(self._process.pid)

    def killAndWait(self) -> None:
        """As :meth:`kill`, and wait a moment until it is gone: its files can then be removed."""
        self.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(END_SECONDS)
        self._reader.join(LINGER_SECONDS)

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        with stream, suppress(OSError, ValueError):
            for line in iter(lambda: stream.readline(LONGEST_READ), b""):
                self._hear(line.decode("utf-8", errors="replace").rstrip("\r\n"))

    def _hear(self, line: str) -> None:
        event = event_of(line)
        if event is None:
            self._log.add(line)
        elif isinstance(event, ENDS):
            self.end = self.end or event
        else:
            self._events.append(event)


def _killTree(process: int) -> None:
    """Windows has no process groups that can be killed; source: the documentation of taskkill (/T, /F, /PID)."""
    taskkill = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "taskkill.exe"
    with suppress(OSError):
        subprocess.Popen(
            [str(taskkill), "/T", "/F", "/PID", str(process)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            creationflags=NO_WINDOW,
        )
