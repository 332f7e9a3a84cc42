"""Vertebral levels in the scene: the points that the reader marks, and the names of all that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import slicer
import vtk

from u2ad.cord import Centreline
from u2ad.cord.levels import DISCS, VERTEBRAE, Landmark, Levels, LevelSource
from u2ad.errors import U2ADError
from U2ADSlicerLib.scene.case import CaseNodes, putBeside
from U2ADSlicerLib.scene.input import scanOf
from U2ADSlicerLib.scene.placement import follow, worldTransformOf
from U2ADSlicerLib.scene.slice_views import VIEWS, sliceNodeOf

OFFER = ("C2", "T1", "C3", "C4", "C5", "C6", "C7", "C1", "T2", "T3", "T4")
"""The order in which vertebrae are offered for marking: two clicks name the whole neck, more make it exact."""

IN_FRONT_OF_CORD = 24.0
"""mm from the cord's middle to where a level's name begins: in front of the vertebral body, clear of the cord."""

MARKED = (1.0, 0.85, 0.2)
NAMED = (0.75, 0.85, 0.95)

Point = tuple[float, float, float]


def levelPoints(nodes: CaseNodes) -> dict[str, Point]:
    """RAS in mm, in the world, of the marked vertebrae by name; of two with one name the later counts."""
    node = nodes.levels
    points: dict[str, Point] = {}
    for index in range(node.GetNumberOfControlPoints() if node is not None else 0):
        if node.GetNthControlPointPositionStatus(index) == slicer.vtkMRMLMarkupsNode.PositionDefined:
            points[node.GetNthControlPointLabel(index)] = node.GetNthControlPointPositionWorld(index)
    return {name: (float(r), float(a), float(s)) for name, (r, a, s) in points.items()}


def nextLevel(nodes: CaseNodes) -> str:
    """The vertebra to be marked next: the first of :data:`OFFER` that has no point yet, its first where all have."""
    marked = levelPoints(nodes)
    return next((name for name in OFFER if name not in marked), OFFER[0])


def levelsForPlacing(nodes: CaseNodes):
    """The point list for marking vertebrae, made where there is none; the next point gets the offered name."""
    if nodes.levels is None:
        nodes.levels = addPoints(nodes.volume, "levels", MARKED)
    nodes.levels.SetControlPointLabelFormat(nextLevel(nodes))
    return nodes.levels


def nameLastPoint(nodes: CaseNodes, name: str) -> None:
    """Gives the point that was marked last the name of a vertebra or disc; an older point of that name goes.

    Raises:
        ValueError: if there is no such place.
    """
    if name not in (*VERTEBRAE, *DISCS):
        msg = f"expected one of {', '.join((*VERTEBRAE, *DISCS))}, got {name!r}"
        raise ValueError(msg)
    node = nodes.levels
    last = node.GetNumberOfControlPoints() - 1 if node is not None else -1
    if last < 0:
        return
    node.SetNthControlPointLabel(last, name)
    for index in reversed(range(last)):
        if node.GetNthControlPointLabel(index) == name:
            node.RemoveNthControlPoint(index)
    node.SetControlPointLabelFormat(nextLevel(nodes))


def clearLevels(nodes: CaseNodes) -> None:
    """Takes all marked vertebrae away, and the names that followed from them."""
    if nodes.levels is not None:
        nodes.levels.RemoveAllControlPoints()
    nodes.remove("levelNames")


def markLevels(nodes: CaseNodes, points: Mapping[str, Point]) -> None:
    """Makes the marked vertebrae these, RAS in mm in the world, in a list of their own: nobody is told of clicks."""
    nodes.remove("levels")
    if not points:
        return
    node = addPoints(nodes.volume, "levels", MARKED)
    for name, ras in points.items():
        node.AddControlPointWorld(vtk.vtkVector3d(*ras), name)
    nodes.levels = node
    node.SetControlPointLabelFormat(nextLevel(nodes))


def levelsFrom(points: Mapping[str, Point], line: Centreline, volume) -> Levels:
    """The levels that marked places imply: one is enough, the others are then looked for in the scan.

    Raises:
        RefusedInputError: if they cannot be the levels of this cord.
        U2ADError: if what looks for them is not installed.
    """
    from u2ad.cord.labelling import find_levels  # loads what a review without marks does without

    try:
        return find_levels(scanOf(volume), line, points)
    except ImportError as error:
        raise U2ADError(
            "What finds the other levels is not installed yet.", "Mark a second vertebra, or install it (page Detect)."
        ) from error


def foundLevels(document: Mapping[str, Any]) -> Levels:
    """The levels that a detection has named, with their source; unknown where it has named none."""
    told = [Landmark(body["name"], body["along_mm"]) for body in document.get("levels", ())]
    source = LevelSource(document.get("levels_source", LevelSource.MARKED.value if told else LevelSource.UNKNOWN.value))
    return Levels.from_landmarks(told).told_by(source) if told else Levels.unknown()


def showLevels(nodes: CaseNodes, levels: Levels, line: Centreline) -> None:
    """Writes the name of every known vertebra beside the cord, in the sagittal review views.

    The names are a locked list of their own: they follow from the marked points and can be no landmarks themselves.
    """
    if not levels.bodies:
        nodes.remove("levelNames")
        return
    if nodes.levelNames is None:
        nodes.levelNames = _addNames(nodes.volume)
    node = nodes.levelNames
    toOwn = np.linalg.inv(worldTransformOf(nodes.volume))
    with slicer.util.NodeModify(node):
        node.RemoveAllControlPoints()
        for body in levels.bodies:
            name = body.name
            if body is levels.bodies[0] and levels.source is LevelSource.AUTOMATIC:
                name += " (automatic)"
            r, a, s = toOwn[:3, :3] @ besideCord(line, body.along) + toOwn[:3, 3]
            node.AddControlPoint(vtk.vtkVector3d(r, a, s), name)


def besideCord(line: Centreline, along: float) -> np.ndarray:
    """RAS in mm of the place in front of the cord, square to it, where the name of a level stands."""
    above, below = line.point_at(along - 5), line.point_at(along + 5)
    direction = (below - above) / max(float(np.linalg.norm(below - above)), 1e-9)
    front = np.array([0.0, 1.0, 0.0])
    front -= (front @ direction) * direction
    return line.point_at(along) + IN_FRONT_OF_CORD * front / np.linalg.norm(front)


def addPoints(volume, what: str, color):
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", f"{volume.GetName()} {what}")
    node.CreateDefaultDisplayNodes()
    display = node.GetDisplayNode()
    display.SetSelectedColor(*color)
    display.SetColor(*color)
    display.SetTextScale(3.5)
    display.SetGlyphScale(1.5)
    display.SetVisibility3D(False)
    follow(node, volume)
    putBeside(node, volume)
    return node


def _addNames(volume):
    node = addPoints(volume, "level names", NAMED)
    node.SetLocked(True)
    node.SetHideFromEditors(True)
    display = node.GetDisplayNode()
    display.SetGlyphScale(0.4)
    display.SetSliceProjection(True)
    display.SetSliceProjectionOpacity(0.8)
    for view in VIEWS:
        if view.orientation == "Sagittal":  # in an axial slice all of them would lie on one spot
            display.AddViewNodeID(sliceNodeOf(view).GetID())
    return node


__all__ = [
    "addPoints",
    "clearLevels",
    "foundLevels",
    "levelPoints",
    "levelsForPlacing",
    "levelsFrom",
    "markLevels",
    "nameLastPoint",
    "nextLevel",
    "showLevels",
]
