"""Sending the objects of one export to one destination, and what became of each."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from u2ad.worker import private
from u2ad.worker.events import Delivered, Event
from u2ad.worker.send_job import SendJob
from U2ADSlicerLib.process.run import Listener, Run


class SendListener(Listener, Protocol):
    """Told of a sending, always on the main thread."""

    def onDelivered(self, delivered: Delivered) -> None:
        """What became of another object."""


class SendRun(Run):
    """Sends, one export at a time."""

    def start(self, folder: Path, destination: str, listener: SendListener) -> None:
        """Starts to send; the files stay where they are, whatever becomes of it.

        Args:
            folder: that an export has written.
            destination: name that the site has given it.
            listener: told of the run.

        Raises:
            U2ADError: if it cannot be started; nothing is sent then, and no end is told.
        """

        def makeJob(own: Path) -> SendJob:
            return SendJob(
                folder=str(folder),
                destination=destination,
                output=str(own / private.OUTPUT),
                stop=str(own / private.STOP),
                owner=os.getpid(),
            )

        self._told = listener
        self.startJob(makeJob, listener, None)

    def _onEvent(self, event: Event) -> None:
        if isinstance(event, Delivered):
            self._told.onDelivered(event)
        else:
            super()._onEvent(event)
