"""Watches beside the run: whether it is to stop, whether its owner still lives, and how far it is."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from u2ad.errors import ExitCode
from u2ad.worker import private
from u2ad.worker.alive import is_alive
from u2ad.worker.jobs import Job

LOOK_SECONDS = 0.1
TELL_SECONDS = 0.5

GRACE_SECONDS = 0.3
"""How long the run may take to stop by itself. What cannot listen, such as an import, is then broken off: all that it
has written lies in the private folder of the job."""


class Watch(threading.Thread):
    """A thread that looks ten times a second.

    Args:
        job: names the stop file and the owner.
        folder: the private folder of the job.
        tell: called twice a second, to say how far the run is.
        say_stopped: called before the process is broken off on request.
    """

    def __init__(self, job: Job, folder: Path, tell: Callable[[], None], say_stopped: Callable[[], None]) -> None:
        super().__init__(name="watch", daemon=True)
        self._stop_file = Path(job.stop)
        self._owner = job.owner
        self._folder = folder
        self._tell = tell
        self._say_stopped = say_stopped
        self.requested = False

    def run(self) -> None:
        """Look until the process ends."""
        told = time.monotonic()
        while True:
            time.sleep(LOOK_SECONDS)
            if not is_alive(self._owner):
                self._leave_orphaned()
            if self._stop_file.exists():
                self._leave_on_request()
            if time.monotonic() - told >= TELL_SECONDS:
                told = time.monotonic()
                self._tell()

    def _leave_on_request(self) -> NoReturn:
        self.requested = True
        time.sleep(GRACE_SECONDS)
        self._say_stopped()
        os._exit(ExitCode.INTERRUPTED)

    def _leave_orphaned(self) -> NoReturn:
        """Nobody is left to clean up after this run."""
        if private.is_private(self._folder):
            private.remove(self._folder)
        os._exit(ExitCode.INTERRUPTED)
