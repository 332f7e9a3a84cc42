"""Which tokens are hidden from the masked autoencoder, in training and in Monte-Carlo inference."""

from __future__ import annotations

import math

import torch

MASK_RATIO = 0.75
"""Share of the ROI tokens that a pass hides (Docs/method.md, 4)."""


BLOCKS = (3, 4, 5)
"""Lengths in tokens of the stretches of cord that are hidden as a whole: 9, 12 and 15 mm. Most lesions are shorter: a
hidden one is rebuilt from cord above and below, not from its own visible half."""


def block_mask(roi: torch.Tensor, tokens: tuple[int, int], generator: torch.Generator) -> torch.Tensor:
    """Hide every other stretch of cord: random length and start in each row, all ROI tokens of a stretch together.

    Args:
        roi: tokens that may be hidden, bool, (B, L).
        tokens: how many there are along and across the cord; L is their product.
        generator: source of length and start.

    Returns:
        True where a token is hidden, bool, (B, L).
    """
    lengths = torch.tensor(BLOCKS)[torch.randint(len(BLOCKS), (len(roi), 1), generator=generator)]
    starts = torch.randint(2 * max(BLOCKS), (len(roi), 1), generator=generator)
    odd = (torch.arange(tokens[0]) + starts) // lengths % 2 == 1
    return roi & odd.repeat_interleave(tokens[1], dim=1)


def block_plan(roi: torch.Tensor, tokens: tuple[int, int], draws: int, generator: torch.Generator) -> torch.Tensor:
    """Masks for Monte-Carlo inference from stretches of cord: each draw is a :func:`block_mask` and its complement.

    Returns:
        True where a token is hidden, bool, (2 x ``draws``, B, L); every ROI token is hidden exactly ``draws`` times.
    """
    halves = [block_mask(roi, tokens, generator) for _ in range(draws)]
    return torch.stack([mask for half in halves for mask in (half, roi & ~half)])


def passes_for(draws: int, ratio: float = MASK_RATIO) -> int:
    """Fewest passes in which every ROI token can be hidden ``draws`` times at about ``ratio``."""
    return math.ceil(draws / ratio)


def balanced_plan(
    roi: torch.Tensor, tokens: tuple[int, int], draws: int, generator: torch.Generator, ratio: float = MASK_RATIO
) -> torch.Tensor:
    """Single random tokens as in the article, but every ROI token hidden exactly ``draws`` times.

    Each token is visible in ``passes - draws`` passes. Shuffled tokens take their visible passes one after the
    other around a shuffled circle of passes, with a fresh circle as soon as it closes, so that all passes hide
    equally many tokens (within one).

    Args:
        roi: tokens that may be hidden, bool, (B, L).
        tokens: how many there are along and across the cord; of no use here.
        draws: how often each is hidden (K of the article), at least 1.
        generator: source of the random order.
        ratio: share of the ROI tokens that a pass hides.

    Returns:
        True where a token is hidden, bool, (passes, B, L).
    """
    passes = passes_for(draws, ratio)
    visible = passes - draws
    closes_after = passes // math.gcd(passes, visible)
    hidden = roi.expand(passes, -1, -1).clone()
    for row, wanted in enumerate(roi):
        members = wanted.nonzero()[:, 0]
        order = members[torch.randperm(len(members), generator=generator)]
        for block in order.split(closes_after):
            circle = torch.randperm(passes, generator=generator)
            turns = torch.arange(len(block))[:, None] * visible + torch.arange(visible)
            hidden[circle[turns % passes], row, block[:, None]] = False
    return hidden


def random_mask(roi: torch.Tensor, generator: torch.Generator, ratio: float = MASK_RATIO) -> torch.Tensor:
    """One random mask a row that hides ``ratio`` of its ROI tokens, rounded; bool, (B, L) (Docs/method.md, 4)."""
    score = torch.rand(roi.shape, generator=generator).masked_fill(~roi, -1.0)
    rank = score.argsort(dim=1, descending=True).argsort(dim=1)
    return rank < (ratio * roi.sum(dim=1, keepdim=True)).round()


def visible_tokens(hidden: torch.Tensor, roi: torch.Tensor, most: int, generator: torch.Generator) -> torch.Tensor:
    """Indices of equally many visible tokens a row, so that a batch needs no padding.

    Visible ROI tokens come first, then random ones around them. What is left out is neither seen nor scored.

    Args:
        hidden: tokens that are to be rebuilt, bool, (B, L).
        roi: tokens of the ROI, bool, (B, L).
        most: how many tokens a row shows; fewer where some row hides more than L - ``most``.
        generator: source of the random choice.

    Returns:
        Ascending token indices, int64, (B, V).
    """
    count = min(most, int((~hidden).sum(dim=1).min()))
    priority = torch.rand(hidden.shape, generator=generator) + roi.float()
    priority = priority.masked_fill(hidden, -1.0)
    return priority.topk(count, dim=1).indices.sort(dim=1).values
