"""Which tokens of a window are hidden, and so learned: drawn by what the network is unsure of."""

from __future__ import annotations

import torch

from u2ad.models.masking import BLOCKS, MASK_RATIO

TEMPERATURE = 2.0
"""Of the draw by epistemic uncertainty. Over patches of evenly spread uncertainty, the least and the most uncertain
fifth are then hidden with a probability of about .51 and .94; at 1 the least uncertain starve (.35)."""

REJECTED_BONUS = 3.0
"""Added to the key of what the reader has called normal: hidden nearly always."""

STRETCH_RATIO = 0.5
"""Share of the ROI tokens that is hidden where whole stretches of cord are, as in pretraining and detection."""


def stretches(count: int, tokens: tuple[int, int], generator: torch.Generator) -> torch.Tensor:
    """Number the stretches of cord that are hidden as a whole: random length and start in each row, int64, (B, L).

    Args:
        count: rows.
        tokens: how many there are along and across the cord; L is their product.
        generator: source of length and start.
    """
    lengths = torch.tensor(BLOCKS)[torch.randint(len(BLOCKS), (count, 1), generator=generator)]
    starts = torch.randint(max(BLOCKS), (count, 1), generator=generator)
    return ((torch.arange(tokens[0]) + starts) // lengths).repeat_interleave(tokens[1], dim=1)


def guided_keys(
    uncertainty: torch.Tensor,
    roi: torch.Tensor,
    rejected: torch.Tensor,
    generator: torch.Generator,
    groups: torch.Tensor | None = None,
) -> torch.Tensor:
    """Keys by whose size tokens are hidden: z / temperature + Gumbel noise, so that the draw is a softmax's.

    Args:
        uncertainty: epistemic, summed over each token's cord, (B, L); all the same for a draw by chance alone.
        roi: tokens that may be hidden, bool, (B, L).
        rejected: tokens with something that the reader has called normal, bool, (B, L).
        generator: source of the noise.
        groups: number of the group of each token, below L, (B, L): one draw for each group, by its mean; each token
            is one of its own where None.
    """
    count = roi.sum(dim=1, keepdim=True).clamp(min=1)
    mean = (uncertainty * roi).sum(dim=1, keepdim=True) / count
    spread = (((uncertainty - mean) * roi).square().sum(dim=1, keepdim=True) / count).sqrt()
    merit = (uncertainty - mean) / (spread + 1e-8) / TEMPERATURE + REJECTED_BONUS * rejected
    noise = -(-torch.rand(roi.shape, generator=generator).clamp(1e-9, 1 - 1e-7).log()).log()
    if groups is None:
        return merit + noise
    weight = roi.to(merit)
    total = torch.zeros_like(merit).scatter_add(1, groups, merit * weight)
    members = torch.zeros_like(merit).scatter_add(1, groups, weight)
    return (total / members.clamp(min=1) + noise).gather(1, groups)


def published_keys(uncertainty: torch.Tensor, roi: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """The keys of the authors' code: noise times a weight that falls as the uncertainty grows."""
    weight = torch.softmax(uncertainty.masked_fill(~roi, -torch.inf).flatten(), dim=0).reshape(roi.shape)
    return torch.rand(roi.shape, generator=generator) * -(weight + 1e-6).log()


def hide_largest(keys: torch.Tensor, roi: torch.Tensor, shown: torch.Tensor, ratio: float = MASK_RATIO) -> torch.Tensor:
    """Hide a share of each row's ROI tokens, those with the largest keys; bool, (B, L).

    Args:
        keys: (B, L).
        roi: tokens that may be hidden, bool, (B, L).
        shown: tokens of them that stay visible, bool, (B, L). Where they are too many, fewer are hidden.
        ratio: the share.
    """
    free = roi & ~shown
    count = torch.minimum((ratio * roi.sum(dim=1, keepdim=True)).round(), free.sum(dim=1, keepdim=True))
    rank = keys.masked_fill(~free, -torch.inf).argsort(dim=1, descending=True).argsort(dim=1)
    return (rank < count) & free
