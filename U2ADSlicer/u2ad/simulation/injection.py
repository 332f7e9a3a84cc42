"""Lesions put into a real scan, at whatever resolution it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import distance_transform_edt, map_coordinates

from u2ad.errors import RefusedInputError
from u2ad.scan import Grid, Scan
from u2ad.simulation.lesions import Lesion, LesionSpec, label_map, place, resolve_specs, total_share

# Voxels are sampled at least this densely along each axis while a lesion is painted, mm.
SAMPLE = 0.5
# Cord within this distance of a lesion gives its local signal, mm.
NEIGHBOURHOOD = 12.0
CLEARANCE = 4.0
TRIES = 60
# A place is good enough when this share of the lesion lies inside the cord.
KEPT_IN_CORD = 0.8
NO_CSF = "The fluid around the cord is not brighter than the cord."
NO_CORD = "The cord mask is too small to put lesions into."


@dataclass(frozen=True, eq=False)
class Injected:
    """A scan with lesions put into it.

    Args:
        scan: the scan with lesions; voxels that no lesion touches are unchanged.
        labels: lesions 1, 2, ... as a reader would outline them, int16, KJI.
        share: share of each voxel that is lesion, float32, KJI.
        lesions: the lesions, in order of their labels.
    """

    scan: Scan
    labels: np.ndarray
    share: np.ndarray
    lesions: tuple[Lesion, ...]


@dataclass(frozen=True, eq=False)
class CordCloud:
    """The cord as a cloud of voxels.

    Args:
        points: RAS of voxels that are partly cord, (N, 3).
        weights: share of cord of each, (N,).
        values: signal of each, (N,).
        down: RAS unit vector along the whole cord, (3,).
    """

    points: np.ndarray
    weights: np.ndarray
    values: np.ndarray
    down: np.ndarray


def inject_lesions(
    scan: Scan, cord_fraction: np.ndarray, lesions: int | Sequence[LesionSpec], rng: np.random.Generator
) -> Injected:
    """Paint lesions into the cord of a T2-weighted scan.

    A lesion is defined in continuous space and averaged over every voxel, through the slice thickness too, so thick
    slices get the partial volume they would have. Its brightness is a share of the cord-to-CSF contrast: the cord's
    signal around the lesion times the scan-wide ratio of CSF to cord, so that it stays right where stenosis leaves
    no CSF and where the coil shades.

    Args:
        scan: a T2-weighted scan.
        cord_fraction: share of each voxel that is cord, 0 to 1 (a mask will do), KJI on the scan's grid.
        lesions: how many drawn lesions, or which ones; ``level`` of a specification is not used.
        rng: source of places, shapes and drawn specifications.

    Raises:
        ValueError: if the cord is not on the scan's grid.
        RefusedInputError: if CSF is not brighter than cord, or the cord mask is empty.
    """
    if cord_fraction.shape != scan.grid.shape:
        msg = f"expected a cord of shape {scan.grid.shape} (KJI), got {cord_fraction.shape}"
        raise ValueError(msg)
    fraction = np.asarray(cord_fraction, np.float32)
    cloud = _cloud(scan, fraction)
    ratio = csf_to_cord_ratio(scan, fraction)
    if ratio < 1.2:
        raise RefusedInputError(NO_CSF, "Use a T2-weighted scan.")
    placed: list[Lesion] = []
    shares: list[np.ndarray] = []
    for spec in resolve_specs(lesions, rng):
        lesion, share = _put(spec, cloud, (scan.grid, fraction), placed, rng)
        placed.append(lesion)
        shares.append(share)
    return _painted(scan, cloud, ratio, placed, shares)


def csf_to_cord_ratio(scan: Scan, cord_fraction: np.ndarray) -> float:
    """How many times brighter CSF is than cord, robust against stenosis and coil shading.

    In pieces of 10 mm along the head-foot axis the 90th percentile within 6 mm of the cord is divided by the cord's
    median; the upper quartile over the pieces is taken, so that pieces without CSF do not count.
    """
    cord = cord_fraction >= 0.9
    if not cord.any():
        raise RefusedInputError(NO_CORD, "Check the cord mask.")
    distance = np.asarray(distance_transform_edt(cord_fraction < 0.5, sampling=scan.grid.spacing))
    ring = (distance > 0.5) & (distance < 6.0) & (cord_fraction < 0.05)
    cord_height, ring_height = (np.floor(scan.grid.to_ras(np.argwhere(mask))[:, 2] / 10) for mask in (cord, ring))
    cord_value, ring_value = scan.array[cord], scan.array[ring]
    pieces = np.intersect1d(cord_height, ring_height)
    fluid = np.array([np.percentile(ring_value[ring_height == piece], 90) for piece in pieces])
    tissue = np.array([np.median(cord_value[cord_height == piece]) for piece in pieces])
    return float(np.percentile(fluid / np.maximum(tissue, 1e-6), 75)) if pieces.size else 0.0


def _cloud(scan: Scan, fraction: np.ndarray) -> CordCloud:
    indices = np.argwhere(fraction > 0.05)
    if len(indices) < 20:
        raise RefusedInputError(NO_CORD, "Check the cord mask.")
    points = scan.grid.to_ras(indices)
    values = scan.array[tuple(indices.T)].astype(np.float64)
    weights = fraction[tuple(indices.T)].astype(np.float64)
    return CordCloud(points, weights, values, _direction(points, weights))


def _direction(points: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Unit vector along the longest extent of a cloud, pointing down."""
    centred = points - np.average(points, axis=0, weights=weights)
    longest = np.linalg.eigh((centred * weights[:, None]).T @ centred)[1][:, -1]
    return longest if longest[2] < 0 else -longest


