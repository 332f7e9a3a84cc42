"""From a folder of healthy people to weights: prepare the cords, train, store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import torch
from lightning_fabric import Fabric

from u2ad import __version__
from u2ad.errors import Cancelled, U2ADError
from u2ad.models.autoencoder import build
from u2ad.models.manifest import Manifest, read_manifest, sha256_of
from u2ad.models.masked_autoencoder import AutoencoderSize, MaskedAutoencoder
from u2ad.models.store import load, save
from u2ad.models.versions import NAME
from u2ad.pretraining.examples import Cords
from u2ad.pretraining.healthy import cords_of, simulated_cords
from u2ad.pretraining.people import Person
from u2ad.pretraining.training import Material, Schedule, train
from u2ad.progress import Progress

FIRST_SEED = 1000
"""Simulated necks for training have the seeds from here on; those of the benchmark start at 50000."""


@dataclass(frozen=True)
class Pretraining:
    """What the network is trained with.

    Args:
        people: healthy people to train on.
        held_out: healthy people for validation alone.
        simulated: how many simulated necks; one in eight of them, rounded up, is for validation alone.
        schedule: how long and how fast.
        start: folder with weights "u2ad" to start from; None to start from nothing.
    """

    people: Sequence[Person]
    held_out: Sequence[Person]
    simulated: int
    schedule: Schedule
    start: Path | None = None

    def __post_init__(self) -> None:
        if not self.people and self.simulated < 2:
            raise U2ADError("There is nothing to train on.", "Give people, or at least two simulated necks.")

    @property
    def seeds(self) -> tuple[range, range]:
        """Seeds of the simulated necks for training, and of those for validation."""
        first = FIRST_SEED + self.schedule.seed * 1000 % 8000
        validating = first + self.simulated - -(-self.simulated // 8)
        return range(first, validating), range(validating, first + self.simulated)

    def described(self) -> dict:
        """For the manifest: counts, digests and settings; neither names nor paths."""
        return {
            "people": len(self.people),
            "scans": [sha256_of(person.scan)[:16] for person in self.people],
            "held out": len(self.held_out),
            "simulated necks": self.simulated,
            "started from": None if self.start is None else read_manifest(NAME, self.start).sha256,
            **{name.replace("_", " "): value for name, value in asdict(self.schedule).items()},
        }


LeftOut = Callable[[str, str], None]
"""Told whom a run leaves out and why: the name of the person's folder, for the terminal alone, and a sentence."""


def pretrain(
    training: Pretraining, fabric: Fabric, out: Path, progress: Progress, left_out: LeftOut = lambda name, why: None
) -> Manifest:
    """Train the masked autoencoder and store it as the weights "u2ad", or go on where a run was stopped.

    Args:
        training: what with and how long.
        fabric: launched; where to train.
        out: folder for weights, manifest, checkpoint, prepared cords and the picture of each epoch.
        progress: told of every scan and every step.
        left_out: told of people whose scan or mask cannot be used; the run goes on with the others.

    Raises:
        U2ADError: if nobody is left, or ``out`` holds another run.
    """
    out.mkdir(parents=True, exist_ok=True)
    told = left_out if fabric.is_global_zero else lambda name, why: None
    training, material = _material(training, out / "cords", fabric, progress, told)
    described = training.described()
    torch.manual_seed(training.schedule.seed)
    network = _network(training.start)
    losses = train(network, material, training.schedule, fabric, out, described, progress)
    described = {**described, "validation loss": round(losses[-1].validation, 5), "date": date.today().isoformat()}
    manifest = Manifest(NAME, __version__, "", asdict(network.size), described, described["started from"])
    return save(network.cpu(), manifest, out) if fabric.is_global_zero else manifest


def _network(start: Path | None) -> MaskedAutoencoder:
    if start is None:
        return MaskedAutoencoder(AutoencoderSize())
    manifest = read_manifest(NAME, start)
    network = build(manifest)
    load(network, manifest, start)
    return network


def _material(
    training: Pretraining, kept: Path, fabric: Fabric, progress: Progress, left_out: LeftOut
) -> tuple[Pretraining, Material]:
    """Whom the run is left with, and cords; of several processes the first prepares, the others read what it kept."""
    seen, unseen = training.seeds
    progress.step("Straighten healthy cords", len(training.people) + len(training.held_out) + training.simulated)
    with fabric.rank_zero_first():
        people, held_out = (_usable(group, kept, progress, left_out) for group in (training.people, training.held_out))
        simulated, checked = (
            [cord for seed in group for cord in _counted(simulated_cords(seed, kept), progress)]
            for group in (seen, unseen)
        )
    left = replace(training, people=[one for one, _ in people], held_out=[one for one, _ in held_out])
    known, unknown = ([cord for _, cords in group for cord in cords] for group in (people, held_out))
    return left, Material(Cords((*known, *simulated)), Cords((*unknown, *checked)))


def _usable(
    people: Sequence[Person], kept: Path, progress: Progress, left_out: LeftOut
) -> list[tuple[Person, list[np.ndarray]]]:
    """People with their cords, without those whose scan or mask cannot be used."""
    usable = []
    for person in people:
        try:
            usable.append((person, cords_of(person, kept)))
        except Cancelled:
            raise
        except U2ADError as error:
            left_out(person.name, str(error))
        except Exception:
            left_out(person.name, "The preparation of this scan failed.")
            raise
        progress.advance()
    if people and not usable:
        raise U2ADError(
            "The scans or cord masks of all these people cannot be used.",
            "Give cord masks that somebody has looked at, or other people.",
        )
    return usable


def _counted(cords: list, progress: Progress) -> list:
    progress.advance()
    return cords
