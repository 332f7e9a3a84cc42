"""``slicer.app``: the part of qSlicerApplication that scripted modules and ``slicer.util`` use."""

from __future__ import annotations

import sys
import tempfile

import slicer

from EmbeddedSlicer.desktop.application.io_manager import IoManager
from EmbeddedSlicer.desktop.application.module_manager import ModuleManager
from EmbeddedSlicer.desktop.application.options import CommandOptions
from EmbeddedSlicer.desktop.native import QtCore, QtGui, QtWidgets, Signal, application
from EmbeddedSlicer.runtime import EmbeddedRuntime

SYSTEMS = {"linux": "linux", "darwin": "macosx", "win32": "win"}


class Application(QtCore.QObject):
    """Stand-in for the application object.

    A main window and its layout manager are given to it by :meth:`setLayoutManager`; without them it behaves as
    Slicer with ``--no-main-window``.
    """

    startupCompleted = Signal()
    aboutToQuit = Signal()
    mrmlSceneChanged = Signal(object)
    renderPaused = Signal(bool)
    CPP_SIGNALS = {"mrmlSceneChanged(vtkMRMLScene*)": "mrmlSceneChanged(PyObject)"}  # noqa: RUF012

    applicationName = "Slicer"
    mainApplicationName = "Slicer"
    applicationVersion = "5.12.4"
    mainApplicationVersion = "5.12.4"
    majorVersion = 5
    minorVersion = 12
    revision = "0"
    os = SYSTEMS.get(sys.platform, sys.platform)

    def __init__(self, runtime: EmbeddedRuntime, testing: bool) -> None:
        super().__init__()
        self._runtime = runtime
        self._options = CommandOptions(testingEnabled=testing)
        self._folder = tempfile.TemporaryDirectory(prefix="EmbeddedSlicer-")
        self._environment = QtCore.QProcessEnvironment.systemEnvironment()
        self._layoutManager = None
        self._moduleManager = ModuleManager()
        self._ioManager = IoManager(runtime)
        self.restartsAsked = 0
        self.exitCode: int | None = None
        self.temporaryPath = self._folder.name
        self.slicerHome = self._folder.name

    # What the application is made of

    def mrmlScene(self) -> slicer.vtkMRMLScene:
        return self._runtime.scene

    def applicationLogic(self) -> slicer.vtkSlicerApplicationLogic:
        return self._runtime.applicationLogic

    def moduleManager(self) -> ModuleManager:
        return self._moduleManager

    def coreIOManager(self) -> IoManager:
        return self._ioManager

    def ioManager(self) -> IoManager:
        return self._ioManager

    def layoutManager(self):
        """None as long as there is no main window."""
        return self._layoutManager

    def setLayoutManager(self, layoutManager) -> None:
        """For windows of this library; None takes it away."""
        self._layoutManager = layoutManager
        self._options.noMainWindow = layoutManager is None

    def commandOptions(self) -> CommandOptions:
        return self._options

    def testingEnabled(self) -> bool:
        return self._options.testingEnabled

    def setTestingEnabled(self, testing: bool) -> None:
        """For tests of what happens outside of testing mode."""
        self._options.testingEnabled = testing

    def userSettings(self) -> QtCore.QSettings:
        return QtCore.QSettings()

    def settings(self) -> QtCore.QSettings:
        return QtCore.QSettings()

    def revisionUserSettings(self) -> QtCore.QSettings:
        return QtCore.QSettings()

    def startupEnvironment(self) -> QtCore.QProcessEnvironment:
        return self._environment

    # Qt's application

    def palette(self) -> QtGui.QPalette:
        return QtWidgets.QApplication.palette()

    def processEvents(self, *arguments: object) -> None:
        application().processEvents(*arguments)

    def topLevelWidgets(self) -> tuple[QtWidgets.QWidget, ...]:
        return QtWidgets.QApplication.topLevelWidgets()

    def setOverrideCursor(self, cursor: object) -> None:
        application().setOverrideCursor(QtGui.QCursor(cursor))

    def restoreOverrideCursor(self) -> None:
        application().restoreOverrideCursor()

    def restart(self) -> None:
        """Slicer would end here and start again; asked for only."""
        self.restartsAsked += 1

    def exit(self, status: int = 0) -> None:
        """Slicer would end here; the code is kept."""
        self.exitCode = status

    # Drawing

    def pauseRender(self) -> None:
        """Views draw nothing until :meth:`resumeRender` was called as often."""
        self.setRenderPaused(True)

    def resumeRender(self) -> None:
        """Views draw what changed in the meantime."""
        self.setRenderPaused(False)

    def setRenderPaused(self, paused: bool) -> None:
        """Does nothing without a main window."""
        if self._layoutManager is not None:
            self._layoutManager.setRenderPaused(paused)
            self.renderPaused.emit(paused)

    def completeStartup(self) -> None:
        """Emits ``startupCompleted``; each connection gets it once, as nothing that is loaded later gets it twice."""
        self.startupCompleted.emit()
        self.disconnect("startupCompleted()")

    def close(self) -> None:
        """What Slicer does when it ends."""
        self.aboutToQuit.emit()
        self._folder.cleanup()
