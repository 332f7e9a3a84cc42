"""The cord in the network's output: the strongest path down the neck, and bridges where the network is unsure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from u2ad.scan.pieces import connected_pieces

PRICE = 0.35
"""A row of the path costs as much as this share of cord brings: 16 mm of sure cord pay for a gap of 30 mm."""

SIDESTEP = 0.03
"""What a mm to the side costs in a row."""

STEEPEST = 2
"""Columns by which the path may move in a row; rows and columns are 1 mm."""

BLUR = 1.2
"""The path follows the output smoothed by a Gaussian of this many mm, so that it runs in the cord's middle."""

FAINT = 0.05
"""Output below this is none."""

SHORTEST = 15.0
"""A path that is worth less than this many rows of sure cord is none."""

REACH = 11.0
"""Cord lies within this many mm of the path."""

THIN = 0.2
"""A row with less than this share of the usual area is bridged."""

BRIDGED_AREA = 0.8
"""Area of the cord in bridged rows relative to its neighbours: mostly it is bridged where it is compressed."""

FLATNESS = 1.5
"""Right-left over antero-posterior diameter of a cord."""

PARTS = 5
"""A slice is divided into so many for partial volume."""


@dataclass(frozen=True, eq=False)
class Trace:
    """The way of the cord from row to row.

    Args:
        rows: consecutive rows, head first, shape (N,).
        slices: slice in each of them, fractional.
        columns: column in each of them, fractional.
    """

    rows: np.ndarray
    slices: np.ndarray
    columns: np.ndarray


@dataclass(frozen=True, eq=False)
class Traced:
    """The cord as traced.

    Args:
        fraction: cord fraction, float32, (left, inferior, posterior).
        rows: rows that show cord.
        bridged: whether the network alone would have left a gap there.
    """

    fraction: np.ndarray
    rows: np.ndarray
    bridged: np.ndarray


def trace_cord(output: np.ndarray, spacing: np.ndarray) -> Traced:
    """Keep of the network's output what belongs to one cord, and bridge its gaps.

    Args:
        output: probability of cord, (left, inferior, posterior).
        spacing: of the voxels in mm, (3,); rows and columns about 1 mm.

    Returns:
        The cord; without any row where there is none.
    """
    path = strongest_path(output, spacing)
    if path is None:
        return Traced(np.zeros_like(output), np.zeros(0, int), np.zeros(0, bool))
    near = _near(path, output.shape, spacing)
    kept = np.where(near & _touching(output, path), output, 0).astype(np.float32)
    area = (kept * (kept >= 0.5)).sum(axis=(0, 2))[path.rows]
    usual = ndimage.median_filter(area, size=min(2 * len(area) - 1, 61), mode="nearest")
    bridged = area < THIN * max(float(np.median(area[area > 0])), 1e-6)
    fraction = _bridge(kept, path, bridged, np.where(usual > 0, usual, np.median(area)), spacing)
    return Traced(fraction, path.rows, bridged)


def strongest_path(output: np.ndarray, spacing: np.ndarray) -> Trace | None:
    """The way down on which output exceeds ``PRICE`` by most, found by dynamic programming; None if that is little.

    It starts and ends wherever is best, so that a gap is crossed if what lies beyond pays for it.
    """
    faint = output >= FAINT
    if not faint.any():
        return None
    box = ndimage.find_objects(faint.astype(np.uint8))[0]
    blur = BLUR / spacing
    blur[0] = 0 if spacing[0] > 2 else blur[0]
    gain = ndimage.gaussian_filter(output[box].astype(np.float32), blur) - PRICE
    steps = [(s, c) for s in (-1, 0, 1) for c in range(-STEEPEST, STEEPEST + 1)]
    toll = [SIDESTEP * float(np.hypot(s * spacing[0], c * spacing[2])) for s, c in steps]
    best = np.zeros_like(gain)
    origin = np.full(gain.shape, -1, np.int8)
    for row in range(gain.shape[1]):
        best[:, row] = gain[:, row]
        if row:
            came = np.stack([_moved(best[:, row - 1], *step) - cost for step, cost in zip(steps, toll, strict=True)])
            chosen = came.argmax(axis=0)
            worth = np.take_along_axis(came, chosen[None], axis=0)[0]
            goes_on = worth > 0
            best[:, row][goes_on] += worth[goes_on]
            origin[:, row] = np.where(goes_on, chosen, -1)
    if best.max() < SHORTEST * (1 - PRICE) / spacing[1] * 0.5:
        return None
    return _followed(best, origin, steps, box)


