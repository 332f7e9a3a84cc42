"""Narrow canals: where, how much CSF is left, and how flat the cord is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

CERVICAL_DISCS = ("C3/C4", "C4/C5", "C5/C6", "C6/C7")
# Where degenerative cervical myelopathy compresses: mostly C5/C6, then C4/C5 and C6/C7. The order is common knowledge,
# the weights are a choice.
DISC_WEIGHTS = (0.15, 0.25, 0.4, 0.2)


@dataclass(frozen=True)
class Stenosis:
    """One narrow stretch of the canal.

    Args:
        disc: disc at its middle, such as "C5/C6".
        csf_left: share of the antero-posterior CSF space that is left at the narrowest point, 0 to 1.
        flattening: share by which the cord's antero-posterior diameter shrinks there, 0 to 0.6.
        length: length of the stretch in mm (full width at half depth).
        from_front: share of the narrowing that comes from the front (disc, osteophyte); the rest is thickened
            ligamentum flavum.
        offset: displacement of the bulge to the patient's right in mm.
    """

    disc: str
    csf_left: float = 0.15
    flattening: float = 0.3
    length: float = 9.0
    from_front: float = 0.65
    offset: float = 0.0

    def __post_init__(self) -> None:
        if not (0 <= self.csf_left <= 1 and 0 <= self.flattening <= 0.6 and self.length > 0):
            msg = f"expected csf_left in 0..1, flattening in 0..0.6 and a positive length, got {self!r}"
            raise ValueError(msg)

    def depth(self, distance: np.ndarray) -> np.ndarray:
        """How deep the stenosis is ``distance`` mm from its middle, 0 to 1: flat top, soft ends."""
        softness = max(1.2, self.length / 16)
        return 1.0 / (1.0 + np.exp(np.minimum((np.abs(distance) - self.length / 2) / softness, 50.0)))


def draw_stenoses(count: int, rng: np.random.Generator) -> tuple[Stenosis, ...]:
    """``count`` stenoses at different cervical discs; one in four is long, with no CSF over several levels."""
    count = min(count, len(CERVICAL_DISCS))
    discs = rng.choice(len(CERVICAL_DISCS), size=count, replace=False, p=DISC_WEIGHTS)
    return tuple(_draw(CERVICAL_DISCS[index], rng) for index in discs)


def _draw(disc: str, rng: np.random.Generator) -> Stenosis:
    is_long = rng.random() < 0.25
    severity = rng.beta(1.4, 1.2)
    return Stenosis(
        disc=disc,
        csf_left=0.0 if is_long else float(np.clip(0.75 - severity + rng.normal(0, 0.1), 0, 0.8)),
        flattening=float(np.clip((0.3 if is_long else 0.55) * severity + rng.normal(0, 0.06), 0.0, 0.6)),
        length=float(rng.uniform(25, 70) if is_long else rng.uniform(6, 14)),
        from_front=float(rng.uniform(0.45, 0.9)),
        offset=float(rng.normal(0, 2.0)),
    )


def resolve_stenoses(stenoses: int | Sequence[Stenosis], rng: np.random.Generator) -> tuple[Stenosis, ...]:
    """Stenoses as given, or as many drawn ones as asked for."""
    return draw_stenoses(stenoses, rng) if isinstance(stenoses, int) else tuple(stenoses)
