"""Control without weights: how bright a pixel is against the cord above and below it (Docs/method.md, 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from u2ad.cord.running import running_median
from u2ad.cord.straight_cord import StraightCord, core_of
from u2ad.cord.straightening import PIXEL
from u2ad.detectors import residual_control, scoring
from u2ad.detectors.detector import StraightMaps
from u2ad.progress import Progress


@dataclass(frozen=True)
class LocalZ:
    """Robust z-score of the smoothed signal along the cord. Expected signal: the running median of the slice."""

    name: str = "local_z"
    weights: tuple[str, ...] = ()
    threshold: float = 5.0

    @property
    def settings(self) -> dict[str, Any]:
        """Smoothing and reach in mm."""
        return dict(residual_control.SETTINGS)

    def detect(self, cord: StraightCord, progress: Progress) -> StraightMaps:
        """Score a straightened cord."""
        progress.step("Compare along the cord")
        smooth = scoring.smooth_inside(cord.image, cord.certainty)
        maps = residual_control.compared(cord, smooth, _expected(cord))
        progress.advance()
        return maps


def _expected(cord: StraightCord) -> np.ndarray:
    core = core_of(cord.fraction)
    reach = round(scoring.CONTROL_REACH / PIXEL)
    expected = cord.image.copy()
    for index in np.flatnonzero(core.any(axis=(1, 2))):
        one = slice(index, index + 1)
        median = running_median(cord.image[one], core[one], reach)[:, None]
        expected[index] = np.where(cord.certainty[index] > 0, median, cord.image[index])
    return expected
