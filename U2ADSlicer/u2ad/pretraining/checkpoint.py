"""A run that can go on: weights and optimiser in safetensors, the rest in JSON; no pickle."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file

from u2ad.errors import U2ADError

NAME = "checkpoint"


@dataclass(frozen=True)
class Losses:
    """One line of the log: mean loss of an epoch in training, and on the validation windows at its end."""

    step: int
    training: float
    validation: float


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Everything that a run needs to go on as if it had never stopped.

    Schedule and random numbers are functions of seed and step (``training.py``), so the step is all of their state.

    Args:
        step: optimiser steps done.
        losses: of every epoch so far.
        run: what the run was started with, as JSON; another run does not go on from here.
        weights: of the network, by name.
        averaged: running mean of the weights, by name.
        optimiser: state of AdamW by "parameter number.name".
    """

    step: int
    losses: tuple[Losses, ...]
    run: dict
    weights: dict[str, torch.Tensor]
    averaged: dict[str, torch.Tensor]
    optimiser: dict[str, torch.Tensor]


def save_checkpoint(checkpoint: Checkpoint, folder: Path) -> None:
    """Write a checkpoint in the place of the last one; killed half-way, the last one stays whole."""
    parts = {"weights": checkpoint.weights, "averaged": checkpoint.averaged, "optimiser": checkpoint.optimiser}
    tensors = {
        f"{part}/{name}": t.detach().cpu().contiguous() for part, all_ in parts.items() for name, t in all_.items()
    }
    about = {"step": checkpoint.step, "losses": [asdict(one) for one in checkpoint.losses], "run": checkpoint.run}
    part = folder / f"{NAME}.part"
    save_file(tensors, part, metadata={"about": json.dumps(about)})
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(folder / f"{NAME}.safetensors")


def load_checkpoint(folder: Path, run: dict) -> Checkpoint | None:
    """The checkpoint in a folder, None where there is none.

    Raises:
        U2ADError: if it is damaged, or of a run with other data or settings.
    """
    file = folder / f"{NAME}.safetensors"
    if not file.is_file():
        return None
    try:
        tensors, about = load_file(file), _about(file)
        losses = tuple(Losses(**one) for one in about["losses"])
        parts = {name: _part(tensors, name) for name in ("weights", "averaged", "optimiser")}
        found = Checkpoint(about["step"], losses, about["run"], **parts)
    except (OSError, SafetensorError, ValueError, KeyError, TypeError) as error:
        raise U2ADError("The checkpoint in this folder is damaged.", f"Delete {file.name} and start anew.") from error
    if found.run != run:
        changed = sorted(name for name in {*found.run, *run} if found.run.get(name) != run.get(name))
        raise U2ADError(
            f"This folder holds a run with other settings ({', '.join(changed)}).",
            "Give the same data and options to go on with it, or another folder to start anew.",
        )
    return found


def _about(file: Path) -> dict:
    with safe_open(file, "pt") as opened:
        return json.loads(opened.metadata()["about"])


def _part(tensors: dict[str, torch.Tensor], part: str) -> dict[str, torch.Tensor]:
    return {name.removeprefix(f"{part}/"): t for name, t in tensors.items() if name.startswith(f"{part}/")}
