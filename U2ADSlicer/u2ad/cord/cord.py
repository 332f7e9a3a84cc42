"""The spinal cord of one scan: its mask, who made it, and how far to trust it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from u2ad.scan import Check, Grid


class MaskSource(Enum):
    """Who drew the cord mask."""

    AUTOMATIC = "automatic"
    READER = "reader"


@dataclass(frozen=True, eq=False)
class Cord:
    """The cord on the grid of its scan.

    Args:
        grid: the scan's grid.
        fraction: share of each voxel that is cord, 0 to 1, float32, KJI. 0.5 is the surface.
        source: who made the mask.
        seen_by_person: whether a person has looked at this mask. A reader's own mask counts as seen.
        checks: what is odd about the mask or about the anatomy that it shows.
    """

    grid: Grid
    fraction: np.ndarray
    source: MaskSource
    seen_by_person: bool
    checks: tuple[Check, ...] = ()

    @property
    def mask(self) -> np.ndarray:
        """Voxels that are at least half cord, bool, KJI."""
        return self.fraction >= 0.5
