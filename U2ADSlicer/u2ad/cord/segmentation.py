"""The automatic cord mask: the cord network on every sagittal slice, and the cord traced through its output."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from u2ad.cord.cord import Cord, MaskSource, Trust
from u2ad.cord.doubt import doubtful_rows
from u2ad.cord.slices import SagittalSlices, padded, sagittal_slices, with_neighbours
from u2ad.cord.tracing import trace_cord
from u2ad.models.cord_unet import build_cord_unet, cord_fraction
from u2ad.models.store import STARTER_FOLDER, load, read_manifest
from u2ad.progress import Progress, Silent
from u2ad.scan import Scan
from u2ad.scan.resampling import resample

WEIGHTS = "cord"


def segment_cord(scan: Scan, progress: Progress | None = None, weights: Path = STARTER_FOLDER) -> Cord:
    """Mark the cord of a scan, on the scan's grid; nobody has looked at the result.

    Args:
        scan: the scan.
        progress: told of every slice.
        weights: folder of the network's weights and their manifest.

    Raises:
        U2ADError: if the weights are missing or damaged.
    """
    progress = progress or Silent()
    slices = sagittal_slices(scan)
    traced = trace_cord(network_output(slices, progress, weights), slices.grid.spacing)
    on_scan = np.clip(resample(traced.fraction, slices.grid, scan.grid, "linear"), 0, 1).astype(np.float32)
    doubtful = doubtful_rows(slices.array, traced.fraction >= 0.5, traced.rows, slices.grid.spacing)
    trust = Trust.of(traced.overlap, traced.bridged | doubtful, float(slices.grid.spacing[1]))
    return Cord(scan.grid, on_scan, MaskSource.AUTOMATIC, seen_by_person=False, trust=trust)


def network_output(slices: SagittalSlices, progress: Progress, weights: Path = STARTER_FOLDER) -> np.ndarray:
    """What the network says of every pixel, 0 to 1, float32, in the shape of the slices.

    Raises:
        U2ADError: if the weights are missing or damaged.
    """
    manifest = read_manifest(WEIGHTS, weights)
    network = build_cord_unet(tuple(manifest.network["channels"]))
    load(network, manifest, weights)
    network.eval()
    array = padded(slices.array)
    progress.step("Find the cord", len(array))
    output = np.empty_like(array)
    for index in range(len(array)):
        picture = torch.from_numpy(with_neighbours(array, index, slices.neighbour)[None])
        output[index] = cord_fraction(network, picture)[0].numpy()
        progress.advance()
    return output[:, : slices.array.shape[1], : slices.array.shape[2]]
