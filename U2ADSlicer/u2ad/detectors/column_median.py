"""Control without weights: what is brighter than the same place of the cross-section above and below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import ndimage

from u2ad.cord.straight_cord import StraightCord
from u2ad.cord.straightening import PIXEL
from u2ad.detectors import scoring
from u2ad.detectors.detector import StraightMaps
from u2ad.progress import Progress


@dataclass(frozen=True)
class ColumnMedian:
    """Residual to the running median of each column of the straightened cord, then as ``local_z``."""

    name: str = "column_median"
    weights: tuple[str, ...] = ()
    threshold: float = 4.0

    @property
    def settings(self) -> dict[str, Any]:
        """Smoothing and reach in mm."""
        return {"smoothing_mm": scoring.SMOOTHING, "reach_mm": scoring.CONTROL_REACH}

    def detect(self, cord: StraightCord, progress: Progress) -> StraightMaps:
        """Score a straightened cord."""
        progress.step("Compare along the cord")
        rows = 2 * round(scoring.CONTROL_REACH / PIXEL) + 1
        expected = ndimage.median_filter(cord.image, size=(1, rows, 1), mode="nearest")
        residual = scoring.smooth_inside(cord.image - expected, cord.certainty)
        anomaly = scoring.local_z(residual, cord.fraction, cord.certainty, scoring.CONTROL_REACH)
        progress.advance()
        return StraightMaps(anomaly, np.where(cord.certainty > 0, expected, cord.image))
