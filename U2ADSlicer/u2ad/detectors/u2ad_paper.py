"""U2AD scored as published: the absolute residual in the whole cord, from random masks (Docs/method.md, 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from u2ad.cord.straight_cord import StraightCord
from u2ad.detectors.detector import StraightMaps
from u2ad.detectors.scoring import QUIETEST
from u2ad.detectors.u2ad import WEIGHTS, aleatoric, rebuild
from u2ad.models.autoencoder import Autoencoder
from u2ad.models.masking import balanced_plan
from u2ad.progress import Progress


@dataclass(frozen=True)
class U2ADPaper:
    """The same network, but darker than expected counts as much as brighter, and the rim as much as the core.

    Nothing is smoothed, compared along the cord or weighted by certainty. In units of the cord's own robust standard
    deviation, so that candidates are extracted as from the other detectors.

    Args:
        draws: K, how often each patch of cord is rebuilt.
        seed: of the masks.
        trained: the version of the network; the starter where None.
    """

    draws: int = 10
    seed: int = 0
    trained: Autoencoder | None = None
    name: str = "u2ad_paper"
    weights: tuple[str, ...] = (WEIGHTS,)
    threshold: float = 5.0

    @property
    def settings(self) -> dict[str, Any]:
        """Everything beside the weights that the maps depend on."""
        return {"draws": self.draws, "seed": self.seed}

    def detect(self, cord: StraightCord, progress: Progress) -> StraightMaps:
        """Rebuild and score a straightened cord.

        Raises:
            U2ADError: if the weights are missing or damaged.
        """
        rebuilt = rebuild(cord, self.trained, self.draws, self.seed, progress, balanced_plan)
        whole = (cord.fraction >= 0.5).astype(np.float32)
        residual = (cord.image - rebuilt.mean) * whole
        inside = residual[whole > 0]
        spread = max(1.4826 * float(np.median(np.abs(inside - np.median(inside)))), QUIETEST) if inside.size else 1.0
        anomaly = (np.abs(residual) / spread).astype(np.float32)
        return StraightMaps(anomaly, rebuilt.mean, rebuilt.epistemic, aleatoric(cord, rebuilt.mean), whole)
