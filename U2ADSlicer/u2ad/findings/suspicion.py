"""The certainty-weighted anomaly, cut to the cord's own box: what candidates and the curve are read from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from u2ad.cord import Cord
from u2ad.detectors.maps import Maps


@dataclass(frozen=True, eq=False)
class Suspicion:
    """The part of a scan that holds cord.

    Args:
        box: where it lies in the arrays of the scan, KJI.
        value: anomaly times certainty, 0 outside the cord mask, float32, KJI.
        certainty: the certainty of the same voxels.
    """

    box: tuple[slice, slice, slice]
    value: np.ndarray
    certainty: np.ndarray

    @classmethod
    def of(cls, maps: Maps, cord: Cord) -> Suspicion:
        """Weight the anomaly of each voxel of the cord by its certainty.

        The mask counts as it is now: where a reader has taken voxels out of it, nothing is suspicious any more.

        Raises:
            ValueError: if maps and cord are not on the same grid.
        """
        if not maps.grid.matches(cord.grid):
            msg = "expected maps and cord on the same grid"
            raise ValueError(msg)
        box = _box_around(cord.fraction >= 0.5)
        certainty = np.where(cord.fraction[box] >= 0.5, maps.certainty[box], 0)
        return cls(box, maps.anomaly[box] * certainty, certainty)

    @property
    def corner(self) -> np.ndarray:
        """KJI of the box's first voxel in the scan, shape (3,)."""
        return np.array([side.start for side in self.box])


def _box_around(mask: np.ndarray) -> tuple[slice, slice, slice]:
    front = np.logical_or.reduce(mask, axis=0)
    return (
        _reach(np.logical_or.reduce(mask, axis=(1, 2))),
        _reach(np.logical_or.reduce(front, axis=1)),
        _reach(np.logical_or.reduce(front, axis=0)),
    )


def _reach(filled: np.ndarray) -> slice:
    places = np.flatnonzero(filled)
    return slice(int(places[0]), int(places[-1]) + 1) if len(places) else slice(0, 0)
