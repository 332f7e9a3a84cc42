"""qMRMLWidget and qSlicerWidget: widgets that know the scene."""

from __future__ import annotations

import slicer

from EmbeddedSlicer.desktop.native import QtWidgets, Signal
from EmbeddedSlicer.desktop.registry import standIn


class SceneAware:
    """What all widgets on a scene share; to be mixed into a QWidget class."""

    _scene: slicer.vtkMRMLScene | None = None

    def mrmlScene(self) -> slicer.vtkMRMLScene | None:
        return self._scene

    def setMRMLScene(self, scene: slicer.vtkMRMLScene | None) -> None:
        if scene is not self._scene:
            self._scene = scene
            self._onSceneSet()

    def _onSceneSet(self) -> None:
        """Called when there is another scene, or none."""


@standIn
class qMRMLWidget(SceneAware, QtWidgets.QWidget):
    """Root of a .ui file: tells its children of the scene by the connections in that file."""

    mrmlSceneChanged = Signal(object)
    CPP_SIGNALS = {"mrmlSceneChanged(vtkMRMLScene*)": "mrmlSceneChanged(PyObject)"}  # noqa: RUF012

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        QtWidgets.QWidget.__init__(self, parent)

    def _onSceneSet(self) -> None:
        self.mrmlSceneChanged.emit(self._scene)


@standIn
class qSlicerWidget(qMRMLWidget):
    """The same for module widgets."""
