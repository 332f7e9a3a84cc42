"""Training of the cord network on people with drawn cord masks and on simulated necks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import torch
from monai.losses import DiceLoss
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader

from u2ad import __version__
from u2ad.cord.necks import Neck, read_person, simulated_neck
from u2ad.cord.pictures import Pictures
from u2ad.models.cord_unet import CHANNELS, build_cord_unet
from u2ad.models.store import STARTER_FOLDER, Manifest, load, read_manifest, save
from u2ad.progress import Progress

MEMORY = 0.998
"""The weights that are kept are a mean over steps, each counting so much less than the next (Polyak averaging)."""

LAST = 0.1
"""The mean shall reach no farther back than this share of the steps, for a short training begins with chance."""

RISE = 0.15
"""Share of the steps in which the learning rate rises to its highest."""


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
    narrowed: int = 5
    simulated: int = 32
    steps: int = 3500
    batch: int = 8
    learning_rate: float = 2e-3
    seed: int = 0
    further: Path | None = None


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
    averaged = _optimise(network, Pictures(people, phantoms, training.seed), training, progress)
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
    return save(averaged, manifest, out)


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
    network: torch.nn.Module, pictures: Pictures, training: CordTraining, progress: Progress
) -> torch.nn.Module:
    """Train, while another process makes the pictures; the network with the mean of the weights of the last steps."""
    optimiser = torch.optim.AdamW(network.parameters(), lr=training.learning_rate, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, training.learning_rate, total_steps=training.steps, pct_start=RISE
    )
    memory = min(MEMORY, max(0.0, 1 - 1 / (LAST * training.steps)))
    averaged = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(memory))
    overlap = DiceLoss(sigmoid=True, batch=True)
    progress.step("Train the cord network", training.steps)
    network.train()
    loader = DataLoader(pictures, batch_size=training.batch, num_workers=1, prefetch_factor=8)
    for _, batch in zip(range(training.steps), loader, strict=False):
        logits = network(batch["image"])
        loss = overlap(logits, batch["cord"])
        loss = loss + torch.nn.functional.binary_cross_entropy_with_logits(logits, batch["cord"])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        averaged.update_parameters(network)
        progress.advance()
    return averaged.module


def _counted(neck: Neck, progress: Progress) -> Neck:
    progress.advance()
    return neck
