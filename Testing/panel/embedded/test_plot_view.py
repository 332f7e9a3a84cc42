"""The plot view: charts of MRML nodes, drawn, updated, clicked."""

import numpy as np
import pytest
import slicer
import vtk
from PySide6 import QtTest
from view_hands import LEFT, NONE, describe, near, pixels, turn_wheel

from EmbeddedSlicer.desktop.native import QtCore

RED, BLUE = (200, 20, 20), (20, 20, 200)


@pytest.fixture
def view(window, views):
    describe(views, 9020, "vertical", ("vtkMRMLPlotViewNode", "P"))
    window.settle()
    return views.plotWidget(0).plotView()


@pytest.fixture
def table():
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTableNode", "Curve")
    fill(node, [0, 1, 2, 3, 4], [1, 1, 3, 1, 1])
    return node


@pytest.fixture
def chart(window, view, table):
    """A red line of the table's columns, in fixed ranges."""
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLPlotChartNode", "Chart")
    node.AddAndObservePlotSeriesNodeID(add_series(table, RED).GetID())
    for letter, upper in (("X", 4), ("Y", 4)):
        getattr(node, f"Set{letter}AxisRangeAuto")(False)
        getattr(node, f"Set{letter}AxisRange")(0, upper)
    node.SetGridVisibility(False)
    node.SetLegendVisibility(False)
    view.mrmlPlotViewNode().SetPlotChartNodeID(node.GetID())
    window.settle()
    return node


def fill(table, x, y) -> None:
    slicer.util.updateTableFromArray(table, [np.array(x, float), np.array(y, float)], ["mm", "anomaly"])


def add_series(table, color):
    series = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLPlotSeriesNode", "Anomaly")
    series.SetAndObserveTableNodeID(table.GetID())
    series.SetPlotType(series.PlotTypeScatter)
    series.SetXColumnName("mm")
    series.SetYColumnName("anomaly")
    series.SetMarkerStyle(series.MarkerStyleNone)
    series.SetColor(*(part / 255 for part in color))
    series.SetLineWidth(2)
    return series


def line(view, color=RED) -> np.ndarray:
    """Columns and rows of a series in the picture."""
    return near(pixels(view), color, 60)


def test_series_is_drawn_where_its_ranges_put_it(view, chart):
    places = line(view)
    peak = places[places[:, 1].argmin()]
    assert peak[0] == pytest.approx((places[:, 0].min() + places[:, 0].max()) / 2, abs=6)
    assert np.ptp(places[:, 0]) > 0.6 * view.width


def test_change_of_the_table_is_drawn(window, view, chart, table):
    before = line(view)[:, 1].min()
    fill(table, [0, 1, 2, 3, 4], [1, 1, 1.5, 1, 1])
    window.settle()
    assert line(view)[:, 1].min() > before + 10


def test_missing_values_leave_a_gap(window, view, chart, table):
    fill(table, [0, 1, 2, 3, 4], [1, 1, np.nan, 1, 1])
    window.settle()
    columns = line(view)[:, 0]
    middle = (columns.min() + columns.max()) // 2
    assert not (np.abs(columns - middle) < 0.1 * view.width).any()


def test_series_changes_colour_and_goes(window, view, chart):
    series = chart.GetNthPlotSeriesNode(0)
    series.SetColor(*(part / 255 for part in BLUE))
    window.settle()
    assert len(line(view, BLUE)) > 50
    assert len(line(view)) == 0
    chart.RemoveAllPlotSeriesNodeIDs()
    window.settle()
    assert len(line(view, BLUE)) == 0


def test_no_chart_is_an_empty_view(window, view, chart):
    view.mrmlPlotViewNode().SetPlotChartNodeID(None)
    window.settle()
    assert np.ptp(pixels(view)) == 0


def test_series_without_its_column_is_left_out(window, view, chart):
    chart.GetNthPlotSeriesNode(0).SetYColumnName("no such column")
    window.settle()
    assert len(line(view)) == 0


def test_titles_and_legend_appear(window, view, chart):
    plain = pixels(view)
    chart.SetTitle("C2 to T1")
    chart.SetXAxisTitle("mm")
    chart.SetLegendVisibility(True)
    window.settle()
    changed = np.abs(pixels(view).astype(int) - plain).max(axis=2) > 60
    assert changed[:40].any()
    assert changed[-40:].any()
    assert view.chart().GetAxis(1).GetTitle() == "mm"
    assert view.chart().GetShowLegend()


def test_paper_and_writing_follow_the_palette(window, view, chart):
    light = pixels(view)[5, 5].mean()
    window.viewMenu.dark.setChecked(True)
    window.settle()
    dark = pixels(view)
    assert light > 2 * dark[5, 5].mean()
    assert len(near(dark, (255, 255, 255), 60)) > 50  # numbers at the axes


def test_click_on_a_point_tells_which(window, view, chart):
    heard = []
    view.connect(
        "dataSelected(vtkStringArray*,vtkCollection*)",
        lambda names, rows: heard.append((names.GetValue(0), rows.GetItemAsObject(0).GetValue(0))),
    )
    column, row = line(view)[line(view)[:, 1].argmin()]
    QtTest.QTest.mouseMove(view, QtCore.QPoint(int(column), int(row) + 1))
    QtTest.QTest.mouseClick(view, LEFT, NONE, QtCore.QPoint(int(column), int(row) + 1))
    window.settle()
    assert heard == [(chart.GetNthPlotSeriesNode(0).GetID(), 2)]


def test_wheel_zooms_and_fit_shows_all_again(window, view, chart):
    chart.SetXAxisRangeAuto(True)
    window.settle()
    axis = view.chart().GetAxis(1)
    before = axis.GetMaximum() - axis.GetMinimum()
    turn_wheel(view, 3)
    window.settle()
    assert axis.GetMaximum() - axis.GetMinimum() != pytest.approx(before)
    view.fitToContent()
    window.settle()
    assert axis.GetMaximum() - axis.GetMinimum() == pytest.approx(before)


def test_row_numbers_stand_in_for_x_and_texts_label_them(window, view, chart, table):
    levels = vtk.vtkStringArray()
    levels.SetName("level")
    for level in ("C2", "C3", "C4", "C5", "C6"):
        levels.InsertNextValue(level)
    table.AddColumn(levels)
    series = chart.GetNthPlotSeriesNode(0)
    series.SetPlotType(series.PlotTypeBar)
    series.SetXColumnName("level")
    window.settle()
    axis = view.chart().GetAxis(1)
    assert [axis.GetTickLabels().GetValue(index) for index in range(5)] == ["C2", "C3", "C4", "C5", "C6"]
    assert len(line(view)) > 500  # bars are filled
