"""Training windows: random places of healthy cords, with random signal, sharpness, noise and faults of the mask."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from scipy import ndimage

from u2ad.cord.straight_cord import CORD_SIGNAL
from u2ad.models.masked_autoencoder import AutoencoderSize

FEWEST_PIXELS = 100.0
"""A training window holds at least this many pixels of cord: a third of a full one at 1.5 mm width."""

LONGEST_SEARCH = 1000
"""Random places tried before a cord counts as too short to train on; one in three or so is good."""


@dataclass(frozen=True, eq=False)
class Cords:
    """Healthy cords to draw from.

    Args:
        channels: of :func:`u2ad.detectors.windows.channels_of`, each (4, slice, along, across).
    """

    channels: tuple[np.ndarray, ...]

    @cached_property
    def chances(self) -> np.ndarray:
        """How often each is drawn: larger cords more often, by the root of their size; (N,)."""
        weights = np.array([float(cord[1].sum(dtype=np.float64)) ** 0.5 for cord in self.channels])
        return weights / weights.sum()

    def draw(self, count: int, size: AutoencoderSize, rng: np.random.Generator) -> torch.Tensor:
        """Random windows, altered at random; (``count``, 4, rows, columns), float32."""
        chosen = rng.choice(len(self.channels), count, p=self.chances)
        return torch.from_numpy(np.stack([_window(self.channels[number], size, rng) for number in chosen]))


def _window(cord: np.ndarray, size: AutoencoderSize, rng: np.random.Generator) -> np.ndarray:
    number, rows = _place(cord[1], size.window[0], rng)
    shift = 0, rng.normal(0, 1), rng.normal(0, 1.5)
    window = ndimage.shift(cord[:, number, rows].astype(np.float32), shift, order=1, mode="nearest")
    blur = rng.uniform(0, 0.8) * (rng.random() < 0.3)
    gain, offset = rng.uniform(0.75, 1.6), rng.normal(0, 0.02)
    image, expected = (
        CORD_SIGNAL + gain * (ndimage.gaussian_filter(a, blur) - CORD_SIGNAL) + offset for a in (window[0], window[2])
    )
    image = image + rng.normal(0, rng.uniform(0, 0.05), image.shape)
    fraction, beside = _redrawn(window[1], window[3], rng)
    return np.stack([image, fraction, expected, beside]).clip(0, 1).astype(np.float32)


def _redrawn(fraction: np.ndarray, beside: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Masks as another reader might have drawn them: every other one a little off, tighter or wider."""
    if rng.random() < 0.5:
        return fraction, beside
    shift, power = rng.normal(0, 0.3, 2), np.exp(rng.normal(0, 0.4))
    moved = (ndimage.shift(mask, shift, order=1, mode="nearest") for mask in (fraction, beside))
    first, second = (mask.clip(0, 1) ** power for mask in moved)
    return first, second


def _place(fraction: np.ndarray, rows: int, rng: np.random.Generator) -> tuple[int, slice]:
    """A slice and rows of it that hold enough cord, or as much as was seen."""
    best = (-1.0, (0, slice(0, rows)))
    for _ in range(LONGEST_SEARCH):
        number, row = int(rng.integers(len(fraction))), int(rng.integers(fraction.shape[1] - rows + 1))
        place = number, slice(row, row + rows)
        amount = float(fraction[place].sum(dtype=np.float32))
        best = max(best, (amount, place), key=lambda found: found[0])
        if amount >= FEWEST_PIXELS:
            break
    return best[1]
