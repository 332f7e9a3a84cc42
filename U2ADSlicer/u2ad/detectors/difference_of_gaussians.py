"""Control without weights: what is brighter than a blurred version of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from u2ad.cord.straight_cord import StraightCord
from u2ad.detectors import residual_control, scoring
from u2ad.detectors.detector import StraightMaps
from u2ad.progress import Progress

NARROW, WIDE = 1.0, 6.0
"""Standard deviations of the two Gaussians in mm (first measurements: Docs/method.md, 6)."""


@dataclass(frozen=True)
class DifferenceOfGaussians:
    """Signal smoothed by 1 mm less the same by 6 mm, both inside the cord, then as ``local_z``."""

    name: str = "difference_of_gaussians"
    weights: tuple[str, ...] = ()
    threshold: float = 4.5

    @property
    def settings(self) -> dict[str, Any]:
        """Both widths and the reach in mm."""
        return {"narrow_mm": NARROW, "wide_mm": WIDE, "reach_mm": scoring.CONTROL_REACH}

    def detect(self, cord: StraightCord, progress: Progress) -> StraightMaps:
        """Score a straightened cord."""
        progress.step("Compare with the surroundings")
        near, wide = (scoring.smooth_inside(cord.image, cord.certainty, width) for width in (NARROW, WIDE))
        maps = residual_control.compared(cord, near - wide, wide)
        progress.advance()
        return maps