def _put(
    spec: LesionSpec, cloud: CordCloud, target: tuple[Grid, np.ndarray], placed: Sequence[Lesion],
    rng: np.random.Generator,
) -> tuple[Lesion, np.ndarray]:  # fmt: skip
    """The first drawn place where the lesion lies in the cord and clear of others, or the best of all tries."""
    best = (-np.inf, _candidate(spec, cloud, rng), np.zeros(0))
    for attempt in range(TRIES):
        lesion = best[1] if attempt == 0 else _candidate(spec, cloud, rng)
        share, kept = lesion_share(lesion, *target)
        gap = min((_gap(lesion, other) for other in placed), default=np.inf)
        merit = kept + min(0.0, gap - CLEARANCE)
        if merit > best[0]:
            best = (merit, lesion, share)
        if merit >= KEPT_IN_CORD:
            break
    return best[1], best[2]


def _gap(first: Lesion, second: Lesion) -> float:
    between = abs(float((first.centre - second.centre) @ first.axes[0]))
    return between - (first.spec.length + second.spec.length) / 2


def _candidate(spec: LesionSpec, cloud: CordCloud, rng: np.random.Generator) -> Lesion:
    """A place drawn evenly along the cord, off its axis as far as the lesion still fits."""
    along = cloud.points @ cloud.down
    inset = min(spec.length / 2 + 2, 0.45 * float(np.ptp(along)))
    height = rng.uniform(along.min() + inset, along.max() - inset)
    near = np.abs(along - height) < NEIGHBOURHOOD
    if near.sum() < 10:
        near = np.argsort(np.abs(along - height))[:50]
    points, weights = cloud.points[near], cloud.weights[near]
    down = _direction(points, weights)
    right = np.array([1.0, 0, 0]) - down[0] * down
    right /= np.linalg.norm(right)
    axes = np.stack([down, right, np.cross(down, right)])
    axes[2] *= np.sign(axes[2][1]) or 1.0
    middle, half = _cross_section(points, weights, cloud.down, height, axes)
    turn, reach = rng.uniform(0, 2 * np.pi), np.sqrt(rng.uniform(0, 1))
    room = np.maximum(half - (spec.width + 0.5, spec.depth + 0.3), 0)
    offset = reach * np.array([np.cos(turn), np.sin(turn)]) * room
    return place(spec, middle + offset @ axes[1:], axes, rng, "unknown")


def _cross_section(
    points: np.ndarray, weights: np.ndarray, down: np.ndarray, height: float, axes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Middle of the cord at a height, and its half axes to the right and to the front.

    The half axis of an even ellipse is twice its standard deviation.
    """
    slab = np.abs(points @ down - height) < 2.5
    slab = slab if slab.sum() >= 5 else np.full(len(points), True)
    middle = np.average(points[slab], axis=0, weights=weights[slab])
    across = (points[slab] - middle) @ axes[1:].T
    return middle, 2 * np.sqrt(np.average(across**2, axis=0, weights=weights[slab]))


def lesion_share(lesion: Lesion, grid: Grid, fraction: np.ndarray) -> tuple[np.ndarray, float]:
    """Share of every voxel that is lesion inside the cord (float32, KJI), and the share of the lesion kept."""
    share = np.zeros(grid.shape, np.float32)
    low, high = _block(lesion, grid)
    if (high <= low).any():
        return share, 0.0
    counts = np.maximum(np.ceil(grid.spacing / SAMPLE), 1).astype(int)
    axes = [(np.arange((b - a) * n) + 0.5) / n - 0.5 + a for a, b, n in zip(low, high, counts, strict=True)]
    kji = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    whole = lesion.coverage(grid.to_ras(kji))
    inside = map_coordinates(fraction, np.moveaxis(kji, -1, 0), order=1, mode="nearest", output=np.float32)
    size = high - low
    blocks = (whole * inside).reshape(size[0], counts[0], size[1], counts[1], size[2], counts[2])
    share[tuple(slice(a, b) for a, b in zip(low, high, strict=True))] = blocks.mean(axis=(1, 3, 5))
    return share, float((whole * inside).sum() / max(float(whole.sum()), 1e-6))


def _block(lesion: Lesion, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Array indices, first and one past the last, of the voxels that the lesion can touch."""
    corners = np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * lesion.reach
    kji = grid.to_kji(lesion.centre + corners)
    low = np.clip(np.floor(kji.min(axis=0)).astype(int), 0, grid.shape)
    return low, np.clip(np.ceil(kji.max(axis=0)).astype(int) + 1, 0, grid.shape)


def _painted(
    scan: Scan, cloud: CordCloud, ratio: float, lesions: Sequence[Lesion], shares: Sequence[np.ndarray]
) -> Injected:
    array = scan.array.astype(np.float32)
    for lesion, share in zip(lesions, shares, strict=True):
        array += share * np.float32(lesion.spec.contrast * (ratio - 1) * _local_cord(cloud, lesion.centre))
    labels, total = label_map(shares, scan.grid.shape), total_share(shares, scan.grid.shape)
    return Injected(replace(scan, array=array), labels, total, tuple(lesions))


def _local_cord(cloud: CordCloud, centre: np.ndarray) -> float:
    near = np.linalg.norm(cloud.points - centre, axis=1) < NEIGHBOURHOOD
    core = near & (cloud.weights >= 0.9)
    return float(np.median(cloud.values[core if core.sum() >= 5 else cloud.weights >= 0.9]))
