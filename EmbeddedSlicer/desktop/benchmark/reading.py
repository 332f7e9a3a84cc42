"""The measurements in the window: a reader loads, detects, looks, decides, and moves the threshold."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import vtk

from EmbeddedSlicer.desktop.benchmark.crowded import makeCrowded
from EmbeddedSlicer.desktop.benchmark.stopwatch import Stopwatch, Turn
from EmbeddedSlicer.desktop.native import QtCore
from EmbeddedSlicer.desktop.review import closeWindow, openWindow
from EmbeddedSlicer.desktop.scan_loading import showScan
from u2ad.benchmark.panel import Measured, Workload

CHOSEN = "A scan is chosen: checks, hash of the voxels, journal"
RESULT = "Worker is done: overlays in all views, first time"
RESULT_AGAIN = "The same for a second detection"
JUMP = "N: the next finding is in all views"
DRAG = "A step of the threshold"
MAPS = "M: maps off, maps on"
CONFIRM = "C: confirmed, on the disk"

SCREEN = (1920, 1080)
RESULT_SECONDS, JUMP_SECONDS, DRAG_SECONDS = 1.0, 0.05, 0.1
"""What showing a result, a jump to a finding and a step of the threshold may take."""
LOWEST, HIGHEST = 4.0, 8.0
"""Between these the threshold is dragged, up and down again: findings vanish and come back."""


class ReadyWorker:
    """Stands in for a worker process: its result is there when it is asked to end.

    Args:
        result: folder that is handed over.
    """

    def __init__(self, result: Path) -> None:
        self._result = result
        self._onEnd: Callable | None = None

    def start(self, job, onEvent, onEnd) -> None:
        shutil.copytree(self._result, job.output)
        self._onEnd = onEnd

    def end(self) -> None:
        """As the process would be found to have ended."""
        from U2ADSlicerLib.process.ending import FINISHED, Ending

        self._onEnd(Ending(FINISHED))

    def close(self) -> None:
        """Nothing runs."""


class Reading:
    """The window with the panel, for one workload; a context manager.

    Args:
        workload: what is done in it.
    """

    def __init__(self, workload: Workload) -> None:
        self._workload = workload
        self._crowded = makeCrowded(workload.shape, workload.candidates)
        self._results = tempfile.TemporaryDirectory(prefix="u2ad-benchmark-")
        self._crowded.writeTo(Path(self._results.name) / "result")
        self._desktop, self._window = openWindow(testing=True)
        self._window.resize(*SCREEN)
        self._window.settle()
        self._stopwatch = Stopwatch(self._window.layoutManager())
        self._stopwatch.settle()

    def __enter__(self) -> Reading:
        return self

    def __exit__(self, *_: object) -> None:
        self._panel.detect.abandon()
        closeWindow(self._desktop, self._window)
        self._results.cleanup()

    @property
    def findings(self) -> int:
        """How many findings stand in the list."""
        return len(self._panel.workspace.session.findings)

    def measure(self) -> Iterator[Measured]:
        """All figures, in the order of the reader's hour.

        Raises:
            RuntimeError: if a slot or an observer failed meanwhile: what it should have done was not measured.
        """
        yield self._once(CHOSEN, None, self._addScan)
        showScan(self._volume, self._window.layoutManager())
        yield from self._measureResult()
        yield self._many(JUMP, JUMP_SECONDS, self._presses("N"))
        yield self._many(DRAG, DRAG_SECONDS, self._drag())
        self._letThresholdSettle()
        yield self._many(MAPS, None, self._presses("M"))
        yield self._many(CONFIRM, None, self._decisions())
        if self._desktop.complaints:
            raise RuntimeError("\n".join(map(str, self._desktop.complaints)))

    def machine(self) -> dict[str, str]:
        """What the figures depend on."""
        window = self._window.layoutManager().renderViews()[0].renderWindow()
        told = dict(line.split(":", 1) for line in window.ReportCapabilities().splitlines() if ":" in line)
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
        return {
            "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
            "load": f"{load:.1f}",
            "Python": platform.python_version(),
            "VTK": vtk.vtkVersion.GetVTKVersion(),
            "Qt": QtCore.qVersion(),
            "drawing": told.get("OpenGL renderer string", "unknown").strip(),
        }

    # The reader's hands

    @property
    def _panel(self):
        return self._desktop.modules[0].widget.panel

    def _addScan(self) -> None:
        from U2ADSlicerLib.scene.volumes import addVolume

        scan = self._crowded.scan
        self._volume = addVolume(scan.array, scan.grid.affine, "Crowded cord")

    def _measureResult(self) -> Iterator[Measured]:
        from U2ADSlicerLib.process.detection import DetectionRun

        worker = ReadyWorker(Path(self._results.name) / "result")
        self._panel.detect.run = DetectionRun(worker)
        for name in (RESULT, RESULT_AGAIN):
            self._panel.ui.detectButton.click()
            self._stopwatch.settle()
            yield self._once(name, RESULT_SECONDS, worker.end)

    def _presses(self, key: str) -> list[Callable]:
        shortcut = next(one for one in self._panel.shortcuts.installed if one.key.toString() == key)
        return [shortcut.activated.emit] * self._workload.steps

    def _drag(self) -> list[Callable]:
        up = np.linspace(LOWEST, HIGHEST, self._workload.steps // 2 + 1)[1:]
        values = [*up, *up[-2::-1], LOWEST]
        slider = self._panel.ui.thresholdSlider
        return [lambda value=value: setattr(slider, "value", float(value)) for value in values]

    def _letThresholdSettle(self) -> None:
        self._panel.display.onSettled()
        self._stopwatch.settle()

    def _decisions(self) -> Iterator[Callable]:
        """Confirms one finding after the other; going there is not part of it."""
        (goOn, *_), (confirm, *_) = self._presses("N"), self._presses("C")
        for _ in range(min(self._workload.steps, self.findings)):
            goOn()
            self._stopwatch.settle()
            yield confirm

    # Lines

    def _once(self, name: str, aim: float | None, act: Callable) -> Measured:
        return self._many(name, aim, [act])

    def _many(self, name: str, aim: float | None, acts: Iterable[Callable]) -> Measured:
        turns: list[Turn] = [self._stopwatch.time(act) for act in acts]
        return Measured(
            name,
            aim,
            tuple(turn.answered for turn in turns),
            tuple(turn.drawn for turn in turns),
            sum(turn.frames for turn in turns),
        )
