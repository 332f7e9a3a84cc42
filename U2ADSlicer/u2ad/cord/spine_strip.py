"""The spine beside the straightened cord: a strip from the nape to the throat, in which vertebrae follow each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from u2ad.cord.centreline import Centreline
from u2ad.scan import SagittalView, Scan

DEPTHS = np.arange(-16.0, 45.0, 2.0)
"""How far in front of the cord's middle the strip is sampled, in mm: spinous processes, cord, bodies, throat."""

SIDEWAYS = (-4.0, -2.0, 0.0, 2.0, 4.0)
"""How far left of the cord's middle, in mm; the mean of these is taken, for the line may be a little off."""

ABOVE, BELOW = 50.0, 30.0
"""The strip goes on straight beyond the line's ends by this many mm: a mask that begins at C3 still shows C2."""

COLUMN = (6.0, 24.0)
"""Where the vertebral column lies in front of the cord's middle, mm."""

SHADING = 25.0
"""Brightness is evened out over this many mm: a coil's shading, not a vertebra."""


@dataclass(frozen=True, eq=False)
class SpineStrip:
    """Signal beside a cord.

    Args:
        signal: evened out in brightness, 1 on average, 0 outside the scan, float32, (one row a mm downwards, depth).
        known: whether a sample lies in the scan, bool, same shape.
        depths: mm in front of the cord of its columns.
        first: place of row 0 along the centreline in mm; negative, since the strip begins above it.
    """

    signal: np.ndarray
    known: np.ndarray
    depths: np.ndarray
    first: float

    @property
    def column_known(self) -> np.ndarray:
        """Rows in which the scan shows the vertebral column, bool."""
        return column_known(self.known, self.depths)


def column_known(known: np.ndarray, depths: np.ndarray) -> np.ndarray:
    """Rows of which at least half of the vertebral column's depth is known, bool.

    Args:
        known: bool, (rows, depths).
        depths: mm in front of the cord.
    """
    return known[:, (depths >= COLUMN[0]) & (depths <= COLUMN[1])].mean(axis=1) >= 0.5


def spine_strip(scan: Scan, line: Centreline, depths: np.ndarray = DEPTHS) -> SpineStrip:
    """Sample the spine along a cord."""
    view = SagittalView.from_grid(scan.grid)
    signal = view.apply(scan.array)
    points = _extended(line)
    left, _, posterior = view.grid.directions
    down = np.gradient(ndimage.gaussian_filter1d(points, 8, axis=0, mode="nearest"), axis=0)
    front = np.cross(left, down)
    front *= -np.sign(front @ posterior)[:, None]
    front /= np.linalg.norm(front, axis=1, keepdims=True)
    plane = points[:, None] + depths[:, None] * front[:, None]
    places = np.stack([view.grid.to_kji(plane + aside * left) for aside in SIDEWAYS])
    inside = ((places >= -0.5) & (places <= np.array(signal.shape) - 0.5)).all(axis=-1)
    values = ndimage.map_coordinates(_crop(signal, places), _in_crop(places, signal.shape), order=1, mode="nearest")
    count = inside.sum(axis=0)
    mean = (values * inside).sum(axis=0) / np.maximum(count, 1)
    return SpineStrip(_even(mean, count > 0), count > 0, depths, -ABOVE)


def _extended(line: Centreline) -> np.ndarray:
    """One point a mm along the line and straight on beyond its ends, RAS, (N, 3)."""
    along = np.arange(0, line.length + 1e-6, 1.0)
    points = line.point_at(along)
    reach = min(20, len(points) - 1)
    upward, downward = points[0] - points[reach], points[-1] - points[-1 - reach]
    above = points[0] + np.arange(ABOVE, 0, -1)[:, None] * upward / np.linalg.norm(upward)
    below = points[-1] + np.arange(1, BELOW + 1)[:, None] * downward / np.linalg.norm(downward)
    return np.concatenate([above, points, below])


def _box(places: np.ndarray, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    flat = places.reshape(-1, 3)
    low = np.clip(np.floor(flat.min(axis=0)).astype(int), 0, np.array(shape) - 1)
    return low, np.clip(np.ceil(flat.max(axis=0)).astype(int) + 1, low + 1, shape)


def _crop(signal: np.ndarray, places: np.ndarray) -> np.ndarray:
    low, high = _box(places, signal.shape)
    return np.nan_to_num(signal[tuple(map(slice, low, high))].astype(np.float32))


def _in_crop(places: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    return np.moveaxis(places - _box(places, shape)[0], -1, 0)


def _even(signal: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Signal over its own mean nearby, among what is known."""
    sigma = (SHADING, SHADING / 2)
    weight = ndimage.gaussian_filter(known.astype(np.float32), sigma)
    nearby = ndimage.gaussian_filter(np.where(known, signal, 0), sigma) / np.maximum(weight, 1e-3)
    floor = 0.1 * float(np.median(nearby[known])) if known.any() else 1.0
    return np.where(known, np.clip(signal / np.maximum(nearby, max(floor, 1e-6)), 0, 4), 0).astype(np.float32)
