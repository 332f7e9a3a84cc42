"""Which part of the patient a view shows."""

from __future__ import annotations

import itertools

import numpy as np

from EmbeddedSlicer.views import SliceView
from U2ADSlicerLib.scene.volumes import affineOf

CORD_MARGIN_MM = 12.0


def frameCord(view: SliceView, scan, cord: np.ndarray, focus: np.ndarray) -> None:
    """Shows the slice through a point, with the cord from the top to the bottom of the view as far as it was scanned.

    Args:
        view: already turned to the scan's axes.
        scan: volume node.
        cord: RAS in mm of points in the cord, shape (N, 3); with none, the scan from top to bottom is shown.
        focus: RAS in mm of the point, shape (3,).
    """
    view.jump(focus)
    across, up, towards = view.axes
    lowest, highest = _ends(outerCorners(scan) @ up)
    if len(cord):
        bottom, top = _ends(cord @ up)
        lowest, highest = max(lowest, bottom - CORD_MARGIN_MM), min(highest, top + CORD_MARGIN_MM)
    inSlice = cord[np.abs(view.distanceOf(cord)) <= view.sliceSpacing]
    middle = np.mean(_ends(inSlice @ across)) if len(inSlice) else focus @ across
    view.jump(np.array([middle, (lowest + highest) / 2, focus @ towards]) @ view.axes)
    view.zoom(highest - lowest)


def nearestToMiddle(points: np.ndarray) -> np.ndarray:
    """The point, of shape (N, 3), that lies nearest to the mean of all: inside a bent structure too."""
    return points[np.argmin(np.linalg.norm(points - points.mean(axis=0), axis=1))]


def outerCorners(volume) -> np.ndarray:
    """RAS in mm of the volume's eight corners, half a voxel outside the voxel centres, shape (8, 3)."""
    ends = [(-0.5, count - 0.5) for count in volume.GetImageData().GetDimensions()]
    affine = affineOf(volume)
    return np.array(list(itertools.product(*ends))) @ affine[:3, :3].T + affine[:3, 3]


def _ends(values: np.ndarray) -> tuple[float, float]:
    return float(values.min()), float(values.max())
