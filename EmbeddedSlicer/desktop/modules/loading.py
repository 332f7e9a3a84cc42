"""A module that has been loaded, and how that is done."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import slicer

from EmbeddedSlicer.desktop.modules.module_widget import ModuleWidget
from EmbeddedSlicer.desktop.modules.scripted_module import ScriptedModule


class LoadedModule:
    """A scripted module in the application.

    Attributes:
        module: object of the module's class, such as ``U2ADSlicer``.
    """

    def __init__(self, source: ModuleType, scripted: ScriptedModule) -> None:
        self._scripted = scripted
        self.module = getattr(source, scripted.name)(scripted)

    @property
    def name(self) -> str:
        return self._scripted.name

    @property
    def parent(self) -> ModuleWidget:
        """The Qt widget that the module panel shows; made, and set up, when it is asked for the first time."""
        return self._scripted.widgetRepresentation()

    @property
    def widget(self) -> Any:
        """The object of the module's widget class; a new one after a reload."""
        return self.parent.self()

    @property
    def hasWidget(self) -> bool:
        return self._scripted.hasWidget

    def enter(self) -> None:
        """The user selects the module."""
        self.parent.enter()

    def exit(self) -> None:
        """The user selects another module."""
        if self.hasWidget:
            self.parent.exit()

    def deleteWidget(self) -> None:
        self._scripted.deleteWidget()


def load(path: Path) -> LoadedModule:
    """Imports a module's file and makes its module object, as the module factory does when Slicer starts."""
    path = path.resolve()
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))
    source = importFile(path)
    scripted = ScriptedModule(path)
    setattr(slicer.modules, scripted.name.lower(), scripted)
    loaded = LoadedModule(source, scripted)
    setattr(slicer.modules, f"{scripted.name}Instance", loaded.module)
    if hasattr(loaded.module, "setup"):
        loaded.module.setup()
    return loaded


def importFile(path: Path) -> ModuleType:
    """Runs a file anew as the module of its name."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    source = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = source
    spec.loader.exec_module(source)
    return source
