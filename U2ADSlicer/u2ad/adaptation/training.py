"""The training loop: hide, rebuild, learn; look again at what is unsure; stop where normal cord gains no more."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from u2ad.adaptation.case import AdaptationCase
from u2ad.adaptation.figures import residual_of
from u2ad.adaptation.masks import STRETCH_RATIO, guided_keys, hide_largest, published_keys, stretches
from u2ad.adaptation.sampling import Batch, Guide, Sampler
from u2ad.adaptation.settings import AdaptationSettings, Guidance
from u2ad.adaptation.uncertainty import DRAWS, Rebuilt, bright_parts, published_parts, rebuild
from u2ad.models.loss import reconstruction_loss
from u2ad.models.masked_autoencoder import MaskedAutoencoder
from u2ad.models.masking import visible_tokens
from u2ad.models.monte_carlo import MOST_VISIBLE
from u2ad.progress import Progress

TRAIN = "Adapt the model"

REFRESH = 40
"""Steps between two looks at what is unsure."""

EVALUATE = 20
"""Steps between two looks at the residual of normal cord."""

LEAST_GAIN = 0.002
"""Share by which the residual must fall to count as a gain."""

WARM_UP = 10
"""Steps in which the learning rate of a stage rises."""

LOWEST_RATE = 0.1
"""Share of the learning rate at the end of a stage."""

PUBLISHED_RATES = (3e-3, 3e-4, 3e-5, 3e-6)
"""Of the four quarters of the published schedule: three of the first stage, one of the second."""


@dataclass(frozen=True)
class CurvePoint:
    """A point of the training curve.

    Args:
        step: from 1.
        stage: 1 or 2.
        loss: of that step's windows.
        aside: residual of the cord set aside; None where it was not looked at.
        residual: of all normal cord, likewise.
    """

    step: int
    stage: int
    loss: float
    aside: float | None = None
    residual: float | None = None


@dataclass(frozen=True, eq=False)
class Trained:
    """What a training has brought.

    Args:
        network: the best one, by the residual of normal cord; the one given, where none was better.
        curve: of the training.
        stopped: why it ended, a sentence.
        seconds: that it took.
    """

    network: MaskedAutoencoder
    curve: tuple[CurvePoint, ...]
    stopped: str
    seconds: float


def train(
    parent: MaskedAutoencoder,
    cases: Sequence[AdaptationCase],
    settings: AdaptationSettings,
    progress: Progress,
    learned: Callable[[CurvePoint], None] = lambda _point: None,
    clock: Callable[[], float] = time.monotonic,
) -> Trained:
    """Adapt a network to the cords of some cases.

    Args:
        parent: stays as it is.
        cases: what is learned, and what is not.
        settings: how.
        progress: told of every step.
        learned: told of every point of the curve.
        clock: seconds that only go up.

    Raises:
        Cancelled: if the progress says so.
        ValueError: if the cases hold no cord that may be learned.
    """
    progress.step(TRAIN, settings.steps)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        training = _Training(copy.deepcopy(parent), cases, settings, progress, learned, clock)
        return training.run()


class _Training:
    """One run; what changes while it lasts."""

    def __init__(
        self,
        network: MaskedAutoencoder,
        cases: Sequence[AdaptationCase],
        settings: AdaptationSettings,
        progress: Progress,
        learned: Callable[[CurvePoint], None],
        clock: Callable[[], float],
    ) -> None:
        self.network, self.cases, self.settings = network, cases, settings
        self.progress, self.learned, self.clock = progress, learned, clock
        self.started = clock()
        self.generator = torch.Generator().manual_seed(settings.seed)
        self.sampler = Sampler(cases, network.size, settings.seed)
        self.curve: list[CurvePoint] = []
        self.best, self.kept = self.residuals()[0], copy.deepcopy(network.state_dict())
        self.stopped = "All steps were taken."

    def run(self) -> Trained:
        first = _first_stage(self.settings)
        for stage, steps in ((1, first), (2, self.settings.steps - first)):
            if steps and not self.stage(stage, steps):
                break
            self.network.load_state_dict(self.kept)
        self.network.load_state_dict(self.kept)
        self.network.eval()
        return Trained(self.network, tuple(self.curve), self.stopped, self.clock() - self.started)

    def stage(self, stage: int, steps: int) -> bool:
        """Take the steps of a stage; whether there is time for more."""
        optimiser = torch.optim.AdamW(self.network.parameters(), lr=1.0, betas=(0.9, 0.95), weight_decay=0.01)
        waited, guides = 0, [self.guide(case, stage) for case in self.cases]
        for step in range(steps):
            if step and step % REFRESH == 0:
                guides = [self.guide(case, stage) for case in self.cases]
            for group in optimiser.param_groups:
                group["lr"] = _rate(self.settings, stage, step, steps)
            loss = self.learn(optimiser, self.sampler.draw(self.settings.batch, guides))
            if not math.isfinite(loss):
                self.stopped = "The loss was no number any more."
                return False
            late = self.clock() - self.started > self.settings.seconds
            looks = (step + 1) % EVALUATE == 0 or step + 1 == steps or late
            residual, aside = self.residuals() if looks else (None, None)
            self.tell(CurvePoint(len(self.curve) + 1, stage, loss, aside, residual))
            if residual is not None:
                waited = 0 if self.is_better(residual) else waited + 1
            if late:
                self.stopped = "The time was up."
                return False
            if waited >= self.settings.patience:
                self.stopped = "The residual of normal cord fell no more."
                return True
        return True

    def learn(self, optimiser: torch.optim.Optimizer, batch: Batch) -> float:
        hidden = _hidden(self.settings.guidance, batch, self.network.size.tokens, self.generator)
        visible = visible_tokens(hidden | batch.unseen, batch.roi, MOST_VISIBLE, self.generator)
        self.network.train()
        loss = reconstruction_loss(self.network, batch.windows, hidden & ~batch.aside, visible)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        optimiser.step()
        self.progress.advance()
        return float(loss.detach())

    def guide(self, case: AdaptationCase, stage: int) -> Guide:
        """What the network is unsure of in a cord now, and what it leaves visible."""
        rebuilt = self.look(case)
        guidance = self.settings.guidance
        if stage == 1 or guidance in (Guidance.RANDOM, Guidance.EPISTEMIC):
            return Guide(rebuilt.epistemic, np.zeros_like(case.never))
        parts = published_parts if guidance is Guidance.PUBLISHED else bright_parts
        return Guide(rebuilt.epistemic, parts(case, rebuilt))

    def residuals(self) -> tuple[float, float]:
        """Of all normal cord, and of the part that is set aside; the mean over the cases."""
        looks = [(case, self.look(case).mean) for case in self.cases]
        whole, aside = (np.mean([residual_of(case, mean, part) for case, mean in looks]) for part in (False, True))
        return float(whole), float(aside)

    def look(self, case: AdaptationCase) -> Rebuilt:
        self.progress.advance(0)
        return rebuild(self.network, case.learned, DRAWS, self.settings.seed, case.excluded)

    def is_better(self, residual: float) -> bool:
        if not residual < self.best * (1 - LEAST_GAIN):
            return False
        self.best, self.kept = residual, copy.deepcopy(self.network.state_dict())
        return True

    def tell(self, point: CurvePoint) -> None:
        self.curve.append(point)
        self.learned(point)


def _hidden(guidance: Guidance, batch: Batch, tokens: tuple[int, int], generator: torch.Generator) -> torch.Tensor:
    """Half of the windows hide single tokens and half whole stretches, as in pretraining; as published, all single."""
    roi, shown = batch.roi, batch.candidates & ~batch.rejected
    if guidance is Guidance.PUBLISHED:
        return hide_largest(published_keys(batch.uncertainty, roi, generator), roi, shown)
    uncertainty = torch.zeros_like(batch.uncertainty) if guidance is Guidance.RANDOM else batch.uncertainty
    groups = stretches(len(roi), tokens, generator)
    single = hide_largest(guided_keys(uncertainty, roi, batch.rejected, generator), roi, shown)
    whole = hide_largest(guided_keys(uncertainty, roi, batch.rejected, generator, groups), roi, shown, STRETCH_RATIO)
    first = torch.arange(len(roi))[:, None] < len(roi) / 2
    return torch.where(first, single, whole)


def _first_stage(settings: AdaptationSettings) -> int:
    """Steps of the first stage; the published second stage has a quarter of the epochs, ours half of the steps."""
    share = 0.75 if settings.guidance is Guidance.PUBLISHED else 0.5
    return math.ceil(share * settings.steps)


def _rate(settings: AdaptationSettings, stage: int, step: int, steps: int) -> float:
    if settings.guidance is Guidance.PUBLISHED:
        return PUBLISHED_RATES[3 * step // steps if stage == 1 else 3]
    rise = min((step + 1) / WARM_UP, 1.0)
    fall = LOWEST_RATE + (1 - LOWEST_RATE) * (1 + math.cos(math.pi * step / steps)) / 2
    return settings.learning_rate * rise * fall
