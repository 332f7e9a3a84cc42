"""Metal: plates, cages and screws take the signal around them and pile it up at the rim of the hole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from u2ad.scan import Grid
from u2ad.simulation.anatomy import DISCS, Anatomy

# How far in front of the canal's front a plate with its screws lies, and where screws in the lateral masses lie (to
# either side, behind the middle of the canal), mm; rounded from the anatomy above.
PLATE_AHEAD = 14.0
SCREW_BESIDE, SCREW_BEHIND = 15.0, 6.0
# Signal at the rim relative to its surroundings, and how wide hole's edge and rim are as a share of its radius; by eye.
PILE_UP = 0.8
EDGE = 0.12


@dataclass(frozen=True)
class Metal:
    """One implant, as what it does to the picture.

    Args:
        disc: disc at its height, such as "C5/C6".
        radius: how far its shadow reaches, mm.
        behind: screws in both lateral masses instead of a plate in front of the bodies.

    Raises:
        ValueError: if the spine has no such disc or the radius is not positive.
    """

    disc: str
    radius: float = 9.0
    behind: bool = False

    def __post_init__(self) -> None:
        if self.disc not in DISCS or self.radius <= 0:
            msg = f"expected a disc from {DISCS[0]} to {DISCS[-1]} and a positive radius, got {self!r}"
            raise ValueError(msg)

    def centres(self, anatomy: Anatomy) -> np.ndarray:
        """RAS of the middles of its shadows, shape (N, 3)."""
        s = float(anatomy.discs[DISCS.index(self.disc)])
        ahead = -SCREW_BEHIND if self.behind else PLATE_AHEAD
        beside = (-SCREW_BESIDE, SCREW_BESIDE) if self.behind else (0.0,)
        return np.stack([anatomy.curve.to_ras(np.array(s), np.array(u), np.array(ahead)) for u in beside])


def add_metal(signal: np.ndarray, grid: Grid, anatomy: Anatomy, metal: Sequence[Metal]) -> np.ndarray:
    """The signal with the shadows of metal, each a hole with a bright rim, longer along the body than across.

    Args:
        signal: clean signal on the grid, KJI.
        grid: where its voxels lie.
        anatomy: the person.
        metal: the implants; without any, the signal is returned as it is.
    """
    if not metal:
        return signal
    ras = grid.to_ras(np.moveaxis(np.indices(grid.shape), 0, -1)).astype(np.float32)
    factor = np.ones(grid.shape, np.float32)
    for one in metal:
        for centre in one.centres(anatomy):
            factor *= _shadow(np.linalg.norm((ras - centre) / np.array([1.0, 1.0, 1.4]), axis=-1) / one.radius)
    return signal * factor


def _shadow(reach: np.ndarray) -> np.ndarray:
    """What is left of the signal at a distance from the implant, in radii of its shadow."""
    rim = PILE_UP * np.exp(-(((reach - 1.1) / EDGE) ** 2))
    return (np.clip((reach - 1) / EDGE + 0.5, 0, 1) + rim * (reach > 1)).astype(np.float32)
