"""Random windows of the cords that are adapted to, with all that decides what is learned of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from u2ad.adaptation.case import AdaptationCase
from u2ad.cord.straight_cord import CORD_SIGNAL
from u2ad.detectors.windows import channels_of
from u2ad.models.masked_autoencoder import AutoencoderSize, to_patches
from u2ad.models.monte_carlo import roi_tokens

FEWEST_PIXELS = 64.0
"""A window holds at least this many pixels of cord that may be learned: a third of a thin cord's."""

WINDOW = 5
"""The first channel of a piece that the network sees, the intensity; those before guide the training."""

EXPECTED = WINDOW + 2
"""The channel with the expected signal."""

CONTRAST, BRIGHTNESS = 0.05, 0.01
"""By how much a window is varied: scans of one site differ little."""


@dataclass(frozen=True, eq=False)
class Guide:
    """What guides the training on one cord, axes (slice, along, across).

    Args:
        uncertainty: epistemic, float32.
        candidates: what stays visible, bool.
    """

    uncertainty: np.ndarray
    candidates: np.ndarray


@dataclass(frozen=True, eq=False)
class Batch:
    """Windows and their tokens.

    Args:
        windows: what the network sees, (B, C, rows, columns).
        roi: tokens that hold cord and may be shown, bool, (B, L).
        unseen: tokens that touch what is not trained on, bool, (B, L).
        aside: tokens that touch what is set aside, bool, (B, L).
        rejected: tokens that touch what the reader has called normal, bool, (B, L).
        candidates: tokens that touch a candidate of the second stage, bool, (B, L).
        uncertainty: epistemic, summed over the token's cord, (B, L).
    """

    windows: torch.Tensor
    roi: torch.Tensor
    unseen: torch.Tensor
    aside: torch.Tensor
    rejected: torch.Tensor
    candidates: torch.Tensor
    uncertainty: torch.Tensor


def may_be_learned(case: AdaptationCase, size: AutoencoderSize) -> bool:
    """Whether a cord has a window with enough of it to learn, and normal core to tell how well that is rebuilt."""
    return bool(case.measured.any() and len(_places(_channels(case), 0, size.window[0])))


class Sampler:
    """Draws windows, each place of each cord with the same probability.

    Args:
        cases: what is adapted to.
        size: of the network.
        seed: of the draws.

    Raises:
        ValueError: if there is nothing to learn.
    """

    def __init__(self, cases: Sequence[AdaptationCase], size: AutoencoderSize, seed: int) -> None:
        self._size = size
        self._rng = np.random.default_rng((seed, 7))
        self._fixed = [_channels(case) for case in cases]
        self._places = np.concatenate(
            [_places(channels, number, size.window[0]) for number, channels in enumerate(self._fixed)]
        )
        if not len(self._places):
            raise ValueError("expected cord that may be learned")

    def draw(self, count: int, guides: Sequence[Guide]) -> Batch:
        """A batch of windows, their contrast, brightness and noise varied a little."""
        chosen = self._places[self._rng.integers(len(self._places), size=count)]
        pieces = [self._piece(case, number, row, guides[case]) for case, number, row in chosen.tolist()]
        return self._as_batch(torch.from_numpy(np.stack(pieces)))

    def _piece(self, case: int, number: int, row: int, guide: Guide) -> np.ndarray:
        rows = slice(row, row + self._size.window[0])
        piece = np.stack(
            [
                guide.candidates[number, rows],
                guide.uncertainty[number, rows],
                *self._fixed[case][:, number, rows],
            ],
            dtype=np.float32,
        )
        self._vary(piece)
        return piece

    def _vary(self, piece: np.ndarray) -> None:
        """Change contrast and brightness of the intensity and of what is expected of it alike."""
        rng = self._rng
        contrast, brightness = rng.uniform(1 - CONTRAST, 1 + CONTRAST), rng.normal(0, BRIGHTNESS)
        for channel in (WINDOW, EXPECTED):
            piece[channel] = CORD_SIGNAL + contrast * (piece[channel] - CORD_SIGNAL) + brightness
        np.clip(piece[WINDOW:], 0, 1, out=piece[WINDOW:])

    def _as_batch(self, pieces: torch.Tensor) -> Batch:
        patch = self._size.patch
        candidates, unseen, aside, rejected = (
            to_patches(pieces[:, channel], patch).amax(dim=2) > 0 for channel in (0, 2, 3, 4)
        )
        windows = pieces[:, WINDOW:].contiguous()
        roi = roi_tokens(windows[:, 1], patch) & ~unseen
        uncertainty = to_patches(pieces[:, 1] * windows[:, 1], patch).sum(dim=2)
        return Batch(windows, roi, unseen, aside, rejected, candidates, uncertainty)


def _channels(case: AdaptationCase) -> np.ndarray:
    """Excluded, aside, rejected, and what the network sees; (3 + C, slice, along, across), float32."""
    return np.stack([case.excluded, case.aside, case.normal, *channels_of(case.learned)], dtype=np.float32)


def _places(channels: np.ndarray, case: int, rows: int) -> np.ndarray:
    """Case, slice and first row of every window with enough cord to learn, (N, 3)."""
    excluded, aside, _, _, fraction = channels[:5]
    cord = (fraction * (excluded == 0) * (aside == 0)).sum(axis=2)
    summed = np.pad(cord.cumsum(axis=1), ((0, 0), (1, 0)))
    places = np.argwhere(summed[:, rows:] - summed[:, :-rows] >= FEWEST_PIXELS)
    return np.column_stack([np.full(len(places), case), places])
