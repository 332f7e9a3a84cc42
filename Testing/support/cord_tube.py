"""A curved tube of cord in its CSF on an oblique grid, made of formulas."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from u2ad.cord import Cord, MaskSource
from u2ad.scan import Grid, Scan


@dataclass(frozen=True)
class Tube:
    """A cord of 9 x 9 mm that bends 8 mm forwards, lying in 15 mm of CSF."""

    scan: Scan
    cord: Cord
    bend: float = 8.0

    def middle(self, superior: np.ndarray) -> np.ndarray:
        return middle_at(np.asarray(superior, dtype=float), self.bend)


def middle_at(superior, bend):
    """RAS of the cord's middle at a height in mm; upper end at 70, lower at -70."""
    return np.stack([0.02 * superior, bend * np.cos(superior / 45), superior], axis=-1)


def make_tube(spacing=(3.3, 0.7, 0.7), tilt=(4.0, -6.0, 3.0), flips=(1, 1, 1), bend=8.0, signal=(250.0, 900.0)) -> Tube:
    """Voxels by formula: distance from the curve, averaged over 5 points of the slice thickness."""
    shape = tuple(int(n) for n in np.round(np.array([40, 150, 60]) / spacing))
    axes = np.array([(-1.0, 0, 0), (0, 0, -1.0), (0, -1.0, 0)]) * np.array(flips)[:, None]
    axes = axes @ Rotation.from_euler("xyz", tilt, degrees=True).as_matrix().T
    affine = np.eye(4)
    affine[:3, :3] = (axes * np.array(spacing)[:, None])[::-1].T
    affine[:3, 3] = -affine[:3, :3] @ ((np.array(shape[::-1]) - 1) / 2)
    grid = Grid(shape, affine)
    kji = np.stack(np.meshgrid(*(np.arange(n) for n in shape), indexing="ij"), axis=-1).astype(float)
    fraction, csf = np.zeros(shape), np.zeros(shape)
    for offset in np.linspace(-0.4, 0.4, 5):
        ras = grid.to_ras(kji + np.array([offset, 0, 0]))
        distance = np.linalg.norm((ras - middle_at(ras[..., 2], bend))[..., :2], axis=-1)
        fraction += np.clip((4.5 - distance) / min(spacing) + 0.5, 0, 1) / 5
        csf += np.clip((7.5 - distance) / min(spacing) + 0.5, 0, 1) / 5
    array = 100 + (csf - fraction) * (signal[1] - 100) + fraction * (signal[0] - 100)
    cord = Cord(grid, fraction.astype(np.float32), MaskSource.READER, seen_by_person=True)
    return Tube(Scan(array.astype(np.float32), grid), cord, bend)


def with_spot(
    tube: Tube, superior: float, brighter: float, length: float = 8.0, noise: float = 12.0, seed: int = 0
) -> Scan:
    """The tube with noise and a bright ellipsoid of 4 x 4 mm in the middle of its cord, ``brighter`` units brighter."""
    grid = tube.scan.grid
    ras = grid.to_ras(np.moveaxis(np.indices(grid.shape), 0, -1))
    offset = (ras - tube.middle(np.array(superior))) / np.array([2.0, 2.0, length / 2])
    share = np.clip(1.5 - np.linalg.norm(offset, axis=-1), 0, 1)
    array = tube.scan.array + brighter * share + np.random.default_rng(seed).normal(0, noise, grid.shape)
    return Scan(array.astype(np.float32), grid)
