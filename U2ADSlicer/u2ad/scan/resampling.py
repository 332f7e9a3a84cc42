"""Bringing voxels from one grid to another, and taking a scan again as a thick-slice one."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import SimpleITK as sitk
from scipy.spatial.transform import Rotation

from u2ad.scan.grid import Grid, to_sitk
from u2ad.scan.sagittal import SagittalView
from u2ad.scan.scan import Scan

Order = Literal["linear", "nearest", "bspline"]

INTERPOLATORS = {"linear": sitk.sitkLinear, "nearest": sitk.sitkNearestNeighbor, "bspline": sitk.sitkBSpline}


def resample(array: np.ndarray, source: Grid, target: Grid, order: Order, background: float = 0.0) -> np.ndarray:
    """Sample an array at the voxel centres of another grid.

    Args:
        array: voxel values on ``source``, KJI.
        source: where they lie.
        target: where they are wanted.
        order: "nearest" keeps the array's type (bool included); "linear" and "bspline" (cubic) give float32.
        background: value outside the source.

    Returns:
        Values on ``target``, KJI.

    Raises:
        ValueError: if the shape is not the source's, or a grid's axes are not at right angles.
    """
    if order != "nearest":
        array = array.astype(np.float32, copy=False)
    image = sitk.Resample(
        to_sitk(array, source), _empty(target), sitk.Transform(), INTERPOLATORS[order], float(background)
    )
    return sitk.GetArrayFromImage(image).astype(array.dtype, copy=False)


def sagittal_grid(grid: Grid, in_plane: float, thickness: float, oblique_deg: float = 0.0) -> Grid:
    """A sagittal stack with the field of view of ``grid``, about the same centre.

    As in DICOM, rows run posterior, columns inferior and slices toward the patient's right.

    Args:
        grid: what is to be covered.
        in_plane: distance between rows and between columns in mm.
        thickness: distance between slices in mm.
        oblique_deg: tilt of the slices in degrees, about an axis midway between posterior and inferior, so that
            they tilt in the axial and the coronal plane alike, as when a technician follows a turned head.
    """
    view = SagittalView.from_grid(grid).grid.squared()
    left, inferior, posterior = view.directions
    tilt = Rotation.from_rotvec(np.deg2rad(oblique_deg) * (posterior + inferior) / np.sqrt(2)).as_matrix()
    right, inferior, posterior = (tilt @ axis for axis in (-left, inferior, posterior))
    spacing = np.array([thickness, in_plane, in_plane])
    shape = np.maximum(1, np.floor(np.array(view.shape) * view.spacing / spacing + 1e-6).astype(int))
    steps = np.stack([right, inferior, posterior]) * spacing[:, None]
    affine = np.eye(4)
    affine[:3, 2::-1] = steps.T
    affine[:3, 3] = _centre(grid) - (shape - 1) / 2 @ steps
    return Grid((int(shape[0]), int(shape[1]), int(shape[2])), affine)


def acquire_thick(scan: Scan, target: Grid) -> Scan:
    """Take a scan again on coarser voxels: each is the mean of what lies in it, as in a slice-selective sequence.

    The slice profile is a box as wide as the distance between slices; in plane the same holds where the target is
    coarser than the scan. Finer samples in between come from a cubic B-spline; the means are kept within the
    scan's own range, the samples not, whose overshoots cancel in the mean.

    Args:
        scan: the thin-slice scan.
        target: grid of the new scan; its slices are along array axis 0 (K).

    Returns:
        The new scan, float32; outside the old one it is 0.
    """
    finest = scan.grid.spacing.min()
    factors = np.maximum(1, np.ceil(target.spacing / finest - 1e-6).astype(int))
    fine = _subdivided(target, factors)
    inside = resample(np.ones(scan.array.shape, np.float32), scan.grid, fine, "nearest")
    samples = resample(scan.array, scan.grid, fine, "bspline") * inside
    (k, j, i), (fk, fj, fi) = target.shape, factors
    array = samples.reshape(k, fk, j, fj, i, fi).mean(axis=(1, 3, 5), dtype=np.float32)
    array = array.clip(min(0, scan.array.min()), scan.array.max())
    facts = replace(scan.facts, slice_positions_mm=None, slice_thickness_mm=float(target.spacing[0]))
    return Scan(array, target, facts)


def _empty(grid: Grid) -> sitk.Image:
    """An image that only carries a grid, one byte a voxel."""
    return to_sitk(np.zeros(grid.shape, np.uint8), grid)


def _subdivided(grid: Grid, factors: np.ndarray) -> Grid:
    """The grid with every voxel cut into ``factors`` (K, J, I) parts that fill it."""
    first = grid.to_ras((1 - factors) / (2 * factors))
    affine = np.eye(4)
    affine[:3, :3] = grid.affine[:3, :3] / factors[::-1]
    affine[:3, 3] = first
    shape = np.array(grid.shape) * factors
    return Grid((int(shape[0]), int(shape[1]), int(shape[2])), affine)


def _centre(grid: Grid) -> np.ndarray:
    return grid.to_ras((np.array(grid.shape) - 1) / 2)
