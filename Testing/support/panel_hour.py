"""A reader's hands on the panel: widgets are clicked and keys pressed over the real scene."""

from __future__ import annotations

import time
from pathlib import Path

import slicer
from PySide6 import QtCore, QtTest

from EmbeddedSlicer.desktop.native import Qt
from U2ADSlicerLib.scene.volumes import addVolume

MODULE = Path(__file__).parents[2] / "U2ADSlicer" / "U2ADSlicer.py"


class Hour:
    """The panel of a loaded module, and a reader's hands."""

    def __init__(self, desktop) -> None:
        self.desktop = desktop
        self.loaded = desktop.loadModule(MODULE)
        self.loaded.parent.resize(400, 900)
        self.loaded.parent.show()
        self.settle()

    @property
    def widget(self):
        return self.loaded.widget

    @property
    def ui(self):
        return self.widget.ui

    @property
    def workspace(self):
        return self.widget.panel.workspace

    @property
    def session(self):
        return self.workspace.session

    def settle(self, seconds: float = 0.0) -> None:
        """Lets Qt do what it has put off."""
        end = time.monotonic() + seconds
        slicer.app.processEvents()
        while time.monotonic() < end:
            slicer.app.processEvents()
            time.sleep(0.01)

    def wait_until(self, done, seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, "took too long"
            slicer.app.processEvents()
            time.sleep(0.01)

    def click(self, name: str) -> None:
        button = getattr(self.ui, name)
        assert button.isEnabled(), f"{name} is disabled: {button.toolTip}"
        place = QtCore.QPoint(8, button.height // 2)  # a check box hears clicks on its words only
        QtTest.QTest.mouseClick(button, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        self.settle()

    def press(self, key: str) -> None:
        """A single key, as its shortcut hears it."""
        shortcut = next(s for s in self.widget.panel.shortcuts.installed if s.key.toString() == key)
        shortcut.activated.emit()
        self.settle()

    def page(self, name: str) -> None:
        self.ui.pages.setCurrentWidget(getattr(self.ui, name))
        self.settle()

    def load(self, detection, name: str = "T2 sagittal"):
        """The volume node of a detection's scan, as if it had been loaded from a file."""
        volume = addVolume(detection.scan.array.copy(), detection.scan.grid.affine, name)
        self.settle()
        return volume

    def take(self, detection) -> None:
        """The result of a detection, as if the worker had just delivered it."""
        self.session.takeResult(detection.result)
        self.workspace.changed()
        self.widget.panel.showReview()
        self.settle()

    def decisions(self) -> dict[str, str]:
        """Decision by key, as the review has it."""
        return {finding.key: finding.judgement.decision.value for finding in self.session.findings}

    def rows(self) -> list[list[str]]:
        """The findings table as it is shown."""
        table = self.ui.findingsTable
        return [[table.item(r, c).text() for c in range(table.columnCount)] for r in range(table.rowCount)]
