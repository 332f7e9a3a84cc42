"""Journals of left-handed scans: Slicer reads their slices in the other order, and its journals count them so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from u2ad.review.action import Action
from u2ad.review.changes import Change, Hold, Marks, Outline
from u2ad.review.voxels import Voxels
from u2ad.scan import Grid


def is_left_handed(grid: Grid) -> bool:
    """Whether Slicer turns the slices of a scan on this grid round."""
    return bool(np.linalg.det(grid.affine[:3, :3]) < 0)


def mirrored(actions: Iterable[Action], slices: int) -> tuple[Action, ...]:
    """The same steps with the slices counted from the other end.

    Raises:
        ValueError: if a voxel lies outside of so many slices.
    """
    return tuple(
        replace(action, changes=tuple(_mirrored(change, slices - 1) for change in action.changes), line=None)
        for action in actions
    )


def _mirrored(change: Change, last: int) -> Change:
    match change:
        case Hold(voxels=voxels):
            return replace(change, voxels=_turned(voxels, last))
        case Outline(voxels=Voxels() as voxels):
            return replace(change, voxels=_turned(voxels, last))
        case Marks(points):
            return replace(change, points={name: (last - k, j, i) for name, (k, j, i) in points.items()})
    return change


def _turned(voxels: Voxels, last: int) -> Voxels:
    return Voxels(voxels.kji * np.array((-1, 1, 1)) + np.array((last, 0, 0)))
