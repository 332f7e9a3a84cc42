"""``slicer.app.layoutManager()``: the views of the scene's layout node as widgets."""

from __future__ import annotations

from collections.abc import Iterator

import slicer
import vtk

from EmbeddedSlicer.desktop.layout_tree import LayoutTree
from EmbeddedSlicer.desktop.native import Property, QtCore, QtWidgets, Signal
from EmbeddedSlicer.desktop.plot_view import PlotWidget
from EmbeddedSlicer.desktop.slice_widget import SliceWidget
from EmbeddedSlicer.desktop.table_widget import TableWidget
from EmbeddedSlicer.desktop.three_d_widget import ThreeDWidget
from EmbeddedSlicer.runtime import EmbeddedRuntime

ViewWidget = SliceWidget | ThreeDWidget | PlotWidget | TableWidget


class LayoutManager(QtCore.QObject):
    """Stands in for qSlicerLayoutManager on Slicer's own layout node and layout logic.

    The logic reads the descriptions and makes the view nodes with their properties; here they get widgets. A widget
    is kept when its view leaves the layout, as in Slicer.

    Args:
        runtime: the running core.
        parent: Qt object.
    """

    layoutChanged = Signal(int)

    def __init__(self, runtime: EmbeddedRuntime, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._runtime = runtime
        self._widgets: dict[str, ViewWidget] = {}
        self._pauses = 0
        self._shown: object = None
        self._logic = slicer.vtkMRMLLayoutLogic()
        self._logic.SetMRMLApplicationLogic(runtime.applicationLogic)
        self._viewport = QtWidgets.QWidget()
        self._box = QtWidgets.QVBoxLayout(self._viewport)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._shelf = QtWidgets.QWidget()  # holds the views that are in no layout at the moment
        self._logic.SetMRMLScene(runtime.scene)
        self._tag = self._node.AddObserver(vtk.vtkCommand.ModifiedEvent, self._onLayoutModified)

    @property
    def _node(self) -> slicer.vtkMRMLLayoutNode:
        return self._logic.GetLayoutNode()

    # Layouts

    def layoutLogic(self) -> slicer.vtkMRMLLayoutLogic:
        return self._logic

    def viewport(self) -> QtWidgets.QWidget:
        """The widget that all views lie in."""
        return self._viewport

    def applicationLogic(self) -> slicer.vtkSlicerApplicationLogic:
        return self._runtime.applicationLogic

    def mrmlScene(self) -> slicer.vtkMRMLScene:
        return self._runtime.scene

    def setLayout(self, layout: int) -> None:
        """Shows the views of a layout by its number: one of Slicer's, or one added to the layout node."""
        self._node.SetViewArrangement(layout)

    layout = Property(int, lambda self: self._node.GetViewArrangement(), setLayout)

    def _onLayoutModified(self, *_: object) -> None:
        node = self._node
        wanted = (node.GetViewArrangement(), node.GetCurrentLayoutDescription(), tuple(self._maximized()))
        if wanted == self._shown:
            return
        before, self._shown = self._shown, wanted
        self._showLayout()
        if before is None or before[0] != wanted[0]:
            self.layoutChanged.emit(wanted[0])

    def _maximized(self) -> Iterator[str]:
        node = self._node
        for index in range(node.GetNumberOfMaximizedViewNodes()):
            yield node.GetMaximizedViewNode(index).GetID()

    def _showLayout(self) -> None:
        former = self._box.takeAt(0)
        for widget in self._widgets.values():
            widget.setParent(self._shelf)
        root = self._node.GetLayoutRootElement()
        content = self._buildMaximized() if any(self._maximized()) else root and LayoutTree(self._viewOf).build(root)
        if content is not None:
            self._box.addWidget(content)
            content.show()
        if former is not None and former.widget() is not None and former.widget() not in self._widgets.values():
            former.widget().deleteLater()
        self._markMapped()

    def _buildMaximized(self) -> QtWidgets.QWidget:
        splitter = QtWidgets.QSplitter()
        for identifier in self._maximized():
            widget = self._widgetOf(self._runtime.scene.GetNodeByID(identifier))
            splitter.addWidget(widget)
            widget.show()
        return splitter

    def _markMapped(self) -> None:
        """Tells the nodes who is in sight: linked views and jumps reach only these."""
        for identifier, widget in self._widgets.items():
            node = self._runtime.scene.GetNodeByID(identifier)
            if node is not None:
                node.SetMappedInLayout(self._viewport.isAncestorOf(widget))

    # Views

    def _viewOf(self, element) -> tuple[ViewWidget, str] | None:
        node = self._logic.GetViewFromElement(element)
        widget = None if node is None else self._widgetOf(node)
        return widget and (widget, node.GetLayoutLabel() or node.GetLayoutName())

    def _widgetOf(self, node) -> ViewWidget | None:
        """The widget of a view node, made at the first call; None for views of an unknown kind."""
        if node.GetID() not in self._widgets:
            widget = self._makeWidget(node)
            if widget is None:
                return None
            self._widgets[node.GetID()] = widget
            if self._pauses and (view := _renderView(widget)) is not None:
                view.pauseRender()
        return self._widgets[node.GetID()]

    def _makeWidget(self, node) -> ViewWidget | None:
        if node.IsA("vtkMRMLSliceNode"):
            return SliceWidget(self._runtime, node, self._shelf)
        if node.IsA("vtkMRMLViewNode"):
            return ThreeDWidget(self._runtime, node, self._shelf)
        if node.IsA("vtkMRMLPlotViewNode"):
            return PlotWidget(node, self._shelf)
        if node.IsA("vtkMRMLTableViewNode"):
            return TableWidget(node, self._shelf)
        return None

    def _all(self, kind: type) -> list:
        return [widget for widget in self._widgets.values() if isinstance(widget, kind)]

    def sliceViewNames(self) -> tuple[str, ...]:
        """Of all slice views made so far, also those outside the present layout."""
        return tuple(widget.mrmlSliceNode().GetLayoutName() for widget in self._all(SliceWidget))

    def sliceWidget(self, name: str) -> SliceWidget | None:
        """The slice view of that layout name, or None."""
        found = (w for w in self._all(SliceWidget) if w.mrmlSliceNode().GetLayoutName() == name)
        return next(found, None)

    def mrmlSliceLogics(self) -> vtk.vtkCollection:
        return self._runtime.applicationLogic.GetSliceLogics()

    threeDViewCount = Property(int, lambda self: len(self._all(ThreeDWidget)))
    plotViewCount = Property(int, lambda self: len(self._all(PlotWidget)))
    tableViewCount = Property(int, lambda self: len(self._all(TableWidget)))

    def threeDWidget(self, index: int) -> ThreeDWidget | None:
        return self._nth(ThreeDWidget, index)

    def plotWidget(self, index: int) -> PlotWidget | None:
        return self._nth(PlotWidget, index)

    def tableWidget(self, index: int) -> TableWidget | None:
        return self._nth(TableWidget, index)

    def _nth(self, kind: type, index: int):
        widgets = self._all(kind)
        return widgets[index] if 0 <= index < len(widgets) else None

    def viewWidget(self, node) -> ViewWidget | None:
        """The widget of a view node, or None."""
        return self._widgets.get(node.GetID())

    def resetSliceViews(self) -> None:
        """Fits every slice view to its background."""
        for widget in self._all(SliceWidget):
            widget.sliceLogic().FitSliceToBackground()

    def resetThreeDViews(self) -> None:
        """Brings all that is shown in sight."""
        for widget in self._all(ThreeDWidget):
            widget.threeDView().resetFocalPoint()

    # Rendering

    def renderViews(self) -> list:
        """All views that VTK draws."""
        return [view for view in map(_renderView, self._widgets.values()) if view is not None]

    def setRenderPaused(self, paused: bool) -> None:
        """Holds all views back, or lets them draw what has changed since, when that was asked for as often."""
        before, self._pauses = self._pauses, max(0, self._pauses + (1 if paused else -1))
        if bool(before) == bool(self._pauses):
            return
        for view in self.renderViews():
            view.pauseRender() if paused else view.resumeRender()

    def pauseRender(self) -> None:
        self.setRenderPaused(True)

    def resumeRender(self) -> None:
        self.setRenderPaused(False)

    def forceRender(self) -> None:
        """Draws every view in sight now."""
        for view in self.renderViews():
            if view.visible:
                view.forceRender()

    def release(self) -> None:
        """Gives all windows back and leaves the scene's nodes as they are; it cannot be used afterwards.

        The viewport ends with the window that it lies in.
        """
        self._node.RemoveObserver(self._tag)
        for widget in self._widgets.values():
            widget.release()
        self._widgets.clear()
        self._logic.SetMRMLScene(None)
        self._shelf.delete()


def _renderView(widget: ViewWidget):
    """The part of a view's widget that VTK draws, or None."""
    accessors = {SliceWidget: "sliceView", ThreeDWidget: "threeDView", PlotWidget: "plotView"}
    accessor = accessors.get(type(widget))
    return getattr(widget, accessor)() if accessor else None
