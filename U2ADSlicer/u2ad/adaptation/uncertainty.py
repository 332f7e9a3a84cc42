"""What the network is unsure of in a cord, and what is too bright for it: the maps that guide an adaptation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy import ndimage

from u2ad.adaptation.case import AdaptationCase
from u2ad.cord.straight_cord import StraightCord
from u2ad.detectors import scoring
from u2ad.detectors.windows import blend, channels_of, cut, windows_of
from u2ad.models.masked_autoencoder import MaskedAutoencoder, to_patches
from u2ad.models.monte_carlo import reconstruct
from u2ad.scan.pieces import connected_pieces

DRAWS = 3
"""K of the looks during training: enough to rank patches by."""

BRIGHT = 3.0
"""Robust standard deviations along the cord from which a residual is a candidate. A fixed share of each slice, as
published, takes the worst of a healthy cord out of the training too."""

FEWEST_PIXELS = 2
"""Of a candidate (U2AD, its authors' code)."""

PUBLISHED_PERCENTILE, PUBLISHED_MOST = 90, 3
"""The published filter: pixels above this percentile of the absolute residual, the three most suspicious pieces."""


@dataclass(frozen=True, eq=False)
class Rebuilt:
    """A cord as the network rebuilds it, axes (slice, along, across), float32.

    Args:
        mean: of the reconstructions.
        epistemic: their standard deviation.
    """

    mean: np.ndarray
    epistemic: np.ndarray


def rebuild(
    network: MaskedAutoencoder, cord: StraightCord, draws: int, seed: int, unseen: np.ndarray | None = None
) -> Rebuilt:
    """Rebuild a straightened cord.

    Args:
        network: is put into evaluation mode.
        cord: with axes (slice, along, across).
        draws: K.
        seed: of the masks.
        unseen: pixels whose tokens are neither shown nor rebuilt, bool; none where None.
    """
    network.eval()
    size, windows = network.size, windows_of(cord.fraction, network.size)
    pictures = torch.from_numpy(cut(channels_of(cord), windows, size))
    away = np.zeros(cord.image.shape, bool) if unseen is None else unseen
    tokens = to_patches(torch.from_numpy(cut(away[None], windows, size))[:, 0], size.patch).amax(dim=2) > 0
    rebuilt = reconstruct(network, pictures, draws, seed, unseen=tokens)
    mean = blend(rebuilt.mean.numpy(), windows, cord.image, size)
    variance = blend(rebuilt.variance.numpy(), windows, np.zeros_like(cord.image), size)
    return Rebuilt(mean, np.sqrt(variance))


def bright_parts(case: AdaptationCase, rebuilt: Rebuilt) -> np.ndarray:
    """Candidates of the second stage: what is much brighter than its reconstruction, bool, (slice, along, across)."""
    cord = case.learned
    residual = scoring.smooth_inside(cord.image - rebuilt.mean, cord.certainty)
    z = scoring.local_z(residual, cord.fraction, cord.certainty)
    return _large(z >= BRIGHT)


def published_parts(case: AdaptationCase, rebuilt: Rebuilt) -> np.ndarray:
    """Candidates of the published second stage: in each slice up to three, whether anything is wrong or not, bool."""
    residual = np.abs(case.learned.image - rebuilt.mean) * (case.cord.fraction >= 0.5)
    kept = np.zeros(residual.shape, bool)
    for number, values in enumerate(residual):
        if not values.any():
            continue
        bright = values * (values > np.percentile(values[values > 0], PUBLISHED_PERCENTILE))
        labels, count = connected_pieces(bright > 0)
        pieces = [labels == label for label in range(1, count + 1)]
        pieces = [piece for piece in pieces if piece.sum() >= FEWEST_PIXELS]
        pieces.sort(key=lambda piece: -bright[piece].mean() * bright[piece].sum())
        kept[number] = np.any(pieces[:PUBLISHED_MOST], axis=0) if pieces else False
    return kept


def _large(mask: np.ndarray) -> np.ndarray:
    labels = np.zeros(mask.shape, np.int32)
    ndimage.label(mask, _IN_SLICE, output=labels)
    enough = np.bincount(labels.ravel()) >= FEWEST_PIXELS
    enough[0] = False
    return enough[labels]


_IN_SLICE = np.stack([np.zeros((3, 3)), np.ones((3, 3)), np.zeros((3, 3))])
