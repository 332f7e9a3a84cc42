"""The worker's output folder: ``findings.json`` and the maps, cut down to the box that holds anything.

Loads neither PyTorch nor what reports are made of: the window reads results too.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from u2ad.cord import Cord
from u2ad.cord.cord import MaskSource
from u2ad.detectors.maps import Maps
from u2ad.errors import UnreadableInputError
from u2ad.scan import Check, Grid, Verdict
from u2ad.scan.output import in_words

FINDINGS = "findings.json"
MAPS = "maps.npz"

ALWAYS = ("anomaly", "certainty", "reconstruction")
WITH_A_MODEL = ("epistemic", "aleatoric")


@dataclass(frozen=True, eq=False)
class WorkerResult:
    """What a worker has found.

    Args:
        document: what ``findings.json`` holds.
        maps: on the grid of the scan.
        cord: in which was searched.
    """

    document: dict[str, Any]
    maps: Maps
    cord: Cord


def write(folder: Path, document: str, maps: Mapping[str, np.ndarray]) -> None:
    """Write a result into a folder.

    Args:
        folder: is made.
        document: text of ``findings.json``.
        maps: as :func:`packed` gives them.

    Raises:
        OutputError: if it cannot be written.
    """
    with in_words():
        folder.mkdir(parents=True)
        np.savez_compressed(folder / MAPS, **maps)  # type: ignore[arg-type]
        (folder / FINDINGS).write_text(document, encoding="utf-8")


def packed(maps: Maps, cord: Cord) -> dict[str, np.ndarray]:
    """The maps and the cord fraction inside the smallest box outside which all are 0, with its corner; float32, KJI."""
    arrays = {name: array for name in (*ALWAYS, *WITH_A_MODEL) if (array := getattr(maps, name)) is not None}
    arrays["cord"] = cord.fraction
    box = _box(np.any([array != 0 for array in arrays.values()], axis=0))
    inside = {name: np.ascontiguousarray(array[box], dtype=np.float32) for name, array in arrays.items()}
    corner = np.array([side.start for side in box], dtype=np.int32)
    return {**inside, "corner": corner, "shape": np.array(maps.grid.shape, dtype=np.int32)}


def read(folder: Path, grid: Grid) -> WorkerResult:
    """Read the result of a detection.

    Args:
        folder: the worker's output.
        grid: of the scan that was given to the worker.

    Raises:
        UnreadableInputError: if it is missing, damaged, or of another scan.
    """
    try:
        document = json.loads((folder / FINDINGS).read_text(encoding="utf-8"))
        with np.load(folder / MAPS, allow_pickle=False) as stored:
            arrays = _unpacked(stored, grid)
        cord = _cord(document["cord"], arrays.pop("cord"), grid)
    except (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile):
        raise UnreadableInputError(
            "The result of the detection is missing, damaged, or of another scan.", "Run the detection again."
        ) from None
    return WorkerResult(document, Maps(grid=grid, **arrays), cord)


def _box(filled: np.ndarray) -> tuple[slice, ...]:
    sides = []
    for axis in range(filled.ndim):
        others = tuple(other for other in range(filled.ndim) if other != axis)
        hit = np.flatnonzero(filled.any(axis=others))
        sides.append(slice(int(hit[0]), int(hit[-1]) + 1) if hit.size else slice(0, 0))
    return tuple(sides)


def _unpacked(stored: Mapping[str, np.ndarray], grid: Grid) -> dict[str, np.ndarray]:
    if tuple(stored["shape"].tolist()) != grid.shape:
        msg = "the result lies on another grid"
        raise ValueError(msg)
    corner = stored["corner"].tolist()
    names = [*ALWAYS, "cord", *(name for name in WITH_A_MODEL if name in stored)]
    return {name: _placed(stored[name], corner, grid.shape) for name in names}


def _placed(part: np.ndarray, corner: list[int], shape: tuple[int, ...]) -> np.ndarray:
    whole = np.zeros(shape, np.float32)
    whole[tuple(slice(start, start + size) for start, size in zip(corner, part.shape, strict=True))] = part
    return whole


def _cord(told: Mapping[str, Any], fraction: np.ndarray, grid: Grid) -> Cord:
    checks = tuple(
        Check(check["name"], Verdict(check["verdict"]), check["sentence"], check["remedy"]) for check in told["checks"]
    )
    return Cord(grid, fraction, MaskSource(told["source"]), bool(told["seen_by_person"]), checks)
