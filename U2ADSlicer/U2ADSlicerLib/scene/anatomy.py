"""The anatomy that a reader can correct: the cord as a segmentation, and the vertebral levels."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import slicer

from u2ad.cord.levels import Levels, LevelSource
from U2ADSlicerLib.scene.case import CaseNodes, putBeside
from U2ADSlicerLib.scene.cord import CORD_COLOR
from U2ADSlicerLib.scene.document import documentOf
from U2ADSlicerLib.scene.levels import (
    clearLevels,
    foundLevels,
    levelPoints,
    levelsForPlacing,
    levelsFrom,
    markLevels,
    nameLastPoint,
    nextLevel,
    showLevels,
)
from U2ADSlicerLib.scene.masks import boxAround, maskOf, setMask
from U2ADSlicerLib.scene.placement import follow, localMatrixOf
from U2ADSlicerLib.scene.segmentations import addEmptySegmentation
from U2ADSlicerLib.scene.terminology import CORD_ENTRY
from U2ADSlicerLib.scene.volumes import voxelsOf

if TYPE_CHECKING:
    from u2ad.review.case import Case

CORD_SEGMENT = "spinal-cord"
CORD_NAME = "Spinal cord"
BINARY = slicer.vtkSegmentationConverter.GetBinaryLabelmapRepresentationName()


def cordForEditing(nodes: CaseNodes):
    """The cord's segmentation with its segment, empty where no cord is known yet; the reader paints on it."""
    if nodes.cord is None:
        nodes.cord = addEmptySegmentation(nodes.volume, f"{nodes.volume.GetName()} cord")
        nodes.cord.GetDisplayNode().SetSliceIntersectionThickness(1)
        follow(nodes.cord, nodes.volume)
        putBeside(nodes.cord, nodes.volume)
    segmentation = nodes.cord.GetSegmentation()
    if segmentation.GetSegment(CORD_SEGMENT) is None:
        segmentation.AddEmptySegment(CORD_SEGMENT, CORD_NAME, CORD_COLOR)
        segmentation.GetSegment(CORD_SEGMENT).SetTerminology(CORD_ENTRY)
    return nodes.cord


def showCord(nodes: CaseNodes, mask: np.ndarray) -> None:
    """Makes the cord's segmentation what a mask says, bool, KJI."""
    setMask(cordForEditing(nodes), CORD_SEGMENT, mask, nodes.volume)


def drawnCord(nodes: CaseNodes) -> np.ndarray | None:
    """The cord as it is drawn now, bool, KJI; None where there is nothing that could be drawn on."""
    if nodes.cord is None or nodes.cord.GetSegmentation().GetSegment(CORD_SEGMENT) is None:
        return None
    return maskOf(nodes.cord, CORD_SEGMENT, nodes.volume)


def detectedCord(nodes: CaseNodes) -> np.ndarray | None:
    """The cord as the detection used it, bool, KJI; None where there is no detection."""
    return None if nodes.cordFraction is None else voxelsOf(nodes.cordFraction) >= 0.5


def isCorrected(drawn: np.ndarray | None, detected: np.ndarray | None) -> bool:
    """Whether a drawn cord is another than the detected one; before a detection, whether anything is drawn."""
    if drawn is None:
        return False
    return bool(drawn.any()) if detected is None else not np.array_equal(drawn, detected)


def correctedCord(nodes: CaseNodes) -> np.ndarray | None:
    """The cord as the reader has drawn it, where that is not the cord of the detection.

    Returns:
        Share of each voxel that is cord, float32, KJI: 1 and 0 where the reader has painted and erased, as clicked
        points or else the detection gave it elsewhere; the rim of what was erased goes with it. None where nothing
        was changed, or nothing is drawn and nothing was detected.
    """
    drawn = drawnCord(nodes)
    if not isCorrected(drawn, detectedCord(nodes)):
        return None
    known = nodes.acceptedFraction if nodes.acceptedFraction is not None else nodes.cordFraction
    return drawn.astype(np.float32) if known is None else _corrected(drawn, voxelsOf(known))


def acceptCord(nodes: CaseNodes, fraction: np.ndarray) -> None:
    """Makes the cord what a reader has accepted as a whole; its rim is kept for the next detection.

    Args:
        nodes: of the scan.
        fraction: share of each voxel that is cord, float32, KJI.
    """
    nodes.remove("acceptedFraction")
    node = slicer.util.addVolumeFromArray(
        np.ascontiguousarray(fraction, np.float32), name=f"{nodes.volume.GetName()} accepted cord fraction"
    )
    node.SetIJKToRASMatrix(localMatrixOf(nodes.volume))
    node.SetHideFromEditors(True)
    nodes.acceptedFraction = node
    follow(node, nodes.volume)
    putBeside(node, nodes.volume)
    showCord(nodes, fraction >= 0.5)


def cordVersion(nodes: CaseNodes) -> tuple[int, ...]:
    """Changes whenever the cord may have: as drawn, as detected, or where the scan's voxels lie."""
    node = nodes.cord
    segment = node.GetSegmentation().GetSegment(CORD_SEGMENT) if node is not None else None
    drawn = segment.GetRepresentation(BINARY) if segment is not None else None
    things = (drawn, nodes.cordFraction and nodes.cordFraction.GetImageData(), nodes.volume)
    return tuple(0 if thing is None else thing.GetMTime() for thing in things)


def _corrected(drawn: np.ndarray, fraction: np.ndarray) -> np.ndarray:
    from scipy import ndimage  # half a second that a panel does not wait for when it opens

    corrected = np.zeros(fraction.shape, np.float32)
    box = boxAround(drawn, margin=1)
    mask, share = drawn[box], fraction[box]
    changed = mask != (share >= 0.5)
    rim = ndimage.binary_dilation(mask, np.ones((3, 3, 3), bool))
    corrected[box] = np.where(changed, mask, share * rim)
    return corrected


def withLevels(case: Case, nodes: CaseNodes) -> Case:
    """A case with the levels that marked places imply; without marks, with those that the detection found by itself.

    Raises:
        RefusedInputError: if the marks cannot be the levels of this cord.
        U2ADError: if what looks for the other levels is not installed.
    """
    if case.line is None:
        return case
    points = levelPoints(nodes)
    if points:
        return replace(case, levels=levelsFrom(points, case.line, nodes.volume))
    found = foundLevels(documentOf(nodes))
    return replace(case, levels=found if found.source is LevelSource.AUTOMATIC else Levels.unknown())


__all__ = [
    "CORD_SEGMENT",
    "acceptCord",
    "clearLevels",
    "cordForEditing",
    "cordVersion",
    "correctedCord",
    "detectedCord",
    "drawnCord",
    "isCorrected",
    "levelPoints",
    "levelsForPlacing",
    "markLevels",
    "nameLastPoint",
    "nextLevel",
    "showCord",
    "showLevels",
    "withLevels",
]
