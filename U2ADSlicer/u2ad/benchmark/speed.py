"""How much faster our detection is than the published layout, built from the same blocks and timed in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from scipy import ndimage

from u2ad.cord.centreline import centreline_of
from u2ad.cord.segmentation import segment_cord
from u2ad.cord.straight_cord import straighten_cord
from u2ad.detectors.detector import on_scan
from u2ad.detectors.u2ad import U2AD
from u2ad.detectors.windows import windows_of
from u2ad.models.autoencoder import load_autoencoder
from u2ad.models.masked_autoencoder import AutoencoderSize, MaskedAutoencoder
from u2ad.models.masking import random_mask
from u2ad.models.monte_carlo import roi_tokens
from u2ad.progress import Silent
from u2ad.scan import SagittalView
from u2ad.simulation import Acquisition, Phantom, simulate

PUBLISHED = AutoencoderSize((256, 256), 8, 128, 12, 16, 64, 8, 8, fused_attention=False, informed=False)
"""The published network: 1024 tokens of a whole slice, 12 + 8 blocks, head size 8 (Docs/method.md, 4)."""

PUBLISHED_PIXEL = 200 / 256
"""Pixel of the published preprocessing in mm (Docs/method.md, 4)."""


@dataclass(frozen=True)
class SpeedResult:
    """Seconds of one run on one machine.

    Args:
        published: a slice in the published layout.
        published_fused: the same with PyTorch's fused attention.
        passes: how many random masks the published layout needed.
        ours: straightening, Monte-Carlo inference and scoring, a slice with cord.
        slices: slices of the scan, and how many hold enough cord to be rebuilt.
        cord_mask: automatic cord mask of the whole scan.
        scan: whole detection of the scan, cord mask included.
    """

    published: float
    published_fused: float
    passes: int
    ours: float
    slices: tuple[int, int]
    cord_mask: float
    scan: float


def measure(draws: int = 10, seed: int = 0, threads: int = 1) -> SpeedResult:
    """Time both on a simulated clinical scan of 15 sagittal slices.

    Args:
        draws: K for both.
        seed: of the phantom and the masks.
        threads: PyTorch's threads for both.
    """
    torch.set_num_threads(threads)
    load_autoencoder()
    phantom = simulate(seed, Acquisition.sagittal(), lesions=2)
    mask_seconds, cord = _timed(lambda: segment_cord(phantom.scan))
    straight_seconds, straight = _timed(lambda: straighten_cord(phantom.scan, cord, centreline_of(cord)))
    ours_seconds, _ = _timed(lambda: on_scan(U2AD(draws, seed).detect(straight, Silent()), straight))
    picture = published_slice(phantom)
    plain, passes = _timed(lambda: _one_mask_at_a_time(picture, draws, seed, fused=False))
    fused, _ = _timed(lambda: _one_mask_at_a_time(picture, draws, seed, fused=True))
    holding = len({window.slice for window in windows_of(straight.fraction, AutoencoderSize())})
    ours = straight_seconds + ours_seconds
    total = phantom.scan.array.shape[int(np.argmax(phantom.scan.grid.spacing))]
    return SpeedResult(plain, fused, passes, ours / holding, (total, holding), mask_seconds, mask_seconds + ours)


def published_slice(phantom: Phantom) -> torch.Tensor:
    """The middle sagittal slice as published: 200 x 200 mm, the cord as ROI (Docs/method.md, 4)."""
    view = SagittalView.from_grid(phantom.scan.grid)
    roi = view.apply(phantom.cord) > 0.5
    middle = int(np.argmax(view.apply(phantom.cord).sum(axis=(1, 2))))
    zoom = view.grid.spacing[1:] / PUBLISHED_PIXEL
    image = _framed(np.asarray(ndimage.zoom(view.apply(phantom.scan.array)[middle], zoom, order=1)))
    zoomed = np.asarray(ndimage.zoom(roi[middle].astype(np.float32), zoom, order=1)) > 0.5
    scaled = image / max(float(image.max()), 1e-6)
    return torch.from_numpy(np.stack([scaled, _framed(zoomed)])[None].astype(np.float32))


def _framed(picture: np.ndarray) -> np.ndarray:
    """Cut or pad a picture to the published 256 x 256 about its middle."""
    for axis, wanted in enumerate(PUBLISHED.window):
        excess = picture.shape[axis] - wanted
        if excess > 0:
            picture = np.take(picture, np.arange(excess // 2, excess // 2 + wanted), axis)
        else:
            picture = np.pad(picture, [(-excess // 2, -(excess // 2)) if a == axis else (0, 0) for a in (0, 1)])
    return picture


@torch.inference_mode()
def _one_mask_at_a_time(picture: torch.Tensor, draws: int, seed: int, fused: bool) -> int:
    """Random masks until every ROI patch was rebuilt ``draws`` times (Docs/method.md, 4); returns how many it took."""
    size = AutoencoderSize(**{**vars(PUBLISHED), "fused_attention": fused})
    network = MaskedAutoencoder(size).eval()
    generator = torch.Generator().manual_seed(seed)
    roi = roi_tokens(picture[:, 1], size.patch)
    count, passes = torch.zeros_like(roi, dtype=torch.int64), 0
    while (count[roi] < draws).any():
        hidden = random_mask(roi, generator)
        network(picture, (~hidden[0]).nonzero().T)
        count += hidden
        passes += 1
    return passes


def _timed(run: Callable):
    started = time.perf_counter()
    result = run()
    return time.perf_counter() - started, result
