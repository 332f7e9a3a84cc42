"""The automatic cord mask: the cord network on every sagittal slice, enlarged too, and the cord traced through it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from scipy import ndimage
from torch.nn.functional import interpolate, pad

from u2ad.cord.cord import Cord, MaskSource, Trust
from u2ad.cord.doubt import doubtful_rows, steadiness
from u2ad.cord.slices import SIDE_MULTIPLE, SagittalSlices, padded, sagittal_slices, with_neighbours
from u2ad.cord.tracing import Traced, trace_cord
from u2ad.models.cord_unet import build_cord_unet, cord_logits
from u2ad.models.store import STARTER_FOLDER, load, read_manifest
from u2ad.progress import Progress, Silent
from u2ad.scan import Scan
from u2ad.scan.resampling import resample

WEIGHTS = "cord"

ENLARGED = (1.1, 1.25)
"""Slices that may show cord are looked at enlarged so many times, too, and the mean counts. On 24 simulated necks
with long stenosis this raises the overlap from .864 to .894 and, with more difficulties, from .818 to .845; on people
it costs .008. A fourth look (1.4) adds nothing there and costs people .015 more; of mirrored pictures and other
contrasts see the model card."""

BLUR = 0.8
"""A mask is to be trusted where the network finds the same in slices blurred by a Gaussian of this many mm."""


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
    network = _network(weights)
    progress.step("Find the cord", len(slices.array))
    output = _output(network, slices.array, slices.neighbour, range(len(slices.array)), progress)
    traced = trace_cord(output, slices.grid.spacing)
    on_scan = np.clip(resample(traced.fraction, slices.grid, scan.grid, "linear"), 0, 1).astype(np.float32)
    trust = _trust(network, slices, traced)
    return Cord(scan.grid, on_scan, MaskSource.AUTOMATIC, seen_by_person=False, trust=trust)


def _network(weights: Path) -> torch.nn.Module:
    manifest = read_manifest(WEIGHTS, weights)
    network = build_cord_unet(tuple(manifest.network["channels"]))
    load(network, manifest, weights)
    return network.eval()


def _output(
    network: torch.nn.Module, array: np.ndarray, neighbour: int, chosen: Iterable[int], progress: Progress
) -> np.ndarray:
    """What the network says of every pixel of the chosen slices, 0 to 1, and 0 in the others."""
    framed = padded(array)
    output = np.zeros_like(framed)
    for index in chosen:
        picture = torch.from_numpy(with_neighbours(framed, index, neighbour)[None])
        output[index] = _said(network, picture)
        progress.advance()
    return output[:, : array.shape[1], : array.shape[2]]


def _said(network: torch.nn.Module, picture: torch.Tensor) -> np.ndarray:
    """Cord of one slice between its neighbours, (1, 3, rows, columns) to (rows, columns), 0 to 1."""
    plain = cord_logits(network, picture)
    if plain.max() < 0:
        return torch.sigmoid(plain)[0].numpy()
    looks = [plain, *(_enlarged(network, picture, scale) for scale in ENLARGED)]
    return torch.sigmoid(torch.stack(looks).mean(dim=0))[0].numpy()


def _enlarged(network: torch.nn.Module, picture: torch.Tensor, scale: float) -> torch.Tensor:
    """Logits from an enlarged picture, on the pixels of the picture."""
    rows, columns = picture.shape[-2:]
    size = round(rows * scale), round(columns * scale)
    larger = interpolate(picture, size, mode="bilinear")
    frame = (0, -size[1] % SIDE_MULTIPLE, 0, -size[0] % SIDE_MULTIPLE)
    logits = cord_logits(network, pad(larger, frame))[:, None, : size[0], : size[1]]
    return interpolate(logits, (rows, columns), mode="bilinear")[:, 0]


def _trust(network: torch.nn.Module, slices: SagittalSlices, traced: Traced) -> Trust:
    """Compare with what the network finds in the same slices a little blurred; only where they show cord."""
    mask, spacing = traced.fraction >= 0.5, slices.grid.spacing
    blurred = ndimage.gaussian_filter(slices.array, (0, BLUR / spacing[1], BLUR / spacing[2]))
    again = _output(network, blurred, slices.neighbour, np.flatnonzero(mask.any(axis=(1, 2))), Silent()) >= 0.5
    overlap = steadiness(mask, again, traced.rows, spacing)
    doubtful = traced.bridged | doubtful_rows(slices.array, mask, traced.rows, spacing)
    return Trust.of(overlap, doubtful, float(spacing[1]))
