"""A 3D view as a widget: Slicer's own displayable managers and mouse handling in a Qt window."""

from __future__ import annotations

import slicer
import vtk

from EmbeddedSlicer.desktop.native import QtWidgets
from EmbeddedSlicer.desktop.render_view import RenderView
from EmbeddedSlicer.offscreen import OffscreenWindow
from EmbeddedSlicer.runtime import EmbeddedRuntime

MANAGERS = (
    "vtkMRMLCameraDisplayableManager",
    "vtkMRMLViewDisplayableManager",
    "vtkMRMLModelDisplayableManager",
    "vtkMRMLThreeDReformatDisplayableManager",
    "vtkMRMLCrosshairDisplayableManager3D",
    "vtkMRMLOrientationMarkerDisplayableManager",
    "vtkMRMLRulerDisplayableManager",
    "vtkMRMLSegmentationsDisplayableManager3D",
    "vtkMRMLMarkupsDisplayableManager",
    "vtkMRMLTransformsDisplayableManager3D",
    "vtkMRMLColorLegendDisplayableManager",
)
FIRST_SIZE = (400, 400)  # pixels, until Qt gives the widget its own


class ThreeDView(RenderView):
    """Stands in for qMRMLThreeDView.

    Args:
        runtime: the running core.
        node: view node of the scene.
        parent: widget.
    """

    def __init__(self, runtime: EmbeddedRuntime, node, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(OffscreenWindow(FIRST_SIZE), parent)
        self._node = node
        factory = slicer.vtkMRMLThreeDViewDisplayableManagerFactory.GetInstance()
        self._managers = self._offscreen.addDisplayableManagers(factory, runtime.applicationLogic, MANAGERS)
        self._managers.SetMRMLDisplayableNode(node)
        self._tag = self._managers.AddObserver(vtk.vtkCommand.UpdateEvent, self.scheduleRender)
        self._style = slicer.vtkMRMLThreeDViewInteractorStyle()
        self._style.SetDisplayableManagers(self._managers)
        self.interactor().SetInteractorStyle(vtk.vtkInteractorStyleUser())
        self._style.SetInteractor(self.interactor())
        self.interactor().Initialize()

    def mrmlViewNode(self):
        return self._node

    def cameraNode(self):
        return self.displayableManagerByClassName("vtkMRMLCameraDisplayableManager").GetCameraNode()

    def displayableManagerByClassName(self, name: str):
        return self._managers.GetDisplayableManagerByClassName(name)

    def resetFocalPoint(self) -> None:
        """Turns about the middle of all that is shown."""
        self.cameraNode().ResetClippingRange()
        self._offscreen.renderer.ResetCamera()
        self.scheduleRender()

    def release(self) -> None:
        self._managers.RemoveObserver(self._tag)
        self._managers.SetMRMLDisplayableNode(None)
        super().release()


class ThreeDWidget(QtWidgets.QWidget):
    """Stands in for qMRMLThreeDWidget.

    Args:
        runtime: the running core.
        node: view node of the scene.
        parent: widget.
    """

    def __init__(self, runtime: EmbeddedRuntime, node, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"ThreeDWidget{node.GetLayoutName()}")
        self._view = ThreeDView(runtime, node, self)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)

    def threeDView(self) -> ThreeDView:
        return self._view

    def mrmlViewNode(self):
        return self._view.mrmlViewNode()

    def release(self) -> None:
        """Gives the window back."""
        self._view.release()
