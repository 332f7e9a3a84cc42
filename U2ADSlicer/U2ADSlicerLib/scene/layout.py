"""The review layout: three sagittal views of the scan, each under one map, the axial view, and the curve."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import slicer

from u2ad.scan import Grid
from U2ADSlicerLib.scene.batch import batchProcessing
from U2ADSlicerLib.scene.case import CaseNodes
from U2ADSlicerLib.scene.colors import STYLES
from U2ADSlicerLib.scene.legends import setLegendVisible, showLegend
from U2ADSlicerLib.scene.placement import gridOf
from U2ADSlicerLib.scene.slice_views import (
    ANOMALY_VIEW,
    VIEWS,
    ReviewView,
    centre,
    compositeOf,
    findComposite,
    findSliceNode,
    fit,
    goBack,
    placeOf,
    sliceNodeOf,
)
from U2ADSlicerLib.scene.volumes import voxelsOf

LAYOUT_ID = 2104
CURVE_VIEW = "U2ADCurve"
CURVE_LABEL = "C"
DEFAULT_OPACITY = 0.6
LABEL_OPACITY = 1.0

TOP, BOTTOM = 660, 340
"""Shares of the height: cervical images are tall."""
AXIAL, CURVE = 360, 640
"""Shares of the width below."""


def register() -> None:
    """Makes the layout known to Slicer; to be done before a scene that uses it is opened."""
    node = _layoutNode()
    if node.IsLayoutDescription(LAYOUT_ID):
        node.SetLayoutDescription(LAYOUT_ID, description())
    else:
        node.AddLayoutDescription(LAYOUT_ID, description())
    if node.GetViewArrangement() == LAYOUT_ID:
        node.SetViewArrangement(LAYOUT_ID)  # it was asked for, by a scene, before it was known


def show(nodes: CaseNodes, maps: bool = True) -> None:
    """Shows a scan and its maps in the review layout.

    Where a saved scene brought the views back with this scan in them, they stay as they were left.

    Args:
        nodes: of the scan; maps that are not there leave their view with the scan alone.
        maps: whether the maps are shown from the start; not in a blind first read.

    Raises:
        RefusedInputError: if the scan lies under a transform that does more than turn and shift it.
    """
    grid = gridOf(nodes.volume)
    register()
    with batchProcessing():
        known = all(_shows(view, nodes) for view in VIEWS)
        left = [placeOf(view) for view in VIEWS]
        for view in VIEWS:
            _setScan(view, nodes, keepOpacity=known)
        setCurveVisible(nodes, True)
        setMapsVisible(nodes, maps)
    _layoutNode().SetViewArrangement(LAYOUT_ID)  # also where it is the present one: it may just have become known
    _write(nodes, maps)
    middle = None if known else _middleOfCord(nodes, grid)
    for view, place in zip(VIEWS, left, strict=True):
        if middle is None:
            goBack(view, nodes.volume, place)
        else:
            fit(view, nodes.volume, middle)


def isShown() -> bool:
    """Whether the review layout is the present one."""
    return _layoutNode().GetViewArrangement() == LAYOUT_ID


def setMapsVisible(nodes: CaseNodes, visible: bool) -> None:
    """Shows or hides the maps and their legends; the scan and all outlines stay."""
    for view in VIEWS:
        composite, volume = findComposite(view), getattr(nodes, view.role)
        if composite is not None and _isOf(view, nodes):
            composite.SetForegroundVolumeID(volume.GetID() if visible and volume is not None else None)
        if volume is not None:
            setLegendVisible(volume, visible)


def setOpacity(nodes: CaseNodes, opacity: float) -> None:
    """Sets how far the maps cover the scan, 0 to 1."""
    for view in VIEWS:
        composite = findComposite(view)
        if composite is not None and _isOf(view, nodes):
            composite.SetForegroundOpacity(opacity)


def setOutlineOverlay(nodes: CaseNodes, quantity: str | None) -> None:
    """Lays the grades of a quantity as outlines over the anomaly map.

    Args:
        nodes: of the scan.
        quantity: "epistemic", "aleatoric", "anomaly", or None for no outlines.
    """
    composite, sliceNode = findComposite(ANOMALY_VIEW), findSliceNode(ANOMALY_VIEW)
    if composite is None or not _isOf(ANOMALY_VIEW, nodes):
        return
    labels = getattr(nodes, f"{quantity}Bands") if quantity in STYLES else None
    composite.SetLabelVolumeID(labels.GetID() if labels is not None else None)
    composite.SetLabelOpacity(LABEL_OPACITY)
    sliceNode.SetUseLabelOutline(labels is not None)


def outlineShown() -> str | None:
    """Identifier of the label map that lies as outlines over the anomaly; Slicer's Segment Editor takes it away."""
    composite = findComposite(ANOMALY_VIEW)
    return composite.GetLabelVolumeID() if composite is not None else None


