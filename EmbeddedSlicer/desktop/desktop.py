"""The stand-in desktop: Slicer's names as a scripted module finds them, and the modules loaded into it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import ClassVar

import slicer

from EmbeddedSlicer.desktop.application.application import Application
from EmbeddedSlicer.desktop.complaints import Complaints
from EmbeddedSlicer.desktop.ctk_widgets import makeCtkModule
from EmbeddedSlicer.desktop.modules.loading import LoadedModule, load
from EmbeddedSlicer.desktop.modules.module_widget import ModuleWidget
from EmbeddedSlicer.desktop.modules.scripted_module import ScriptedModule
from EmbeddedSlicer.desktop.native import QtCore, application
from EmbeddedSlicer.desktop.pythonqt import installRules
from EmbeddedSlicer.desktop.qmrml_widgets import WIDGETS
from EmbeddedSlicer.desktop.qt_module import makeQtModule
from EmbeddedSlicer.runtime import EmbeddedRuntime

SLICER_FILES = Path(__file__).parent / "slicer_files"
"""Python files of Slicer's package ``slicer`` that slicer-core lacks."""

PYTHON_PATH = Path(__file__).parent / "python_path"
"""Python modules that desktop Slicer finds on its path."""


class Desktop:
    """Slicer's application with a real scene and without its window.

    Attributes:
        runtime: the running core.
        app: ``slicer.app``.
        complaints: what went wrong in slots, observers and threads, and VTK's errors.
    """

    _running: ClassVar[Desktop | None] = None

    @classmethod
    def start(cls, testing: bool = True) -> Desktop:
        """See :func:`EmbeddedSlicer.desktop.start`."""
        if cls._running is None:
            cls._running = cls(testing)
        cls._running.complaints.listen()  # others may have taken Python's hooks meanwhile, as typer does
        return cls._running

    def __init__(self, testing: bool) -> None:
        self.runtime = EmbeddedRuntime.start()
        self.complaints = Complaints(self.runtime.log)
        self.complaints.listen()
        self._settings = tempfile.TemporaryDirectory(prefix="EmbeddedSlicer-settings-")
        self._startQt()
        self._loaded: dict[str, LoadedModule] = {}
        self._installNames()
        self.app = slicer.app = Application(self.runtime, testing)

    def _startQt(self) -> None:
        """Qt's application, with settings of its own that end with the process."""
        for scope in (QtCore.QSettings.UserScope, QtCore.QSettings.SystemScope):
            for form in (QtCore.QSettings.NativeFormat, QtCore.QSettings.IniFormat):
                QtCore.QSettings.setPath(form, scope, self._settings.name)
        QtCore.QSettings.setDefaultFormat(QtCore.QSettings.IniFormat)
        qt = application()
        qt.setOrganizationName("EmbeddedSlicer")
        qt.setApplicationName("EmbeddedSlicer")
        qt.setStyle("Fusion")
        installRules()

    def _installNames(self) -> None:
        """What a scripted module imports: ``qt``, ``ctk``, Slicer's widgets, and Slicer's own Python files."""
        sys.modules["qt"] = makeQtModule()
        sys.modules["ctk"] = makeCtkModule()
        for cls in WIDGETS:
            setattr(slicer, cls.__name__, cls)
        slicer.qSlicerScriptedLoadableModule = ScriptedModule
        slicer.qSlicerScriptedLoadableModuleWidget = ModuleWidget
        slicer.__path__.append(str(SLICER_FILES))
        sys.path.append(str(PYTHON_PATH))

    def loadModule(self, path: Path | str, enter: bool = True) -> LoadedModule:
        """Loads a scripted module as Slicer does at its start, and selects it.

        Args:
            path: the module's Python file.
            enter: whether the module is selected, which makes its widget. Otherwise the widget is made when it is
                asked for.
        """
        path = Path(path)
        if path.stem in self._loaded:
            self.unloadModule(path.stem)
        loaded = self._loaded[path.stem] = load(path)
        self.app.moduleManager().moduleLoaded.emit(loaded.name)
        self.app.completeStartup()
        if enter:
            self.selectModule(loaded.name)
        return loaded

    def selectModule(self, name: str) -> LoadedModule:
        """Leaves the module on display and enters another, as the module selector does."""
        for other in self._loaded.values():
            if other.name != name:
                other.exit()
        self._loaded[name].enter()
        return self._loaded[name]

    def reloadModule(self, name: str) -> LoadedModule:
        """What the button Reload of the developer section does; the widget is a new one afterwards."""
        self._loaded[name].widget.onReload()
        return self._loaded[name]

    def unloadModule(self, name: str) -> None:
        """What happens to a module when Slicer ends: left, cleaned up, its widget deleted."""
        loaded = self._loaded.pop(name)
        loaded.exit()
        self.app.moduleManager().moduleAboutToBeUnloaded.emit(name)
        loaded.deleteWidget()
        for attribute in (name.lower(), f"{name}Instance", f"{name}Widget"):
            if hasattr(slicer.modules, attribute):
                delattr(slicer.modules, attribute)
        self.app.moduleManager().moduleUnloaded.emit(name)

    def close(self) -> None:
        """What happens when Slicer ends: every module is left and cleaned up."""
        for name in tuple(self._loaded):
            self.unloadModule(name)
        self.app.close()

    @property
    def modules(self) -> tuple[LoadedModule, ...]:
        """Loaded scripted modules."""
        return tuple(self._loaded.values())
