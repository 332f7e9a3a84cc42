"""What a detector sees in a scan of known truth, kept in a folder so that a stopped run can go on."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from u2ad.benchmark.cases import Case
from u2ad.cord.cord import Cord, MaskSource
from u2ad.cord.levels import Levels
from u2ad.detection import Anatomy, detect, find_cord
from u2ad.detectors.detector import Detector
from u2ad.detectors.maps import Maps
from u2ad.progress import Progress
from u2ad.scan import Grid

MAPS = ("anomaly", "certainty", "epistemic", "aleatoric")


@dataclass(frozen=True, eq=False)
class Look:
    """The maps of one detection beside the truth, all cut to the box around the cord mask.

    Args:
        case: name of the case.
        given: whether the detector was given the true cord mask.
        lesions: how many lesions the scan holds.
        maps: of the detector; the reconstruction is left out and reads 0.
        cord: in which was searched.
        labels: lesions as a reader would outline them, int16, KJI.
        levels: RAS in mm of vertebrae; empty where unknown.
    """

    case: str
    given: bool
    lesions: int
    maps: Maps
    cord: Cord
    labels: np.ndarray
    levels: Mapping[str, tuple[float, float, float]]


def look(case: Case, detector: Detector, given: bool, progress: Progress) -> Look:
    """Run a detector on a case.

    Args:
        case: a scan of known truth.
        detector: whose scores are to be calibrated.
        given: whether it is given the true mask; else the cord is marked automatically.
        progress: told of the steps.

    Raises:
        RefusedInputError: if no cord is found, or cord and fluid cannot be told apart.
    """
    cord, line = find_cord(case.scan, case.cord if given else None, progress)
    maps = detect(case.scan, Anatomy(cord, line, Levels.unknown()), detector, progress).maps
    box = _box(cord.fraction > 0)
    grid = _cut(cord.grid, box)
    arrays = {name: getattr(maps, name) for name in MAPS if getattr(maps, name) is not None}
    return Look(
        case.plan.name,
        given,
        len(case.lesions),
        _maps(grid, {name: array[box] for name, array in arrays.items()}),
        Cord(grid, cord.fraction[box], cord.source, cord.seen_by_person),
        case.labels[box],
        case.levels,
    )


def file_of(case: str, given: bool, folder: Path) -> Path:
    """Where the look at a case is kept."""
    return folder / f"{case}-{'given' if given else 'automatic'}.npz"


def keep(seen: Look, folder: Path) -> None:
    """Put a look into a folder, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    file = file_of(seen.case, seen.given, folder)
    part = file.with_suffix(f".{os.getpid()}.part")
    arrays = {name: getattr(seen.maps, name) for name in MAPS if getattr(seen.maps, name) is not None}
    told = {"case": seen.case, "given": seen.given, "lesions": seen.lesions, "levels": dict(seen.levels)}
    with part.open("wb") as stream:
        np.savez_compressed(
            stream,
            **arrays,
            fraction=seen.cord.fraction,
            labels=seen.labels,
            affine=seen.cord.grid.affine,
            told=json.dumps(told),
        )
    part.replace(file)


def recall(file: Path) -> Look:
    """The look that :func:`keep` has put into a file."""
    with np.load(file, allow_pickle=False) as stored:
        told = json.loads(str(stored["told"]))
        grid = Grid(stored["fraction"].shape, stored["affine"])
        maps = _maps(grid, {name: stored[name] for name in MAPS if name in stored})
        source = MaskSource.READER if told["given"] else MaskSource.AUTOMATIC
        cord, labels = Cord(grid, stored["fraction"], source, told["given"]), stored["labels"]
    levels = {name: tuple(ras) for name, ras in told["levels"].items()}
    return Look(told["case"], told["given"], told["lesions"], maps, cord, labels, levels)


def _maps(grid: Grid, arrays: Mapping[str, np.ndarray]) -> Maps:
    return Maps(grid=grid, reconstruction=np.zeros(grid.shape, np.float32), **arrays)


def _box(filled: np.ndarray) -> tuple[slice, slice, slice]:
    kji = np.argwhere(filled)
    low, high = kji.min(axis=0), kji.max(axis=0) + 1
    k, j, i = (slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    return k, j, i


def _cut(grid: Grid, box: tuple[slice, slice, slice]) -> Grid:
    affine = grid.affine.copy()
    affine[:3, 3] = grid.to_ras(np.array([side.start for side in box]))
    k, j, i = (side.stop - side.start for side in box)
    return Grid((k, j, i), affine)
