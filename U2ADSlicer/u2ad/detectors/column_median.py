"""Control without weights: what is brighter than the same place of the cross-section above and below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from u2ad.cord.straight_cord import StraightCord
from u2ad.detectors import residual_control
from u2ad.detectors.detector import StraightMaps
from u2ad.detectors.expectation import column_expectation
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
        return dict(residual_control.SETTINGS)

    def detect(self, cord: StraightCord, progress: Progress) -> StraightMaps:
        """Score a straightened cord."""
        progress.step("Compare along the cord")
        maps = residual_control.against(cord, column_expectation(cord))
        progress.advance()
        return maps
