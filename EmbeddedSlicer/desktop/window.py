"""The main window of the embedded try-out: module panel at the left, views in the middle, a short menu."""

from __future__ import annotations

import time
from pathlib import Path

from EmbeddedSlicer.desktop.desktop import Desktop
from EmbeddedSlicer.desktop.file_menu import FileMenu
from EmbeddedSlicer.desktop.layout_manager import LayoutManager
from EmbeddedSlicer.desktop.native import Qt, QtCore, QtGui, QtWidgets, application
from EmbeddedSlicer.desktop.view_menu import ViewMenu

TITLE = "U2AD: research software, embedded try-out window"
NOTICE = "Research use only. Nothing leaves this computer unless you send it."
PANEL_WIDTH = 400  # pixels, as Slicer's module panel
NARROWEST_PANEL = 300
SIZE = (1366, 768)
PATIENCE_MS = 20
SETTLING_TURNS = 20  # of the event loop, until widgets have their sizes and views are drawn


class MainWindow(QtWidgets.QMainWindow):
    """Stands in for qSlicerMainWindow; ``slicer.util.mainWindow()`` finds it by its name.

    Args:
        layoutManager: whose views fill the middle.

    Attributes:
        fileMenu: loads and saves.
        viewMenu: light and dark, and what the mouse does.
    """

    def __init__(self, layoutManager: LayoutManager) -> None:
        super().__init__()
        self.setObjectName("qSlicerMainWindow")
        self.setWindowTitle(TITLE)
        self._layoutManager = layoutManager
        self.setCentralWidget(layoutManager.viewport())
        self._dock = self._makeDock()
        self.fileMenu = FileMenu(self, layoutManager)
        self.viewMenu = ViewMenu(self, layoutManager)
        for menu in (self.fileMenu, self.viewMenu):
            self.menuBar().addMenu(menu)
        self.statusBar().addPermanentWidget(QtWidgets.QLabel(NOTICE))
        self.resize(*SIZE)

    def layoutManager(self) -> LayoutManager:
        return self._layoutManager

    def moduleSelector(self) -> Desktop:
        """What ``slicer.util.selectModule`` asks; the window goes on showing the one panel that it was given."""
        return Desktop.start()

    def _makeDock(self) -> QtWidgets.QDockWidget:
        dock = QtWidgets.QDockWidget("Module", self)
        dock.setObjectName("PanelDockWidget")
        dock.setFeatures(QtWidgets.QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        area = QtWidgets.QScrollArea(dock)
        area.setWidgetResizable(True)
        area.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        area.setMinimumWidth(NARROWEST_PANEL)
        dock.setWidget(area)
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
        return dock

    def setPanel(self, title: str, panel: QtWidgets.QWidget) -> None:
        """Shows a module's widget at the left, 400 pixels wide to begin with."""
        self._dock.setWindowTitle(title)
        self._dock.widget().setWidget(panel)
        panel.show()
        self.setPanelWidth(PANEL_WIDTH)

    def takePanel(self) -> QtWidgets.QWidget | None:
        """The module's widget, which the window shows no longer."""
        return self._dock.widget().takeWidget()

    def waitUntilSeen(self, seconds: float) -> None:
        """Returns when the window is on the screen as it is now, or after so many seconds."""
        end = time.monotonic() + seconds
        while not self.windowHandle().isExposed() and time.monotonic() < end:
            application().processEvents(QtCore.QEventLoop.ProcessEventsFlag.AllEvents, PATIENCE_MS)
        self.settle()

    def settle(self) -> None:
        """Lets Qt lay everything out and the views draw themselves."""
        for _ in range(SETTLING_TURNS):
            application().processEvents()
        self._layoutManager.forceRender()
        application().processEvents()

    def savePicture(self, path: Path, size: tuple[int, int] = SIZE) -> None:
        """Writes a PNG of the whole window.

        Args:
            path: of the file.
            size: width and height that the window, and the picture, take.

        Raises:
            OSError: if it cannot be written.
        """
        self.resize(*size)
        self.setPanelWidth(PANEL_WIDTH)
        self.settle()
        if not self.grab().toImage().save(str(path), "PNG"):
            msg = f"The picture cannot be written to {path}"
            raise OSError(msg)

    def setPanelWidth(self, width: int) -> None:
        """In pixels."""
        self.resizeDocks([self._dock], [width], Qt.Orientation.Horizontal)

    def closeEvent(self, event: QtGui.QCloseEvent) -> None:
        self.viewMenu.release()
        super().closeEvent(event)
