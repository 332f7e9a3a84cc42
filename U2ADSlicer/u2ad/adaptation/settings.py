"""How an adaptation is done. Loads no PyTorch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum


class Guidance(Enum):
    """What decides which patches of cord are hidden, and so learned, more often than others."""

    RANDOM = "random"
    """Chance alone: the control of the two below."""
    EPISTEMIC = "epistemic"
    """What is rebuilt with the greatest spread."""
    BOTH = "both"
    """The same; in a second stage without what is much brighter than its reconstruction."""
    PUBLISHED = "published"
    """As the authors' code does it: patches of great spread are hidden less often, learning rates from 3e-3 down."""


@dataclass(frozen=True)
class AdaptationSettings:
    """How an adaptation is done.

    Args:
        guidance: which patches are learned more often.
        steps: most optimiser steps, both stages together.
        batch: windows in a step.
        learning_rate: highest of each stage.
        patience: looks at the residual without a gain after which a stage ends.
        seconds: most that the steps may take; then the best network so far counts.
        seed: of everything random.
    """

    guidance: Guidance = Guidance.BOTH
    steps: int = 240
    batch: int = 32
    learning_rate: float = 1e-3
    patience: int = 3
    seconds: float = 55.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.steps < 1 or self.batch < 1 or self.seconds <= 0:
            msg = f"expected at least one step of one window and some time, got {self!r}"
            raise ValueError(msg)


def settings_for(
    scans: int, steps: int | None = None, seconds: float | None = None, seed: int = 0
) -> AdaptationSettings:
    """Settings for so many scans: each scan beyond the first brings a third of the steps and of the time again.

    Args:
        scans: how many are trained on.
        steps: most optimiser steps, where they are told.
        seconds: most that they may take, where that is told.
        seed: of everything random.
    """
    one = AdaptationSettings(seed=seed)
    share = 1 + max(scans - 1, 0) / 3
    return replace(one, steps=steps or round(one.steps * share), seconds=seconds or one.seconds * share)
