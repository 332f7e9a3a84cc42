"""Flat cuts through a scan as pictures: one window of grey for all, pixels as wide as they are high."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from u2ad.scan import SagittalView

AROUND = 10.0
"""mm around the cord from which the window of grey is taken: fluid and vertebrae, no fat of the neck."""
DARKEST, BRIGHTEST = 1.0, 99.7
"""Percentiles there that become black and white."""


@dataclass(frozen=True)
class Letters:
    """Which way a picture lies: patient's directions at its edges."""

    left: str
    right: str
    top: str
    bottom: str


SAGITTAL, AXIAL = Letters("A", "P", "S", "I"), Letters("R", "L", "A", "P")


@dataclass(frozen=True, eq=False)
class Plane:
    """One cut.

    Args:
        values: rows and columns of the scan.
        places: row and column of the voxels of each finding in the cut, (N, 2), by number; others are left out.
        spacing: mm between rows and between columns.
        letters: of the edges.
    """

    values: np.ndarray
    places: dict[int, np.ndarray]
    spacing: tuple[float, float]
    letters: Letters


@dataclass(frozen=True)
class Frame:
    """A part of a plane as pixels.

    Args:
        middle: row and column of the plane in the middle of the picture.
        size: mm, height and width.
        scale: pixels a mm.
    """

    middle: tuple[float, float]
    size: tuple[float, float]
    scale: float

    @property
    def pixels(self) -> tuple[int, int]:
        """Height and width."""
        return round(self.size[0] * self.scale), round(self.size[1] * self.scale)

    def to_pixels(self, places: np.ndarray, spacing: tuple[float, float]) -> np.ndarray:
        """Pixels (x, y) of places (row, column) in the plane, (N, 2) to (N, 2)."""
        offset = (np.asarray(places) - self.middle) * np.array(spacing) * self.scale
        height, width = self.pixels
        return offset[:, ::-1] + np.array([width / 2, height / 2])


@dataclass(frozen=True)
class Window:
    """Values of the scan that are black and white."""

    black: float
    white: float

    @classmethod
    def around(cls, values: np.ndarray, cord: np.ndarray, spacing: np.ndarray) -> Window:
        """From the surroundings of the cord; from the whole scan where there is none. All arrays (N, M, L)."""
        if cord.any():
            reach = np.ceil(AROUND / spacing).astype(int)
            low, high = (f(np.argwhere(cord), axis=0) for f in (np.min, np.max))
            values = values[tuple(slice(max(0, a - r), b + r + 1) for a, b, r in zip(low, high, reach, strict=True))]
        black, white = np.percentile(values, (DARKEST, BRIGHTEST))
        return cls(float(black), float(max(white, black + 1e-6)))

    def grey(self, values: np.ndarray) -> np.ndarray:
        """0 to 255, uint8."""
        return (255 * np.clip((values - self.black) / (self.white - self.black), 0, 1)).astype(np.uint8)


class Cuts:
    """Sagittal and axial cuts of a scan with its findings, along the axes of its own voxels.

    Args:
        view: of the scan's grid.
        image: the scan, KJI.
        voxels: of the findings by number, KJI, (N, 3).
    """

    def __init__(self, view: SagittalView, image: np.ndarray, voxels: Mapping[int, np.ndarray]) -> None:
        self.spacing = view.grid.spacing
        self.places = {number: turned(view, kji) for number, kji in voxels.items()}
        self._image = view.apply(image)

    def sagittal(self, left: int) -> Plane:
        """The cut at an index from the right to the left: head up, face to the left."""
        inside = {number: place[place[:, 0] == left][:, 1:] for number, place in self.places.items()}
        return self._plane(self._image[left], inside, (1, 2), SAGITTAL)

    def axial(self, down: int) -> Plane:
        """The cut at an index from head to feet: face up, seen from the feet."""
        inside = {number: place[place[:, 1] == down][:, [2, 0]] for number, place in self.places.items()}
        return self._plane(self._image[:, down].T, inside, (2, 0), AXIAL)

    def projected(self, left: int) -> Plane:
        """The sagittal cut, with the findings of all cuts on it."""
        inside = {number: np.unique(place[:, 1:], axis=0) for number, place in self.places.items()}
        return self._plane(self._image[left], inside, (1, 2), SAGITTAL)

    def _plane(
        self, values: np.ndarray, places: dict[int, np.ndarray], axes: tuple[int, int], letters: Letters
    ) -> Plane:
        there = {number: place for number, place in places.items() if len(place)}
        return Plane(values, there, (float(self.spacing[axes[0]]), float(self.spacing[axes[1]])), letters)


def turned(view: SagittalView, kji: np.ndarray) -> np.ndarray:
    """Indices in the view's arrays (left, inferior, posterior) of indices in the scan's (KJI), both (N, 3)."""
    places = kji[:, view.order]
    last = np.array(view.grid.shape) - 1
    return np.where(view.flipped, last - places, places)


def sampled(plane: Plane, frame: Frame) -> np.ndarray:
    """The values of a frame, interpolated linearly; 0 outside of the scan; float32, rows and columns of pixels."""
    from scipy.ndimage import affine_transform

    step = 1 / (frame.scale * np.array(plane.spacing))
    middle = (np.array(frame.pixels) - 1) / 2
    offset: Any = np.array(frame.middle) - step * middle
    values = np.asarray(plane.values, np.float32)
    return affine_transform(values, step, offset, output_shape=frame.pixels, order=1, cval=float(values.min()))
