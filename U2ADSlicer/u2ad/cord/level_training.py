"""Training of the network that finds discs, on simulated necks and on people with two marked vertebrae."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import torch

from u2ad import __version__
from u2ad.cord.centreline import Centreline, centreline_of
from u2ad.cord.cord import Cord, MaskSource
from u2ad.cord.disc_chain import Mark, likeliest_chain
from u2ad.cord.disc_evidence import NAMED, WEIGHTS, evidence_of, features
from u2ad.cord.levels import Landmark, along_cord, read_levels
from u2ad.cord.spine_strip import DEPTHS, spine_strip
from u2ad.cord.strip_examples import FINE_DEPTHS, ROWS, LabelledStrip, example
from u2ad.models.disc_network import DILATIONS, DiscNetwork
from u2ad.models.store import STARTER_FOLDER, Manifest, save
from u2ad.progress import Progress
from u2ad.scan import Scan
from u2ad.scan.masks import read_mask
from u2ad.scan.reading import read_scan
from u2ad.simulation import Acquisition, Contrast, simulate

BLUR = 1.5
"""Standard deviation in rows (mm) of a disc's place: it is thicker than a row, and marked by hand."""

ALONE = 0.4
"""Share of the training that only simulated necks take; then the network itself finds the people's discs."""

REUSED = 4
"""How many batches are drawn from the same variations, since making them costs as much as learning from them."""


@dataclass(frozen=True)
class LevelTraining:
    """What the network is trained with.

    Args:
        people: BIDS-like names of the people, such as "sub-errsm11".
        simulated: how many simulated necks.
        steps: optimiser steps of ``batch`` strips.
        batch: strips in a step.
        learning_rate: highest rate of the one-cycle schedule.
        seed: of everything random.
    """

    people: tuple[str, ...]
    simulated: int = 80
    steps: int = 2000
    batch: int = 16
    learning_rate: float = 4e-3
    seed: int = 100


@dataclass(frozen=True, eq=False)
class Person:
    """A scan with two vertebrae that somebody has marked.

    Args:
        scan: the scan.
        line: centreline of its cord.
        marked: the upper and the lower one.
    """

    scan: Scan
    line: Centreline
    marked: tuple[Landmark, Landmark]


def read_person(folder: Path, person: str) -> Person:
    """A scan with its drawn mask and the points at C2 and T2, from a BIDS-like folder."""
    stem = folder / person / f"{person}_T2w"
    scan = read_scan(Path(f"{stem}.nii.gz"))
    cord = Cord(scan.grid, read_mask(Path(f"{stem}_label-SC_seg.nii.gz"), scan.grid), MaskSource.READER, True)
    line = centreline_of(cord)
    levels = read_levels(Path(f"{stem}_label-C2T2_points.nii.gz"), line)
    return Person(scan, line, (levels.bodies[0], levels.bodies[-1]))


def simulated_strip(seed: int) -> LabelledStrip:
    """A strip of a simulated neck; one in six has a contrast that no MRI has."""
    rng = np.random.default_rng((seed, 9))
    drawn = Acquisition.random(rng)
    thick = drawn.thickness > 0
    protocol = replace(
        drawn,
        spacing=(drawn.spacing[0] if thick else 1.5, 1.0, 1.0),
        field_of_view=(7 * drawn.spacing[0] if thick else 18.0, drawn.field_of_view[1], 110.0),
        centre=(0.0, 16.0, drawn.centre[2]),
        tilt=(0.4 * drawn.tilt[0], 0.4 * drawn.tilt[1], 0.4 * drawn.tilt[2]),
        orientation="PSR",
    )  # as wide as the strip, not as a neck: a quarter of the time
    contrast = Contrast.random(rng) if seed % 6 == 5 else None
    phantom = simulate(seed, protocol, int(rng.integers(0, 3)), int(rng.integers(0, 4)), contrast)
    line = centreline_of(Cord(phantom.scan.grid, phantom.cord, MaskSource.READER, True))
    discs = {name: phantom.levels[name] for name in NAMED}
    along = dict(zip(discs, along_cord(line, list(discs.values())).tolist(), strict=True))
    return LabelledStrip(spine_strip(phantom.scan, line, FINE_DEPTHS), along)


