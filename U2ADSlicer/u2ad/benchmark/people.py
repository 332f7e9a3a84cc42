"""Healthy people whose scans and cord masks the benchmark is given."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from u2ad.cord.levels import VERTEBRAE
from u2ad.errors import RefusedInputError, UnreadableInputError
from u2ad.scan import Grid, Scan
from u2ad.scan.masks import read_mask
from u2ad.scan.reading import read_scan

AROUND = 40.0
"""mm before and behind the cord that are kept in a field of view near the cord."""


@dataclass(frozen=True, eq=False)
class Person:
    """A healthy person.

    Args:
        scan: lesion-free, about 1 mm isotropic.
        cord: cord fraction on its grid, float32, KJI.
        levels: RAS in mm of vertebrae, empty where unknown.
        name: by which the one who runs the program knows the person; nothing is written with it.
    """

    scan: Scan
    cord: np.ndarray
    levels: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    name: str = "a person"

    @property
    def digest(self) -> str:
        """SHA-256 of all that a case is made of: the scan, the mask and the levels."""
        levels = json.dumps({name: list(ras) for name, ras in self.levels.items()}, sort_keys=True)
        told = (self.scan.digest.encode(), np.ascontiguousarray(self.cord).tobytes(), levels.encode())
        return hashlib.sha256(b"".join(told)).hexdigest()

    def near_cord(self) -> Person:
        """The same person with nothing but 40 mm around the cord in each direction in view."""
        grid = self.scan.grid
        kji = np.argwhere(self.cord >= 0.5)
        margin = np.ceil(AROUND / grid.spacing).astype(int)
        low = np.maximum(kji.min(axis=0) - margin, 0)
        high = np.minimum(kji.max(axis=0) + margin + 1, grid.shape)
        box = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
        affine = grid.affine.copy()
        affine[:3, 3] = grid.to_ras(low)
        scan = replace(self.scan, array=self.scan.array[box], grid=Grid(self.cord[box].shape, affine))
        return replace(self, scan=scan, cord=self.cord[box])


def read_people(data: Path | None, names: Sequence[str]) -> list[Person]:
    """People from NAME/NAME_T2w.nii.gz and NAME/NAME_T2w_label-SC_seg.nii.gz, with C2 and T2 where they are marked.

    Raises:
        UnreadableInputError: if a file is missing or cannot be read.
        RefusedInputError: if somebody is named twice.
    """
    if len(set(names)) < len(names):
        raise RefusedInputError("A person is named twice.", "Name everybody once.")
    if names and data is None:
        raise UnreadableInputError("People were named without a folder to find them in.", "Add --data FOLDER.")
    return [_read(data / name, name) for name in names] if data else []


def _read(folder: Path, name: str) -> Person:
    for ending in ("T2w", "T2w_label-SC_seg"):
        if not (folder / f"{name}_{ending}.nii.gz").is_file():
            what = f"There is no {name}/{name}_{ending}.nii.gz in the folder of healthy people."
            raise UnreadableInputError(what, "Check the name, or put scan and cord mask there.")
    scan = read_scan(folder / f"{name}_T2w.nii.gz")
    cord = read_mask(folder / f"{name}_T2w_label-SC_seg.nii.gz", scan.grid)
    points = folder / f"{name}_T2w_label-C2T2_points.nii.gz"
    return Person(scan, cord.astype(np.float32), _points(points) if points.is_file() else {}, name)


def _points(file: Path) -> dict[str, tuple[float, float, float]]:
    """Vertebrae by the value of their marked voxel: 2 is C2, 9 is T2."""
    image = read_scan(file)
    places = {}
    for value in np.unique(image.array[image.array > 0]).astype(int):
        x, y, z = image.grid.to_ras(np.argwhere(image.array == value)).mean(axis=0).tolist()
        places[VERTEBRAE[value - 1]] = (x, y, z)
    return places
