"""Where a mask is doubtful: unsteady, too deep for a cord, or with no border to be seen."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

DEEPEST = 10.0
"""No cord is deeper than this many mm from front to back; a mask that is has taken in what lies beside it."""

RING = (1.2, 3.0)
"""Around a cord, at this distance in mm, lies something else: fluid, ligament or bone."""

ALIKE = 0.25
"""Signal within this share of the cord's own is like cord."""

MOST_ALIKE = 0.4
"""In a row where more than this share of the ring is like cord, nobody can see the cord's border."""

STRETCH = 8.0
"""Two masks are compared over this many mm of the cord's length at a time."""

NEAR = 6.0
"""What another mask shows farther than this many mm from the first is no part of the cord."""

MARGIN = 4.0
"""The ring fits into the box around the mask with this many mm on every side."""


def steadiness(mask: np.ndarray, again: np.ndarray, rows: np.ndarray, spacing: np.ndarray) -> np.ndarray:
    """Overlap (Dice) of a mask with another one of the same scan in each of the rows and ``STRETCH`` around it.

    Args:
        mask: the cord, bool, (left, inferior, posterior).
        again: another mask in the same places, bool.
        rows: consecutive rows that show cord, shape (N,).
        spacing: of the voxels in mm, (3,).

    Returns:
        Overlap, 0 to 1, shape (N,).
    """
    reach = np.ceil(NEAR / spacing[1:]).astype(int)
    shadow = ndimage.binary_dilation(mask.any(axis=0), np.ones(2 * reach + 1))
    other = again & shadow
    along = max(1, round(STRETCH / spacing[1]))
    both, one, two = (
        ndimage.uniform_filter1d(array.sum(axis=(0, 2), dtype=np.float64), along)
        for array in (mask & other, mask, other)
    )
    return (2 * both / np.maximum(one + two, 1e-6))[rows]


def doubtful_rows(image: np.ndarray, mask: np.ndarray, rows: np.ndarray, spacing: np.ndarray) -> np.ndarray:
    """Whether the mask is doubtful in each of the rows.

    Args:
        image: signal, (left, inferior, posterior).
        mask: the cord in the same places, bool.
        rows: consecutive rows that show cord, shape (N,).
        spacing: of the voxels in mm, (3,).

    Returns:
        Bool, shape (N,).
    """
    if not mask.any():
        return np.zeros(len(rows), bool)
    margin = np.ceil(MARGIN / spacing).astype(int)
    found = ndimage.find_objects(mask.astype(np.uint8))[0]
    k, j, i = (slice(max(0, part.start - more), part.stop + more) for part, more in zip(found, margin, strict=True))
    near, cord = image[k, j, i], mask[k, j, i]
    doubtful = np.zeros(mask.shape[1], bool)
    doubtful[j] = _borderless(near, cord, spacing) | (_depth(cord, spacing) > DEEPEST)
    return doubtful[rows]


def _depth(mask: np.ndarray, spacing: np.ndarray) -> np.ndarray:
    """Depth of the mask from front to back in every row in mm, square to its course, (rows,)."""
    flat = mask.any(axis=0)
    columns = np.arange(mask.shape[2])
    count = flat.sum(axis=1)
    middle = np.where(count, flat @ columns / np.maximum(count, 1), np.nan)
    slope = np.nan_to_num(np.gradient(ndimage.gaussian_filter1d(middle, 3))) if len(middle) > 1 else 0
    return count * spacing[2] / np.hypot(1, slope * spacing[2] / spacing[1])


def _borderless(image: np.ndarray, mask: np.ndarray, spacing: np.ndarray) -> np.ndarray:
    """Whether what surrounds the mask looks like cord in each row, (rows,)."""
    distance = np.asarray(ndimage.distance_transform_edt(~mask, sampling=spacing))
    ring = (distance > RING[0]) & (distance <= RING[1])
    borderless = np.zeros(mask.shape[1], bool)
    for row in np.flatnonzero(mask.any(axis=(0, 2)) & ring.any(axis=(0, 2))):
        signal = np.median(image[:, row][mask[:, row]])
        borderless[row] = (np.abs(image[:, row][ring[:, row]] - signal) < ALIKE * signal).mean() > MOST_ALIKE
    return borderless
