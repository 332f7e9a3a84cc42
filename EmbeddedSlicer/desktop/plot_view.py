"""A plot view as a widget: shows the chart of a vtkMRMLPlotViewNode and tells which points are clicked."""

from __future__ import annotations

import vtk

from EmbeddedSlicer.desktop.native import QtCore, QtGui, QtWidgets, Signal
from EmbeddedSlicer.desktop.plot_chart import DrawnSeries, PlotColors, drawChart, seriesOf
from EmbeddedSlicer.desktop.render_view import RenderView
from EmbeddedSlicer.offscreen import OffscreenWindow

FIRST_SIZE = (400, 300)  # pixels, until Qt gives the widget its own


class PlotView(RenderView):
    """Stands in for qMRMLPlotView: left drag pans, wheel zooms, a click on a point selects it.

    Args:
        node: plot view node.
        parent: widget.
    """

    dataSelected = Signal(object, object)
    """vtkStringArray of series node IDs and vtkCollection of vtkIdTypeArray of row numbers, one a series."""

    CPP_SIGNALS = {"dataSelected(vtkStringArray*,vtkCollection*)": "dataSelected(PyObject,PyObject)"}  # noqa: RUF012

    def __init__(self, node, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(OffscreenWindow(FIRST_SIZE), parent)
        self._node = node
        self._chart = vtk.vtkChartXY()
        self._drawn: tuple[DrawnSeries, ...] = ()
        self._followed: list[tuple[object, int]] = []
        self._stale = True
        self._addChart()
        self._tag = node.AddObserver(vtk.vtkCommand.ModifiedEvent, self._invalidate)

    def _addChart(self) -> None:
        actor = vtk.vtkContextActor()
        actor.GetScene().AddItem(self._chart)
        actor.GetScene().SetRenderer(self._offscreen.renderer)
        self._offscreen.renderer.AddActor(actor)
        self._style = vtk.vtkContextInteractorStyle()
        self._style.SetScene(actor.GetScene())
        self.interactor().SetInteractorStyle(self._style)
        self.interactor().Initialize()
        self._chart.SetActionToButton(vtk.vtkChart.PAN, vtk.vtkContextMouseEvent.LEFT_BUTTON)
        self._chart.SetClickActionToButton(vtk.vtkChart.SELECT, vtk.vtkContextMouseEvent.LEFT_BUTTON)
        self._chart.SetClickActionToButton(vtk.vtkChart.NOTIFY, vtk.vtkContextMouseEvent.RIGHT_BUTTON)
        self._chart.AddObserver(vtk.vtkCommand.SelectionChangedEvent, self._onSelection)

    def mrmlPlotViewNode(self):
        return self._node

    def chart(self) -> vtk.vtkChartXY:
        return self._chart

    def fitToContent(self) -> None:
        """Shows all points that the chart node's ranges allow."""
        self._chart.RecalculateBounds()
        self.scheduleRender()

    def forceRender(self) -> None:
        if self._stale and not self._paused:
            self._stale = False
            self._rebuild()
        super().forceRender()

    def changeEvent(self, event: QtCore.QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QtCore.QEvent.Type.PaletteChange:
            self._invalidate()

    def release(self) -> None:
        self._node.RemoveObserver(self._tag)
        self._follow(())
        super().release()

    def _invalidate(self, *_: object) -> None:
        self._stale = True
        self.scheduleRender()

    def _rebuild(self) -> None:
        chartNode = self._node.GetPlotChartNode()
        nodes = [] if chartNode is None else [chartNode, *seriesOf(chartNode)]
        tables = [node.GetTableNode() for node in nodes[1:]]
        self._follow([*nodes, *(table for table in tables if table is not None)])
        colors = self._colors()
        self._offscreen.renderer.SetBackground(*colors.background)
        self._drawn = drawChart(self._chart, chartNode, colors)

    def _follow(self, nodes) -> None:
        """Draws anew whenever one of these nodes changes, and for no others."""
        for node, tag in self._followed:
            node.RemoveObserver(tag)
        event = vtk.vtkCommand.ModifiedEvent
        self._followed = [(node, node.AddObserver(event, self._invalidate)) for node in dict.fromkeys(nodes)]

    def _colors(self) -> PlotColors:
        """Light or dark, as the rest of the window."""
        role = QtGui.QPalette.ColorRole
        return PlotColors(
            *(self.palette.color(which).getRgbF()[:3] for which in (role.Base, role.Text)),
        )

    def _tell(self, event: QtGui.QSinglePointEvent, name: str) -> None:
        super()._tell(event, name)
        self.scheduleRender()  # VTK's charts draw by their interactor, which must not draw here

    def _onSelection(self, *_: object) -> None:
        names, rows = vtk.vtkStringArray(), vtk.vtkCollection()
        for series in self._drawn:
            selection = series.plot.GetSelection()
            if selection is not None and selection.GetNumberOfTuples():
                names.InsertNextValue(series.node.GetID())
                rows.AddItem(selection)
        if names.GetNumberOfValues():
            self.dataSelected.emit(names, rows)


class PlotWidget(QtWidgets.QWidget):
    """Stands in for qMRMLPlotWidget.

    Args:
        node: plot view node.
        parent: widget.
    """

    def __init__(self, node, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"qMRMLPlotWidget{node.GetLayoutName()}")
        self._view = PlotView(node, self)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)

    def plotView(self) -> PlotView:
        return self._view

    def mrmlPlotViewNode(self):
        return self._view.mrmlPlotViewNode()

    def release(self) -> None:
        """Gives the window back."""
        self._view.release()
