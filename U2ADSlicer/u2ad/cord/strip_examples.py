"""Training pictures for the network of the levels: spine strips, warped and spoilt at random."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from u2ad.cord.disc_evidence import NAMED, features
from u2ad.cord.spine_strip import DEPTHS, SpineStrip, column_known

FINE_DEPTHS = np.arange(DEPTHS[0] - 6, DEPTHS[-1] + 7, 1.0)
"""Depths of a strip from which examples are made: some mm more than the network sees, so that it can be moved."""

ROWS = 288
"""Rows of an example: longer than the neck of anybody, for what is beyond is unknown."""


@dataclass(frozen=True, eq=False)
class LabelledStrip:
    """A strip on ``FINE_DEPTHS`` and the true places of its discs.

    Args:
        strip: the strip.
        discs: place along the centreline in mm by name.
    """

    strip: SpineStrip
    discs: Mapping[str, float]


def example(labelled: LabelledStrip, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A random variation of a strip.

    Returns:
        What the network sees, (channels, ``ROWS``), and the row of each disc of ``NAMED``, NaN where it is not seen.
    """
    source = _warp(labelled.strip, rng)
    depth = _depths(rng)
    rows = np.broadcast_to(source[:, None], depth.shape)
    columns = depth - FINE_DEPTHS[0]
    signal, known = (
        ndimage.map_coordinates(array.astype(np.float32), [rows, columns], order=1, cval=0)
        for array in (labelled.strip.signal, labelled.strip.known)
    )
    seen = (known > 0.5) & _field_of_view(rng)[:, None]
    spoilt = np.where(seen, _spoilt(signal / np.maximum(known, 0.5), rng), 0)
    return features(spoilt.astype(np.float32), seen), _places(labelled, source, seen)


def _warp(strip: SpineStrip, rng: np.random.Generator) -> np.ndarray:
    """Row of the strip for every row of the example: stretched by and large, and a little here and there."""
    local = ndimage.gaussian_filter1d(rng.normal(0, 1, ROWS), 20)
    pace = (1 + 0.04 * local / local.std()) * rng.uniform(0.85, 1.2)
    source = np.cumsum(pace)
    spare = len(strip.signal) - source[-1]
    return source + rng.uniform(min(spare, 0) - 30, max(spare, 0) + 30)


def _depths(rng: np.random.Generator) -> np.ndarray:
    """Depth in mm of every sample: nearer or farther, by a wobble of the centreline, (rows, depths)."""
    wobble = ndimage.gaussian_filter1d(rng.normal(0, 1, ROWS), 12)
    return (
        DEPTHS * rng.uniform(0.85, 1.15) + rng.normal(0, 1.2) + rng.uniform(0, 1.2) * (wobble / wobble.std())[:, None]
    )


def _field_of_view(rng: np.random.Generator) -> np.ndarray:
    """Rows that the picture holds; in one example of two it ends early at the top, the bottom or both."""
    held = np.ones(ROWS, bool)
    if rng.random() < 0.35:
        held[: int(rng.uniform(0, 130))] = False
    if rng.random() < 0.35:
        held[ROWS - int(rng.uniform(0, 130)) :] = False
    return held


def _spoilt(signal: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Other contrast, shading, blur, noise, faded discs."""
    spoilt = signal ** rng.uniform(0.6, 1.6)
    if rng.random() < 0.5:
        at = np.sort(rng.uniform(0, 3, 6))
        spoilt = np.interp(spoilt, at, np.sort(rng.uniform(0, 3, 6)))
    if rng.random() < 0.6:
        spoilt = ndimage.gaussian_filter(spoilt, (rng.uniform(0, 1.5), rng.uniform(0, 1.0)))
    if rng.random() < 0.5:
        faded = ndimage.gaussian_filter(spoilt, (8, 1))
        share = np.clip(ndimage.gaussian_filter1d(rng.normal(0, 1, ROWS), 12) * 6, 0, 0.9)[:, None]
        spoilt = spoilt * (1 - share) + faded * share
    shading = ndimage.gaussian_filter(rng.normal(0, 1, spoilt.shape), (15, 4))
    spoilt = spoilt * np.exp(rng.uniform(0, 0.3) * shading / shading.std())
    return spoilt + rng.normal(0, rng.uniform(0.01, 0.15), spoilt.shape)


def _places(labelled: LabelledStrip, source: np.ndarray, seen: np.ndarray) -> np.ndarray:
    wanted = np.array([labelled.discs.get(name, np.nan) for name in NAMED]) - labelled.strip.first
    rows = np.interp(wanted, source, np.arange(ROWS), left=np.nan, right=np.nan)
    nearest = np.clip(np.nan_to_num(rows).round().astype(int), 0, ROWS - 1)
    return np.where(column_known(seen, DEPTHS)[nearest], rows, np.nan)
