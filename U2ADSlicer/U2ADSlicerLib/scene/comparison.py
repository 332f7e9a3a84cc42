"""The anomaly before and after an adaptation, side by side in the review views."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import slicer

from U2ADSlicerLib.scene.case import CaseNodes, putBeside
from U2ADSlicerLib.scene.colors import ANOMALY
from U2ADSlicerLib.scene.layout import setMapsVisible
from U2ADSlicerLib.scene.legends import setLegendVisible, showLegend
from U2ADSlicerLib.scene.matrices import asImage
from U2ADSlicerLib.scene.placement import follow, localMatrixOf
from U2ADSlicerLib.scene.slice_views import VIEWS, findComposite, sliceNodeOf
from U2ADSlicerLib.scene.volumes import showMap

ROLES = {"before": "anomalyBefore", "after": "anomalyAfter"}
SHOWN = ("before", "after", None, "after")
"""What each of the review's views shows: left before, middle after, the right one the plain scan, axial after."""


def showComparison(nodes: CaseNodes, before: np.ndarray, after: np.ndarray) -> None:
    """Lays both anomaly maps over the scan, in the same colors.

    Args:
        nodes: of the scan.
        before: anomaly with the model as it is, float32, KJI.
        after: with the adapted one.
    """
    setMapsVisible(nodes, False)
    for when, anomaly in (("before", before), ("after", after)):
        _put(nodes, when, anomaly)
    for view, when in zip(VIEWS, SHOWN, strict=True):
        composite = findComposite(view)
        node = getattr(nodes, ROLES[when]) if when is not None else None
        if composite is not None and composite.GetBackgroundVolumeID() == nodes.volume.GetID():
            composite.SetForegroundVolumeID(node.GetID() if node is not None else None)
        if node is not None and view.legend:
            showLegend(node, replace(ANOMALY, title=TITLES[when]), sliceNodeOf(view))
            setLegendVisible(node, True)


TITLES = {"before": "Anomaly before", "after": "Anomaly after"}


def endComparison(nodes: CaseNodes) -> None:
    """Takes both maps away; what the views show then is up to the switches of the review."""
    for role in ROLES.values():
        node = getattr(nodes, role)
        if node is not None:
            setLegendVisible(node, False)
            nodes.remove(role)


def isCompared(nodes: CaseNodes) -> bool:
    """Whether both maps are there."""
    return nodes.anomalyBefore is not None and nodes.anomalyAfter is not None


def _put(nodes: CaseNodes, when: str, anomaly: np.ndarray) -> None:
    node = getattr(nodes, ROLES[when])
    if node is None:
        name = f"{nodes.volume.GetName()} anomaly {when} the adaptation"
        node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", name)
        node.SetHideFromEditors(True)
        node.CreateDefaultDisplayNodes()
        node.GetDisplayNode().AutoWindowLevelOff()
        setattr(nodes, ROLES[when], node)
        putBeside(node, nodes.volume)
    node.SetAndObserveImageData(asImage(np.asarray(anomaly, np.float32)))
    node.SetIJKToRASMatrix(localMatrixOf(nodes.volume))
    follow(node, nodes.volume)
    showMap(node, ANOMALY)
