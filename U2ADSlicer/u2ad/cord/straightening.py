"""The straightened cord: every sagittal slice bent so that the cord runs straight down, and back again.

Slices stay what they are, because sagittal slices of 3-4 mm must not be mixed: the curve of the centreline is
followed within each slice, and nothing is interpolated from slice to slice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.spatial import KDTree

from u2ad.cord.centreline import Centreline
from u2ad.cord.cord import Cord
from u2ad.scan import SagittalView

PIXEL = 0.75
"""Pixel of the straightened cord in mm, along and across (Docs/method.md, 2)."""

WIDTH = 32
"""Pixels across, 24 mm: the cord, the CSF around it, and some bone."""

FEWEST_ROWS = 64
"""The straightened cord is at least this long: one window of the network."""

MARGIN = 4.0
"""The frame goes on this many mm beyond either end, since the cord's last cross-sections may be tilted."""


@dataclass(frozen=True, eq=False)
class StraightFrame:
    """How the straightened cord lies in the scan.

    Straightened arrays have the axes (slice toward left, along the cord downwards, across it backwards).

    Args:
        view: how the scan's array is turned to sagittal slices.
        slices: the slices of the view that hold cord, ascending.
        middle: in-plane position of the centreline in each row, (row, column) in mm from the view's corner, (N, 2).
        tangent: unit vectors down along the cord, (N, 2).
        top: position of row 0 along the :class:`Centreline` in mm; negative when the frame starts above it.
    """

    view: SagittalView
    slices: np.ndarray
    middle: np.ndarray
    tangent: np.ndarray
    top: float

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of a straightened array."""
        return len(self.slices), len(self.middle), WIDTH

    @property
    def normal(self) -> np.ndarray:
        """Unit vectors backwards across the cord, (N, 2)."""
        return np.stack([-self.tangent[:, 1], self.tangent[:, 0]], axis=1)

    def straighten(self, array: np.ndarray, order: int = 1) -> np.ndarray:
        """Sample an array of the scan (KJI) along the cord; the scan's border value continues outside it.

        Args:
            array: on the scan's grid.
            order: of the spline: 1 linear, 3 cubic.
        """
        turned = self.view.apply(array)
        across = (np.arange(WIDTH) - (WIDTH - 1) / 2) * PIXEL
        points = self.middle[:, None] + across[:, None] * self.normal[:, None]
        coordinates = np.moveaxis(points / self.view.grid.spacing[1:], -1, 0)
        straight = np.empty(self.shape, dtype=np.float32)
        for index, number in enumerate(self.slices):
            picture = np.asarray(turned[number], dtype=np.float32)
            ndimage.map_coordinates(picture, coordinates, straight[index], order=order, mode="nearest")
        return straight

    def restore(self, straight: np.ndarray) -> np.ndarray:
        """Bring a straightened array back onto the scan's grid, float32 KJI; zero where the frame does not reach.

        Raises:
            ValueError: if the array does not have the frame's shape.
        """
        if straight.shape != self.shape:
            msg = f"expected a straightened array of shape {self.shape}, got {straight.shape}"
            raise ValueError(msg)
        rows, columns, coordinates = self._reach()
        turned = np.zeros(self.view.grid.shape, dtype=np.float32)
        for index, number in enumerate(self.slices):
            picture = straight[index].astype(np.float32)
            turned[number, rows, columns] = ndimage.map_coordinates(picture, coordinates, order=1, mode="nearest")
        return np.ascontiguousarray(self.view.restore(turned))

    def _reach(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Pixels of a slice within the frame, and their straightened (row, column) coordinates, (2, n)."""
        spacing = self.view.grid.spacing[1:]
        pixels = np.indices(self.view.grid.shape[1:]).reshape(2, -1).T
        half = (WIDTH - 1) / 2 * PIXEL
        distance, nearest = map(np.asarray, KDTree(self.middle).query(pixels * spacing, distance_upper_bound=half))
        pixels, nearest = pixels[np.isfinite(distance)], nearest[np.isfinite(distance)]
        offset = pixels * spacing - self.middle[nearest]
        along = nearest + (offset * self.tangent[nearest]).sum(axis=1) / PIXEL
        across = (offset * self.normal[nearest]).sum(axis=1) / PIXEL + (WIDTH - 1) / 2
        inside = (along > -1) & (along < len(self.middle))
        return pixels[inside, 0], pixels[inside, 1], np.stack([along, across])[:, inside]


def straight_frame(cord: Cord, line: Centreline) -> StraightFrame:
    """The frame in which the cord of a scan runs straight."""
    view = SagittalView.from_grid(cord.grid)
    slices = np.flatnonzero((view.apply(cord.fraction) > 0.05).any(axis=(1, 2)))
    in_plane = view.grid.to_kji(line.points)[:, 1:] * view.grid.spacing[1:]
    along = np.concatenate([[0], np.linalg.norm(np.diff(in_plane, axis=0), axis=1).cumsum()])
    length = max(along[-1] + 2 * MARGIN, (FEWEST_ROWS - 1) * PIXEL)
    wanted = np.arange(0, length + PIXEL, PIXEL) - (length - along[-1]) / 2
    middle = _extended(wanted, along, in_plane)
    tangent = np.gradient(ndimage.gaussian_filter1d(middle, 2, axis=0, mode="nearest"), axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    return StraightFrame(view, slices, middle, tangent, float(wanted[0]))


def _extended(wanted: np.ndarray, along: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Points at ``wanted`` mm along a polyline, which goes on straight beyond its ends."""
    inside = np.stack([np.interp(wanted, along, axis) for axis in points.T], axis=1)
    ends = {0: points[0] - points[min(10, len(points) - 1)], -1: points[-1] - points[-min(11, len(points))]}
    for end, direction in ends.items():
        beyond = wanted - along[end]
        outside = beyond < 0 if end == 0 else beyond > 0
        inside[outside] += np.abs(beyond[outside, None]) * direction / np.linalg.norm(direction)
    return inside
