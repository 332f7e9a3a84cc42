"""The distance from vertebra to vertebra in front of the cord, which tells a neck from a loin."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from u2ad.cord.centreline import Centreline
from u2ad.scan import SagittalView, Scan

DEPTHS = np.arange(8.0, 32.0, 2.0)
"""How far in front of the cord's middle the vertebral bodies are sampled, in mm: 8 to 30 mm hold them in every neck."""

SIDEWAYS = (-3.0, 0.0, 3.0)
"""How far left of the cord's middle they are sampled, in mm."""

PITCHES = (10.0, 45.0)
"""From below the lowest cervical body and disc (about 13 mm) to above the highest lumbar ones (about 40 mm)."""

FUNDAMENTAL = 0.4
"""A shorter distance is preferred to a longer one when its correlation is at least this share of the other's."""

SHORTEST_LINE = 90.0
"""A shorter stretch holds too few vertebrae to see their rhythm, in mm."""


def vertebral_pitch(scan: Scan, line: Centreline) -> tuple[float, float] | None:
    """The most regular distance between bright-dark changes along the vertebral column.

    Autocorrelation of the signal along lines in front of the cord, evened out in brightness and contrast over 50 mm,
    averaged over the lines. Measured on the six healthy necks: 13 to 18 mm; thoracic: 19 mm; two lumbar scans: 32 and
    34 mm.

    Args:
        scan: any contrast.
        line: the cord's centreline.

    Returns:
        The distance in mm and the correlation at it; None where the picture holds too little.
    """
    if line.length < SHORTEST_LINE:
        return None
    every = max(1, round(1.0 / line.step))
    rhythm = [
        _autocorrelation(profile) for profile in _profiles(scan, line, every) if np.isfinite(profile).mean() > 0.7
    ]
    if not rhythm:
        return None
    step = every * line.step
    first, last = (round(pitch / step) for pitch in PITCHES)
    mean = np.mean(rhythm, axis=0)[: last + 2]
    peaks = [n for n in range(first, len(mean) - 1) if mean[n - 1] < mean[n] >= mean[n + 1]]
    highest = max((mean[n] for n in peaks), default=0.0)
    if highest <= 0:
        return None
    best = next(n for n in peaks if mean[n] >= FUNDAMENTAL * highest)  # a rhythm of 17 mm also repeats every 34 mm
    return best * step, float(mean[best])


def _profiles(scan: Scan, line: Centreline, every: int) -> np.ndarray:
    """Signal along lines in front of the cord, NaN outside the scan, (lines, points)."""
    view = SagittalView.from_grid(scan.grid)
    signal = view.apply(scan.array).astype(np.float32)
    points = line.points[::every]
    down = np.gradient(ndimage.gaussian_filter1d(points, 8, axis=0), axis=0)
    left, _, posterior = view.grid.directions
    front = np.cross(left, down)
    front *= -np.sign(front @ posterior)[:, None]
    front /= np.linalg.norm(front, axis=1, keepdims=True)
    columns = []
    for depth in DEPTHS:
        sides = [points + depth * front + aside * left for aside in SIDEWAYS]
        sampled = [ndimage.map_coordinates(signal, view.grid.to_kji(p).T, order=1, cval=np.nan) for p in sides]
        columns.append(np.mean(sampled, axis=0))
    return np.array(columns)


def _autocorrelation(profile: np.ndarray) -> np.ndarray:
    known = np.isfinite(profile)
    filled = np.where(known, profile, profile[known].mean())
    flat = filled - ndimage.gaussian_filter1d(filled, 25)
    flat = flat / (np.sqrt(ndimage.gaussian_filter1d(flat**2, 25)) + 1e-6)
    flat = ndimage.gaussian_filter1d(flat, 1.5)
    correlation = np.correlate(flat, flat, "full")[len(flat) - 1 :] / np.arange(len(flat), 0, -1)
    return correlation / max(float(correlation[0]), 1e-6)
