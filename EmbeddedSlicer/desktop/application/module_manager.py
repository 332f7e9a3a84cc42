"""``slicer.app.moduleManager()``: finds modules by name and tells when one goes."""

from __future__ import annotations

from typing import Any

import slicer

from EmbeddedSlicer.desktop.native import QtCore, Signal


class ModuleManager(QtCore.QObject):
    """Stand-in for qSlicerModuleManager, which also serves as its own factory manager."""

    moduleLoaded = Signal(str)
    moduleAboutToBeUnloaded = Signal(str)
    moduleUnloaded = Signal(str)

    def module(self, name: str) -> Any:
        """The module object, or None."""
        found = getattr(slicer.modules, name.lower(), None)
        return found if hasattr(found, "widgetRepresentation") else None

    def factoryManager(self) -> ModuleManager:
        return self

    def loadedModuleNames(self) -> tuple[str, ...]:
        modules = vars(slicer.modules).values()
        return tuple(module.name for module in modules if hasattr(module, "widgetRepresentation"))

    modulesNames = loadedModuleNames
