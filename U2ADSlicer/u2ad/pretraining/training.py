"""The training loop on Lightning Fabric: one CPU, one GPU or several, and it can go on where it was stopped."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lightning_fabric import Fabric

from u2ad.models.loss import reconstruction_loss
from u2ad.models.masked_autoencoder import MaskedAutoencoder
from u2ad.models.masking import block_mask, random_mask, visible_tokens
from u2ad.models.monte_carlo import MOST_VISIBLE, roi_tokens
from u2ad.pretraining.checkpoint import Checkpoint, Losses, load_checkpoint, save_checkpoint
from u2ad.pretraining.examples import Cords
from u2ad.pretraining.picture import SHOWN, save_picture
from u2ad.progress import Progress

WARM_UP = 0.1
"""Share of the steps in which the learning rate rises; then it falls as a cosine."""

LONGEST_MEMORY = 0.995
"""Decay of the running mean of the weights a step, late in training; it is what is stored."""

VALIDATED = 128
"""Windows that are validated on."""

VALIDATION = 0
"""Name of the random stream of the validation windows; steps count from 1."""


@dataclass(frozen=True)
class Schedule:
    """How long and how fast.

    Args:
        steps: optimiser steps.
        batch: windows of each device in a step.
        learning_rate: the highest.
        seed: of everything random.
        epoch: steps from one validation, picture and checkpoint to the next.
    """

    steps: int
    batch: int
    learning_rate: float
    seed: int
    epoch: int

    def rate(self, step: int) -> float:
        """Learning rate of a step, counted from 0."""
        rising = max(1, round(WARM_UP * self.steps))
        if step < rising:
            return self.learning_rate * (step + 1) / rising
        return self.learning_rate * 0.5 * (1 + math.cos(math.pi * (step - rising) / max(1, self.steps - rising)))

    def numbers(self, step: int, rank: int = 0) -> np.random.Generator:
        """Random numbers of a step on one device: they depend on nothing that came before."""
        return np.random.default_rng((self.seed, step, rank))


@dataclass(frozen=True, eq=False)
class Material:
    """Healthy cords; those that are held out only validate."""

    training: Cords
    held_out: Cords


def train(
    network: MaskedAutoencoder,
    material: Material,
    schedule: Schedule,
    fabric: Fabric,
    folder: Path,
    run: dict,
    progress: Progress,
) -> tuple[Losses, ...]:
    """Train a network, from the checkpoint in ``folder`` where there is one; it ends with the mean of its weights.

    Stopped at any time and started again with the same arguments, a run on one thread ends with the same weights as
    one that was not stopped.

    Args:
        network: to be trained.
        material: healthy cords.
        schedule: how long and how fast.
        fabric: launched; where to train.
        folder: for checkpoint and pictures.
        run: what the run is made of; a checkpoint of another run is refused.
        progress: told of every step.

    Returns:
        Losses of every epoch.

    Raises:
        U2ADError: if the folder holds another run, or a damaged one.
    """
    network.to(fabric.device)  # before the optimiser, whose state follows it
    optimiser = torch.optim.AdamW(network.parameters(), lr=schedule.learning_rate, betas=(0.9, 0.95), weight_decay=0.01)
    state = load_checkpoint(folder, run) or _first(network, run)
    _restore(network, optimiser, state)
    wrapped, wrapped_optimiser = fabric.setup(network, optimiser)
    averaged = {name: tensor.to(fabric.device) for name, tensor in state.averaged.items()}
    _announce(state, schedule, progress)
    total = torch.zeros((), device=fabric.device)
    for step in range(state.step, schedule.steps):
        total += _step(wrapped, wrapped_optimiser, material, schedule, step, fabric)
        _average(averaged, network, step)
        progress.advance()
        done = step + 1
        if done % schedule.epoch and done != schedule.steps:
            continue
        since = done - state.step
        validation = _validated(network, averaged, material, schedule, folder / f"step_{done:06d}.png", fabric)
        losses = Losses(done, float(torch.as_tensor(fabric.all_reduce(total))) / since, validation)
        state = replace(state, step=done, losses=(*state.losses, losses), averaged=averaged, **_now(network, optimiser))
        if fabric.is_global_zero:
            save_checkpoint(state, folder)
        total = torch.zeros_like(total)
        _announce(state, schedule, progress)
    network.load_state_dict(state.averaged)
    return state.losses


def _announce(state: Checkpoint, schedule: Schedule, progress: Progress) -> None:
    """The next epoch as a step of its own, with the losses of the last."""
    left = schedule.steps - state.step
    if left > 0:
        last = state.losses[-1] if state.losses else None
        losses = f", loss {last.training:.4f}, validation {last.validation:.4f}" if last else ""
        progress.step(f"Train, step {state.step} of {schedule.steps}{losses}", min(schedule.epoch, left))


def _first(network: MaskedAutoencoder, run: dict) -> Checkpoint:
    weights = {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}
    return Checkpoint(0, (), run, weights, {name: tensor.clone() for name, tensor in weights.items()}, {})


def _restore(network: MaskedAutoencoder, optimiser: torch.optim.Optimizer, state: Checkpoint) -> None:
    network.load_state_dict(state.weights)
    parameters: dict[int, dict[str, torch.Tensor]] = {}
    for key, tensor in state.optimiser.items():
        number, name = key.split(".")
        parameters.setdefault(int(number), {})[name] = tensor
    optimiser.load_state_dict({**optimiser.state_dict(), "state": parameters})


def _now(network: MaskedAutoencoder, optimiser: torch.optim.Optimizer) -> dict[str, Any]:
    """Weights and optimiser as they are, by the names of :class:`Checkpoint`."""
    states = optimiser.state_dict()["state"].items()
    flat = {f"{number}.{name}": tensor for number, state in states for name, tensor in state.items()}
    return {"weights": network.state_dict(), "optimiser": flat}


def _step(wrapped: Any, optimiser: Any, material: Material, schedule: Schedule, step: int, fabric: Fabric):
    """One optimiser step; returns its loss."""
    numbers = schedule.numbers(step + 1, fabric.global_rank)
    loss = _loss(wrapped, material.training, schedule.batch, numbers, fabric)
    optimiser.zero_grad()
    fabric.backward(loss)
    fabric.clip_gradients(wrapped, optimiser, max_norm=1.0)
    for group in optimiser.param_groups:
        group["lr"] = schedule.rate(step)
    optimiser.step()
    return loss.detach()


def _loss(network: Any, cords: Cords, count: int, numbers: np.random.Generator, fabric: Fabric):
    windows = cords.draw(count, network.size, numbers)
    generator = torch.Generator().manual_seed(int(numbers.integers(2**63)))
    roi = roi_tokens(windows[:, 1], network.size.patch)
    hidden = _masks(roi, network.size.tokens, generator)
    visible = visible_tokens(hidden, roi, MOST_VISIBLE, generator)
    return reconstruction_loss(network, *fabric.to_device((windows, hidden, visible)))


def _masks(roi: torch.Tensor, tokens: tuple[int, int], generator: torch.Generator) -> torch.Tensor:
    """Half of the windows with random masks, half with blocks along the cord."""
    half = len(roi) // 2
    return torch.cat([random_mask(roi[:half], generator), block_mask(roi[half:], tokens, generator)])


@torch.no_grad()
def _average(averaged: dict[str, torch.Tensor], network: MaskedAutoencoder, step: int) -> None:
    """Running mean of the weights, with a memory that grows with the step, so that the first weights are forgotten."""
    memory = min(LONGEST_MEMORY, (1 + step) / (10 + step))
    for name, tensor in network.state_dict().items():
        averaged[name].lerp_(tensor, 1 - memory)


@torch.no_grad()
def _validated(
    network: MaskedAutoencoder, averaged: dict, material: Material, schedule: Schedule, picture: Path, fabric: Fabric
) -> float:
    """Loss of the averaged weights on windows of held-out cords, always the same ones; NaN where none are held out."""
    if not material.held_out.channels:
        return float("nan")
    trial = MaskedAutoencoder(network.size)
    trial.load_state_dict(averaged)
    trial.eval()
    numbers = schedule.numbers(VALIDATION)
    loss = _loss(trial.to(fabric.device), material.held_out, VALIDATED, numbers, fabric)
    if fabric.is_global_zero:
        windows = material.held_out.draw(SHOWN, network.size, schedule.numbers(VALIDATION))
        save_picture(trial.cpu(), windows, picture)
    return float(loss)
