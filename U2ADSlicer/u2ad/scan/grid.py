"""The one geometry object: where the voxels of an array lie in the patient."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import SimpleITK as sitk

LPS_FROM_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
LARGEST_SKEW = 1e-4
"""Cosine between two axes that ITK's own tolerance for a rectangular grid lets pass."""


@dataclass(frozen=True, eq=False)
class Grid:
    """A regular voxel lattice in patient space.

    Args:
        shape: number of voxels along the array axes, KJI (slices, rows, columns).
        affine: (4, 4) matrix from voxel indices (i, j, k, 1) to RAS millimetres, as in NIfTI.

    Raises:
        ValueError: if the affine is not an invertible 4x4 matrix of finite numbers.
    """

    shape: tuple[int, int, int]
    affine: np.ndarray

    def __post_init__(self) -> None:
        affine = np.array(self.affine, dtype=np.float64)
        if affine.shape != (4, 4) or not np.isfinite(affine).all() or abs(np.linalg.det(affine[:3, :3])) < 1e-9:
            msg = f"expected an invertible 4x4 affine, got {affine.tolist()!r}"
            raise ValueError(msg)
        affine.setflags(write=False)
        object.__setattr__(self, "affine", affine)
        object.__setattr__(self, "shape", tuple(int(n) for n in self.shape))

    @property
    def spacing(self) -> np.ndarray:
        """Distance between voxel centres along the array axes K, J, I in mm, shape (3,)."""
        return np.linalg.norm(self.affine[:3, :3], axis=0)[::-1]

    @property
    def directions(self) -> np.ndarray:
        """Unit vectors in RAS along the array axes K, J, I, one a row, shape (3, 3)."""
        return (self.affine[:3, :3] / np.linalg.norm(self.affine[:3, :3], axis=0)).T[::-1]

    @property
    def voxel_volume(self) -> float:
        """Volume of one voxel in mm3."""
        return float(abs(np.linalg.det(self.affine[:3, :3])))

    @property
    def skew(self) -> float:
        """How far the axes are from right angles: the greatest cosine between two of them, 0 for a proper grid."""
        cosines = self.directions @ self.directions.T
        return float(np.abs(cosines - np.eye(3)).max())

    def squared(self) -> Grid:
        """The nearest grid with exactly rectangular axes about the same centre; spacing and handedness stay."""
        from scipy.linalg import polar

        rotation, _ = polar(self.affine[:3, :3] / self.spacing[::-1])
        middle = (np.array(self.shape)[::-1] - 1) / 2
        affine = np.eye(4)
        affine[:3, :3] = rotation * self.spacing[::-1]
        affine[:3, 3] = self.to_ras(middle[::-1]) - affine[:3, :3] @ middle
        return Grid(self.shape, affine)

    @property
    def digest(self) -> str:
        """SHA-256 over shape and affine rounded to 1e-4 mm: the same grid gives the same digest."""
        rounded = np.round(self.affine, 4) + 0.0
        return hashlib.sha256(repr((self.shape, rounded.tolist())).encode()).hexdigest()

    def matches(self, other: Grid, tolerance: float = 1e-3) -> bool:
        """Whether both grids have the same voxels, corners within ``tolerance`` mm."""
        if self.shape != other.shape:
            return False
        return bool(np.abs(self.corners() - other.corners()).max() <= tolerance)

    def corners(self) -> np.ndarray:
        """RAS of the eight corner voxel centres, shape (8, 3)."""
        ends = np.array([(k, j, i) for k in (0, 1) for j in (0, 1) for i in (0, 1)])
        return self.to_ras(ends * (np.array(self.shape) - 1))

    def to_ras(self, kji: np.ndarray) -> np.ndarray:
        """RAS millimetres of (possibly fractional) array indices, (..., 3) in KJI order to (..., 3)."""
        ijk = np.asarray(kji, dtype=np.float64)[..., ::-1]
        return ijk @ self.affine[:3, :3].T + self.affine[:3, 3]

    def to_kji(self, ras: np.ndarray) -> np.ndarray:
        """Fractional array indices in KJI order of points in RAS millimetres, (..., 3) to (..., 3)."""
        ijk = (np.asarray(ras, dtype=np.float64) - self.affine[:3, 3]) @ np.linalg.inv(self.affine[:3, :3]).T
        return ijk[..., ::-1]


def to_sitk(array: np.ndarray, grid: Grid) -> sitk.Image:
    """A SimpleITK image of a KJI array; bool becomes uint8.

    Raises:
        ValueError: if the array's shape is not the grid's, or the grid's axes are not at right angles: ITK
            carries left-handed axes but no shear, and would put the voxels elsewhere.
    """
    if array.shape != grid.shape:
        msg = f"expected an array of shape {grid.shape} (KJI), got {array.shape}"
        raise ValueError(msg)
    if grid.skew > LARGEST_SKEW:
        msg = f"expected axes at right angles, got a skew of {grid.skew:.3g}"
        raise ValueError(msg)
    import SimpleITK as sitk  # only where a picture is made: a review needs geometry without ITK

    lps = LPS_FROM_RAS @ grid.affine
    spacing = np.linalg.norm(lps[:3, :3], axis=0)
    image = sitk.GetImageFromArray(np.ascontiguousarray(array.astype(np.uint8) if array.dtype == bool else array))
    image.SetSpacing(spacing.tolist())
    image.SetOrigin(lps[:3, 3].tolist())
    image.SetDirection((lps[:3, :3] / spacing).ravel().tolist())
    return image


def grid_of(image: sitk.Image) -> Grid:
    """The grid of a 3D SimpleITK image."""
    lps = np.eye(4)
    lps[:3, :3] = np.array(image.GetDirection()).reshape(3, 3) * np.array(image.GetSpacing())
    lps[:3, 3] = image.GetOrigin()
    columns, rows, slices = image.GetSize()
    return Grid((slices, rows, columns), LPS_FROM_RAS @ lps)
