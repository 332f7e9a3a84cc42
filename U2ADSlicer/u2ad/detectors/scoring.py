"""From a residual to an anomaly: smoothing inside the cord, and comparison with the cord above and below."""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from scipy.signal import fftconvolve

from u2ad.cord.running import running_median, running_spread
from u2ad.cord.straight_cord import core_of
from u2ad.cord.straightening import PIXEL

SMOOTHING = 0.75
"""Standard deviation in mm of the Gaussian of the controls and of residuals that are shown (Docs/method.md, 6)."""

LENGTH, BREADTH = 1.2, 0.4
"""Standard deviations in mm, lengthwise and across, of the Gaussian laid in several directions (Docs/method.md, 5)."""

DIRECTIONS = 8
"""How many, evenly over half a turn."""

REACH = 60.0
"""How far up and down the cord a residual is compared, in mm. With 25 mm, lesions from 20 mm on set their own standard:
0 to 7 % of a lesion of 20 to 30 mm was found, against 64 to 74 % (sub-errsm18, whole cross-section)."""

CONTROL_REACH = 25.0
"""The same for the controls, which compare the signal itself: farther off it differs for other reasons than disease."""

QUIETEST = 0.01
"""Smallest spread on the common scale: below it a noise-free scan would make anything an anomaly."""


QUIETEST_SHARE = 0.15
"""The same for a residual that is divided by its uncertainty."""

USUAL_SHARE = 0.5
"""Smallest spread that a slice of its own may set in such a residual: about that of healthy cord, after smoothing."""


def smooth_inside(values: np.ndarray, weight: np.ndarray, width: float = SMOOTHING) -> np.ndarray:
    """Normalised convolution within each slice: a Gaussian mean that only counts pixels by their weight.

    Args:
        values: (slice, along, across).
        weight: of each pixel, same shape; 0 gives 0.
        width: standard deviation of the Gaussian in mm.
    """
    sigma = (0, width / PIXEL, width / PIXEL)
    total = ndimage.gaussian_filter(weight, sigma)
    return np.where(weight > 0, ndimage.gaussian_filter(values * weight, sigma) / np.maximum(total, 1e-6), 0)


def least_directional_mean(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The least of several means inside the cord, each within a slice along a short line of another direction.

    A lesion has some breadth in every direction. A ghost of motion, the ringing of an edge or the border of a flow
    void is a line, which the mean across it weakens: a line 1 mm broad keeps a third of its height, where a Gaussian
    of .75 mm leaves a half; a spot of 2 to 3 mm keeps nine tenths of what the Gaussian leaves.

    Args:
        values: (slice, along, across).
        weight: of each pixel, same shape; 0 gives 0.
    """
    weight, weighted = (np.asarray(array, np.float32) for array in (weight, values * weight))
    least = np.full(values.shape, np.inf, np.float32)
    for turn in np.arange(DIRECTIONS) * np.pi / DIRECTIONS:
        line = _line(float(turn))
        total, share = (fftconvolve(array, line, mode="same", axes=(1, 2)) for array in (weighted, weight))
        np.minimum(least, total / np.maximum(share, 1e-6), out=least)
    return np.where(weight > 0, least, 0)


def _line(turn: float) -> np.ndarray:
    """Gaussian of LENGTH and BREADTH turned by so many radians, (1, along, across), of sum 1."""
    reach = round(3 * LENGTH / PIXEL)
    along, across = np.mgrid[-reach : reach + 1, -reach : reach + 1] * PIXEL
    lengthwise = along * np.cos(turn) + across * np.sin(turn)
    sideways = across * np.cos(turn) - along * np.sin(turn)
    line = np.exp(-(lengthwise**2) / (2 * LENGTH**2) - sideways**2 / (2 * BREADTH**2)).astype(np.float32)
    return line[None] / line.sum()


def local_z(values: np.ndarray, fraction: np.ndarray, certainty: np.ndarray, reach: float = REACH) -> np.ndarray:
    """Robust z-score of each pixel against the core of its slice within ``reach`` along the cord; at least 0.

    Args:
        values: (slice, along, across), on the common scale.
        fraction: cord fraction, same shape.
        certainty: weight of each pixel, same shape; 0 gives no score.
        reach: in mm, up and down.
    """
    rows = round(reach / PIXEL)
    core = core_of(fraction)
    centred = _centred(values, core, rows)
    z = np.zeros_like(centred)
    for index in np.flatnonzero(core.any(axis=(1, 2))):
        one = slice(index, index + 1)
        spread = running_spread(centred[one], np.zeros(centred.shape[1]), core[one], rows)
        z[index] = centred[index] / np.maximum(spread, QUIETEST)[:, None]
    return np.where(certainty > 0, z.clip(min=0), 0)


def pooled_z(values: np.ndarray, fraction: np.ndarray, certainty: np.ndarray) -> np.ndarray:
    """As :func:`local_z` for a residual over its expected error: such values compare between slices, too.

    Each slice has its own median. The spread is that of all slices, since a slice at the side of the cord holds few
    pixels of core and would set a standard of its own; in equal parts with it counts the slice's own spread, where it
    is larger than usual.
    """
    rows = round(REACH / PIXEL)
    core = core_of(fraction) & (certainty > 0)
    z = np.zeros_like(values, dtype=np.float32)
    if not core.any():
        return z
    centred = _centred(values, core, rows)
    zero = np.zeros(centred.shape[1])
    pooled = running_spread(centred, zero, core, rows)
    for index in np.flatnonzero(core.any(axis=(1, 2))):
        one = slice(index, index + 1)
        own = running_spread(centred[one], zero, core[one], rows)
        precision = (1 / np.maximum(pooled, QUIETEST_SHARE) + 1 / np.maximum(own, USUAL_SHARE)) / 2
        z[index] = centred[index] * precision[:, None]
    return np.where(certainty > 0, z.clip(min=0), 0)


def _centred(values: np.ndarray, core: np.ndarray, rows: int) -> np.ndarray:
    """Values above the running median of the core of their own slice; 0 in slices without core."""
    centred = np.zeros_like(values, dtype=np.float32)
    for index in np.flatnonzero(core.any(axis=(1, 2))):
        one = slice(index, index + 1)
        centred[index] = values[index] - running_median(values[one], core[one], rows)[:, None]
    return centred
