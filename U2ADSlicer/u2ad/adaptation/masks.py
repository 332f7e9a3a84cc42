"""Which tokens of a window are hidden, and so learned: drawn by what the network is unsure of."""

from __future__ import annotations

import torch

from u2ad.models.masking import MASK_RATIO

TEMPERATURE = 2.0
"""Of the draw by epistemic uncertainty. Over patches of evenly spread uncertainty, the least and the most uncertain
fifth are then hidden with a probability of about .51 and .94; at 1 the least uncertain starve (.35)."""

REJECTED_BONUS = 3.0
"""Added to the key of what the reader has called normal: hidden nearly always."""


def guided_keys(
    uncertainty: torch.Tensor, roi: torch.Tensor, rejected: torch.Tensor, generator: torch.Generator
) -> torch.Tensor:
    """Keys by whose size tokens are hidden: z / temperature + Gumbel noise, so that the draw is a softmax's.

    Args:
        uncertainty: epistemic, summed over each token's cord, (B, L); all the same for a draw by chance alone.
        roi: tokens that may be hidden, bool, (B, L).
        rejected: tokens with something that the reader has called normal, bool, (B, L).
        generator: source of the noise.
    """
    count = roi.sum(dim=1, keepdim=True).clamp(min=1)
    mean = (uncertainty * roi).sum(dim=1, keepdim=True) / count
    spread = (((uncertainty - mean) * roi).square().sum(dim=1, keepdim=True) / count).sqrt()
    noise = -(-torch.rand(roi.shape, generator=generator).clamp(1e-9, 1 - 1e-7).log()).log()
    return (uncertainty - mean) / (spread + 1e-8) / TEMPERATURE + noise + REJECTED_BONUS * rejected


def published_keys(uncertainty: torch.Tensor, roi: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """The keys of the authors' code: noise times a weight that falls as the uncertainty grows."""
    weight = torch.softmax(uncertainty.masked_fill(~roi, -torch.inf).flatten(), dim=0).reshape(roi.shape)
    return torch.rand(roi.shape, generator=generator) * -(weight + 1e-6).log()


def hide_largest(keys: torch.Tensor, roi: torch.Tensor, shown: torch.Tensor) -> torch.Tensor:
    """Hide three quarters of each row's ROI tokens, those with the largest keys; bool, (B, L).

    Args:
        keys: (B, L).
        roi: tokens that may be hidden, bool, (B, L).
        shown: tokens of them that stay visible, bool, (B, L). Where they are more than a quarter, fewer are hidden.
    """
    free = roi & ~shown
    count = torch.minimum((MASK_RATIO * roi.sum(dim=1, keepdim=True)).round(), free.sum(dim=1, keepdim=True))
    rank = keys.masked_fill(~free, -torch.inf).argsort(dim=1, descending=True).argsort(dim=1)
    return (rank < count) & free
