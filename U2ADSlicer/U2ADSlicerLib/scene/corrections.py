"""The reader's corrections of the anatomy on their way between the scene and the log of its review."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from u2ad.cord.cord import MaskSource
from u2ad.review.voxels import Voxels
from U2ADSlicerLib.scene import anatomy
from U2ADSlicerLib.scene.case import CaseNodes
from U2ADSlicerLib.scene.following import followScan
from U2ADSlicerLib.scene.masks import boxAround
from U2ADSlicerLib.scene.placement import gridOf

if TYPE_CHECKING:
    from u2ad.review.changes import Place
    from u2ad.review.review import Review

SAME_POINT = 0.01
"""mm by which a marked point may differ from the log and stay where it is."""


def keepMarks(nodes: CaseNodes, review: Review) -> None:
    """Writes the marked vertebrae into the log, if they are others than it knows.

    Raises:
        RefusedInputError: if the scan lies under a transform that bends it.
    """
    followScan(nodes)
    grid = gridOf(nodes.volume)
    review.mark_levels({name: grid.to_kji(np.array(ras)).tolist() for name, ras in anatomy.levelPoints(nodes).items()})


def bringMarks(nodes: CaseNodes, marks: Mapping[str, Place]) -> None:
    """Marks these vertebrae in the scene, and no others.

    Args:
        nodes: of the scan.
        marks: fractional array indices KJI by name.
    """
    grid, there = gridOf(nodes.volume), anatomy.levelPoints(nodes)
    points = {name: grid.to_ras(np.array(place)) for name, place in marks.items()}
    if points.keys() != there.keys() or any(math.dist(points[name], there[name]) > SAME_POINT for name in points):
        anatomy.markLevels(nodes, {name: tuple(ras.tolist()) for name, ras in points.items()})


def keepOutline(nodes: CaseNodes, review: Review, source: MaskSource, *, taken: bool = False) -> None:
    """Writes the cord into the log as the reader has drawn it, if it is another than the log knows.

    Args:
        nodes: of the scan.
        review: with the log.
        source: who made the cord of the present detection; a reader's own is no correction of it, but drawn all the
            same.
        taken: whether it was taken from elsewhere as it is, so that nobody has looked at it yet.
    """
    drawn = anatomy.drawnCord(nodes)
    if drawn is None:
        return
    isReaders = source is MaskSource.READER or anatomy.isCorrected(drawn, anatomy.detectedCord(nodes))
    review.outline_cord(_voxelsIn(drawn) if isReaders else None, taken=taken and isReaders)


def bringOutline(nodes: CaseNodes, cord: Voxels | None) -> None:
    """Draws the cord in the scene as a log knows it, where it is drawn otherwise.

    Args:
        nodes: of the scan.
        cord: as the reader has drawn it; None for the detection's own, where there is one.
    """
    mask = anatomy.detectedCord(nodes) if cord is None else _maskOf(cord, gridOf(nodes.volume).shape)
    if mask is None:
        return
    drawn = anatomy.drawnCord(nodes)
    if drawn is None or not np.array_equal(mask, drawn):
        anatomy.showCord(nodes, mask)


def _voxelsIn(mask: np.ndarray) -> Voxels:
    box = boxAround(mask)
    k, j, i = (side.start for side in box)
    return Voxels.of_mask(mask[box], (k, j, i))


def _maskOf(voxels: Voxels, shape: tuple[int, int, int]) -> np.ndarray | None:
    """None where they are of another scan: its voxels were changed under a scene's log."""
    if (voxels.kji >= np.array(shape)).any():
        return None
    mask = np.zeros(shape, bool)
    mask[tuple(voxels.kji.T)] = True
    return mask
