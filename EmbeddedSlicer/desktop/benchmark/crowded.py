"""A scan whose cord is full of bright spots, and the maps that a detector would make of it; all by formula."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from u2ad.cord import Cord, MaskSource
from u2ad.cord.centreline import Centreline, centreline_of
from u2ad.cord.levels import Levels
from u2ad.detectors.maps import Maps
from u2ad.findings import CandidateSettings, find
from u2ad.result.document import document_of, text_of
from u2ad.result.provenance import Provenance
from u2ad.scan import Grid, Scan, check_form
from u2ad.worker.result import packed, write

SPACING = (3.3, 0.5, 0.5)  # mm, KJI: sagittal slices of a usual protocol
TILT = (4.0, -6.0, 3.0)  # degrees: nobody lies straight
RADIUS, CANAL, BEND = 4.5, 7.5, 8.0  # mm
SPOT = np.array([3.0, 2.0, 2.2])  # mm, half of a spot's width, depth and height
MARGIN = 6.0  # mm without spots at both ends of the cord
PEAKS = (12.0, 5.0)  # anomaly of the strongest and the faintest spot; above the default threshold
C2_TO_T1 = 110.0  # mm


@dataclass(frozen=True, eq=False)
class Crowded:
    """A scan and its detection.

    Args:
        scan: int16, KJI, as Slicer's own readers give it.
        maps: on its grid.
        cord: on its grid.
        document: what findings.json holds.
    """

    scan: Scan
    maps: Maps
    cord: Cord
    document: dict[str, Any]

    def writeTo(self, folder: Path) -> None:
        """Writes the result folder that a worker leaves."""
        write(folder, text_of(self.document), packed(self.maps, self.cord))


def makeCrowded(shape: tuple[int, int, int], spots: int) -> Crowded:
    """A scan of that many voxels (KJI) and its detection, the same for the same arguments."""
    grid = _gridOf(shape)
    slices = [_slice(grid, k, spots) for k in range(shape[0])]
    cord, canal, anomaly = (np.stack(parts) for parts in zip(*slices, strict=True))
    noise = np.random.default_rng(0)
    image = 100 + 800 * (canal - cord) + 150 * cord + 30 * anomaly + noise.normal(0, 12, shape)
    inside = (cord > 0).astype(np.float32)
    anomaly = np.maximum(anomaly, noise.uniform(0, 1.5, shape).astype(np.float32)) * inside
    scan = Scan(np.clip(image, 0, 4000).astype(np.int16), grid)
    certainty = np.clip((cord - 0.6) / 0.4, 0, 1).astype(np.float32)
    share = np.float32(0.03) * anomaly
    maps = Maps(grid, anomaly, (150 * inside).astype(np.float32), certainty, share, share * np.float32(0.8))
    return _detected(scan, maps, Cord(grid, cord, MaskSource.AUTOMATIC, seen_by_person=False))


def _gridOf(shape: tuple[int, int, int]) -> Grid:
    """Sagittal slices from left to right, rows from head to foot, columns from front to back, the middle at 0."""
    axes = np.array([(1.0, 0, 0), (0, 0, -1.0), (0, -1.0, 0)]) @ Rotation.from_euler("xyz", TILT, True).as_matrix().T
    affine = np.eye(4)
    affine[:3, :3] = (axes * np.array(SPACING)[:, None])[::-1].T
    affine[:3, 3] = -affine[:3, :3] @ ((np.array(shape[::-1]) - 1) / 2)
    return Grid(shape, affine)


def _slice(grid: Grid, k: int, spots: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cord fraction, canal fraction and anomaly of one slice, float32, (J, I)."""
    rows, columns = np.indices(grid.shape[1:])
    ras = grid.to_ras(np.stack([np.full_like(rows, k), rows, columns], axis=-1))
    off = ras - _middle(ras[..., 2])
    distance = np.linalg.norm(off[..., :2], axis=-1)
    cord, canal = (np.clip((radius - distance) / SPACING[1] + 0.5, 0, 1) for radius in (RADIUS, CANAL))
    reach = _height(grid) / 2 - MARGIN
    anomaly = np.zeros(grid.shape[1:])
    for height, peak in zip(np.linspace(reach, -reach, spots), np.linspace(*PEAKS, spots), strict=True):
        off[..., 2] = ras[..., 2] - height
        anomaly = np.maximum(anomaly, peak * np.clip(1.5 - np.linalg.norm(off / SPOT, axis=-1), 0, 1))
    return tuple(part.astype(np.float32) for part in (cord, canal, anomaly))


def _middle(superior: np.ndarray) -> np.ndarray:
    """RAS of the cord's middle at a height in mm."""
    return np.stack([0.02 * superior, BEND * np.cos(superior / 45), superior], axis=-1)


def _height(grid: Grid) -> float:
    return grid.shape[1] * SPACING[1]


def _detected(scan: Scan, maps: Maps, cord: Cord) -> Crowded:
    line = centreline_of(cord)
    levels, settings = _levelsOn(line), CandidateSettings()
    findings = find(maps, cord, line, levels, settings)
    provenance = Provenance(
        detector="u2ad",
        detector_settings={},
        candidate_settings=settings,
        grid_digest=scan.grid.digest,
        scan_digest=scan.digest,
        started=datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc),
        seconds=1.0,
    )
    return Crowded(scan, maps, cord, document_of(cord, findings, check_form(scan), provenance, levels))


def _levelsOn(line: Centreline) -> Levels:
    """C2 to T1 in the middle of the cord; unknown where the cord is too short for that."""
    first = (line.length - C2_TO_T1) / 2
    if first < 0:
        return Levels.unknown()
    return Levels.from_points({"C2": line.point_at(first), "T1": line.point_at(first + C2_TO_T1)}, line)
