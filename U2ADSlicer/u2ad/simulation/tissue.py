"""Tissues and what they look like: mean signals relative to CSF, and how much each one is textured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np


class Tissue(Enum):
    """What the phantom is made of."""

    AIR = "air"
    CSF = "csf"
    CORD = "cord"
    GREY = "grey matter of the cord"
    BRAIN = "brainstem, cerebellum and brain"
    MARROW = "bone marrow"
    CORTEX = "cortical bone and ligament"
    ANNULUS = "annulus fibrosus"
    NUCLEUS = "nucleus pulposus"
    MUSCLE = "muscle"
    FAT = "fat"
    SKIN = "skin"
    MUCOSA = "mucosa and glands"
    OSTEOPHYTE = "disc bulge, osteophyte and thickened ligament"
    ROOT = "nerve root and ganglion"


# Standard deviation of the texture inside a tissue as a share of its signal, before noise; chosen by eye beside the
# healthy scans.
TEXTURE: Mapping[Tissue, float] = {
    Tissue.AIR: 0.0,
    Tissue.CSF: 0.03,
    Tissue.CORD: 0.035,
    Tissue.GREY: 0.035,
    Tissue.BRAIN: 0.08,
    Tissue.MARROW: 0.16,
    Tissue.CORTEX: 0.25,
    Tissue.ANNULUS: 0.2,
    Tissue.NUCLEUS: 0.12,
    Tissue.MUSCLE: 0.2,
    Tissue.FAT: 0.14,
    Tissue.SKIN: 0.12,
    Tissue.MUCOSA: 0.2,
    Tissue.OSTEOPHYTE: 0.2,
    Tissue.ROOT: 0.15,
}


@dataclass(frozen=True, eq=False)
class Contrast:
    """How bright each tissue is.

    Args:
        name: "t2w" or "random", for provenance.
        signal: mean signal of every tissue relative to a full scale of 1.
        scale: what a signal of 1 is in the scan's intensity units.
    """

    name: str
    signal: Mapping[Tissue, float]
    scale: float = 1000.0

    def __getitem__(self, tissue: Tissue) -> float:
        return self.signal[tissue]

    @classmethod
    def t2w(cls, rng: np.random.Generator) -> Contrast:
        """A T2-weighted turbo spin echo, CSF = 1.

        Ranges are ratios measured in the four healthy training scans near the cord (3D TSE: cord / CSF 0.23 to 0.30,
        marrow / cord 0.45 to 0.76, muscle / cord 0.17 to 0.21, fat / cord 0.9 to 1.7 in the median along the neck),
        widened towards 2D clinical TSE, where fat and marrow are brighter (cord .20, CSF .35-.9, marrow .35 of the
        scale in the published clinical arrays).
        """
        cord = rng.uniform(0.2, 0.36)
        brightness_of_fat = rng.uniform(0, 1)
        fat = cord * (0.9 + 1.3 * brightness_of_fat)
        marrow = cord * (0.45 + 0.75 * brightness_of_fat * rng.uniform(0.5, 1.0))
        signal = {
            Tissue.AIR: 0.0,
            Tissue.CSF: 1.0,
            Tissue.CORD: cord,
            Tissue.GREY: cord * rng.uniform(1.03, 1.1),
            Tissue.BRAIN: cord * rng.uniform(1.0, 1.2),
            Tissue.MARROW: marrow,
            Tissue.CORTEX: cord * rng.uniform(0.1, 0.22),
            Tissue.ANNULUS: cord * rng.uniform(0.18, 0.35),
            Tissue.NUCLEUS: cord * rng.uniform(0.7, 1.3),
            Tissue.MUSCLE: cord * rng.uniform(0.18, 0.42),
            Tissue.FAT: min(fat, 0.85),
            Tissue.SKIN: cord * rng.uniform(0.5, 0.9),
            Tissue.MUCOSA: cord * rng.uniform(0.8, 1.4),
            Tissue.OSTEOPHYTE: cord * rng.uniform(0.15, 0.7),
            Tissue.ROOT: cord * rng.uniform(0.7, 1.1),
        }
        return cls("t2w", signal, float(rng.uniform(300, 1500)))

    def fainter(self, fluid: float, beside: float) -> Contrast:
        """The same with fluid of ``fluid`` times the cord's signal, and ``beside`` times it against the cord."""
        cord = self[Tissue.CORD]
        changed = {Tissue.CSF: fluid * cord, Tissue.OSTEOPHYTE: beside * cord, Tissue.ROOT: beside * cord}
        return replace(self, signal={**self.signal, **changed})

    @classmethod
    def random(cls, rng: np.random.Generator) -> Contrast:
        """Any contrast at all (domain randomisation), T1-like ones with CSF darker than cord included."""
        signal = {tissue: float(rng.uniform(0.05, 1.0)) for tissue in Tissue}
        signal[Tissue.AIR] = 0.0
        signal[Tissue.CORTEX] = float(rng.uniform(0.02, 0.25))
        while abs(signal[Tissue.CORD] - signal[Tissue.CSF]) < 0.15:
            signal[Tissue.CSF] = float(rng.uniform(0.05, 1.0))
        signal[Tissue.GREY] = signal[Tissue.CORD] * rng.uniform(0.9, 1.1)
        signal[Tissue.BRAIN] = signal[Tissue.CORD] * rng.uniform(0.85, 1.15)
        return cls("random", signal, float(rng.uniform(100, 2000)))
