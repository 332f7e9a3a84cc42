"""The spinal cord of one scan: its mask, who made it, and how far to trust it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from u2ad.scan import Check, Grid


class MaskSource(Enum):
    """Who drew the cord mask: the network, a person, or a program along points that a person has clicked."""

    AUTOMATIC = "automatic"
    READER = "reader"
    POINTS = "points"


SURE = 0.9
"""A row of the mask is unsure where it overlaps less with a second one."""


@dataclass(frozen=True)
class Trust:
    """How far an automatic mask is to be trusted.

    Args:
        overlap: mean overlap (Dice) with what the network finds in slightly blurred slices, 0 to 1; 0 without cord.
        unsure_share: share of the cord's length that is unsure.
        unsure: these stretches, in mm below the mask's upper end, head first.
    """

    overlap: float
    unsure_share: float
    unsure: tuple[tuple[float, float], ...]

    @classmethod
    def of(cls, overlap: np.ndarray, doubtful: np.ndarray, row: float) -> Trust:
        """From the rows of a mask, head first.

        Args:
            overlap: with the second mask in each row, shape (N,); below ``SURE`` the row is unsure.
            doubtful: rows that are unsure for another reason, such as being bridged, shape (N,).
            row: distance between rows in mm.
        """
        if not len(overlap):
            return cls(0.0, 0.0, ())
        unsure = doubtful | (overlap < SURE)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], unsure, [False]]).astype(int))) * row
        stretches = tuple((float(start), float(end)) for start, end in edges.reshape(-1, 2))
        return cls(float(overlap.mean()), float(unsure.mean()), stretches)


@dataclass(frozen=True, eq=False)
class Cord:
    """The cord on the grid of its scan.

    Args:
        grid: the scan's grid.
        fraction: share of each voxel that is cord, 0 to 1, float32, KJI. 0.5 is the surface.
        source: who made the mask.
        seen_by_person: whether a person has looked at this mask. A reader's own mask counts as seen.
        checks: what is odd about the mask or about the anatomy that it shows.
        trust: of an automatic mask; None for others.
    """

    grid: Grid
    fraction: np.ndarray
    source: MaskSource
    seen_by_person: bool
    checks: tuple[Check, ...] = ()
    trust: Trust | None = None

    @property
    def mask(self) -> np.ndarray:
        """Voxels that are at least half cord, bool, KJI."""
        return self.fraction >= 0.5
