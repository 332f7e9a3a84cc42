"""Training of the cord network on people with drawn cord masks and on simulated necks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import torch
from monai.losses import DiceLoss
from monai.transforms import (
    Compose,
    RandAdjustContrastd,
    RandAffined,
    RandBiasFieldd,
    RandGaussianNoised,
    RandGaussianSmoothd,
    RandHistogramShiftd,
    RandLambdad,
    RandSimulateLowResolutiond,
)

from u2ad import __version__
from u2ad.cord.slices import NEIGHBOUR, normalise
from u2ad.models.cord_unet import CHANNELS, build_cord_unet
from u2ad.models.store import STARTER_FOLDER, Manifest, load, read_manifest, save
from u2ad.progress import Progress
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

CROP = (144, 96)
"""Rows and columns of a training picture, at about 1 mm."""

THICKNESSES = (1, 2, 3, 4)
"""Slice thicknesses in mm that are trained, by averaging 1 mm slices."""

SPACING = np.ones(3)
"""Of all volumes for training, mm."""

LITTLE_FLUID = 0.5
"""Fluid relative to cord below which a row shows a stenosis; healthy rows have more than as much."""

FEWER_FAR = 60.0
"""Every other simulated neck shows this many mm before and behind the cord, which is quicker to make."""


@dataclass(frozen=True)
class CordTraining:
    """What the network is trained with.

    Args:
        people: BIDS-like names of the people, such as "sub-errsm11".
        narrowed: how many times each person's scan is repeated with a painted stenosis.
        simulated: how many simulated necks.
        steps: optimiser steps of ``batch`` pictures.
        batch: pictures in a step.
        learning_rate: highest rate of the one-cycle schedule.
        seed: of everything random.
        further: folder of weights that are trained further; None for new ones.
    """

    people: tuple[str, ...]
    narrowed: int = 3
    simulated: int = 32
    steps: int = 3500
    batch: int = 8
    learning_rate: float = 2e-3
    seed: int = 0
    further: Path | None = None


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
    """A simulated neck with some of the difficulties at 1 mm isotropic; every third has a contrast that no MRI has."""
    rng = np.random.default_rng((seed, 1))
    drawn = Acquisition.random(rng, thick=False)
    acquisition = replace(drawn, spacing=(1.0, 1.0, 1.0), thickness=0.0, orientation="PSR")
    if seed % 2:
        acquisition = acquisition.near_cord(FEWER_FAR)
    contrast = None if seed % 3 else Contrast.random(rng)
    difficulties = [name for name in DIFFICULTIES if rng.random() < 0.45]
    phantom = hard_neck(seed, TRAINED, difficulties, acquisition, contrast)
    view = SagittalView.from_grid(phantom.scan.grid)
    return Neck.of(*(view.apply(array) for array in (phantom.scan.array, phantom.cord, phantom.csf)))


def augmentation(seed: int) -> Compose:
    """Random place, shape, contrast, sharpness and noise of one picture and its cord."""
    both, image = ["image", "cord"], ["image"]
    chain = Compose(
        [
            RandAffined(
                both,
                prob=0.9,
                rotate_range=0.4,
                shear_range=0.15,
                scale_range=0.2,
                translate_range=12,
                mode="bilinear",
                padding_mode="zeros",
            ),
            RandHistogramShiftd(image, num_control_points=(6, 10), prob=0.5),
            RandLambdad(image, func=_inverted, prob=0.1),
            RandBiasFieldd(image, coeff_range=(0.0, 0.3), prob=0.5),
            RandAdjustContrastd(image, gamma=(0.5, 1.8), prob=0.5),
            RandSimulateLowResolutiond(
                image, downsample_mode="area", upsample_mode="bilinear", zoom_range=(0.5, 1.0), prob=0.2
            ),
            RandGaussianSmoothd(image, sigma_x=(0.2, 1.0), sigma_y=(0.2, 1.0), prob=0.3),
            RandGaussianNoised(image, std=0.05, prob=0.5),
        ]
    )
    chain.set_random_state(seed)
    return chain


def train(training: CordTraining, data: Path, progress: Progress, out: Path = STARTER_FOLDER) -> Manifest:
    """Train the cord network and store it as the weights "cord".

    Args:
        training: what with and how long.
        data: BIDS-like folder with ``<person>/<person>_T2w.nii.gz`` and ``..._T2w_label-SC_seg.nii.gz``.
        progress: told of every volume and every step.
        out: where weights and manifest go.
    """
    torch.manual_seed(training.seed)
    people, phantoms = _necks(training, data, progress)
    network, parent = _network(training.further)
    before = {"before": parent.training} if parent else {}
    _optimise(network, _pictures(people, phantoms, training.seed), training, progress)
    described = {
        "people": list(training.people),
        "painted stenoses a person": training.narrowed,
        "simulated necks": training.simulated,
        "seed": training.seed,
        "steps": training.steps,
        "batch": training.batch,
        "learning rate": training.learning_rate,
        "date": date.today().isoformat(),
    }
    sha256 = parent.sha256 if parent else None
    manifest = Manifest("cord", __version__, "", {"channels": list(CHANNELS)}, described | before, sha256)
    return save(network, manifest, out)


def _network(further: Path | None) -> tuple[torch.nn.Module, Manifest | None]:
    """The network to be trained, and what the weights are that it goes on from."""
    network = build_cord_unet()
    if further is None:
        return network, None
    known = read_manifest("cord", further)
    load(network, known, further)
    return network, known


def _necks(training: CordTraining, data: Path, progress: Progress) -> tuple[list[Neck], list[Neck]]:
    """Of people, as they are and narrowed, and simulated ones."""
    rng = np.random.default_rng((training.seed, 2))
    progress.step("Read and simulate necks", len(training.people) * (1 + training.narrowed) + training.simulated)
    people = [
        _counted(neck, progress)
        for person in training.people
        for neck in read_person(data, person, training.narrowed, rng)
    ]
    return people, [_counted(simulated_neck(training.seed + n), progress) for n in range(training.simulated)]


def _optimise(
    network: torch.nn.Module, pictures: Iterator[dict[str, torch.Tensor]], training: CordTraining, progress: Progress
) -> None:
    optimiser = torch.optim.AdamW(network.parameters(), lr=training.learning_rate, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, training.learning_rate, total_steps=training.steps)
    overlap = DiceLoss(sigmoid=True, batch=True)
    progress.step("Train the cord network", training.steps)
    network.train()
    for _ in range(training.steps):
        batch = [next(pictures) for _ in range(training.batch)]
        image = torch.stack([picture["image"] for picture in batch])
        cord = torch.stack([picture["cord"] for picture in batch])
        logits = network(image)
        loss = overlap(logits, cord) + torch.nn.functional.binary_cross_entropy_with_logits(logits, cord)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        progress.advance()


def _pictures(people: list[Neck], phantoms: list[Neck], seed: int) -> Iterator[dict[str, torch.Tensor]]:
    rng = np.random.default_rng(seed)
    augment = augmentation(seed)
    while True:
        necks = phantoms if phantoms and (not people or rng.random() < 0.5) else people
        picture: Any = augment(_crop(necks[rng.integers(len(necks))], rng))
        yield {key: torch.as_tensor(picture[key]).clamp(0, 1) for key in ("image", "cord")}


def _crop(neck: Neck, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """A slice between its neighbours, as thick as some protocol's, with fluid and cord as bright as some other's."""
    thickness = int(rng.choice(THICKNESSES))
    middle, row, column = _centre(neck, rng)
    offset = max(round(NEIGHBOUR + rng.uniform(-0.5, 1.0)), thickness)
    places = [middle - offset, middle, middle + offset]
    image, cord, fluid = (
        _slabs(array, places, thickness, row, column) for array in (neck.image, neck.cord, neck.fluid)
    )
    if rng.random() < 0.4:
        image = image * (1 + fluid * rng.uniform(-0.85, 0.2) + cord * rng.uniform(-0.3, 0.6))
    return {"image": image, "cord": cord[1:2]}


def _slabs(array: np.ndarray, places: list[int], thickness: int, row: int, column: int) -> np.ndarray:
    """Means over ``thickness`` slices about each of the places, in the window about a row and column; float32."""
    within = np.arange(thickness) - thickness // 2
    chosen = np.clip(np.add.outer(places, within), 0, len(array) - 1)
    return _window(array, row, column, chosen).mean(axis=1, dtype=np.float32)


def _centre(neck: Neck, rng: np.random.Generator) -> tuple[int, int, int]:
    """A voxel to look at: four times out of five one of the cord, with some way to the side, half of them tight."""
    if rng.random() < 0.8:
        voxels = neck.tight if len(neck.tight) and rng.random() < 0.5 else neck.voxels
        slices, rows, columns = voxels[rng.integers(len(voxels))] + rng.integers(-25, 26, 3) * (0, 1, 1)
        return int(slices), int(rows), int(columns)
    return tuple(int(rng.integers(size)) for size in neck.cord.shape)  # type: ignore[return-value]


def _window(array: np.ndarray, row: int, column: int, slices: np.ndarray) -> np.ndarray:
    """The crop about a row and column in some slices, zero where it leaves the picture, (*slices, *CROP)."""
    picture = np.zeros((*slices.shape, *CROP), np.float32)
    first = row - CROP[0] // 2, column - CROP[1] // 2
    inside = [
        slice(max(0, low), max(0, min(size, low + crop)))
        for low, size, crop in zip(first, array.shape[1:], CROP, strict=True)
    ]
    target = [slice(part.start - low, part.stop - low) for part, low in zip(inside, first, strict=True)]
    picture[..., target[0], target[1]] = array[:, inside[0], inside[1]][slices]
    return picture


def _inverted(image: torch.Tensor) -> torch.Tensor:
    """Bright becomes dark, as between T2 and T1 weighting; air stays dark."""
    return (1 - image) * (image > 0.02)


def _counted(neck: Neck, progress: Progress) -> Neck:
    progress.advance()
    return neck
