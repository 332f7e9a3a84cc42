"""A vtkMRMLPlotChartNode drawn with VTK's charts, as Slicer's plot view does it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import vtk

Rgb = tuple[float, float, float]

BORDER = 16  # pixels at the sides without an axis, where half of the last number stands


@dataclass(frozen=True)
class PlotColors:
    """What is not said by the chart node: RGB 0 to 1 of the paper and of what is written on it."""

    background: Rgb
    text: Rgb

    @property
    def grid(self) -> Rgb:
        """Between the two, nearer to the paper."""
        return tuple(0.85 * paper + 0.15 * ink for paper, ink in zip(self.background, self.text, strict=True))


@dataclass(frozen=True, eq=False)
class DrawnSeries:
    """A series node and the plot that was made of it."""

    node: object
    plot: vtk.vtkPlot


def seriesOf(chartNode) -> Iterator[object]:
    """The chart's series nodes, in order."""
    for index in range(chartNode.GetNumberOfPlotSeriesNodes()):
        series = chartNode.GetNthPlotSeriesNode(index)
        if series is not None:
            yield series


def drawChart(chart: vtk.vtkChartXY, chartNode, colors: PlotColors) -> tuple[DrawnSeries, ...]:
    """Makes the chart show what the node says; series whose columns are missing are left out.

    Args:
        chart: VTK's chart; loses what it showed before.
        chartNode: vtkMRMLPlotChartNode, or None for an empty chart.
        colors: of paper and writing.
    """
    chart.ClearPlots()
    chart.SetVisible(chartNode is not None)
    if chartNode is None:
        return ()
    _write(chart.GetTitleProperties(), chartNode, "Title", colors)
    chart.SetTitle(chartNode.GetTitle() or "" if chartNode.GetTitleVisibility() else "")
    _drawAxis(chart.GetAxis(vtk.vtkAxis.BOTTOM), chartNode, "X", colors)
    _drawAxis(chart.GetAxis(vtk.vtkAxis.LEFT), chartNode, "Y", colors)
    _drawLegend(chart, chartNode, colors)
    drawn = tuple(_drawSeries(chart, series, colors) for series in seriesOf(chartNode) if _hasColumns(series))
    chart.SetHiddenAxisBorder(BORDER)
    chart.RecalculateBounds()
    return drawn


def _write(text: vtk.vtkTextProperty, chartNode, what: str, colors: PlotColors) -> None:
    text.SetColor(*colors.text)
    text.SetFontSize(getattr(chartNode, f"Get{what}FontSize")())
    text.SetFontFamilyAsString(chartNode.GetFontType() or "Arial")


def _drawAxis(axis: vtk.vtkAxis, chartNode, letter: str, colors: PlotColors) -> None:
    visible = getattr(chartNode, f"Get{letter}AxisTitleVisibility")()
    axis.SetTitle(getattr(chartNode, f"Get{letter}AxisTitle")() or "" if visible else "")
    _write(axis.GetTitleProperties(), chartNode, "AxisTitle", colors)
    _write(axis.GetLabelProperties(), chartNode, "AxisLabel", colors)
    axis.GetPen().SetColorF(*colors.text)
    axis.GetGridPen().SetColorF(*colors.grid)
    axis.SetGridVisible(chartNode.GetGridVisibility())
    axis.SetLogScale(bool(getattr(chartNode, f"Get{letter}AxisLogScale")()))
    axis.SetCustomTickPositions(None)
    if getattr(chartNode, f"Get{letter}AxisRangeAuto")():
        axis.SetBehavior(vtk.vtkAxis.AUTO)
    else:
        axis.SetBehavior(vtk.vtkAxis.FIXED)
        axis.SetRange(*getattr(chartNode, f"Get{letter}AxisRange")())


def _drawLegend(chart: vtk.vtkChartXY, chartNode, colors: PlotColors) -> None:
    chart.SetShowLegend(bool(chartNode.GetLegendVisibility()))
    legend = chart.GetLegend()
    legend.SetHorizontalAlignment(vtk.vtkChartLegend.RIGHT)
    legend.SetVerticalAlignment(vtk.vtkChartLegend.TOP)
    legend.SetLabelSize(chartNode.GetLegendFontSize())
    legend.GetLabelProperties().SetColor(*colors.text)
    legend.GetBrush().SetColorF(*colors.background)
    legend.GetBrush().SetOpacityF(0.8)
    legend.GetPen().SetColorF(*colors.grid)


def _hasColumns(series) -> bool:
    table = series.GetTableNode().GetTable() if series.GetTableNode() is not None else None
    if table is None or table.GetColumnByName(series.GetYColumnName() or "") is None:
        return False
    return not series.IsXColumnRequired() or table.GetColumnByName(series.GetXColumnName() or "") is not None


def _drawSeries(chart: vtk.vtkChartXY, series, colors: PlotColors) -> DrawnSeries:
    kind = series.GetPlotTypeAsString(series.GetPlotType())
    isLine = series.GetPlotType() in (series.PlotTypeLine, series.PlotTypeScatter)
    plot = chart.AddPlot(vtk.vtkChart.LINE if isLine else vtk.vtkChart.BAR)
    table, y = series.GetTableNode().GetTable(), series.GetYColumnName()
    if series.IsXColumnRequired():
        plot.SetInputData(table, series.GetXColumnName(), y)
    else:
        plot.SetInputData(table, y, y)
        plot.SetUseIndexForXSeries(True)
        _labelRows(chart.GetAxis(vtk.vtkAxis.BOTTOM), table.GetColumnByName(series.GetXColumnName() or ""))
    plot.SetLabel(series.GetName() or kind)
    _color(plot, series, colors, isLine)
    labels = table.GetColumnByName(series.GetLabelColumnName() or "")
    if isinstance(labels, vtk.vtkStringArray):
        plot.SetIndexedLabels(labels)
    return DrawnSeries(series, plot)


def _color(plot: vtk.vtkPlot, series, colors: PlotColors, isLine: bool) -> None:
    red, green, blue = series.GetColor()
    pen = plot.GetPen() if isLine else plot.GetBrush()
    pen.SetColorF(red, green, blue, series.GetOpacity())
    if isLine:
        # Slicer's numbers of line and marker styles are VTK's.
        plot.GetPen().SetLineType(series.GetLineStyle())
        plot.SetWidth(series.GetLineWidth())
        plot.SetMarkerStyle(series.GetMarkerStyle())
        plot.SetMarkerSize(series.GetMarkerSize())
        plot.GetSelectionPen().SetColorF(*colors.text)


def _labelRows(axis: vtk.vtkAxis, column) -> None:
    """Writes the texts of a column at the rows' numbers."""
    if not isinstance(column, vtk.vtkStringArray):
        return
    places = vtk.vtkDoubleArray()
    for row in range(column.GetNumberOfValues()):
        places.InsertNextValue(row)
    axis.SetCustomTickPositions(places, column)
