"""The network that finds discs in a spine strip: one-dimensional convolutions along the spine."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

DILATIONS = (1, 2, 4, 8, 16, 32)
"""Rows between the taps of each block: together they see 64 mm up and down, three to four vertebrae."""


class DiscNetwork(nn.Module):
    """Logits of the place of each disc along a strip, and of its absence.

    Args:
        channels: of the input, one for each depth of the strip and one for what is known.
        discs: how many discs are told apart.
        width: hidden channels.
        dilations: of the blocks.
    """

    def __init__(self, channels: int, discs: int, width: int = 32, dilations: Sequence[int] = DILATIONS) -> None:
        super().__init__()
        self.first = nn.Conv1d(channels, width, 5, padding=2)
        self.blocks = nn.ModuleList(nn.Conv1d(width, width, 3, padding=step, dilation=step) for step in dilations)
        self.place = nn.Conv1d(width, discs, 1)
        self.absent = nn.Linear(width, discs)
        self.dropout = nn.Dropout1d(0.1)

    def forward(self, strip: torch.Tensor) -> torch.Tensor:
        """(batch, channels, rows) to (batch, discs, rows + 1): the last one is the logit of absence."""
        hidden = torch.relu(self.first(strip))
        for block in self.blocks:
            hidden = hidden + self.dropout(torch.relu(block(hidden)))
        return torch.cat([self.place(hidden), self.absent(hidden.mean(dim=2))[:, :, None]], dim=2)