def _moved(array: np.ndarray, slices: int, columns: int) -> np.ndarray:
    """The array as seen from ``slices`` and ``columns`` further, -inf where nothing is."""
    moved = np.full_like(array, -np.inf)
    there = [
        slice(max(0, step), size + min(0, step)) for step, size in zip((slices, columns), array.shape, strict=True)
    ]
    here = [
        slice(max(0, -step), size + min(0, -step)) for step, size in zip((slices, columns), array.shape, strict=True)
    ]
    moved[tuple(here)] = array[tuple(there)]
    return moved


def _followed(best: np.ndarray, origin: np.ndarray, steps: list[tuple[int, int]], box: tuple[slice, ...]) -> Trace:
    """The path back from its best end, smoothed by a Gaussian of 3 rows, which takes the corners of the raster off."""
    place = np.array(np.unravel_index(best.argmax(), best.shape))
    places = [place]
    while (step := int(origin[tuple(place)])) >= 0:
        slices, columns = steps[step]
        place = place + np.array([slices, -1, columns])
        places.append(place)
    path = np.array(places[::-1]) + [part.start for part in box]
    smooth = [ndimage.gaussian_filter1d(path[:, axis].astype(float), 3, mode="nearest") for axis in (0, 2)]
    return Trace(path[:, 1], *smooth)


def _near(path: Trace, shape: tuple[int, ...], spacing: np.ndarray) -> np.ndarray:
    """Voxels within ``REACH`` of the path, in its rows."""
    near = np.zeros(shape, bool)
    slices, columns = np.ogrid[: shape[0], : shape[2]]
    for row, k, i in zip(path.rows, path.slices, path.columns, strict=True):
        near[:, row] = np.hypot((slices - k) * spacing[0], (columns - i) * spacing[2]) <= REACH
    return near


def _touching(output: np.ndarray, path: Trace) -> np.ndarray:
    """Voxels of the pieces that the path runs through, and their soft rim."""
    labels, _ = connected_pieces(output >= 0.5)
    middle = np.round(np.stack([path.slices, path.rows, path.columns])).astype(int)
    touched = np.setdiff1d(np.unique(labels[tuple(middle)]), [0])
    crossed = np.isin(labels, touched)
    rim = np.asarray(ndimage.binary_dilation(crossed, iterations=3))
    return rim & (crossed | (labels == 0))


def _bridge(kept: np.ndarray, path: Trace, bridged: np.ndarray, area: np.ndarray, spacing: np.ndarray) -> np.ndarray:
    """An ellipse about the path in bridged rows, of the size of the cord above and below."""
    fraction = kept.copy()
    sure = np.flatnonzero(~bridged)
    if not sure.size:
        return fraction
    pixel = float(spacing[0] * spacing[2])
    sizes = np.interp(np.arange(len(area)), sure, area[sure]) * pixel * BRIDGED_AREA
    half_depth = np.sqrt(sizes / np.pi / FLATNESS)
    parts = (np.arange(PARTS) - (PARTS - 1) / 2) / PARTS
    left = (np.arange(kept.shape[0])[:, None] + parts).reshape(-1, 1)
    back = np.arange(kept.shape[2])[None]
    for n in np.flatnonzero(bridged):
        radius = np.hypot((left - path.slices[n]) * spacing[0] / FLATNESS, (back - path.columns[n]) * spacing[2])
        inside = np.clip(0.5 - (radius - half_depth[n]) / spacing[2], 0, 1)
        ellipse = inside.reshape(kept.shape[0], PARTS, -1).mean(axis=1)
        fraction[:, path.rows[n]] = np.maximum(fraction[:, path.rows[n]], ellipse)
    return fraction
