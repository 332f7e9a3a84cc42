"""U2AD: what a masked autoencoder that knows healthy cord does not rebuild (Docs/method.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from u2ad.cord.straight_cord import StraightCord
from u2ad.cord.straightening import PIXEL, WIDTH
from u2ad.detectors import scoring
from u2ad.detectors.detector import StraightMaps
from u2ad.detectors.expectation import column_expectation
from u2ad.detectors.windows import blend, channels_of, cut, windows_of
from u2ad.models.autoencoder import Autoencoder, load_autoencoder
from u2ad.models.monte_carlo import reconstruct
from u2ad.progress import Progress

WEIGHTS = "u2ad"

BATCH = 128
"""Masked windows in one pass of the network: about 0.1 s on one core."""

NETWORK_SHARE = 0.7
"""Share of the reconstruction in the signal that the scan is compared with; the rest is what the same place of the
cross-section shows above and below. Fitted by logistic regression on voxels of simulated lesions (.68), see the model
card."""

SMALLEST_ERROR = 0.012
"""Smallest expected error that counts, on the common scale: the network cannot know a scan's grey values better."""

HALF_CORD = 6.5
"""No cord reaches this far before or behind its centreline in mm: a mask that does has left the cord."""


@dataclass(frozen=True)
class U2AD:
    """Monte-Carlo reconstruction of the straightened cord.

    Args:
        draws: K, how often each patch of cord is rebuilt.
        seed: of the masks.
        trained: the version of the network; the starter where None.
    """

    draws: int = 10
    seed: int = 0
    trained: Autoencoder | None = None
    name: str = "u2ad"
    weights: tuple[str, ...] = (WEIGHTS,)
    threshold: float = 5.0

    @property
    def settings(self) -> dict[str, Any]:
        """Everything beside the weights that the maps depend on."""
        return {"draws": self.draws, "seed": self.seed, "smoothing_mm": scoring.SMOOTHING, "reach_mm": scoring.REACH}

    def detect(self, cord: StraightCord, progress: Progress) -> StraightMaps:
        """Rebuild and score a straightened cord.

        Raises:
            U2ADError: if the weights are missing or damaged.
        """
        network = (self.trained or load_autoencoder()).network
        windows = windows_of(cord.fraction, network.size)
        progress.step("Rebuild healthy cord", len(windows) * 2 * self.draws)
        pictures = torch.from_numpy(cut(channels_of(cord), windows, network.size))
        rebuilt = reconstruct(network, pictures, self.draws, self.seed, BATCH, progress.advance)
        mean, variance, error = (
            blend(part.numpy(), windows, outside, network.size)
            for part, outside in (
                (rebuilt.mean, cord.image),
                (rebuilt.variance, np.zeros_like(cord.image)),
                (rebuilt.spread, np.zeros_like(cord.image)),
            )
        )
        return score(cord, mean, np.sqrt(variance), error)


def score(cord: StraightCord, mean: np.ndarray, epistemic: np.ndarray, error: np.ndarray) -> StraightMaps:
    """Anomaly from the signed residual over its expected error, smoothed and compared along the cord.

    Args:
        cord: the straightened cord.
        mean: of the reconstructions, (slice, along, across), as all.
        epistemic: their standard deviation.
        error: absolute error that the network expects; 0 where nothing was rebuilt.
    """
    residual = np.where(cord.fraction > 0, cord.image - mean, 0).astype(np.float32)
    trusted = cord.certainty * _near_centreline()
    expected = NETWORK_SHARE * mean + (1 - NETWORK_SHARE) * column_expectation(cord)
    surprise = np.where(error > 0, (cord.image - expected) / np.maximum(error, SMALLEST_ERROR), 0)
    anomaly = scoring.pooled_z(scoring.smooth_inside(surprise, trusted), cord.fraction, trusted)
    aleatoric = scoring.smooth_inside(np.abs(residual), (cord.fraction > 0.05).astype(np.float32))
    return StraightMaps(anomaly, mean, epistemic, aleatoric.astype(np.float32), trusted.astype(np.float32))


def _near_centreline() -> np.ndarray:
    """1 where a cord can be, 0 elsewhere, (across,)."""
    return (np.abs(np.arange(WIDTH) - (WIDTH - 1) / 2) * PIXEL <= HALF_CORD).astype(np.float32)
