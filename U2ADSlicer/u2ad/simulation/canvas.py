"""A sagittal sheet of the phantom that tissues are painted on, one over the other, with soft edges."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from u2ad.simulation.curve import STEP, TOP
from u2ad.simulation.tissue import TEXTURE, Contrast, Tissue


def cover(distance: np.ndarray, softness: float) -> np.ndarray:
    """Share of a sample that lies inside a surface, from its signed distance in mm (negative inside)."""
    return np.clip(0.5 - distance / softness, 0.0, 1.0)


def both(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Signed distance of the intersection of two shapes."""
    return np.maximum(first, second)


def rounded(first: np.ndarray, second: np.ndarray, radius: float) -> np.ndarray:
    """Signed distance of the intersection of two shapes with its edges rounded by ``radius`` mm."""
    outside = np.hypot(np.maximum(first + radius, 0), np.maximum(second + radius, 0))
    return np.minimum(np.maximum(first, second) + radius, 0) + outside - radius


def ellipse(first: np.ndarray, second: np.ndarray, half: tuple, power: np.ndarray | float = 2.0) -> np.ndarray:
    """Approximate signed distance in mm to a (super-)ellipse with half axes ``half`` (numbers or arrays)."""
    radius = (np.abs(first / half[0]) ** power + np.abs(second / half[1]) ** power) ** (1.0 / power)
    return (radius - 1.0) * np.minimum(half[0], half[1])


@dataclass(eq=False)
class Sheet:
    """Samples in one sheet: where they lie, and what has been painted there so far.

    Args:
        s: height along the canal in mm, shape (rows, columns); so are all the following.
        u: to the right in mm.
        v: to the front in mm.
        noise: texture, mean 0 and standard deviation 1.
        signal: what has been painted, relative to full scale.
        contrast: signals of the tissues.
        softness: width of an edge in mm, about one sample.
    """

    s: np.ndarray
    u: np.ndarray
    v: np.ndarray
    noise: np.ndarray
    signal: np.ndarray
    contrast: Contrast
    softness: float
    row: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.row = np.maximum((self.s - TOP) / STEP + 0.5, 0).astype(np.intp)

    def part(self, window: tuple[slice, slice]) -> Sheet:
        """A rectangle of the sheet; what is painted on it is painted on the sheet."""
        s, u, v, noise, signal = (array[window] for array in (self.s, self.u, self.v, self.noise, self.signal))
        return Sheet(s, u, v, noise, signal, self.contrast, self.softness)

    def profile(self, table: np.ndarray) -> np.ndarray:
        """A table over the heights ``ARC``, looked up at every sample."""
        return table.take(self.row, mode="clip")

    def paint(self, tissue: Tissue, distance: np.ndarray, softness: float | None = None) -> None:
        """Cover the inside of a signed distance (mm, negative inside) with a tissue and its texture."""
        self.cover_with(cover(distance, softness or self.softness), self.look(tissue))

    def look(self, tissue: Tissue) -> np.ndarray:
        """Signal of a tissue with its texture."""
        return self.contrast[tissue] * (1 + TEXTURE[tissue] * self.noise)

    def cover_with(self, share: np.ndarray, signal: np.ndarray) -> None:
        """Replace a share of every sample's signal."""
        self.signal += share * (signal - self.signal)