def train(training: LevelTraining, data: Path, progress: Progress, out: Path = STARTER_FOLDER) -> Manifest:
    """Train the network and store it as the weights "levels".

    Args:
        training: what with and how long.
        data: BIDS-like folder with ``<person>/<person>_T2w.nii.gz``, ``..._T2w_label-SC_seg.nii.gz`` and
            ``..._T2w_label-C2T2_points.nii.gz`` (2 is C2, 9 is T2).
        progress: told of every neck and every step.
        out: where weights and manifest go.
    """
    torch.manual_seed(training.seed)
    rng = np.random.default_rng(training.seed)
    progress.step("Read and simulate necks", len(training.people) + training.simulated)
    people = [_counted(read_person(data, person), progress) for person in training.people]
    necks = [_counted(simulated_strip(training.seed + n), progress) for n in range(training.simulated)]
    network = DiscNetwork(len(DEPTHS) + 1, len(NAMED))
    optimiser = torch.optim.AdamW(network.parameters(), lr=training.learning_rate, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, training.learning_rate, total_steps=training.steps)
    progress.step("Train the network of the levels", training.steps)
    labelled: list[LabelledStrip] = []
    pool = _Pool(training, rng)
    for step in range(training.steps):
        if people and step == round(ALONE * training.steps):
            labelled = [label(network, person) for person in people]
        image, place = pool.batch(step, necks, labelled)
        loss = -(place * torch.log_softmax(network(image), dim=2)).sum(dim=2).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        progress.advance()
    return save(network, _manifest(training), out)


def label(network: DiscNetwork, person: Person) -> LabelledStrip:
    """The strip of a person, its discs where the network sees them between the two marked vertebrae."""
    strip = spine_strip(person.scan, person.line)
    weights = {name: tensor.detach().numpy() for name, tensor in network.state_dict().items()}
    evidence = evidence_of(features(strip.signal, strip.known), weights, DILATIONS)
    marks = [Mark(landmark.name, landmark.along - strip.first) for landmark in person.marked]
    rows = likeliest_chain(evidence, marks).rows
    discs = {name: float(row) + strip.first for name, row in zip(NAMED, rows, strict=True)}
    return LabelledStrip(spine_strip(person.scan, person.line, FINE_DEPTHS), discs)


class _Pool:
    """Variations of strips, made anew after every few batches."""

    def __init__(self, training: LevelTraining, rng: np.random.Generator) -> None:
        self._size, self._rng = training.batch, rng
        self._seen = self._place = torch.empty(0)

    def batch(
        self, step: int, necks: list[LabelledStrip], people: list[LabelledStrip]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """What the network sees, and where the discs are, as probabilities of rows and of absence."""
        if step % REUSED == 0:
            made = [example(self._draw(necks, people), self._rng) for _ in range(2 * self._size)]
            self._seen = torch.from_numpy(np.stack([seen for seen, _ in made]))
            self._place = torch.from_numpy(np.stack([_probabilities(rows) for _, rows in made]))
        chosen = torch.from_numpy(self._rng.permutation(len(self._seen))[: self._size])
        return self._seen[chosen], self._place[chosen]

    def _draw(self, necks: list[LabelledStrip], people: list[LabelledStrip]) -> LabelledStrip:
        pool = people if people and self._rng.random() < 0.5 else necks
        return pool[self._rng.integers(len(pool))]


def _probabilities(rows: np.ndarray) -> np.ndarray:
    """Of each row, and last of absence, for discs at ``rows`` (NaN where absent), (discs, rows + 1), float32."""
    place = np.exp(-0.5 * ((np.arange(ROWS) - np.nan_to_num(rows)[:, None]) / BLUR) ** 2)
    absent = np.isnan(rows)
    place = np.where(absent[:, None], 0, place / place.sum(axis=1, keepdims=True))
    return np.column_stack([place, absent]).astype(np.float32)


def _manifest(training: LevelTraining) -> Manifest:
    described = {
        "people": list(training.people),
        "simulated necks": training.simulated,
        "seed": training.seed,
        "steps": training.steps,
        "batch": training.batch,
        "learning rate": training.learning_rate,
        "date": date.today().isoformat(),
    }
    return Manifest(WEIGHTS, __version__, "", {"dilations": list(DILATIONS)}, described)


def _counted(made, progress: Progress):
    progress.advance()
    return made
