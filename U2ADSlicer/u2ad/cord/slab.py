"""A slab of signal along a rough course of the cord: where its middle and its outline are looked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from u2ad.scan import SagittalView

ROW = 1.0
"""Distance of the slab's cross-sections along the course in mm."""

COLUMN = 0.5
"""Distance of its samples from front to back in mm."""

ASIDE = 1.0
"""Distance of its samples from right to left in mm."""

DEPTH = 18.0
"""Samples reach this many mm to the front and to the back."""

HALF_WIDTH = 10.0
"""Samples reach this many mm to either side."""


@dataclass(frozen=True, eq=False)
class Course:
    """A curve through a sagittal view, one point a cross-section, head first.

    Args:
        places: slice, row and column in mm from the view's corner, shape (N, 3).
    """

    places: np.ndarray

    @property
    def normal(self) -> np.ndarray:
        """Unit vectors in the slice's plane, backwards across the course, (row, column), shape (N, 2)."""
        tangent = np.gradient(ndimage.gaussian_filter1d(self.places[:, 1:], 3, axis=0, mode="nearest"), axis=0)
        tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
        return np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)

    def moved(self, aside: np.ndarray, back: np.ndarray) -> Course:
        """The course moved to the left and backwards, mm for each cross-section, evenly spaced again."""
        places = self.places + np.column_stack([aside, back[:, None] * self.normal])
        return evenly_spaced(places)


def evenly_spaced(places: np.ndarray) -> Course:
    """A course of cross-sections ``ROW`` mm apart along a polyline, (M, 3)."""
    along = np.concatenate([[0], np.linalg.norm(np.diff(places, axis=0), axis=1).cumsum()])
    wanted = np.linspace(0, along[-1], max(2, round(along[-1] / ROW) + 1))
    return Course(np.stack([np.interp(wanted, along, axis) for axis in places.T], axis=1))


def offsets() -> tuple[np.ndarray, np.ndarray]:
    """Where a slab's samples lie across the course: mm to the left, and mm backwards."""
    aside = np.arange(-HALF_WIDTH, HALF_WIDTH + ASIDE / 2, ASIDE)
    back = np.arange(-DEPTH, DEPTH + COLUMN / 2, COLUMN)
    return aside, back


def sample(signal: np.ndarray, view: SagittalView, course: Course) -> np.ndarray:
    """Signal across a course.

    Args:
        signal: on the view's grid, (left, inferior, posterior).
        view: of the scan.
        course: the middle of the slab.

    Returns:
        float32, (cross-section, toward left, backwards); what lies outside the scan continues its border.
    """
    aside, back = offsets()
    in_plane = course.places[:, None, 1:] + back[:, None] * course.normal[:, None]
    across = course.places[:, 0, None] + aside
    shape = len(course.places), aside.size, back.size
    places = np.empty((3, *shape), np.float32)
    places[0] = (across / view.grid.spacing[0])[:, :, None]
    places[1:] = np.moveaxis(in_plane / view.grid.spacing[1:], -1, 0)[:, :, None]
    low = np.maximum(np.floor(places.reshape(3, -1).min(axis=1)).astype(int), 0)
    low = np.minimum(low, np.array(signal.shape) - 1)
    high = np.ceil(places.reshape(3, -1).max(axis=1)).astype(int) + 2
    box = tuple(slice(first, max(last, first + 1)) for first, last in zip(low, high, strict=True))
    crop = np.nan_to_num(np.ascontiguousarray(signal[box], dtype=np.float32))
    return ndimage.map_coordinates(crop, places - low[:, None, None, None], order=1, mode="nearest", output=np.float32)
