"""A slice view as a widget: Slicer's own slice logic, displayable managers and mouse handling in a Qt window."""

from __future__ import annotations

import slicer
import vtk

from EmbeddedSlicer.desktop.corner_text import CornerText
from EmbeddedSlicer.desktop.native import QtCore, QtGui, QtWidgets
from EmbeddedSlicer.desktop.render_view import RenderView
from EmbeddedSlicer.desktop.slice_brush import SliceBrush
from EmbeddedSlicer.desktop.slice_controller import SliceController
from EmbeddedSlicer.runtime import EmbeddedRuntime
from EmbeddedSlicer.views import DISPLAYABLE_MANAGERS, SliceView

INTERACTIVE_MANAGERS = (
    *DISPLAYABLE_MANAGERS,
    "vtkMRMLOrientationMarkerDisplayableManager",
    "vtkMRMLRulerDisplayableManager",
    "vtkMRMLScalarBarDisplayableManager",
    "vtkMRMLTransformsDisplayableManager2D",
    "vtkMRMLColorLegendDisplayableManager",
)
FIRST_SIZE = (400, 400)  # pixels, until Qt gives the widget its own


class SliceRenderView(RenderView):
    """Stands in for qMRMLSliceView.

    Args:
        view: what is drawn.
        parent: widget.
    """

    def __init__(self, view: SliceView, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(view.offscreen, parent)
        self._view = view
        self._cornerText = CornerText(view.offscreen.renderer, view.logic)
        self._style = self._makeInteractorStyle()
        self._brush = SliceBrush(view, self)
        self.resized.connect(view.logic.ResizeSliceNode)

    def _makeInteractorStyle(self) -> slicer.vtkMRMLSliceViewInteractorStyle:
        """Slicer's own meaning of wheel, drags, clicks and keys."""
        interactor = self._view.offscreen.interactor
        style = slicer.vtkMRMLSliceViewInteractorStyle()
        style.SetSliceLogic(self._view.logic)
        style.SetDisplayableManagers(self._view.managers)
        interactor.SetInteractorStyle(vtk.vtkInteractorStyleUser())  # the default one would move the camera as well
        style.SetInteractor(interactor)
        interactor.Initialize()
        return style

    def mrmlSliceNode(self):
        return self._view.node

    def sliceLogic(self):
        return self._view.logic

    def cornerAnnotation(self) -> vtk.vtkCornerAnnotation:
        return self._cornerText.annotation

    def displayableManagerByClassName(self, name: str):
        return self._view.managers.GetDisplayableManagerByClassName(name)

    def updateText(self) -> None:
        self._cornerText.update()

    def _closeWindow(self) -> None:
        self._view.release()

    # The brush comes before Slicer's own meanings of the mouse

    def mousePressEvent(self, event: QtGui.QMouseEvent) -> None:
        if not self._brush.press(event):
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QtGui.QMouseEvent) -> None:
        if not self._brush.press(event):  # Qt's name for the second press of two quick dabs
            super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QtGui.QMouseEvent) -> None:
        if not self._brush.move(event):
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QtGui.QMouseEvent) -> None:
        if not self._brush.release(event):
            super().mouseReleaseEvent(event)

    def wheelEvent(self, event: QtGui.QWheelEvent) -> None:
        if not self._brush.turn(event):
            super().wheelEvent(event)

    def leaveEvent(self, event: QtCore.QEvent) -> None:
        self._brush.leave()
        super().leaveEvent(event)

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QtGui.QPainter(self)
        self._brush.draw(painter)
        painter.end()


class SliceWidget(QtWidgets.QWidget):
    """Stands in for qMRMLSliceWidget: a controller bar and, below it, the view.

    Args:
        runtime: the running core.
        node: slice node of the scene.
        parent: widget.
    """

    def __init__(self, runtime: EmbeddedRuntime, node, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"qMRMLSliceWidget{node.GetLayoutName()}")
        self._slices = SliceView(runtime, node.GetLayoutName(), "", FIRST_SIZE, INTERACTIVE_MANAGERS)
        self._controller = SliceController(self._slices.logic, self)
        self._view = SliceRenderView(self._slices, self)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._controller)
        layout.addWidget(self._view, 1)
        modified, logic, managers = vtk.vtkCommand.ModifiedEvent, self._slices.logic, self._slices.managers
        composite = logic.GetSliceCompositeNode()
        self._observed = (
            (logic, logic.AddObserver(modified, self._onModified)),
            (composite, composite.AddObserver(modified, self._onModified)),
            (managers, managers.AddObserver(vtk.vtkCommand.UpdateEvent, self._view.scheduleRender)),
        )

    def _onModified(self, *_: object) -> None:
        self._controller.refresh()
        self._view.updateText()
        self._view.scheduleRender()

    def sliceLogic(self):
        return self._slices.logic

    def sliceView(self) -> SliceRenderView:
        return self._view

    def sliceController(self) -> SliceController:
        return self._controller

    def mrmlSliceNode(self):
        return self._slices.node

    def mrmlSliceCompositeNode(self):
        return self._slices.logic.GetSliceCompositeNode()

    def fitSliceToBackground(self) -> None:
        self._controller.fitSliceToBackground()

    def setSliceLink(self, linked: bool) -> None:
        self._controller.setSliceLink(linked)

    def release(self) -> None:
        """Gives the window back; the nodes stay in the scene."""
        for observed, tag in self._observed:
            observed.RemoveObserver(tag)
        self._view.release()
