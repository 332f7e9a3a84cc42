"""For scripts: a detection that is waited for."""

from __future__ import annotations

import time
from pathlib import Path

import slicer

from u2ad.errors import Cancelled, U2ADError
from u2ad.worker.result import WorkerResult, read
from U2ADSlicerLib.process.ending import FINISHED, Ending
from U2ADSlicerLib.process.run import DetectionRun, Options, Status
from U2ADSlicerLib.scene.input import scanOf
from U2ADSlicerLib.scene.placement import gridOf

PAUSE_SECONDS = 0.02


class _Waiting:
    """Remembers what the run told."""

    def __init__(self, grid) -> None:
        self.grid = grid
        self.result: WorkerResult | None = None
        self.ending: Ending | None = None

    def onStatus(self, status: Status) -> None:
        pass

    def onResult(self, folder: Path) -> None:
        self.result = read(folder, self.grid)

    def onEnd(self, ending: Ending) -> None:
        self.ending = ending


def detectAndWait(volume, options: Options, secondsAtMost: float) -> WorkerResult:
    """The result of a detection; Slicer stays alive while it runs.

    Args:
        volume: scalar volume node of the scan.
        options: how it is looked at.
        secondsAtMost: after which the run is cancelled.

    Raises:
        U2ADError: if the scan is refused, the run fails, or it takes longer.
    """
    waiting = _Waiting(gridOf(volume))
    run = DetectionRun()
    run.start(scanOf(volume), options, waiting)
    end = time.monotonic() + secondsAtMost
    while waiting.ending is None:
        slicer.app.processEvents()
        time.sleep(PAUSE_SECONDS)
        if time.monotonic() > end:
            run.close()
            raise Cancelled
    if waiting.ending.kind != FINISHED or waiting.result is None:
        raise U2ADError(waiting.ending.problem, waiting.ending.remedy)
    return waiting.result
