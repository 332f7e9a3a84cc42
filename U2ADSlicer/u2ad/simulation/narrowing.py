"""A stenosis painted into a real scan: the cord flattened, and the fluid around it replaced by ligament and bone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter, gaussian_filter1d, map_coordinates

# Fluid is looked for within this distance of the cord's surface, and tissue moves with the cord up to it, mm.
CANAL = 8.0
# Signal over that of the cord from which a voxel is fluid, and from which it is nothing else.
FLUID_FROM, FLUID_SURE = 1.15, 1.6
# Texture of what replaces the fluid: standard deviation as a share of its signal, and grain in voxels.
TEXTURE, GRAIN = 0.2, 1.0
# The cord's middle and signal are smoothed along the cord over this many mm.
ALONG = 6.0


@dataclass(frozen=True)
class Narrowing:
    """A stretch of the canal that is made narrow.

    Args:
        middle: where, as a share of the marked cord from its top to its bottom.
        length: of the stretch in mm.
        flattening: share by which the cord's antero-posterior diameter shrinks, 0 to 0.6.
        beside: signal of what replaces the fluid over that of the cord.
    """

    middle: float
    length: float
    flattening: float
    beside: float


@dataclass(frozen=True, eq=False)
class _Course:
    """The cord by row of a sagittal view: middle in columns, half depth in mm, signal; and where it is marked."""

    marked: np.ndarray
    column: np.ndarray
    half_depth: np.ndarray
    signal: np.ndarray


def narrowed(
    image: np.ndarray, cord: np.ndarray, spacing: np.ndarray, narrowing: Narrowing, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Image and cord with a stenosis.

    Args:
        image: signal of a T2-weighted scan as a sagittal view, (left, inferior, posterior).
        cord: cord fraction in the same places.
        spacing: of the voxels in mm, (3,).
        narrowing: where and how narrow.
        rng: source of the texture.

    Raises:
        ValueError: if no cord is marked.
    """
    course = _course(image, cord, spacing)
    depth = _depth(course.marked, narrowing, spacing[1], cord.shape[1])
    columns = _sources(course, depth * narrowing.flattening, spacing[2], cord.shape)
    image, cord = (_warped(array, columns) for array in (image, cord))
    fluid = fluid_share(image, cord, spacing)
    grain = gaussian_filter(rng.standard_normal(image.shape, dtype=np.float32), GRAIN)
    tissue = narrowing.beside * course.signal[None, :, None] * (1 + TEXTURE * grain / grain.std())
    filled = cord * course.signal[None, :, None] + (1 - cord) * np.maximum(tissue, 0)
    share = fluid * depth[None, :, None]
    return ((1 - share) * image + share * filled).astype(np.float32), cord


def fluid_share(image: np.ndarray, cord: np.ndarray, spacing: np.ndarray) -> np.ndarray:
    """How much of each voxel near the cord is fluid, judged by its signal alone; float32, 0 inside the cord.

    Args:
        image: signal of a T2-weighted scan as a sagittal view, (left, inferior, posterior).
        cord: cord fraction in the same places.
        spacing: of the voxels in mm, (3,).
    """
    signal = _course(image, cord, spacing).signal[None, :, None]
    bright = np.clip((image / np.maximum(signal, 1e-6) - FLUID_FROM) / (FLUID_SURE - FLUID_FROM), 0, 1)
    near = gaussian_filter((cord > 0.5).astype(np.float32), CANAL / 2 / spacing) > 0.02
    return np.where(near & (cord < 0.95), bright, 0).astype(np.float32)


def _course(image: np.ndarray, cord: np.ndarray, spacing: np.ndarray) -> _Course:
    area = cord.sum(axis=(0, 2))
    marked = np.flatnonzero(area > 0.3 * np.median(area[area > 0])) if area.any() else np.array([], int)
    if not marked.size:
        msg = "expected a marked cord, got an empty mask"
        raise ValueError(msg)
    mass = cord[:, marked]
    column = (mass.sum(axis=0) @ np.arange(cord.shape[2])) / area[marked]
    half_depth = mass.max(axis=0).sum(axis=1) * spacing[2] / 2
    core = np.where(mass > 0.95, image[:, marked], np.nan)
    coreless = np.all(np.isnan(core), axis=(0, 2), keepdims=True)
    signal = np.nanmedian(np.where(coreless, image[:, marked], core), axis=(0, 2))
    rows = np.arange(cord.shape[1])
    every = (
        gaussian_filter1d(np.interp(rows, marked, values), ALONG / spacing[1])
        for values in (column, half_depth, signal)
    )
    return _Course(marked, *every)


def _depth(marked: np.ndarray, narrowing: Narrowing, row_spacing: float, rows: int) -> np.ndarray:
    middle = marked[0] + narrowing.middle * (marked[-1] - marked[0])
    distance = np.abs(np.arange(rows) - middle) * row_spacing
    return 1 / (1 + np.exp(np.clip((distance - narrowing.length / 2) / 2.5, -50, 50)))


def _sources(course: _Course, flattening: np.ndarray, column_spacing: float, shape: tuple) -> np.ndarray:
    """From which column each pixel of a row is taken, (rows, columns): the cord shrinks, its surroundings stretch."""
    offset = (np.arange(shape[2])[None] - course.column[:, None]) * column_spacing
    old, new = course.half_depth[:, None], course.half_depth[:, None] * (1 - flattening[:, None])
    far = old + CANAL
    distance = np.abs(offset)
    inner = distance * old / new
    outer = old + (distance - new) * (far - old) / (far - new)
    taken = np.where(distance < new, inner, np.where(distance < far, outer, distance))
    return course.column[:, None] + np.sign(offset) * taken / column_spacing


def _warped(array: np.ndarray, columns: np.ndarray) -> np.ndarray:
    rows = np.broadcast_to(np.arange(array.shape[1])[:, None], columns.shape)
    where = np.stack([rows, columns])
    return np.stack([map_coordinates(piece, where, order=1, mode="nearest", output=np.float32) for piece in array])
