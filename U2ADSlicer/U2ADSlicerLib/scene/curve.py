"""The anomaly along the cord as a table and a chart: curve, threshold, findings, and borders of the levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
import slicer
import vtk
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from U2ADSlicerLib.scene.case import CaseNodes, putBeside
from U2ADSlicerLib.scene.colors import ANOMALY

ALONG = "mm below the upper end of the cord"
VALUE = "anomaly"
THRESHOLD = "threshold"
PEAK = "peak of a finding"
LEVEL = "level"
FINDING = "finding"
BORDER = "border of a level"

UNKNOWN = "unknown"
KEY = "Dashes: threshold. Dots: findings."


class Curve(Protocol):
    """What is drawn: :class:`u2ad.findings.AnomalyCurve`, or the same three read from a document."""

    along: np.ndarray
    value: np.ndarray
    level: tuple[str, ...]


class Figures(Protocol):
    """What is drawn of a finding's figures."""

    along: float
    extent: tuple[float, float, float]
    peak: float


class Numbered(Protocol):
    """A finding as the review lists it."""

    number: int
    figures: Figures


@dataclass(frozen=True)
class Level:
    """Where a vertebra's level lies along the cord, in mm below its upper end.

    Args:
        name: of the vertebra.
        start: its upper border, the middle of the disc above it where that is known.
        end: its lower border.
    """

    name: str
    start: float
    end: float


def updateCurve(
    nodes: CaseNodes, curve: Curve, findings: Sequence[Numbered], threshold: float, *, isAutomatic: bool = False
) -> None:
    """Brings table and chart in line; made at the first call, changed in place afterwards.

    Args:
        nodes: of the scan.
        curve: the anomaly along the cord; NaN, where nothing was searched, stays a gap.
        findings: those to be marked on it.
        threshold: anomaly that a candidate must reach.
        isAutomatic: whether the levels were named by the program alone.
    """
    levels = levelsAlong(curve)
    top = _topOf(curve, threshold)
    _fillCurve(_tableOf(nodes, "curveTable", "anomaly curve"), curve, findings, threshold)
    _fillBorders(_tableOf(nodes, "levelTable", "level borders", hidden=True), levels, top)
    chart = nodes.chart if nodes.chart is not None else _addChart(nodes)
    with slicer.util.NodeModify(chart):
        _list(chart, nodes.levelSeries, bool(levels))
        _list(chart, nodes.curveSeries, bool(np.isfinite(np.asarray(curve.value, dtype=float)).any()))
        _list(chart, nodes.peakSeries, bool(findings))
        chart.SetTitle(_titleOf(levels, isAutomatic))
        chart.SetXAxisRange(0.0, float(curve.along[-1]) if len(curve.along) else 1.0)
        chart.SetYAxisRange(0.0, top)


def _list(chart, series, hasPoints: bool) -> None:
    """Lists a series in the chart only where it has points: VTK complains about lines without."""
    if hasPoints and not chart.HasPlotSeriesNodeID(series.GetID()):
        chart.AddAndObservePlotSeriesNodeID(series.GetID())
    elif not hasPoints and chart.HasPlotSeriesNodeID(series.GetID()):
        chart.RemovePlotSeriesNodeID(series.GetID())


def levelsAlong(curve: Curve) -> tuple[Level, ...]:
    """The vertebral levels that a curve names, from head to foot; none where levels are unknown."""
    known = [(float(along), name) for along, name in zip(curve.along, curve.level, strict=True) if name != UNKNOWN]
    if not known:
        return ()
    names = list(dict.fromkeys(part for _, name in known for part in name.split("/")))
    ends = [known[0][0], *(_border(known, *pair) for pair in pairwise(names)), known[-1][0]]
    return tuple(Level(name, *between) for name, between in zip(names, pairwise(ends), strict=True))


def peakPlaces(curve: Curve, findings: Sequence[Numbered]) -> dict[int, Numbered]:
    """For each finding the place in the curve where it is highest within the finding's own length.

    Where two findings share a place, the one with the higher peak is kept.
    """
    places: dict[int, Numbered] = {}
    for finding in sorted(findings, key=lambda finding: finding.figures.peak) if len(curve.along) else ():
        figures = finding.figures
        off = np.abs(np.asarray(curve.along) - figures.along)
        reached = np.where(off <= max(figures.extent[0] / 2, off.min()), np.nan_to_num(curve.value, nan=-1.0), -2.0)
        places[int(reached.argmax())] = finding
    return places


def _border(known: Sequence[tuple[float, str]], above: str, below: str) -> float:
    """The middle of the disc between two vertebrae; half way between them where the curve steps over the disc."""
    disc = [along for along, name in known if name == f"{above}/{below}"]
    if disc:
        return float(np.mean(disc))
    last = max(along for along, name in known if above in name.split("/"))
    first = min(along for along, name in known if below in name.split("/"))
    return (last + first) / 2


def _topOf(curve: Curve, threshold: float) -> float:
    values = np.asarray(curve.value, dtype=float)
    highest = float(np.nanmax(values)) if np.isfinite(values).any() else 0.0
    return float(np.ceil(max(ANOMALY.upper, threshold, highest) + 0.5))


def _titleOf(levels: Sequence[Level], isAutomatic: bool) -> str:
    """Where the levels begin; and a key in words, because VTK's own would cover the curve in a small view."""
    if not levels:
        return f"Levels unknown.  {KEY}"
    first, *others = levels
    starts = [f"{first.name} from {first.start:.0f} mm", *(f"{level.name} {level.start:.0f}" for level in others)]
    source = "Levels automatic: " if isAutomatic else ""
    return f"{source}{', '.join(starts)}.  {KEY}"


