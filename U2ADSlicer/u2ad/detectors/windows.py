"""Windows along the straightened cord: cut out for the network, blended back together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from u2ad.cord.straight_cord import StraightCord
from u2ad.detectors.expectation import column_expectation
from u2ad.models.masked_autoencoder import AutoencoderSize

FEWEST_PIXELS = 16.0
"""A window holds at least this many pixels of cord: one token of 3 mm."""


@dataclass(frozen=True)
class Window:
    """One slice and the first row of a window in it."""

    slice: int
    row: int


def channels_of(cord: StraightCord) -> np.ndarray:
    """What the network is shown of a straightened cord, (4, slice, along, across), float32, each 0 to 1.

    Intensity, cord fraction, expected signal, and the mean cord fraction of the two neighbouring slices: where that is
    small, a slice at the side of the cord holds partial volume that its own mask may not know.
    """
    framed = np.pad(cord.fraction, [(1, 1), (0, 0), (0, 0)])
    beside = (framed[:-2] + framed[2:]) / 2
    return np.stack([cord.image, cord.fraction, column_expectation(cord), beside]).astype(np.float32)


def windows_of(fraction: np.ndarray, size: AutoencoderSize) -> list[Window]:
    """Windows that overlap by half and together cover all cord, from its fraction (slice, along, across)."""
    rows, height = fraction.shape[1], size.window[0]
    count = int(np.ceil(max(rows - height, 0) / (height // 2))) + 1
    starts = np.round(np.linspace(0, rows - height, count)).astype(int)
    places = [Window(number, int(row)) for number in range(len(fraction)) for row in starts]
    return [place for place in places if fraction[place.slice, _rows(place, size)].sum() >= FEWEST_PIXELS]


def cut(channels: np.ndarray, windows: list[Window], size: AutoencoderSize) -> np.ndarray:
    """Windows of straightened channels (C, slice, along, across) as (B, C, rows, columns), float32."""
    pieces = [channels[:, place.slice, _rows(place, size)] for place in windows]
    return np.stack(pieces).astype(np.float32) if pieces else np.empty((0, len(channels), *size.window), np.float32)


def blend(pieces: np.ndarray, windows: list[Window], outside: np.ndarray, size: AutoencoderSize) -> np.ndarray:
    """Mean of overlapping windows, weighted by the distance from their ends.

    Args:
        pieces: (B, rows, columns).
        windows: where they come from.
        outside: values where no window lies, (slice, along, across).
        size: of the network.
    """
    ramp = np.minimum(np.arange(1, size.window[0] + 1), np.arange(size.window[0], 0, -1))[:, None].astype(np.float32)
    total, weight = np.zeros(outside.shape, np.float32), np.zeros(outside.shape, np.float32)
    for piece, place in zip(pieces, windows, strict=True):
        total[place.slice, _rows(place, size)] += piece * ramp
        weight[place.slice, _rows(place, size)] += ramp
    return np.where(weight > 0, total / np.maximum(weight, 1e-6), outside).astype(np.float32)


def _rows(place: Window, size: AutoencoderSize) -> slice:
    return slice(place.row, place.row + size.window[0])
