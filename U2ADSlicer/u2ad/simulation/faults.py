"""Faults of a real acquisition, applied to a clean working volume: coil shading, motion, ringing, noise."""

from __future__ import annotations

import numpy as np
from scipy import fft

from u2ad.scan import Grid
from u2ad.simulation.acquisition import Acquisition

OVERSAMPLING = 12
"""Margin around the field of view in percent while in k-space."""


def add_faults(signal: np.ndarray, grid: Grid, acquisition: Acquisition, rng: np.random.Generator) -> np.ndarray:
    """Shade, ghost, ring and add Rician noise, in that order.

    Args:
        signal: clean signal with CSF about 1, working grid (sagittal slices, rows along the body), float32, KJI.
        grid: the working grid.
        acquisition: strengths of the faults.
        rng: source of the noise; the same stream gives the same faults whatever ``signal`` is.
    """
    coil = _coil(grid, acquisition.bias, rng)
    received = _k_space(signal * coil, grid, acquisition, rng)
    return _noisy(received, coil / np.float32(acquisition.signal_to_noise), rng)


def _coil(grid: Grid, bias: float, rng: np.random.Generator) -> np.ndarray:
    """Sensitivity of a coil behind the neck: falls towards the front and varies slowly, mean about 1 near the cord."""
    k, j, i = (np.linspace(-1, 1, n, dtype=np.float32) for n in grid.shape)
    extent = np.array(grid.shape) * grid.spacing / 2
    slopes = rng.normal(0, 0.35, 6).astype(np.float32)
    backwards = i[None, None, :] * (extent[2] / 100)
    wave = slopes[0] * j**2 + slopes[1] * j + slopes[2] * np.cos(2.2 * j + slopes[3] * 3)
    rest = wave[None, :, None] * (extent[1] / 100) ** 2 * 0.8 + 0.3 * slopes[4] * k[:, None, None]
    return np.exp(np.float32(bias) * (backwards + rest)).astype(np.float32)


def _k_space(signal: np.ndarray, grid: Grid, acquisition: Acquisition, rng: np.random.Generator) -> np.ndarray:
    """Leave out the outer part of k-space and let the phase lines move; magnitude is taken with the noise."""
    rate, phase = rng.uniform(0.06, 0.2), rng.uniform(0, 2 * np.pi, signal.shape[0])
    if acquisition.kept >= 1 and acquisition.motion == 0:
        return signal
    # The body goes on beyond the field of view: without a margin the picture's own border would ring.
    margin = [(0, 0), *(((OVERSAMPLING * n) // 100,) * 2 for n in signal.shape[1:])]
    padded = np.pad(signal, margin, mode="reflect")
    space = np.asarray(fft.fft2(padded.astype(np.complex64), axes=(1, 2)))
    rows, columns = (np.fft.fftfreq(n).astype(np.float32) for n in padded.shape[1:])
    limit = acquisition.kept / 2
    space *= (np.abs(rows) <= limit)[:, None] & (np.abs(columns) <= limit)[None, :]
    if acquisition.motion > 0:
        space *= _movement(acquisition, grid, rows, columns, rate=rate, phase=phase)
    image = np.asarray(fft.ifft2(space, axes=(1, 2)), np.complex64)
    return image[tuple(slice(before, n - after) for (before, after), n in zip(margin, image.shape, strict=True))]


def _movement(
    acquisition: Acquisition, grid: Grid, rows: np.ndarray, columns: np.ndarray, *, rate: float, phase: np.ndarray
) -> np.ndarray:
    """Phase of every k-space line of a body that moves periodically while the lines are acquired in turn."""
    along_rows = acquisition.phase_axis == "rows"
    frequency, step = (rows, grid.spacing[1]) if along_rows else (columns, grid.spacing[2])
    order = np.argsort(np.argsort(frequency))
    shift = acquisition.motion / step * np.sin(2 * np.pi * rate * order[None, :] + phase[:, None])
    factor = np.exp(-2j * np.pi * frequency[None, :] * shift).astype(np.complex64)
    return factor[:, :, None] if along_rows else factor[:, None, :]


def _noisy(signal: np.ndarray, deviation: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Magnitude of the signal with noise in both channels.

    Noise follows the coil's sensitivity: an array combines its elements by their sensitivity, which makes the far
    background of the healthy scans much quieter (standard deviation 1) than the cord (12 to 22).
    """
    real = np.real(signal) + deviation * rng.standard_normal(signal.shape, dtype=np.float32)
    imaginary = np.imag(signal) + deviation * rng.standard_normal(signal.shape, dtype=np.float32)
    return np.hypot(real, imaginary).astype(np.float32)
