"""The Qt widget around a scripted module's Python widget."""

from __future__ import annotations

import sys
from typing import Any

import slicer

from EmbeddedSlicer.desktop.native import Property, QtWidgets
from EmbeddedSlicer.desktop.qmrml_widgets.mrml_widget import qMRMLWidget
from EmbeddedSlicer.desktop.registry import standIn


@standIn
class qSlicerScriptedLoadableModuleWidget(qMRMLWidget):
    """Makes the Python widget and hands ``setup``, ``enter`` and ``exit`` on to it."""

    def __init__(self, module=None) -> None:
        super().__init__()
        self._module = module
        self._python: Any = None
        self._entered = False
        QtWidgets.QVBoxLayout(self)

    isEntered = Property(bool, lambda self: self._entered)

    def module(self):
        return self._module

    def self(self) -> Any:  # Slicer's name for the Python widget
        return self._python

    def reload(self) -> None:
        """A new Python widget of the class as it is now, set up. A module on display stays so and is not entered."""
        name = f"{self._module.name}Widget"
        self._python = getattr(sys.modules[self._module.name], name)(self)
        setattr(slicer.modules, name, self._python)
        self._python.setup()

    def enter(self) -> None:
        """The user comes to the module."""
        if not self._entered:
            self._entered = True
            self._python.enter()

    def exit(self) -> None:
        """The user goes to another module."""
        if self._entered:
            self._entered = False
            self._python.exit()


ModuleWidget = qSlicerScriptedLoadableModuleWidget
