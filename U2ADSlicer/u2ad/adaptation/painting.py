"""Known lesions painted into a straightened cord, to see whether a network still finds what it should find."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from u2ad.adaptation.case import AdaptationCase
from u2ad.cord.straight_cord import CONTRAST, StraightCord
from u2ad.cord.straightening import PIXEL

GAP = 24.0
"""mm along the cord between the middles of two painted lesions."""

LENGTHS, WIDTHS, CONTRASTS = (4.0, 12.0), (1.5, 3.0), (0.2, 0.6)
"""Ranges of length along the cord and width across it in mm, and of brightness as a share of the contrast between fluid
and cord: as lesions of degenerative myelopathy are simulated elsewhere."""


@dataclass(frozen=True, eq=False)
class Painted:
    """A straightened cord with lesions.

    Args:
        cord: with lesions, and without its findings.
        lesions: pixels that are at least half lesion, bool, (slice, along, across).
    """

    cord: StraightCord
    lesions: np.ndarray


def paint(case: AdaptationCase, seed: int = 0) -> Painted:
    """Paint a lesion into every 24 mm of a cord, away from its findings; the same seed gives the same lesions."""
    rng = np.random.default_rng((seed, 11))
    cord = case.cord
    core = case.measured
    share = np.zeros(cord.image.shape, np.float32)
    image = case.learned.image.copy()
    step = round(GAP / PIXEL)
    for top in range(step // 2, core.shape[1], step):
        places = np.argwhere(core[:, top : top + 4]) + np.array([0, top, 0])
        if len(places):
            one = _lesion(core.shape, places[rng.integers(len(places))], rng)
            image += one * np.float32(rng.uniform(*CONTRASTS) * CONTRAST)
            share = np.maximum(share, one)
    lesions = (share >= 0.5) & core
    return Painted(replace(cord, image=image.clip(0, 1).astype(np.float32)), lesions)


def _lesion(shape: tuple[int, ...], centre: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Share of each pixel that is lesion: an ellipse in one slice, its edge a pixel soft, (slice, along, across)."""
    half = np.array([rng.uniform(*LENGTHS), rng.uniform(*WIDTHS)]) / 2 / PIXEL
    along, across = np.indices(shape[1:])
    radius = np.hypot((along - centre[1]) / half[0], (across - centre[2]) / half[1])
    share = np.zeros(shape, np.float32)
    share[centre[0]] = (0.5 + (1 - radius) * half[1]).clip(0, 1)
    return share
