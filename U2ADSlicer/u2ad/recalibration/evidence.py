"""What became of a detector's candidates: which were real, and how far the cord stands out where nothing is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from u2ad.calibration import Yardstick
from u2ad.calibration.yardstick import ABOVE
from u2ad.cord.centreline import Centreline, centreline_of
from u2ad.cord.levels import Levels
from u2ad.errors import RefusedInputError
from u2ad.findings import CandidateSettings, Finding
from u2ad.findings.candidates import pieces_of
from u2ad.findings.region import measured
from u2ad.findings.suspicion import Suspicion
from u2ad.recalibration.looking import Look
from u2ad.scan import Grid
from u2ad.scan.sagittal import SagittalView

RARE = 99.0
"""Percentile of the anomaly in the core of the cord by which vertebrae are compared: near what becomes a candidate,
yet told by many voxels."""

FEWEST = 30
"""Voxels of core from which a vertebra is compared."""


@dataclass(frozen=True)
class Evidence:
    """The candidates of one scan of known truth.

    Args:
        case: name of the case.
        given: whether the detector was given the true cord mask.
        slices: distance of the sagittal slices in mm.
        lesions: how many lesions the scan holds.
        candidates: all that is a candidate at one threshold or another, by falling score.
        reach: anomaly by which the threshold judges each.
        touched: labels of the lesions that each shares a voxel with.
        anomaly: by vertebra, what is exceeded by one in a hundred voxels of the core.
    """

    case: str
    given: bool
    slices: float
    lesions: int
    candidates: tuple[Finding, ...]
    reach: tuple[float, ...]
    touched: tuple[tuple[int, ...], ...]
    anomaly: Mapping[str, float]

    @property
    def real(self) -> tuple[bool, ...]:
        """Whether each candidate shares a voxel with a lesion."""
        return tuple(bool(labels) for labels in self.touched)

    @property
    def cord_score(self) -> float:
        """Highest score in the cord, 0 where nothing stands out."""
        return max((finding.score for finding in self.candidates), default=0.0)


def evidence_of(seen: Look, scale: Mapping[str, float], settings: CandidateSettings) -> Evidence:
    """What a look tells.

    Args:
        seen: maps and truth.
        scale: by vertebra, what the anomaly there is divided by; empty to leave it as it is.
        settings: of the candidates; the threshold does not count.
    """
    line = centreline_of(seen.cord)
    levels = _levels(seen, line)
    maps = Yardstick("For fitting.", scale=scale).levelled(seen.maps, line, levels)
    suspicion = Suspicion.of(maps, seen.cord)
    pieces = pieces_of(suspicion, maps.grid, settings)
    found = [measured(rank, region, maps, line, levels) for rank, region in enumerate(pieces.regions, start=1)]
    touched = (np.unique(seen.labels[tuple(region.kji.T)]) for region in pieces.regions)
    return Evidence(
        seen.case,
        seen.given,
        float(SagittalView.from_grid(maps.grid).grid.spacing[0]),
        seen.lesions,
        tuple(found),
        tuple(float(value) for value in pieces.reach),
        tuple(tuple(int(label) for label in labels if label) for labels in touched),
        _by_vertebra(suspicion, maps.grid, line, levels, settings),
    )


def _levels(seen: Look, line: Centreline) -> Levels:
    """Levels from the truth; unknown where the cord is too short to show two of them."""
    try:
        return Levels.from_points(seen.levels, line) if seen.levels else Levels.unknown()
    except RefusedInputError:
        return Levels.unknown()


def _by_vertebra(
    suspicion: Suspicion, grid: Grid, line: Centreline, levels: Levels, settings: CandidateSettings
) -> dict[str, float]:
    core = suspicion.certainty >= settings.seed_certainty
    kji, value = np.argwhere(core), suspicion.value[core]
    if not len(kji) or not levels.bodies:
        return {}
    along = line.along(grid.to_ras(kji + suspicion.corner))
    vertebra = np.searchsorted(levels.faces, along) - 1
    parts = {body.name: value[vertebra == place] for place, body in enumerate(levels.bodies)}
    if levels.bodies[0].name == "C2":  # all above is C1, or what lies beyond it
        parts[ABOVE] = value[vertebra < 0]
    return {name: float(np.percentile(part, RARE)) for name, part in parts.items() if len(part) >= FEWEST}
