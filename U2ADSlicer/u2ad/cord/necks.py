"""Necks that the cord network is trained on: people as they are and with painted stenoses, and simulated ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from u2ad.cord.slices import normalise
from u2ad.scan import SagittalView
from u2ad.scan.masks import read_mask
from u2ad.scan.reading import read_scan
from u2ad.simulation import (
    DIFFICULTIES,
    TRAINED,
    Acquisition,
    Contrast,
    Narrowing,
    fluid_share,
    hard_neck,
    narrowed,
)

SPACING = np.ones(3)
"""Of all volumes for training, mm."""

LITTLE_FLUID = 0.5
"""Fluid relative to cord below which a row shows a stenosis; healthy rows have more than as much."""

FEWER_FAR = 60.0
"""Most simulated necks show this many mm before and behind the cord, which is quicker to make."""


@dataclass(frozen=True, eq=False)
class Neck:
    """One volume for training at 1 mm isotropic, (left, inferior, posterior), float16.

    Args:
        image: signal, 0 to 1.
        cord: cord fraction.
        fluid: share of CSF beside the cord.
        voxels: indices of voxels that are at least half cord, shape (N, 3).
        tight: those of them in rows with little fluid.
    """

    image: np.ndarray
    cord: np.ndarray
    fluid: np.ndarray
    voxels: np.ndarray
    tight: np.ndarray

    @classmethod
    def of(cls, image: np.ndarray, cord: np.ndarray, fluid: np.ndarray) -> Neck:
        """Normalise the signal, and keep all in half the memory."""
        small = [array.astype(np.float16) for array in (normalise(image), cord, fluid)]
        voxels = np.argwhere(small[1] >= 0.5).astype(np.int16)
        area, beside = (array.sum(axis=(0, 2), dtype=np.float32) for array in small[1:])
        tight = beside < LITTLE_FLUID * area
        return cls(small[0], small[1], small[2], voxels, voxels[tight[voxels[:, 1]]])


def read_person(folder: Path, person: str, narrowings: int, rng: np.random.Generator) -> Iterator[Neck]:
    """A scan and its drawn mask from a BIDS-like folder, at 1 mm isotropic as stored; then with painted stenoses."""
    scan = read_scan(folder / person / f"{person}_T2w.nii.gz")
    drawn = read_mask(folder / person / f"{person}_T2w_label-SC_seg.nii.gz", scan.grid)
    view = SagittalView.from_grid(scan.grid)
    image, cord = view.apply(scan.array).astype(np.float32), view.apply(drawn).astype(np.float32)
    yield Neck.of(image, cord, fluid_share(image, cord, SPACING))
    for _ in range(narrowings):
        changed, flatter = image, cord
        for _ in range(int(rng.integers(1, 3))):
            changed, flatter = narrowed(changed, flatter, SPACING, _narrowing(rng), rng)
        yield Neck.of(changed, flatter, fluid_share(changed, flatter, SPACING))


def _narrowing(rng: np.random.Generator) -> Narrowing:
    return Narrowing(
        middle=float(rng.uniform(0.05, 0.6)),
        length=float(rng.uniform(*TRAINED.stenosis)),
        flattening=float(rng.uniform(*TRAINED.flattening)),
        beside=float(rng.uniform(*TRAINED.beside)),
    )


def simulated_neck(seed: int) -> Neck:
    """A simulated neck at 1 mm isotropic; every third has a contrast that no MRI has.

    Three of four have a stenosis without fluid and one to three other difficulties, the fourth any or none; half of
    the latter show all that is in front of the neck and behind it.
    """
    rng = np.random.default_rng((seed, 1))
    drawn = Acquisition.random(rng, thick=False)
    acquisition = replace(drawn, spacing=(1.0, 1.0, 1.0), thickness=0.0, orientation="PSR")
    if seed % 8:
        acquisition = acquisition.near_cord(FEWER_FAR)
    contrast = None if seed % 3 else Contrast.random(rng)
    phantom = hard_neck(seed, TRAINED, _difficulties(rng, hard=seed % 4 > 0), acquisition, contrast)
    view = SagittalView.from_grid(phantom.scan.grid)
    return Neck.of(*(view.apply(array) for array in (phantom.scan.array, phantom.cord, phantom.csf)))


def _difficulties(rng: np.random.Generator, *, hard: bool) -> list[str]:
    if not hard:
        return [name for name in DIFFICULTIES if rng.random() < 0.45]
    others = [name for name in DIFFICULTIES if name != "stenosis"]
    return ["stenosis", *map(str, rng.choice(others, size=rng.integers(1, 4), replace=False))]
