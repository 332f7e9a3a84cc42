"""U2AD: what a masked autoencoder that knows healthy cord does not rebuild (Docs/method.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from u2ad.cord.straight_cord import StraightCord
from u2ad.detectors import scoring
from u2ad.detectors.detector import StraightMaps
from u2ad.detectors.windows import blend, cut, windows_of
from u2ad.models.autoencoder import Autoencoder, load_autoencoder
from u2ad.models.masking import passes_for
from u2ad.models.monte_carlo import reconstruct
from u2ad.progress import Progress

WEIGHTS = "u2ad"

BATCH = 128
"""Masked windows in one pass of the network: about 0.1 s on one core."""

EXPECTED_RESIDUAL = 0.04
"""Residual of healthy core on the common scale, added to the epistemic spread (Docs/method.md, 5)."""


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
    threshold: float = 4.0

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
        progress.step("Rebuild healthy cord", len(windows) * passes_for(self.draws))
        pictures = torch.from_numpy(cut(np.stack([cord.image, cord.fraction]), windows, network.size))
        rebuilt = reconstruct(network, pictures, self.draws, self.seed, BATCH, progress.advance)
        mean = blend(rebuilt.mean.numpy(), windows, cord.image, network.size)
        variance = blend(rebuilt.variance.numpy(), windows, np.zeros_like(cord.image), network.size)
        return score(cord, mean, np.sqrt(variance))


def score(cord: StraightCord, mean: np.ndarray, epistemic: np.ndarray) -> StraightMaps:
    """Anomaly from the signed residual over its uncertainty, smoothed and compared along the cord."""
    residual = np.where(cord.fraction > 0, cord.image - mean, 0).astype(np.float32)
    certain = residual / np.sqrt(epistemic**2 + EXPECTED_RESIDUAL**2) * EXPECTED_RESIDUAL
    anomaly = scoring.local_z(scoring.smooth_inside(certain, cord.certainty), cord.fraction, cord.certainty)
    aleatoric = scoring.smooth_inside(np.abs(residual), (cord.fraction > 0.05).astype(np.float32))
    return StraightMaps(anomaly, mean, epistemic, aleatoric.astype(np.float32))