def _fillCurve(table, curve: Curve, findings: Sequence[Numbered], threshold: float) -> None:
    peaks = np.full(len(curve.along), np.nan)
    names = [""] * len(curve.along)
    for place, finding in peakPlaces(curve, findings).items():
        value = float(curve.value[place])
        peaks[place] = value if np.isfinite(value) else finding.figures.peak
        names[place] = f"finding {finding.number}"
    columns = {
        ALONG: curve.along,
        VALUE: curve.value,
        THRESHOLD: np.full(len(curve.along), threshold),
        PEAK: peaks,
        LEVEL: curve.level,
        FINDING: names,
    }
    fillTable(table, columns)


def _fillBorders(table, levels: Sequence[Level], top: float) -> None:
    """Upright lines: from the axis to the top of the chart, and a gap."""
    places = [levels[0].start, *(level.end for level in levels)] if levels else []
    along = [value for place in places for value in (place, place, np.nan)]
    heights = [0.0, top, np.nan] * len(places)
    fillTable(table, {ALONG: np.array(along), BORDER: np.array(heights)})


def fillTable(node, columns) -> None:
    """Puts columns into a table; one that holds them already is left alone, and so is the view that shows it."""
    if _holds(node, columns):
        return
    with slicer.util.NodeModify(node):
        node.RemoveAllColumns()
        for name, values in columns.items():
            node.AddColumn(_column(name, values))


def _holds(node, columns) -> bool:
    table = node.GetTable()
    if [table.GetColumnName(index) for index in range(table.GetNumberOfColumns())] != list(columns):
        return False
    return all(_isSame(table.GetColumnByName(name), values) for name, values in columns.items())


def _isSame(column, values) -> bool:
    if isinstance(values, np.ndarray):
        return column.IsNumeric() and np.array_equal(vtk_to_numpy(column), values, equal_nan=True)
    return not column.IsNumeric() and [column.GetValue(row) for row in range(column.GetNumberOfValues())] == [*values]


def _column(name: str, values):
    if isinstance(values, np.ndarray):
        column = numpy_to_vtk(np.ascontiguousarray(values, dtype=float), deep=True)
    else:
        column = vtk.vtkStringArray()
        column.SetNumberOfValues(len(values))
        for row, text in enumerate(values):
            column.SetValue(row, text)
    column.SetName(name)
    return column


def _tableOf(nodes: CaseNodes, role: str, what: str, hidden: bool = False):
    table = getattr(nodes, role)
    if table is None:
        table = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTableNode", f"{nodes.volume.GetName()} {what}")
        table.SetHideFromEditors(hidden)
        setattr(nodes, role, table)
        putBeside(table, nodes.volume)
    return table


def _addChart(nodes: CaseNodes):
    chart = slicer.mrmlScene.AddNewNodeByClass(
        "vtkMRMLPlotChartNode", f"{nodes.volume.GetName()} anomaly along the cord"
    )
    nodes.chart = chart
    putBeside(chart, nodes.volume)
    for series in _addSeries(nodes):
        chart.AddAndObservePlotSeriesNodeID(series.GetID())
    chart.SetXAxisTitle(ALONG)
    chart.SetYAxisTitle(f"{ANOMALY.title} ({ANOMALY.unit})")
    chart.SetXAxisRangeAuto(False)
    chart.SetYAxisRangeAuto(False)
    chart.SetGridVisibility(False)
    chart.SetLegendVisibility(False)
    chart.SetTitleFontSize(12)
    chart.SetAxisTitleFontSize(12)
    chart.SetAxisLabelFontSize(11)
    return chart


def _addSeries(nodes: CaseNodes) -> list:
    """Borders first, so that the curve is drawn over them."""
    kind = slicer.vtkMRMLPlotSeriesNode
    borders = nodes.levelSeries = _series("Borders of levels", nodes.levelTable, BORDER, (0.55, 0.55, 0.55))
    borders.SetLineStyle(kind.LineStyleDot)
    curve = nodes.curveSeries = _series("Highest anomaly", nodes.curveTable, VALUE, (0.70, 0.15, 0.08))
    curve.SetLineWidth(2)
    curve.SetLabelColumnName(LEVEL)
    threshold = nodes.thresholdSeries = _series("Threshold", nodes.curveTable, THRESHOLD, (0.45, 0.45, 0.45))
    threshold.SetLineStyle(kind.LineStyleDash)
    peaks = nodes.peakSeries = _series("Findings", nodes.curveTable, PEAK, (0.0, 0.35, 0.75))
    peaks.SetLineStyle(kind.LineStyleNone)
    peaks.SetMarkerStyle(kind.MarkerStyleCircle)
    peaks.SetMarkerSize(9)
    peaks.SetLabelColumnName(FINDING)
    return [borders, threshold, curve, peaks]


def _series(name: str, table, column: str, color):
    series = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLPlotSeriesNode", name)
    series.SetAndObserveTableNodeID(table.GetID())
    series.SetPlotType(slicer.vtkMRMLPlotSeriesNode.PlotTypeScatter)
    series.SetXColumnName(ALONG)
    series.SetYColumnName(column)
    series.SetMarkerStyle(slicer.vtkMRMLPlotSeriesNode.MarkerStyleNone)
    series.SetLineStyle(slicer.vtkMRMLPlotSeriesNode.LineStyleSolid)
    series.SetLineWidth(1)
    series.SetColor(*color)
    return series
