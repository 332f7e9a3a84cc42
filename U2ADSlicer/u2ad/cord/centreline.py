"""The centreline: where a point lies along the cord."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from u2ad.cord.cord import Cord
from u2ad.errors import RefusedInputError
from u2ad.scan import SagittalView

if TYPE_CHECKING:
    from scipy.spatial import KDTree

STEP = 0.5
"""Distance between centreline points in mm."""

SMOOTHING = 10.0
"""Bends shorter than about this many mm are taken for noise of the mask."""

SHORTEST = 20.0
"""A cord shorter than this many mm has no usable centreline: about one vertebral level."""

FEWEST_SECTIONS = 5
"""A smoothing spline needs this many cross-sections."""


@dataclass(frozen=True, eq=False)
class Centreline:
    """The middle of the cord from its upper to its lower end.

    Args:
        points: RAS millimetres, superior end first, evenly spaced by ``step``, shape (N, 3).
        step: distance between neighbouring points along the curve in mm.
    """

    points: np.ndarray
    step: float

    @property
    def length(self) -> float:
        """Length from the first to the last point in mm."""
        return self.step * (len(self.points) - 1)

    def along(self, ras: np.ndarray) -> np.ndarray:
        """Millimetres from the upper end to the nearest centreline point, (..., 3) to (...)."""
        _, nearest = self._tree.query(np.asarray(ras, dtype=np.float64))
        return nearest * self.step

    def point_at(self, along: float | np.ndarray) -> np.ndarray:
        """RAS of the points ``along`` mm below the upper end, (...) to (..., 3); the ends stand for what is beyond."""
        index = np.clip(np.round(np.asarray(along) / self.step), 0, len(self.points) - 1)
        return self.points[index.astype(np.intp)]

    @cached_property
    def _tree(self) -> KDTree:
        from scipy.spatial import KDTree

        return KDTree(self.points)


def centreline_of(cord: Cord) -> Centreline:
    """The smooth curve through the centres of the cord's cross-sections.

    Raises:
        RefusedInputError: if the mask is empty or shorter than ``SHORTEST``.
    """
    view = SagittalView.from_grid(cord.grid)
    sections = _sections(view.apply(np.where(cord.mask, cord.fraction, 0)))
    if len(sections) < FEWEST_SECTIONS or np.ptp(sections[:, 1]) * view.grid.spacing[1] < SHORTEST:
        raise RefusedInputError(
            "No usable stretch of spinal cord was found in this scan.",
            "Check that it is a cervical T2-weighted scan, or give a cord mask of your own.",
        )
    return _evenly_spaced(view.grid.to_ras(_smooth(sections, view.grid.spacing[1])))


def _sections(fraction: np.ndarray) -> np.ndarray:
    """Slice, row, column and area of the cord's middle in every row that it crosses, shape (N, 4)."""
    area = fraction.sum(axis=(0, 2))
    rows = np.flatnonzero(area > 0)
    slices, columns = (np.arange(size) for size in (fraction.shape[0], fraction.shape[2]))
    middle_slice = fraction.sum(axis=2).T @ slices
    middle_column = fraction.sum(axis=0) @ columns
    return np.stack([middle_slice[rows] / area[rows], rows, middle_column[rows] / area[rows], area[rows]], axis=1)


def _smooth(sections: np.ndarray, row_spacing: float) -> np.ndarray:
    """The sections' middles on a smoothing spline, one for every row from the first to the last, shape (M, 3)."""
    from scipy.interpolate import make_smoothing_spline  # a quarter of a second, and a review never needs it

    slices, rows, columns, area = sections.T
    every = np.arange(rows[0], rows[-1] + 1)
    weight = np.minimum(area / np.median(area), 1)
    strength = (SMOOTHING / row_spacing) ** 4
    curves = [make_smoothing_spline(rows, values, w=weight, lam=strength)(every) for values in (slices, columns)]
    return np.stack([curves[0], every, curves[1]], axis=1)


def _evenly_spaced(points: np.ndarray) -> Centreline:
    along = np.concatenate([[0], np.linalg.norm(np.diff(points, axis=0), axis=1).cumsum()])
    wanted = np.arange(0, along[-1] + 1e-9, STEP)
    return Centreline(np.stack([np.interp(wanted, along, axis) for axis in points.T], axis=1), STEP)
