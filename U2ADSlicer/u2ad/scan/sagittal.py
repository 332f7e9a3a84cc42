"""Turning any array so that its axes run left, inferior and posterior, without touching a voxel value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from u2ad.scan.grid import Grid

LEFT_INFERIOR_POSTERIOR = np.array([(-1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (0.0, -1.0, 0.0)])
"""RAS unit vectors that the axes of a sagittal view follow most nearly."""


@dataclass(frozen=True, eq=False)
class SagittalView:
    """A permutation and flips of the array axes, with the grid that results. Nothing is interpolated.

    Axis 0 of a turned array runs most nearly toward the patient's left, axis 1 toward inferior, axis 2 toward
    posterior: ``turned[n]`` is a sagittal picture seen from the left, head up, face to the left.

    Args:
        source: the grid as it was.
        order: the source axis that becomes each axis of the view.
        flipped: whether each axis of the view runs against its source axis.
        grid: the grid of the turned arrays; every voxel stays where it lies in the patient.
    """

    source: Grid
    order: tuple[int, int, int]
    flipped: tuple[bool, bool, bool]
    grid: Grid

    @classmethod
    def from_grid(cls, source: Grid) -> SagittalView:
        """The view of a grid; each axis goes to the anatomical direction so that all three agree best."""
        from scipy.optimize import linear_sum_assignment

        agreement = LEFT_INFERIOR_POSTERIOR @ source.directions.T
        _, order = linear_sum_assignment(-np.abs(agreement))
        flipped = agreement[np.arange(3), order] < 0
        grid = _turned(source, order, flipped)
        return cls(source, _three(order, int), _three(flipped, bool), grid)

    def apply(self, array: np.ndarray) -> np.ndarray:
        """Turn an array of the source grid (K, J, I) into the view (left, inferior, posterior); shares memory.

        Raises:
            ValueError: if the array does not have the source grid's shape.
        """
        _expect(array, self.source.shape)
        return np.flip(array.transpose(self.order), self._flipped_axes)

    def restore(self, array: np.ndarray) -> np.ndarray:
        """Turn an array of the view back into the source grid's order (K, J, I); the exact inverse of ``apply``.

        Raises:
            ValueError: if the array does not have the view's shape.
        """
        _expect(array, self.grid.shape)
        return np.flip(array, self._flipped_axes).transpose(np.argsort(self.order))

    @property
    def _flipped_axes(self) -> tuple[int, ...]:
        return tuple(axis for axis in range(3) if self.flipped[axis])


def _turned(source: Grid, order: np.ndarray, flipped: np.ndarray) -> Grid:
    shape = np.array(source.shape)[order]
    columns = source.affine[:3, 2::-1][:, order]
    first = source.affine[:3, 3] + columns @ np.where(flipped, shape - 1, 0)
    affine = np.eye(4)
    affine[:3, 2::-1] = columns * np.where(flipped, -1.0, 1.0)
    affine[:3, 3] = first
    return Grid(_three(shape, int), affine)


def _three(values: np.ndarray, kind: type) -> tuple:
    return tuple(kind(value) for value in values)


def _expect(array: np.ndarray, shape: tuple[int, int, int]) -> None:
    if array.shape != shape:
        msg = f"expected an array of shape {shape}, got {array.shape}"
        raise ValueError(msg)
