"""The anomaly along the cord: one number for every millimetre, which a reader takes in at a glance."""

from __future__ import annotations

import numpy as np

from u2ad.cord import Centreline
from u2ad.cord.levels import Levels
from u2ad.findings.finding import AnomalyCurve
from u2ad.findings.suspicion import Suspicion
from u2ad.scan import Grid

BIN = 1.0
"""mm along the cord."""

NOWHERE = -1.0
"""Below every anomaly: of a section that no voxel has reached yet."""


def curve_of(suspicion: Suspicion, grid: Grid, line: Centreline, levels: Levels) -> AnomalyCurve:
    """The highest certainty-weighted anomaly of each cross-section of the cord.

    Sections follow each other every mm from the cord's upper end. Where voxels are longer than that along the cord, as
    in axial stacks, each counts for the whole stretch that it covers. A section without cord, or with nothing of it
    but a rim that does not count, was not searched and is NaN: 0 would say that it looks normal.

    The published curve is a projection of the map on the cord axis whose kind (sum, mean, maximum) is not stated
    (Fig. 2e); the maximum is taken because it does not shrink with the width of the cord.
    """
    from scipy.ndimage import maximum_filter1d

    edges = np.arange(0, line.length + BIN, BIN)
    middles = (edges[:-1] + edges[1:]) / 2
    value = np.full(len(middles), NOWHERE, dtype=np.float32)
    kji = np.argwhere(suspicion.certainty > 0)
    if len(kji) and len(middles):
        section = np.clip(line.along(grid.to_ras(kji + suspicion.corner)) / BIN, 0, len(middles) - 1).astype(int)
        np.maximum.at(value, section, suspicion.value[tuple(kji.T)])
        value = maximum_filter1d(value, _sections_per_voxel(grid, line), mode="constant", cval=NOWHERE)
        value = _without_missed(value)
    value[value == NOWHERE] = np.nan
    return AnomalyCurve(middles, value, tuple(levels.level_at(along) for along in middles))


def _sections_per_voxel(grid: Grid, line: Centreline) -> int:
    """How many sections the longest side of a voxel along the cord fills, at least one and odd."""
    axis = line.points[-1] - line.points[0]
    along = np.abs(grid.directions @ axis) / max(float(np.linalg.norm(axis)), 1e-9)
    length = float(grid.spacing[int(along.argmax())])
    return 2 * int(round(length / BIN) // 2) + 1


def _without_missed(value: np.ndarray) -> np.ndarray:
    """Fill single sections between searched ones: the middles of voxels have stepped over them, nothing is missing."""
    above, below = value[:-2], value[2:]
    missed = (value[1:-1] == NOWHERE) & (above != NOWHERE) & (below != NOWHERE)
    filled = value.copy()
    filled[1:-1][missed] = np.maximum(above, below)[missed]
    return filled
