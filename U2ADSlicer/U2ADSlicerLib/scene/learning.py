"""How an adaptation learns, as a chart that grows while it runs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import slicer

from U2ADSlicerLib.scene.case import CaseNodes, putBeside
from U2ADSlicerLib.scene.curve import fillTable
from U2ADSlicerLib.scene.layout import showChart

STEP = "step"
LOSS = "error in training"
ASIDE = "error on cord set aside"

LINE = 2
"""Points from which on there is a line: VTK complains about shorter ones."""

Point = tuple[int, float, float | None]
"""Step, error in training, and error on the cord that is not trained on where it was measured."""


def showLearning(nodes: CaseNodes, points: Sequence[Point]) -> None:
    """Brings table and chart in line and shows them where the curve of the cord is; made at the first call."""
    if nodes.learningChart is None:
        _add(nodes)
    aside = [np.nan if value is None else value for _, _, value in points]
    fillTable(
        nodes.learningTable,
        {
            STEP: np.array([step for step, _, _ in points], float),
            LOSS: np.array([loss for _, loss, _ in points], float),
            ASIDE: np.array(aside, float),
        },
    )
    chart = nodes.learningChart
    with slicer.util.NodeModify(chart):
        for series, count in ((nodes.lossSeries, len(points)), (nodes.asideSeries, np.isfinite(aside).sum())):
            if count >= LINE and not chart.HasPlotSeriesNodeID(series.GetID()):
                chart.AddAndObservePlotSeriesNodeID(series.GetID())
    showChart(chart)


def isLearningShown(nodes: CaseNodes) -> bool:
    """Whether there is a chart of an adaptation."""
    return nodes.learningChart is not None


def endLearning(nodes: CaseNodes) -> None:
    """Takes the chart away."""
    for role in ("learningChart", "lossSeries", "asideSeries", "learningTable"):
        nodes.remove(role)


def _add(nodes: CaseNodes) -> None:
    scene, name = slicer.mrmlScene, nodes.volume.GetName()
    nodes.learningTable = scene.AddNewNodeByClass("vtkMRMLTableNode", f"{name} adaptation")
    nodes.learningTable.SetHideFromEditors(True)
    nodes.learningChart = chart = scene.AddNewNodeByClass("vtkMRMLPlotChartNode", f"{name} adaptation")
    nodes.lossSeries = _series(nodes.learningTable, LOSS, (0.55, 0.55, 0.55), 1)
    nodes.asideSeries = _series(nodes.learningTable, ASIDE, (0.0, 0.35, 0.75), 2)
    nodes.asideSeries.SetMarkerStyle(slicer.vtkMRMLPlotSeriesNode.MarkerStyleCircle)
    chart.SetTitle("Adaptation")
    chart.SetXAxisTitle(STEP)
    chart.SetYAxisTitle("error of the rebuilt cord")
    chart.SetLegendVisibility(True)
    chart.SetGridVisibility(False)
    for node in (nodes.learningTable, chart):
        putBeside(node, nodes.volume)


def _series(table, column: str, color, width: int):
    series = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLPlotSeriesNode", column)
    series.SetAndObserveTableNodeID(table.GetID())
    series.SetPlotType(slicer.vtkMRMLPlotSeriesNode.PlotTypeScatter)
    series.SetXColumnName(STEP)
    series.SetYColumnName(column)
    series.SetMarkerStyle(slicer.vtkMRMLPlotSeriesNode.MarkerStyleNone)
    series.SetLineStyle(slicer.vtkMRMLPlotSeriesNode.LineStyleSolid)
    series.SetLineWidth(width)
    series.SetColor(*color)
    return series
