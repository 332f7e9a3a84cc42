"""Which findings an adaptation has brought and taken away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from u2ad.findings import Findings
from u2ad.scan.pieces import connected_pieces


@dataclass(frozen=True)
class Changes:
    """The findings of one scan before and after.

    Args:
        before: how many there were.
        after: how many there are.
        gained: labels of the new ones, in the result after.
        lost: labels of those that are gone, in the result before.
    """

    before: int
    after: int
    gained: tuple[int, ...]
    lost: tuple[int, ...]


def compare(before: Findings, after: Findings) -> Changes:
    """Two findings are the same where they share a voxel."""
    return Changes(len(before.ranked), len(after.ranked), _alone(after, before), _alone(before, after))


def lost_pieces(confirmed: np.ndarray, before: Findings, after: Findings) -> int:
    """How many connected pieces of what a reader has confirmed were found before and are not found after.

    Args:
        confirmed: bool, KJI, on the grid of the scan.
        before: findings of the network before.
        after: of the network after.
    """
    pieces, _ = connected_pieces(confirmed)
    found, kept = (np.unique(pieces[findings.labels > 0]) for findings in (before, after))
    return len(np.setdiff1d(found, [0, *kept]))


def _alone(some: Findings, others: Findings) -> tuple[int, ...]:
    met = np.unique(some.labels[others.labels > 0])
    return tuple(finding.label for finding in some.ranked if finding.label not in met)
