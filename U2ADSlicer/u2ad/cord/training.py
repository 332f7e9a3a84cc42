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
from scipy import ndimage

from u2ad import __version__
from u2ad.cord.slices import NEIGHBOUR, normalise
from u2ad.models.cord_unet import CHANNELS, build_cord_unet
from u2ad.models.store import STARTER_FOLDER, Manifest, save
from u2ad.progress import Progress
from u2ad.scan import SagittalView
from u2ad.scan.masks import read_mask
from u2ad.scan.reading import read_scan
from u2ad.simulation import Acquisition, Contrast, simulate

CROP = (144, 112)
"""Rows and columns of a training picture, at about 1 mm."""

THICKNESSES = (1, 2, 3, 4)
"""Slice thicknesses in mm that are trained, by averaging 1 mm slices."""


@dataclass(frozen=True)
class CordTraining:
    """What the network is trained with.

    Args:
        people: BIDS-like names of the people, such as "sub-errsm11".
        simulated: how many simulated necks.
        steps: optimiser steps of ``batch`` pictures.
        batch: pictures in a step.
        learning_rate: highest rate of the one-cycle schedule.
        seed: of everything random.
    """

    people: tuple[str, ...]
    simulated: int = 48
    steps: int = 3500
    batch: int = 8
    learning_rate: float = 2e-3
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Neck:
    """One volume for training: signal and cord fraction at 1 mm, averaged to each thickness.

    Args:
        image: signal by thickness in mm, float32, (left, inferior, posterior).
        cord: cord fraction by thickness in mm.
    """

    image: dict[int, np.ndarray]
    cord: dict[int, np.ndarray]

    @classmethod
    def from_volume(cls, image: np.ndarray, cord: np.ndarray) -> Neck:
        """Average a volume of 1 mm slices over each trained thickness."""
        slabs = {t: ndimage.uniform_filter1d(normalise(image), t, axis=0) for t in THICKNESSES}
        return cls(slabs, {t: ndimage.uniform_filter1d(cord.astype(np.float32), t, axis=0) for t in THICKNESSES})


def read_person(folder: Path, person: str) -> Neck:
    """A scan and its drawn mask from a BIDS-like folder, at 1 mm isotropic as stored."""
    scan = read_scan(folder / person / f"{person}_T2w.nii.gz")
    cord = read_mask(folder / person / f"{person}_T2w_label-SC_seg.nii.gz", scan.grid)
    view = SagittalView.from_grid(scan.grid)
    return Neck.from_volume(view.apply(scan.array).astype(np.float32), view.apply(cord))


def simulated_neck(seed: int) -> Neck:
    """A simulated neck with some disease at 1 mm isotropic; every other one with a contrast that no MRI has."""
    rng = np.random.default_rng((seed, 1))
    drawn = Acquisition.random(rng, thick=False)
    acquisition = replace(drawn, spacing=(1.0, 1.0, 1.0), thickness=0.0, orientation="PSR")
    contrast = Contrast.random(rng) if seed % 2 else Contrast.t2w(rng)
    lesions, stenoses = int(rng.integers(0, 4)), int(rng.integers(0, 4))
    phantom = simulate(seed, acquisition, lesions=lesions, stenoses=stenoses, contrast=contrast)
    view = SagittalView.from_grid(phantom.scan.grid)
    return Neck.from_volume(view.apply(phantom.scan.array), view.apply(phantom.cord))


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
    progress.step("Read and simulate necks", len(training.people) + training.simulated)
    people = [_counted(read_person(data, person), progress) for person in training.people]
    phantoms = [_counted(simulated_neck(training.seed + n), progress) for n in range(training.simulated)]
    network = build_cord_unet()
    _optimise(network, _pictures(people, phantoms, training.seed), training, progress)
    described = {
        "people": list(training.people),
        "simulated necks": training.simulated,
        "seed": training.seed,
        "steps": training.steps,
        "batch": training.batch,
        "learning rate": training.learning_rate,
        "date": date.today().isoformat(),
    }
    manifest = Manifest("cord", __version__, "", {"channels": list(CHANNELS)}, described)
    return save(network, manifest, out)


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
    thickness = int(rng.choice(THICKNESSES))
    image, cord = neck.image[thickness], neck.cord[thickness]
    slices, rows, columns = _centre(cord, rng)
    offset = max(round(NEIGHBOUR + rng.uniform(-0.5, 1.0)), thickness)
    chosen = np.clip([slices - offset, slices, slices + offset], 0, len(image) - 1)
    return {"image": _window(image[chosen], rows, columns), "cord": _window(cord[slices][None], rows, columns)}


def _centre(cord: np.ndarray, rng: np.random.Generator) -> tuple[int, int, int]:
    """A voxel to look at: four times out of five one of the cord, with some way to the side."""
    if rng.random() < 0.8:
        voxels = np.argwhere(cord > 0.5)
        slices, rows, columns = voxels[rng.integers(len(voxels))] + rng.integers(-25, 26, 3) * (0, 1, 1)
        return int(slices), int(rows), int(columns)
    return tuple(int(rng.integers(size)) for size in cord.shape)  # type: ignore[return-value]


def _window(array: np.ndarray, row: int, column: int) -> np.ndarray:
    half = CROP[0] // 2, CROP[1] // 2
    framed = np.pad(array, [(0, 0), (half[0], half[0]), (half[1], half[1])])
    row, column = int(np.clip(row, 0, array.shape[1])), int(np.clip(column, 0, array.shape[2]))
    return framed[:, row : row + CROP[0], column : column + CROP[1]]


def _inverted(image: torch.Tensor) -> torch.Tensor:
    """Bright becomes dark, as between T2 and T1 weighting; air stays dark."""
    return (1 - image) * (image > 0.02)


def _counted(neck: Neck, progress: Progress) -> Neck:
    progress.advance()
    return neck
