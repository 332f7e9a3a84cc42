"""The centreline: where a point lies along the cord."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree


@dataclass(frozen=True, eq=False)
class Centreline:
    """The middle of the cord from its upper to its lower end.

    Args:
        points: RAS millimetres, superior end first, evenly spaced by ``step``, shape (N, 3).
        step: distance between neighbouring points along the curve in mm.
    """

    points: np.ndarray
    step: float

    @property
    def length(self) -> float:
        """Length from the first to the last point in mm."""
        return self.step * (len(self.points) - 1)

    def along(self, ras: np.ndarray) -> np.ndarray:
        """Millimetres from the upper end to the nearest centreline point, (..., 3) to (...)."""
        _, nearest = cKDTree(self.points).query(np.asarray(ras, dtype=np.float64))
        return nearest * self.step

    def point_at(self, along: float) -> np.ndarray:
        """RAS of the point ``along`` mm below the upper end, shape (3,)."""
        index = int(np.clip(round(along / self.step), 0, len(self.points) - 1))
        return self.points[index]
