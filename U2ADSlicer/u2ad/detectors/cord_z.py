"""Control without weights: how bright a pixel is against the whole cord."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from u2ad.cord.straight_cord import CORD_SIGNAL, StraightCord, core_of
from u2ad.detectors import scoring
from u2ad.detectors.detector import StraightMaps
from u2ad.progress import Progress


@dataclass(frozen=True)
class CordZ:
    """Robust z-score of the smoothed signal in the core of the whole cord: the simplest one that there is."""

    name: str = "cord_z"
    weights: tuple[str, ...] = ()
    threshold: float = 5.0

    @property
    def settings(self) -> dict[str, Any]:
        """Smoothing in mm."""
        return {"smoothing_mm": scoring.SMOOTHING}

    def detect(self, cord: StraightCord, progress: Progress) -> StraightMaps:
        """Score a straightened cord."""
        progress.step("Compare with the whole cord")
        smooth = scoring.smooth_inside(cord.image, cord.certainty)
        inside = smooth[core_of(cord.fraction)]
        middle = float(np.median(inside)) if inside.size else CORD_SIGNAL
        spread = 1.4826 * float(np.median(np.abs(inside - middle))) if inside.size else 0.0
        z = (smooth - middle) / max(spread, scoring.QUIETEST)
        anomaly = np.where(cord.certainty > 0, z.clip(min=0), 0).astype(np.float32)
        progress.advance()
        return StraightMaps(anomaly, np.where(cord.certainty > 0, middle, cord.image).astype(np.float32))
