"""Makes the pictures of the documentation: ``python -m EmbeddedSlicer.desktop.screenshots FOLDER``.

On the simulated scan the module is driven as a reader would drive it, with the bundled weights; the pictures show
what came of it.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

SIZES = ((1920, 1080), (1366, 768))
PANEL = (400, 860)
SECONDS = 600.0
"""For the longest step, the adaptation, on a computer that does other things, too."""
ALONG_THE_CORD = ("C2", "C4", "C6", "T1")
"""Where points are clicked."""


def main(folder: Path) -> None:
    """Writes all pictures into a folder."""
    from EmbeddedSlicer.desktop.review import MODULE, closeWindow, openWindow, showSimulated

    sys.path.insert(0, str(MODULE.parent))
    with tempfile.TemporaryDirectory() as data:
        os.environ["U2ADSLICER_DATA"] = data
        desktop, window = openWindow(testing=True)
        try:
            Photographer(window, folder).hour(lambda: showSimulated(window))
        finally:
            closeWindow(desktop, window)


class Photographer:
    """Goes through the hour and takes a picture at each station.

    Args:
        window: the embedded main window, the module open in it.
        folder: of the pictures.
    """

    def __init__(self, window, folder: Path) -> None:
        import slicer

        self.window = window
        self.folder = folder
        self.widget = slicer.modules.u2adslicer.widgetRepresentation().self()
        self.ui = self.widget.ui

    def hour(self, load) -> None:
        """From the empty window to the export."""
        load()
        self.waitUntil(self.ui.detectButton.isEnabled)
        self.ui.readerEdit.setText("A. Reader")
        self.points()
        self.ui.detectButton.click()
        self.waitUntil(lambda: self.ui.detectProgress.value > 60)
        self.page("panel-detect", "detectPage")
        self.waitUntil(lambda: not self.widget.panel.detect.isRunning)
        self.markLevels()
        self.ui.pages.setCurrentWidget(self.ui.reviewPage)
        self.ui.confirmButton.click()
        self.ui.nextButton.click()
        for size in SIZES:
            self.window.savePicture(self.folder / f"review-{size[0]}x{size[1]}.png", size)
        self.outlines()
        self.page("panel-review", "reviewPage")
        self.adapt()
        self.ui.exportFolderButton.directory = "/reviews"
        self.page("panel-export", "exportPage")
        self.dark()

    def points(self) -> None:
        """Points along the cord, and the outline that follows them."""
        from U2ADSlicerLib.scene import layout

        session = self.widget.panel.workspace.session
        self.widget.panel.display.showLayout()
        self.ui.cordPointsButton.click()
        for level in ALONG_THE_CORD:
            session.nodes.cordPoints.AddControlPoint(*truth().levels[level])
        self.waitUntil(self.ui.cordPointsUseButton.isEnabled)
        layout.jump(session.nodes, truth().levels["C4"])
        self.window.savePicture(self.folder / "review-points.png", SIZES[1])
        self.ui.cordPointsClearButton.click()

    def adapt(self) -> None:
        """An adaptation to its end, and what came of it."""
        self.ui.pages.setCurrentWidget(self.ui.adaptPage)
        self.ui.adaptButton.click()
        self.waitUntil(lambda: not self.widget.panel.adapt.isRunning)
        self.page("panel-adapt", "adaptPage")
        self.ui.adaptDiscardButton.click()

    def markLevels(self) -> None:
        """C2 and T1, at the places that the simulator knows."""
        from U2ADSlicerLib.scene.levels import levelsForPlacing, nameLastPoint

        session = self.widget.panel.workspace.session
        for name in ("C2", "T1"):
            levelsForPlacing(session.nodes).AddControlPoint(*truth().levels[name])
            nameLastPoint(session.nodes, name)
        session.useLevels()
        self.widget.panel.refresh()

    def outlines(self) -> None:
        """Epistemic uncertainty as outlines over the anomaly."""
        self.ui.outlineCombo.setCurrentIndex(1)
        self.window.savePicture(self.folder / "review-outlines.png", SIZES[1])
        self.ui.outlineCombo.setCurrentIndex(0)

    def dark(self) -> None:
        """The same with dark colors."""
        self.ui.pages.setCurrentWidget(self.ui.reviewPage)
        self.window.viewMenu.dark.setChecked(True)
        self.window.savePicture(self.folder / "review-dark.png", SIZES[1])

    def page(self, name: str, page: str) -> None:
        """The panel alone, with one of its pages."""
        self.ui.pages.setCurrentWidget(getattr(self.ui, page))
        self.window.resize(1366, PANEL[1])
        self.window.setPanelWidth(PANEL[0])
        self.window.settle()
        self.ui.pages.window().findChild(type(self.window._dock), "PanelDockWidget").grab().save(
            str(self.folder / f"{name}.png")
        )

    def waitUntil(self, done) -> None:
        """Lets the window live until something has come true."""
        import slicer

        end = time.monotonic() + SECONDS
        while not done():
            if time.monotonic() > end:
                raise TimeoutError
            slicer.app.processEvents()
            time.sleep(0.02)


@cache
def truth():
    """What the simulator knows of the scan that is shown."""
    from u2ad.simulation import Acquisition, simulate

    return simulate(7, Acquisition.sagittal(), lesions=3)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
