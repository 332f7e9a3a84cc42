"""What a scripted module gets as ``parent``, and what ``slicer.modules.<name>`` is for it."""

from __future__ import annotations

from pathlib import Path

import slicer

from EmbeddedSlicer.desktop.modules.module_widget import ModuleWidget
from EmbeddedSlicer.desktop.native import QtGui

ICON_SUFFIXES = (".svg", ".png")


class ScriptedModule:
    """Stand-in for qSlicerScriptedLoadableModule.

    As on a C++ object, no attributes can be set but these.
    """

    __slots__ = (
        "_path",
        "_widget",
        "acknowledgementText",
        "associatedNodeTypes",
        "categories",
        "contributors",
        "dependencies",
        "helpText",
        "hidden",
        "icon",
        "name",
        "title",
        "widgetRepresentationCreationEnabled",
    )

    def __init__(self, path: Path) -> None:
        self._path = path
        self._widget: ModuleWidget | None = None
        self.name = self.title = path.stem
        self.helpText = self.acknowledgementText = ""
        self.categories = self.contributors = self.dependencies = self.associatedNodeTypes = ()
        self.hidden = False
        self.widgetRepresentationCreationEnabled = True
        self.icon = self._ownIcon()

    def _ownIcon(self) -> QtGui.QIcon:
        folder = self._path.parent / "Resources" / "Icons"
        files = (folder / f"{self.name}{suffix}" for suffix in ICON_SUFFIXES)
        return QtGui.QIcon(next((str(file) for file in files if file.is_file()), ""))

    @property
    def path(self) -> str:
        return str(self._path)

    def logic(self) -> None:
        """Scripted modules keep their logic in the widget: see ``slicer.util.getModuleLogic``."""

    @property
    def hasWidget(self) -> bool:
        return self._widget is not None

    def widgetRepresentation(self) -> ModuleWidget | None:
        """The module's widget, made when it is asked for the first time."""
        if self._widget is None and self.widgetRepresentationCreationEnabled:
            self._widget = self.createNewWidgetRepresentation()
        return self._widget

    def createNewWidgetRepresentation(self) -> ModuleWidget:
        """Set up before it gets the scene, as in Slicer."""
        widget = ModuleWidget(self)
        widget.reload()
        widget.setMRMLScene(slicer.mrmlScene)
        return widget

    def deleteWidget(self) -> None:
        """Ends the widget with all its children."""
        if self._widget is not None:
            self._widget.delete()
            self._widget = None
