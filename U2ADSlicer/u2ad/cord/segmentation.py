"""The automatic cord mask: the cord network on every sagittal slice, then only what can be a cord."""

from __future__ import annotations

import numpy as np
import torch
from scipy import ndimage

from u2ad.cord.cord import Cord, MaskSource
from u2ad.cord.slices import SagittalSlices, padded, sagittal_slices, with_neighbours
from u2ad.models.cord_unet import build_cord_unet, cord_fraction
from u2ad.models.store import load, read_manifest
from u2ad.progress import Progress, Silent
from u2ad.scan import Scan
from u2ad.scan.pieces import connected_pieces
from u2ad.scan.resampling import resample

WEIGHTS = "cord"

SMALLEST_PIECE = 150.0
"""Pieces of a mask below this volume in mm3 are dropped: 2 mm of a normal cord of 75 mm2."""

WIDEST_STEP = 12.0
"""A piece belongs to the cord when its ends lie within this many mm, across, of where the cord would go on."""


def segment_cord(scan: Scan, progress: Progress | None = None) -> Cord:
    """Mark the cord of a scan, on the scan's grid; nobody has looked at the result.

    Raises:
        U2ADError: if the weights are missing or damaged.
    """
    progress = progress or Silent()
    slices = sagittal_slices(scan)
    fraction = _keep_cord(_network_fraction(slices, progress), slices)
    on_scan = np.clip(resample(fraction, slices.grid, scan.grid, "linear"), 0, 1).astype(np.float32)
    return Cord(scan.grid, on_scan, MaskSource.AUTOMATIC, seen_by_person=False)


def _network_fraction(slices: SagittalSlices, progress: Progress) -> np.ndarray:
    manifest = read_manifest(WEIGHTS)
    network = build_cord_unet(tuple(manifest.network["channels"]))
    load(network, manifest)
    network.eval()
    array = padded(slices.array)
    progress.step("Find the cord", len(array))
    fraction = np.empty_like(array)
    for index in range(len(array)):
        picture = torch.from_numpy(with_neighbours(array, index, slices.neighbour)[None])
        fraction[index] = cord_fraction(network, picture)[0].numpy()
        progress.advance()
    return fraction[:, : slices.array.shape[1], : slices.array.shape[2]]


def _keep_cord(fraction: np.ndarray, slices: SagittalSlices) -> np.ndarray:
    """Zero everything but the largest piece and those that continue it upwards or downwards."""
    labels, count = connected_pieces(fraction >= 0.5)
    if count == 0:
        return np.zeros_like(fraction)
    volumes = np.bincount(labels.ravel())[1:] * slices.grid.voxel_volume
    order = np.argsort(volumes)[::-1]
    kept = labels == order[0] + 1
    for piece in order[1:]:
        if volumes[piece] >= SMALLEST_PIECE and _continues(kept, labels == piece + 1, slices.grid.spacing):
            kept |= labels == piece + 1
    dropped = (labels > 0) & ~kept
    rim = ndimage.binary_dilation(kept, iterations=3) & ~dropped
    return np.where(rim, fraction, 0).astype(np.float32)


def _continues(cord: np.ndarray, piece: np.ndarray, spacing: np.ndarray) -> bool:
    """Whether a piece lies above or below the cord, and not far to its side."""
    cord_rows, piece_rows = (np.flatnonzero(mask.any(axis=(0, 2))) for mask in (cord, piece))
    if np.intersect1d(cord_rows, piece_rows).size > 0.2 * piece_rows.size:
        return False
    row = cord_rows[np.abs(cord_rows[:, None] - piece_rows).min(axis=1).argmin()]
    other = piece_rows[np.abs(piece_rows - row).argmin()]
    distance = (_middle(cord[:, row]) - _middle(piece[:, other])) * spacing[[0, 2]]
    return bool(np.linalg.norm(distance) <= WIDEST_STEP + 0.5 * abs(row - other) * spacing[1])


def _middle(section: np.ndarray) -> np.ndarray:
    return np.argwhere(section).mean(axis=0)
