"""Points clicked along the cord, and the outline that follows from them, in the scene."""

from __future__ import annotations

import numpy as np
import slicer

from U2ADSlicerLib.scene.case import CaseNodes
from U2ADSlicerLib.scene.levels import Point, addPoints
from U2ADSlicerLib.scene.masks import setMask
from U2ADSlicerLib.scene.placement import follow
from U2ADSlicerLib.scene.segmentations import addEmptySegmentation

COLOR = (0.25, 0.85, 0.95)
"""Of points and preview: apart from the yellow of the cord and of the marked vertebrae."""

PREVIEW = "preview"


def cordPlaces(nodes: CaseNodes) -> tuple[Point, ...]:
    """RAS in mm, in the world, of the points clicked along the cord, in the order of the clicks."""
    node = nodes.cordPoints
    places = []
    for index in range(node.GetNumberOfControlPoints() if node is not None else 0):
        if node.GetNthControlPointPositionStatus(index) == slicer.vtkMRMLMarkupsNode.PositionDefined:
            right, front, up = node.GetNthControlPointPositionWorld(index)
            places.append((float(right), float(front), float(up)))
    return tuple(places)


def cordPointsForPlacing(nodes: CaseNodes):
    """The point list along the cord, made where there is none."""
    if nodes.cordPoints is None:
        nodes.cordPoints = addPoints(nodes.volume, "points along the cord", COLOR)
        nodes.cordPoints.SetControlPointLabelFormat("%d")
    return nodes.cordPoints


def showPreview(nodes: CaseNodes, mask: np.ndarray) -> None:
    """Outlines the cord that follows from the points, bool, KJI."""
    if nodes.cordPreview is None:
        node = addEmptySegmentation(nodes.volume, f"{nodes.volume.GetName()} cord preview")
        node.SetHideFromEditors(True)
        node.GetSegmentation().AddEmptySegment(PREVIEW, "Cord through the points", COLOR)
        nodes.cordPreview = node
        follow(node, nodes.volume)
    setMask(nodes.cordPreview, PREVIEW, mask, nodes.volume)


def clearPreview(nodes: CaseNodes) -> None:
    """Takes the outline away; the points stay."""
    nodes.remove("cordPreview")


def clearCordPoints(nodes: CaseNodes) -> None:
    """Takes the points away, and the outline that follows from them."""
    nodes.remove("cordPoints")
    clearPreview(nodes)
