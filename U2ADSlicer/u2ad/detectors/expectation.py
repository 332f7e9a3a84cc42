"""What the same place of the cord's cross-section shows above and below."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from u2ad.cord.straight_cord import StraightCord
from u2ad.cord.straightening import PIXEL
from u2ad.detectors.scoring import CONTROL_REACH


def column_expectation(cord: StraightCord) -> np.ndarray:
    """Running median of each column of the straightened cord within 25 mm up and down, on the common scale.

    Returns:
        Expected signal, (slice, along, across), float32.
    """
    rows = 2 * round(CONTROL_REACH / PIXEL) + 1
    return ndimage.median_filter(cord.image, size=(1, rows, 1), mode="nearest")
