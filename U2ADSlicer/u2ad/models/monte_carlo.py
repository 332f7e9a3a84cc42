"""Monte-Carlo reconstruction: every ROI token rebuilt exactly K times (Docs/method.md, 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from u2ad.models.masked_autoencoder import MaskedAutoencoder, from_patches, to_patches
from u2ad.models.masking import block_plan, visible_tokens

MOST_VISIBLE = 64
"""Visible tokens a pass: half of a window's. Chosen for speed; the network was trained with the same number."""

SMALLEST_SHARE = 1.0
"""A token belongs to the ROI when the cord fills at least this many of its pixels."""


Plan = Callable[[torch.Tensor, tuple[int, int], int, torch.Generator], torch.Tensor]
"""Masks for Monte-Carlo inference from ROI, tokens along and across, K and a source of randomness: see masking.py."""


@dataclass(frozen=True)
class Reconstruction:
    """Mean and spread of the K reconstructions of each window.

    Args:
        mean: (B, rows, columns), the image itself where a token was never hidden.
        variance: population variance over the K draws, (B, rows, columns), 0 where never hidden.
        spread: expected absolute error as the network says it, (B, rows, columns); 0 where never hidden, or where the
            network does not say.
    """

    mean: torch.Tensor
    variance: torch.Tensor
    spread: torch.Tensor


def roi_tokens(fraction: torch.Tensor, patch: int) -> torch.Tensor:
    """Tokens that hold cord, bool, (B, L), from the cord fraction (B, rows, columns)."""
    return to_patches(fraction, patch).sum(dim=2) >= SMALLEST_SHARE


@torch.inference_mode()
def reconstruct(
    network: MaskedAutoencoder,
    windows: torch.Tensor,
    draws: int,
    seed: int,
    batch: int = 128,
    advance: Callable[[int], None] = lambda _amount: None,
    unseen: torch.Tensor | None = None,
    plan: Plan = block_plan,
) -> Reconstruction:
    """Rebuild the cord of each window ``draws`` times.

    The masks are drawn for all windows beforehand, so the result depends on ``seed`` but not on ``batch``.

    Args:
        network: in evaluation mode, on the device to use.
        windows: (B, channels, rows, columns), intensity and cord fraction first.
        draws: K, how often each ROI token is rebuilt.
        seed: of the masks.
        batch: masked windows in one pass of the network.
        advance: called with the number of masked windows done after each pass.
        unseen: tokens that are neither shown nor rebuilt, bool, (B, L).
        plan: which tokens each pass hides.
    """
    patch, shape = network.size.patch, network.size.window
    if not len(windows):
        return Reconstruction(*3 * (windows[:, 0],))
    generator = torch.Generator().manual_seed(seed)
    roi = roi_tokens(windows[:, 1], patch)
    never = torch.zeros_like(roi) if unseen is None else unseen
    roi = roi & ~never
    masks = plan(roi, network.size.tokens, draws, generator)
    passes, count, length = masks.shape
    hidden = masks.reshape(-1, length)
    kept_back = hidden | never.repeat(passes, 1)
    seen = visible_tokens(kept_back, roi.repeat(passes, 1), MOST_VISIBLE, generator)
    total = torch.zeros(count, length, patch**2)
    squares, spread = torch.zeros_like(total), torch.zeros_like(total)
    device = network.hidden_token.device
    for rows in torch.arange(passes * count).split(batch):
        which = rows % count
        rebuilt = network(windows[which].to(device), seen[rows].to(device))
        image = rebuilt.intensity.cpu() * hidden[rows][..., None]
        if rebuilt.spread is not None:
            spread.index_add_(0, which, rebuilt.spread.exp().cpu() * hidden[rows][..., None])
        total.index_add_(0, which, image)
        squares.index_add_(0, which, image.square())
        advance(len(rows))
    mean = torch.where(roi[..., None], total / draws, to_patches(windows[:, 0], patch))
    variance = (squares / draws - (total / draws).square()).clamp(min=0)
    return Reconstruction(*(from_patches(tokens, patch, shape) for tokens in (mean, variance, spread / draws)))
