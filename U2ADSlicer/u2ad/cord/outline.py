"""The cord's outline in a slab: one ellipse a cross-section, the best smooth chain of them by dynamic programming."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage, stats

from u2ad.cord.chain import best_chain
from u2ad.cord.slab import ASIDE, COLUMN, ROW, offsets

FALL = (75.0, 140.0)
"""The cord is thinner below its enlargement: from so many mm below the upper end on, and no more from here (C7, T2 in a
scan that begins at C1, as scans of the neck do)."""

USUAL_DEPTH, DEPTH_SPREAD = (3.5, 2.9), 0.6
USUAL_WIDTH, WIDTH_SPREAD = (5.6, 4.3), 0.8
"""Half diameters of a cord above and below the fall, and their spread, mm (PAM50: 3.7 to 3.0 and 6.5 to 4.5)."""

RING = 1.5
"""What lies this many mm outside the outline should not look like cord."""

CLICK, DRIFT = 1.5, 0.06
"""Standard deviation of the rough course about the cord's middle at a clicked point in mm, and its growth with each mm
from the nearest one."""

PRIOR = 6.0
"""mm2 of evidence that a cross-section needs to outweigh one standard deviation of its usual place and size."""

RARE = 3.0
"""Squared standard deviations beyond which all small sizes are alike: a flattened cord is rare, not impossible."""

FAINT = 0.2
"""Where the surroundings differ from the cord by less than this share of what they usually do, that is no contrast."""

STEP_COST = 3.0
"""mm2 of evidence that a step from one cross-section to the next must be worth."""


@dataclass(frozen=True, eq=False)
class Search:
    """What is tried, mm.

    Args:
        back: middles, behind the course.
        aside: middles, to its left.
        half_depths: half antero-posterior diameters.
        half_widths: half right-left diameters.
    """

    back: np.ndarray
    aside: np.ndarray
    half_depths: np.ndarray
    half_widths: np.ndarray


COARSE = Search(np.arange(-10, 10.1, 1.0), np.arange(-3, 3.1, 1.0), np.arange(1.5, 4.6, 0.5), np.arange(3.5, 7.1, 1.0))
"""About a curve through few points: it may lie a centimetre off where the neck bends between them."""

FINE = Search(np.arange(-2, 2.1, 0.5), np.arange(-2, 2.1, 0.5), np.arange(1.5, 5.01, 0.25), np.arange(3.0, 7.01, 0.5))
"""About a course that follows the cord. No cord is wider than 14 mm or deeper than 10."""


@dataclass(frozen=True, eq=False)
class Outline:
    """An ellipse for every cross-section of a slab, mm, every field shape (N,).

    Args:
        aside: middle, to the left of the course.
        back: middle, behind the course.
        half_width: half right-left diameter.
        half_depth: half antero-posterior diameter.
        signal: of the cord inside.
    """

    aside: np.ndarray
    back: np.ndarray
    half_width: np.ndarray
    half_depth: np.ndarray
    signal: np.ndarray


@dataclass(frozen=True, eq=False)
class Clicks:
    """Where a person has clicked in a slab.

    Args:
        rows: cross-sections, ascending, shape (K,).
        aside: mm to the left of the course there.
        back: mm behind it.
    """

    rows: np.ndarray
    aside: np.ndarray
    back: np.ndarray


def find_outline(slab: np.ndarray, clicks: Clicks, search: Search) -> Outline:
    """The outline of the cord in a slab of signal.

    A sample speaks for cord as far as its signal is that of the cord at the clicked points: half way to the fluid, or
    to the dark of bone and ligament, it speaks neither way. So cord is found beside bright fluid and, where a stenosis
    leaves none, beside dark ligament; where neither shows, the usual size and the neighbouring cross-sections decide.

    Args:
        slab: as :func:`u2ad.cord.slab.sample` gives it.
        clicks: points on the cord.
        search: what is tried.
    """
    slab = ndimage.gaussian_filter1d(slab, 1.0 / ROW, axis=0)
    rows = len(slab)
    zero = np.zeros(rows)
    clicked = _clicked_signal(slab, clicks)
    outline = Outline(zero, zero, _usual(USUAL_WIDTH, rows), _usual(USUAL_DEPTH, rows), clicked)
    for _ in range(ROUNDS):
        summed = _summed(_evidence(slab, outline.signal))
        outline = _front_to_back(summed, outline, clicks, search)
        outline = _side_to_side(summed, outline, clicks, search)
        outline = replace(outline, signal=_signal_inside(slab, outline, clicked))
    return outline


ROUNDS = 2
"""How often the signal of the cord and its outline are estimated from each other."""


def _usual(sizes: tuple[float, float], rows: int) -> np.ndarray:
    """A usual half diameter in each cross-section, mm, (N,)."""
    return np.interp(np.arange(rows) * ROW, FALL, sizes)


def _clicked_signal(slab: np.ndarray, clicks: Clicks) -> np.ndarray:
    """Signal of the cord along the slab, from 4 x 4 x 9 mm about each clicked point, (N,)."""
    aside, back = offsets()
    values = []
    for row, left, behind in zip(clicks.rows, clicks.aside, clicks.back, strict=True):
        near = (np.abs(aside - left) <= 2)[:, None] & (np.abs(back - behind) <= 2)
        values.append(np.median(slab[max(0, row - 4) : row + 5][:, near]))
    slope, start, _, _ = stats.theilslopes(np.log(np.maximum(values, 1e-6)), clicks.rows)
    shading = np.exp(start + slope * clicks.rows)
    return np.interp(np.arange(len(slab)), clicks.rows, np.clip(values, 0.75 * shading, 1.33 * shading))


def _believable(signal: np.ndarray, expected: np.ndarray | float) -> np.ndarray:
    """Kept near what is expected: a click, or an outline, in fluid or bone says nothing of the cord."""
    return np.clip(signal, 0.6 * expected, 1.5 * expected)


def _signal_inside(slab: np.ndarray, outline: Outline, clicked: np.ndarray) -> np.ndarray:
    aside, back = offsets()
    left = (aside - outline.aside[:, None]) / outline.half_width[:, None]
    behind = (back - outline.back[:, None]) / outline.half_depth[:, None]
    core = left[:, :, None] ** 2 + behind[:, None] ** 2 < 0.4
    values = np.array([np.median(row[inside]) for row, inside in zip(slab, core, strict=True)])
    smooth = ndimage.gaussian_filter1d(ndimage.median_filter(values, 15, mode="nearest"), 8, mode="nearest")
    return _believable(smooth, clicked)


def _evidence(slab: np.ndarray, signal: np.ndarray) -> np.ndarray:
    """How much each sample looks like cord, -1 to 1; 0 half way to what is around it."""
    aside, back = offsets()
    relative = slab / signal[:, None, None]
    near = relative[:, np.abs(aside) <= 8][:, :, np.abs(back) <= 10].reshape(len(slab), -1)
    dark, bright = (_contrast(side) for side in np.percentile(near, (5, 92), axis=1))
    off = relative - 1
    return np.maximum(1 - (off / np.where(off > 0, bright, dark)) ** 2, -1)


def _contrast(extreme: np.ndarray) -> np.ndarray:
    """Half the difference between the cord and the brightest, or darkest, around it along the slab, (N, 1, 1)."""
    smooth = ndimage.gaussian_filter1d(np.abs(extreme - 1) / 2, 8 / ROW, mode="nearest")
    return np.maximum(smooth, max(FAINT * float(np.median(smooth)), 0.1))[:, None, None]


def _front_to_back(summed: np.ndarray, outline: Outline, clicks: Clicks, search: Search) -> Outline:
    """Middle and half depth of every cross-section, given its width."""
    aside, back = offsets()
    chord = _chord(aside - outline.aside[:, None], outline.half_width[:, None])
    gain = np.empty((len(summed), search.back.size, search.half_depths.size))
    for index, half in enumerate(search.half_depths):
        inner = (chord * half)[:, :, None]
        outer = np.where(inner > 0, inner + RING, 0)
        gain[:, :, index] = _inside_and_not_around(summed, search.back - back[0], inner, outer).sum(axis=1)
    usual = _usual(USUAL_DEPTH, len(summed))
    gain -= _unusual(search.back, clicks, clicks.back, search.half_depths, usual, DEPTH_SPREAD)
    place, size = best_chain(gain, STEP_COST)
    return replace(outline, back=_smooth(search.back[place]), half_depth=_smooth(search.half_depths[size]))


def _side_to_side(summed: np.ndarray, outline: Outline, clicks: Clicks, search: Search) -> Outline:
    """Middle and half width of every cross-section, given its depth."""
    aside, back = offsets()
    centre = (outline.back - back[0])[:, None, None]
    depth = outline.half_depth[:, None, None]
    gain = np.empty((len(summed), search.aside.size, search.half_widths.size))
    for place, middle in enumerate(search.aside):
        for size, half in enumerate(search.half_widths):
            inner, outer = (depth * _chord(aside - middle, reach)[:, None] for reach in (half, half + RING))
            gain[:, place, size] = _inside_and_not_around(summed, centre, inner, outer).sum(axis=(1, 2))
    usual = _usual(USUAL_WIDTH, len(summed))
    gain -= _unusual(search.aside, clicks, clicks.aside, search.half_widths, usual, WIDTH_SPREAD)
    place, size = best_chain(gain, STEP_COST)
    return replace(outline, aside=_smooth(search.aside[place]), half_width=_smooth(search.half_widths[size]))


def _unusual(
    places: np.ndarray, clicks: Clicks, clicked: np.ndarray, sizes: np.ndarray, usual: np.ndarray, size_spread: float
) -> np.ndarray:
    """What an unlikely size, or a middle far from the clicked points, costs in mm2, (N, places, sizes)."""
    rows = len(usual)
    expected = np.interp(np.arange(rows), clicks.rows, clicked)
    spread = CLICK + DRIFT * ROW * np.abs(np.arange(rows)[:, None] - clicks.rows).min(axis=1)
    off = ((places - expected[:, None]) / spread[:, None]) ** 2
    size = (sizes - usual[:, None]) / size_spread
    size = np.where(size < 0, np.minimum(size**2, RARE), size**2)
    return PRIOR * (off[:, :, None] + size[:, None])


def _inside_and_not_around(summed: np.ndarray, centre: np.ndarray, inner: np.ndarray, outer: np.ndarray) -> np.ndarray:
    """Evidence within ``inner`` mm of a centre, less that between ``inner`` and ``outer``, mm2 for each column."""
    inside, whole = (_at(summed, centre + reach) - _at(summed, centre - reach) for reach in (inner, outer))
    return (2 * inside - whole) * ASIDE


def _chord(aside: np.ndarray, half_width: np.ndarray | float) -> np.ndarray:
    """Share of the half depth that an ellipse has ``aside`` mm from its middle."""
    return np.sqrt(np.maximum(1 - (aside / half_width) ** 2, 0))


def _summed(evidence: np.ndarray) -> np.ndarray:
    """Integral of the evidence from the front to each sample's front edge, mm; one more than samples."""
    front = np.zeros((*evidence.shape[:2], 1), np.float32)
    return np.concatenate([front, evidence.cumsum(axis=2, dtype=np.float32) * np.float32(COLUMN)], axis=2)


def _at(summed: np.ndarray, place: np.ndarray) -> np.ndarray:
    """The integral at places in mm behind the first sample, linear within samples."""
    rows, columns, samples = summed.shape
    index = np.clip(place / COLUMN + 0.5, 0, samples - 1.001).astype(np.float32)
    whole = index.astype(np.intp)
    first = whole + (np.arange(rows)[:, None, None] * columns + np.arange(columns)[:, None]) * samples
    flat = summed.reshape(-1)
    low = flat[first]
    return low + (flat[first + 1] - low) * (index - whole)


def _smooth(values: np.ndarray) -> np.ndarray:
    return ndimage.gaussian_filter1d(values, 2.0 / ROW, mode="nearest")
