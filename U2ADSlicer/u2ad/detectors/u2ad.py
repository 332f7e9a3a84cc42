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
from u2ad.models.masking import block_plan, passes_for
from u2ad.models.monte_carlo import Plan, reconstruct
from u2ad.progress import Progress

WEIGHTS = "u2ad"

BATCH = 128
"""Masked windows in one pass of the network: about 0.1 s on one core."""

NETWORK_SHARE = 0.7
"""Share of the reconstruction in the signal that the scan is compared with; the rest is what the same place of the
cross-section shows above and below. Fitted by logistic regression on voxels of simulated lesions (.68), see the model
card."""

EPISTEMIC_WEIGHT = 3.0
"""How much the spread of the reconstructions counts beside the error that the network expects, see the model card."""

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
    threshold: float = 4.5

    @property
    def settings(self) -> dict[str, Any]:
        """Everything beside the weights that the maps depend on."""
        smoothing = {"length_mm": scoring.LENGTH, "breadth_mm": scoring.BREADTH, "directions": scoring.DIRECTIONS}
        return {"draws": self.draws, "seed": self.seed, **smoothing, "reach_mm": scoring.REACH}

    def detect(self, cord: StraightCord, progress: Progress) -> StraightMaps:
        """Rebuild and score a straightened cord.

        Raises:
            U2ADError: if the weights are missing or damaged.
        """
        rebuilt = rebuild(cord, self.trained, self.draws, self.seed, progress)
        return score(cord, rebuilt)


@dataclass(frozen=True, eq=False)
class Rebuilt:
    """The straightened cord as the network rebuilds it; all (slice, along, across) on the common scale, float32.

    Args:
        mean: of the reconstructions; the scan itself where nothing was rebuilt.
        epistemic: their standard deviation; 0 where nothing was rebuilt, as below.
        error: absolute error that the network expects.
    """

    mean: np.ndarray
    epistemic: np.ndarray
    error: np.ndarray


def rebuild(
    cord: StraightCord,
    trained: Autoencoder | None,
    draws: int,
    seed: int,
    progress: Progress,
    plan: Plan = block_plan,
) -> Rebuilt:
    """Rebuild a straightened cord ``draws`` times; arguments as of :class:`U2AD` and ``reconstruct``.

    Raises:
        U2ADError: if the weights are missing or damaged.
    """
    network = (trained or load_autoencoder()).network
    windows = windows_of(cord.fraction, network.size)
    passes = 2 * draws if plan is block_plan else passes_for(draws)
    progress.step("Rebuild healthy cord", len(windows) * passes)
    pictures = torch.from_numpy(cut(channels_of(cord), windows, network.size))
    made = reconstruct(network, pictures, draws, seed, BATCH, progress.advance, plan=plan)
    nothing = np.zeros_like(cord.image)
    mean = blend(made.mean.numpy(), windows, cord.image, network.size)
    variance = blend(made.variance.numpy(), windows, nothing, network.size)
    return Rebuilt(mean, np.sqrt(variance), blend(made.spread.numpy(), windows, nothing, network.size))


def score(cord: StraightCord, rebuilt: Rebuilt) -> StraightMaps:
    """Anomaly from the signed residual over its uncertainty, smoothed against lines and compared along the cord."""
    trusted = cord.certainty * _near_centreline()
    expected = NETWORK_SHARE * rebuilt.mean + (1 - NETWORK_SHARE) * column_expectation(cord)
    error = np.hypot(np.maximum(rebuilt.error, SMALLEST_ERROR), EPISTEMIC_WEIGHT * rebuilt.epistemic)
    surprise = np.where(rebuilt.error > 0, (cord.image - expected) / error, 0)
    anomaly = scoring.pooled_z(scoring.least_directional_mean(surprise, trusted), cord.fraction, trusted)
    return StraightMaps(anomaly, rebuilt.mean, rebuilt.epistemic, aleatoric(cord, rebuilt.mean), trusted)


def aleatoric(cord: StraightCord, mean: np.ndarray) -> np.ndarray:
    """Smoothed absolute residual in the cord, the authors' aleatoric uncertainty."""
    residual = np.abs(np.where(cord.fraction > 0, cord.image - mean, 0))
    return scoring.smooth_inside(residual, (cord.fraction > 0.05).astype(np.float32)).astype(np.float32)


def _near_centreline() -> np.ndarray:
    """1 where a cord can be, 0 elsewhere, (across,)."""
    return (np.abs(np.arange(WIDTH) - (WIDTH - 1) / 2) * PIXEL <= HALF_CORD).astype(np.float32)
