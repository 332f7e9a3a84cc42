"""What the cord network sees: sagittal slices at 1 mm in plane, each with its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from u2ad.scan import Grid, SagittalView, Scan
from u2ad.scan.resampling import resample

IN_PLANE = 1.0
"""Pixel size of the network in mm."""

NEIGHBOUR = 3.3
"""Distance in mm to the slices shown beside each slice: a usual clinical slice spacing."""

SIDE_MULTIPLE = 16
"""The U-Net halves its input four times."""


@dataclass(frozen=True, eq=False)
class SagittalSlices:
    """A scan as the network sees it.

    Args:
        array: normalised signal, 0 to 1, float32, (slices to the left, rows downwards, columns to the back).
        grid: where these pixels lie.
    """

    array: np.ndarray
    grid: Grid

    @property
    def neighbour(self) -> int:
        """How many slices away the neighbours are."""
        return max(1, round(NEIGHBOUR / self.grid.spacing[0]))


def sagittal_slices(scan: Scan) -> SagittalSlices:
    """Turn and resample a scan for the network; slices thinner than 1 mm are averaged to 1 mm."""
    view = SagittalView.from_grid(scan.grid)
    array = np.nan_to_num(view.apply(scan.array).astype(np.float32))
    grid = _network_grid(view.grid)
    return SagittalSlices(normalise(resample(_antialiased(array, view.grid, grid), view.grid, grid, "linear")), grid)


def normalise(array: np.ndarray) -> np.ndarray:
    """Scale the signal of the body to 0..1: the 99th percentile of what is brighter than the mean becomes 1."""
    low = np.percentile(array, 1)
    body = array[array > array.mean()]
    high = np.percentile(body, 99) if body.size else low
    return np.clip((array - low) / max(high - low, 1e-6), 0, 1).astype(np.float32)


def with_neighbours(array: np.ndarray, index: int, offset: int) -> np.ndarray:
    """Slice ``index`` between its neighbours ``offset`` slices away, (3, rows, columns); the ends repeat."""
    chosen = np.clip([index - offset, index, index + offset], 0, len(array) - 1)
    return array[chosen]


def padded(array: np.ndarray) -> np.ndarray:
    """Pad rows and columns (the last two axes) with zeros at their ends to what the U-Net can halve."""
    missing = [(0, 0)] * (array.ndim - 2) + [(0, -size % SIDE_MULTIPLE) for size in array.shape[-2:]]
    return np.pad(array, missing)


def _network_grid(source: Grid) -> Grid:
    spacing = np.array([max(source.spacing[0], IN_PLANE), IN_PLANE, IN_PLANE])
    shape = np.maximum(1, np.round(np.array(source.shape) * source.spacing / spacing)).astype(int)
    first = source.to_ras((spacing / source.spacing - 1) / 2)
    affine = np.eye(4)
    affine[:3, :3] = (source.directions * spacing[:, None])[::-1].T
    affine[:3, 3] = first
    return Grid((int(shape[0]), int(shape[1]), int(shape[2])), affine)


def _antialiased(array: np.ndarray, source: Grid, target: Grid) -> np.ndarray:
    coarser = target.spacing / source.spacing
    sigma = np.where(coarser > 1.01, 0.4 * np.sqrt(np.maximum(coarser**2 - 1, 0)), 0)
    return ndimage.gaussian_filter(array, sigma) if sigma.any() else array
