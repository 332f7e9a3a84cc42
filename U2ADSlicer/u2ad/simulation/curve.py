"""The curve of the spinal canal, and the coordinates of the body along it.

Anatomy is written down in canal coordinates (s, u, v), all in mm: ``s`` runs along the canal downwards with 0 at
the disc C2/C3, ``u`` to the patient's right and ``v`` to the front, both from the middle of the canal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import PchipInterpolator
from scipy.spatial import KDTree

STEP = 0.25
TOP, BOTTOM = -140.0, 300.0
ARC = np.arange(TOP, BOTTOM + STEP / 2, STEP)

# Heights at which the inclination of the canal is drawn: pons, C1, C4, C7/T1, T3/T4, T7.
INCLINATION_HEIGHTS = (-90.0, -25.0, 36.0, 86.0, 154.0, 260.0)


@dataclass(frozen=True, eq=False)
class CanalCurve:
    """The middle line of the canal.

    Args:
        points: RAS in mm at the heights ``ARC``, shape (N, 3).
        inclination: angle between the canal and the vertical in the sagittal plane, positive where the canal runs
            backwards on its way down, in radians, shape (N,).
    """

    points: np.ndarray
    inclination: np.ndarray

    def to_ras(self, s: ArrayLike, u: ArrayLike, v: ArrayLike) -> np.ndarray:
        """RAS of canal coordinates; inputs broadcast to (...), output (..., 3)."""
        s, u, v = np.broadcast_arrays(np.asarray(s, float), np.asarray(u), np.asarray(v))
        x, y, z = (np.interp(s, ARC, self.points[:, axis]) for axis in range(3))
        angle = np.interp(s, ARC, self.inclination)
        return np.stack([x + u, y + v * np.cos(angle), z - v * np.sin(angle)], axis=-1)

    def frame(self, s: float) -> np.ndarray:
        """Unit vectors down the canal, to the right and to the front at height ``s``, one a row, shape (3, 3)."""
        ahead = self.to_ras(np.array([s - 0.5, s + 0.5]), np.zeros(2), np.zeros(2))
        down = (ahead[1] - ahead[0]) / np.linalg.norm(ahead[1] - ahead[0])
        right = np.array([1.0, 0.0, 0.0]) - down[0] * down
        right /= np.linalg.norm(right)
        return np.stack([down, right, np.cross(right, down) * -1.0])

    def sagittal_coordinates(self, y: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """``s`` and ``v`` of points of a sagittal plane, arrays of any one shape, float32."""
        _, nearest = KDTree(self.points[:, 1:]).query(np.stack([y.ravel(), z.ravel()], axis=-1))
        offset_y = y.ravel() - self.points[nearest, 1]
        offset_z = z.ravel() - self.points[nearest, 2]
        angle = self.inclination[nearest]
        along = -np.sin(angle) * offset_y - np.cos(angle) * offset_z
        ahead = np.cos(angle) * offset_y - np.sin(angle) * offset_z
        s = ARC[nearest] + np.clip(along, -STEP, STEP)
        return s.reshape(y.shape).astype(np.float32), ahead.reshape(y.shape).astype(np.float32)


# Share of a kyphosis by which the inclination changes at each of these heights: C2 leans back, C7 forwards, which is
# the whole angle between them; the head is held level and the thorax stays.
KYPHOSIS_SHARES = (0.2, 0.5, 0.1, -0.5, -0.2, 0.0)


def draw_curve(rng: np.random.Generator, kyphosis: float = 0.0) -> CanalCurve:
    """A canal between lordosis and slight kyphosis, with a tilted head and a little scoliosis.

    The inclinations are estimated by eye on four healthy scans (upright to 15 degrees at C2, 10 to 38 degrees at
    C7/T1, 12 to 25 degrees at T3) and widened towards straight and kyphotic necks.

    Args:
        rng: source of the curve.
        kyphosis: degrees by which the neck between C2 and C7 is bent forwards beyond that.
    """
    upper = rng.uniform(-8, 14)
    lordosis = rng.uniform(-8, 34)
    at_c7 = np.clip(upper + lordosis, 4, 38)
    degrees = [
        upper + rng.uniform(6, 18),
        upper,
        upper + (at_c7 - upper) * rng.uniform(0.15, 0.5),
        at_c7,
        rng.uniform(0.5, 0.9) * at_c7 + rng.uniform(0, 6),
        rng.uniform(-8, 8),
    ]
    degrees = np.add(degrees, kyphosis * np.array(KYPHOSIS_SHARES))
    inclination = np.deg2rad(PchipInterpolator(INCLINATION_HEIGHTS, degrees, extrapolate=False)(ARC))
    inclination = np.where(INCLINATION_HEIGHTS[0] > ARC, np.deg2rad(degrees[0]), inclination)
    inclination = np.where(INCLINATION_HEIGHTS[-1] < ARC, np.deg2rad(degrees[-1]), inclination)
    y = -np.cumsum(np.sin(inclination)) * STEP
    z = -np.cumsum(np.cos(inclination)) * STEP
    middle = np.searchsorted(ARC, 50.0)
    bend = rng.normal(0, 1.8) * np.sin(2 * np.pi * (ARC - rng.uniform(-60, 200)) / rng.uniform(180, 320))
    x = bend + np.tan(np.deg2rad(rng.normal(0, 1.5))) * (ARC - 50.0)
    return CanalCurve(np.stack([x, y - y[middle], z - z[middle]], axis=-1), inclination)
