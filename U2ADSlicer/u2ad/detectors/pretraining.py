"""Pretraining of U2AD's network on healthy cords, scanned and simulated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np
import torch
from scipy import ndimage

from u2ad import __version__
from u2ad.cord.centreline import centreline_of
from u2ad.cord.cord import Cord, MaskSource
from u2ad.cord.segmentation import segment_cord
from u2ad.cord.straight_cord import StraightCord, straighten_cord
from u2ad.models.loss import reconstruction_loss
from u2ad.models.masked_autoencoder import AutoencoderSize, MaskedAutoencoder
from u2ad.models.masking import random_mask, visible_tokens
from u2ad.models.monte_carlo import MOST_VISIBLE, roi_tokens
from u2ad.models.store import STARTER_FOLDER, Manifest, save
from u2ad.progress import Progress
from u2ad.scan import Scan
from u2ad.scan.masks import read_mask
from u2ad.scan.reading import read_scan
from u2ad.scan.resampling import acquire_thick, sagittal_grid
from u2ad.simulation import Acquisition, simulate

THICKNESSES = (1.0, 2.0, 3.3, 4.0)
"""Slice thicknesses in mm at which every person is seen."""

USABLE_MASK = 0.8
"""Dice from which an automatic mask is trained on: below it the network would learn what is no cord."""

FEWEST_PIXELS = 100.0
"""A training window holds at least this many pixels of cord: a third of a full one at 1.5 mm width."""


@dataclass(frozen=True)
class Pretraining:
    """What the network is trained with.

    Args:
        people: BIDS-like names of healthy people, such as "sub-errsm11".
        simulated: how many simulated healthy necks.
        steps: optimiser steps of ``batch`` windows.
        batch: windows in a step.
        learning_rate: highest rate of the one-cycle schedule.
        seed: of everything random.
    """

    people: tuple[str, ...]
    simulated: int = 24
    steps: int = 3000
    batch: int = 64
    learning_rate: float = 1.5e-3
    seed: int = 0


def pretrain(training: Pretraining, data: Path, progress: Progress, out: Path = STARTER_FOLDER) -> Manifest:
    """Train the masked autoencoder and store it as the weights "u2ad".

    Args:
        training: what with and how long.
        data: BIDS-like folder; a person without a drawn cord mask gets one from the segmenter.
        progress: told of every scan and every step.
        out: where weights and manifest go.
    """
    torch.manual_seed(training.seed)
    progress.step("Straighten healthy cords", len(training.people) + training.simulated)
    cords: list[StraightCord] = []
    for person in training.people:
        cords += _person(data / person, person)
        progress.advance()
    for number in range(training.simulated):
        cords += _simulated(training.seed + 1000 + number)
        progress.advance()
    network = MaskedAutoencoder(AutoencoderSize())
    _optimise(network, _batches(cords, training, network.size), training, progress)
    described = {
        "people": list(training.people),
        "simulated necks": training.simulated,
        "seed": training.seed,
        "steps": training.steps,
        "batch": training.batch,
        "learning rate": training.learning_rate,
        "date": date.today().isoformat(),
    }
    return save(network, Manifest("u2ad", __version__, "", asdict(network.size), described), out)


def _person(folder: Path, person: str) -> list[StraightCord]:
    """A person at every thickness, with the drawn cord mask where there is one, and with automatic ones."""
    scan = read_scan(folder / f"{person}_T2w.nii.gz")
    drawn = folder / f"{person}_T2w_label-SC_seg.nii.gz"
    fraction = read_mask(drawn, scan.grid) if drawn.is_file() else segment_cord(scan).fraction
    return [cord for thickness in THICKNESSES for cord in _both(*_thick(scan, fraction, thickness))]


def _thick(scan: Scan, fraction: np.ndarray, thickness: float) -> tuple[Scan, np.ndarray]:
    grid = sagittal_grid(scan.grid, 1.0, thickness)
    return acquire_thick(scan, grid), acquire_thick(Scan(fraction, scan.grid), grid).array


def _simulated(seed: int) -> list[StraightCord]:
    rng = np.random.default_rng((seed, 2))
    phantom = simulate(seed, Acquisition.random(rng).near_cord(), stenoses=int(rng.integers(0, 3)))
    return _both(phantom.scan, phantom.cord)


def _both(scan: Scan, fraction: np.ndarray) -> list[StraightCord]:
    """The cord with its true mask and with the automatic one, whose errors the network will meet in use."""
    automatic = segment_cord(scan)
    true = fraction >= 0.5
    overlap = 2 * (automatic.mask & true).sum() / max((automatic.mask.sum() + true.sum()), 1)
    usable = [fraction, automatic.fraction] if overlap >= USABLE_MASK else [fraction]
    return [_straight(scan, mask) for mask in usable]


def _straight(scan: Scan, fraction: np.ndarray) -> StraightCord:
    cord = Cord(scan.grid, fraction, MaskSource.READER, seen_by_person=True)
    return straighten_cord(scan, cord, centreline_of(cord))


def _optimise(
    network: MaskedAutoencoder, batches: Iterator[torch.Tensor], training: Pretraining, progress: Progress
) -> None:
    optimiser = torch.optim.AdamW(network.parameters(), lr=training.learning_rate, betas=(0.9, 0.95), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, training.learning_rate, total_steps=training.steps)
    generator = torch.Generator().manual_seed(training.seed)
    progress.step("Train the masked autoencoder", training.steps)
    network.train()
    for _ in range(training.steps):
        windows = next(batches)
        roi = roi_tokens(windows[:, 1], network.size.patch)
        hidden = random_mask(roi, generator)
        visible = visible_tokens(hidden, roi, MOST_VISIBLE, generator)
        loss = reconstruction_loss(network, windows, hidden, visible)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        progress.advance()


def _batches(cords: list[StraightCord], training: Pretraining, size: AutoencoderSize) -> Iterator[torch.Tensor]:
    rng = np.random.default_rng(training.seed)
    weights = np.array([cord.fraction.sum() ** 0.5 for cord in cords])
    while True:
        chosen = rng.choice(len(cords), training.batch, p=weights / weights.sum())
        yield torch.from_numpy(np.stack([_window(cords[number], size, rng) for number in chosen]))


def _window(cord: StraightCord, size: AutoencoderSize, rng: np.random.Generator) -> np.ndarray:
    """A random window with enough cord, (2, rows, columns), with random brightness, contrast, blur, noise and place."""
    rows = size.window[0]
    while True:
        number, row = rng.integers(len(cord.image)), rng.integers(cord.image.shape[1] - rows + 1)
        fraction = cord.fraction[number, row : row + rows]
        if fraction.sum() >= FEWEST_PIXELS:
            break
    image = cord.image[number, row : row + rows]
    blur, shift = rng.uniform(0, 0.8) * (rng.random() < 0.3), (rng.normal(0, 1), rng.normal(0, 1.5))
    image, fraction = (ndimage.shift(a, shift, order=1, mode="nearest") for a in (image, fraction))
    image = ndimage.gaussian_filter(image, blur) if blur else image
    image = 0.3 + rng.uniform(0.75, 1.3) * (image - 0.3) + rng.normal(0, 0.02)
    image = image + rng.normal(0, rng.uniform(0, 0.03), image.shape)
    return np.stack([image.clip(0, 1), fraction.clip(0, 1)]).astype(np.float32)