def setOutlinesVisible(nodes: CaseNodes, visible: bool) -> None:
    """Shows or hides what is drawn of a scan over every view: findings, cord, clicked points, and names of levels."""
    for node in (nodes.findings, nodes.cord, nodes.cordPoints, nodes.cordPreview, nodes.levels, nodes.levelNames):
        if node is not None and node.GetDisplayNode() is not None:
            node.GetDisplayNode().SetVisibility(visible)


def setCurveVisible(nodes: CaseNodes, visible: bool) -> None:
    """Shows or hides the curve, which says as much as the maps: not in a blind first read."""
    showChart(nodes.chart if visible else None)


def showChart(chart) -> None:
    """Shows a chart below the sagittal views, or none."""
    _curveView().SetPlotChartNodeID(chart.GetID() if chart is not None else None)


def jump(nodes: CaseNodes, ras: Sequence[float]) -> None:
    """Brings a point into the middle of all review views, in the acquired slices nearest to it; zoom stays.

    Args:
        nodes: of the scan.
        ras: the point in mm, in the world.
    """
    grid = gridOf(nodes.volume)
    for view in VIEWS:
        centre(view, grid, np.asarray(ras, dtype=float))


def description() -> str:
    """The layout as Slicer reads it."""
    sagittal = "".join(f"<item>{_sliceView(view)}</item>" for view in VIEWS[:3])
    below = f'<item splitSize="{AXIAL}">{_sliceView(VIEWS[3])}</item><item splitSize="{CURVE}">{_plotView()}</item>'
    return (
        '<layout type="vertical" split="true">'
        f'<item splitSize="{TOP}"><layout type="horizontal" split="true">{sagittal}</layout></item>'
        f'<item splitSize="{BOTTOM}"><layout type="horizontal" split="true">{below}</layout></item>'
        "</layout>"
    )


def _sliceView(view: ReviewView) -> str:
    color = "#" + "".join(f"{round(255 * part):02x}" for part in view.color)
    properties = {
        "orientation": view.orientation,
        "viewlabel": view.label,
        "viewcolor": color,
        "viewgroup": str(view.group),
    }
    return _view("vtkMRMLSliceNode", view.name, properties)


def _plotView() -> str:
    return _view("vtkMRMLPlotViewNode", CURVE_VIEW, {"viewlabel": CURVE_LABEL})


def _view(className: str, name: str, properties: dict[str, str]) -> str:
    inner = "".join(f'<property name="{key}" action="default">{value}</property>' for key, value in properties.items())
    return f'<view class="{className}" singletontag="{name}">{inner}</view>'


def _layoutNode():
    node = slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLLayoutNode")
    if node is None:
        node = slicer.vtkMRMLLayoutNode()
        node.SetSingletonTag("vtkMRMLLayoutNode")
        node = slicer.mrmlScene.AddNode(node)
    return node


def _curveView():
    node = slicer.mrmlScene.GetSingletonNode(CURVE_VIEW, "vtkMRMLPlotViewNode")
    if node is None:
        node = slicer.vtkMRMLPlotViewNode()
        node.SetName(CURVE_VIEW)
        node.SetLayoutName(CURVE_VIEW)
        node = slicer.mrmlScene.AddNode(node)
    node.SetDoPropagatePlotChartSelection(False)
    return node


def _setScan(view: ReviewView, nodes: CaseNodes, keepOpacity: bool) -> None:
    composite = compositeOf(view)
    composite.SetBackgroundVolumeID(nodes.volume.GetID())
    if not keepOpacity:
        composite.SetLabelVolumeID(None)
        composite.SetForegroundOpacity(DEFAULT_OPACITY)


def _write(nodes: CaseNodes, visible: bool) -> None:
    """Legends and names of levels, each in the views where they belong; after the views are there."""
    for view in VIEWS:
        volume = getattr(nodes, view.role)
        if volume is not None and view.legend:
            showLegend(volume, STYLES[view.role], sliceNodeOf(view))
            setLegendVisible(volume, visible)
    if nodes.levelNames is not None:
        sagittal = tuple(sliceNodeOf(view).GetID() for view in VIEWS if view.orientation == "Sagittal")
        nodes.levelNames.GetDisplayNode().SetViewNodeIDs(sagittal)


def _shows(view: ReviewView, nodes: CaseNodes) -> bool:
    return findSliceNode(view) is not None and findComposite(view) is not None and _isOf(view, nodes)


def _isOf(view: ReviewView, nodes: CaseNodes) -> bool:
    """Whether a view shows this scan, and not another one whose maps are none of ours."""
    return findComposite(view).GetBackgroundVolumeID() == nodes.volume.GetID()


def _middleOfCord(nodes: CaseNodes, grid: Grid) -> np.ndarray:
    """RAS in mm of the cord's middle; of the scan's where no cord is known."""
    fraction = voxelsOf(nodes.cordFraction) if nodes.cordFraction is not None else np.zeros(0)
    if not fraction.any():
        return grid.corners().mean(axis=0)
    profiles = (fraction.sum(axis=axes) for axes in ((1, 2), (0, 2), (0, 1)))
    return grid.to_ras(np.array([profile @ np.arange(len(profile)) / profile.sum() for profile in profiles]))
