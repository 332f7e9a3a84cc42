"""For scripts: a detection that is waited for."""

from __future__ import annotations

import time
from pathlib import Path

import slicer

from u2ad.errors import Cancelled, U2ADError
from U2ADSlicerLib.process.detection import DetectionRun, Options
from U2ADSlicerLib.process.ending import FINISHED, STOPPED, Ending
from U2ADSlicerLib.process.run import Status
from U2ADSlicerLib.session import ReviewSession

PAUSE_SECONDS = 0.02


class _Waiting:
    """Takes the result, and remembers how the run has ended."""

    def __init__(self, session: ReviewSession) -> None:
        self.session = session
        self.ending: Ending | None = None

    def onStatus(self, status: Status) -> None:
        pass

    def onResult(self, folder: Path) -> None:
        if not slicer.mrmlScene.IsNodePresent(self.session.volume):
            raise U2ADError("The scan was removed from the scene.", "Load it again: its result is kept.")
        self.session.takeResult(self.session.resultIn(folder))

    def onEnd(self, ending: Ending) -> None:
        self.ending = ending


def detectAndWait(session: ReviewSession, options: Options, secondsAtMost: float) -> None:
    """Runs a detection and takes its result into the review; Slicer stays alive meanwhile.

    Args:
        session: of the scan.
        options: how it is looked at.
        secondsAtMost: after which the run is broken off.

    Raises:
        Cancelled: if it takes longer.
        U2ADError: if the scan is refused or removed, or the run fails.
    """
    waiting, run = _Waiting(session), DetectionRun()
    session.startDetection(run, options, waiting)
    end = time.monotonic() + secondsAtMost
    try:
        while waiting.ending is None:
            if time.monotonic() > end:
                raise Cancelled
            slicer.app.processEvents()
            time.sleep(PAUSE_SECONDS)
    finally:
        run.close()
    _expectResult(waiting.ending)


def _expectResult(ending: Ending) -> None:
    if ending.kind == STOPPED:
        raise Cancelled
    if ending.kind != FINISHED:
        raise U2ADError(ending.problem, ending.remedy)
