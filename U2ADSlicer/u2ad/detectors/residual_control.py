"""What the controls that predict a signal have in common: the residual, smoothed and compared along the cord."""

from __future__ import annotations

from typing import Any

import numpy as np

from u2ad.cord.straight_cord import StraightCord
from u2ad.detectors import scoring
from u2ad.detectors.detector import StraightMaps

SETTINGS: dict[str, Any] = {"smoothing_mm": scoring.SMOOTHING, "reach_mm": scoring.CONTROL_REACH}
"""Smoothing and reach in mm, of all controls that compare along the cord."""


def against(cord: StraightCord, expected: np.ndarray) -> StraightMaps:
    """Maps of a control from the signal that it expects, (slice, along, across) on the common scale."""
    return compared(cord, scoring.smooth_inside(cord.image - expected, cord.certainty), expected)


def compared(cord: StraightCord, smooth: np.ndarray, expected: np.ndarray) -> StraightMaps:
    """The same from a residual that is smoothed already."""
    anomaly = scoring.local_z(smooth, cord.fraction, cord.certainty, scoring.CONTROL_REACH)
    return StraightMaps(anomaly, np.where(cord.certainty > 0, expected, cord.image).astype(np.float32))
