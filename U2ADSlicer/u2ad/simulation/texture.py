"""Texture: a random field fixed in the patient, so that every acquisition of a person sees the same one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates, zoom

LATTICE = 80
PITCH = 1.3


@dataclass(frozen=True, eq=False)
class NoiseField:
    """A periodic random field of mean 0 and standard deviation 1.

    Args:
        lattice: values at a cubic lattice of ``PITCH`` mm, float32, shape (80, 80, 80).
    """

    lattice: np.ndarray

    @classmethod
    def draw(cls, rng: np.random.Generator) -> NoiseField:
        """A field with structure at 1.5, 4 and 10 mm."""
        lattice = np.zeros((LATTICE,) * 3, dtype=np.float32)
        for sigma, weight in ((0.7, 0.75), (2.0, 0.5), (5.0, 0.4)):
            octave = gaussian_filter(rng.standard_normal(lattice.shape, dtype=np.float32), sigma, mode="wrap")
            lattice += weight * octave / octave.std()
        return cls(lattice / lattice.std())

    def smooth_at(self, x: np.ndarray, y: np.ndarray, z: np.ndarray, stretch: float) -> np.ndarray:
        """Values of the field stretched by a factor, on a sheet of points, shape (rows, columns), float32.

        Looked up at every fourth row and column and interpolated: what is stretched is smooth.
        """
        rows, columns = x.shape
        few = np.ix_(*(np.linspace(0, n - 1, max(2, n // 4)).round().astype(int) for n in x.shape))
        values = self.at(x[few] / stretch, y[few] / stretch, z[few] / stretch)
        return np.asarray(zoom(values, (rows / values.shape[0], columns / values.shape[1]), order=1))

    def at(self, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Values at points in mm, arrays of one shape (or broadcastable), float32."""
        places = np.stack(np.broadcast_arrays(x, y, z)) / PITCH
        return map_coordinates(self.lattice, places, output=np.float32, order=1, mode="grid-wrap", prefilter=False)
