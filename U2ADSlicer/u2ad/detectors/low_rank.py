"""Control without weights: what one pattern along the cord does not explain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from u2ad.cord.straight_cord import StraightCord
from u2ad.detectors import residual_control
from u2ad.detectors.detector import StraightMaps
from u2ad.progress import Progress

RANK = 1
"""Patterns along the cord, each with its strength at every place of the cross-section. Three absorb the lesion (first
measurements: Docs/method.md, 6); in an even cord two do."""

ROUNDS = 12
"""How often the patterns are fitted anew to what they explain."""

OUTLYING = 2.0
"""Robust standard deviations above the fit from which a pixel has no more say in the next one."""


@dataclass(frozen=True)
class LowRank:
    """Residual to a robust approximation of rank 1 of all slices side by side, then as ``local_z``."""

    name: str = "low_rank"
    weights: tuple[str, ...] = ()
    threshold: float = 6.5

    @property
    def settings(self) -> dict[str, Any]:
        """Rank, smoothing and reach in mm."""
        return {"rank": RANK, **residual_control.SETTINGS}

    def detect(self, cord: StraightCord, progress: Progress) -> StraightMaps:
        """Score a straightened cord."""
        progress.step("Fit patterns along the cord", ROUNDS)
        slices, rows, columns = cord.image.shape
        signal, weight = (
            array.transpose(1, 0, 2).reshape(rows, slices * columns) for array in (cord.image, cord.certainty)
        )
        fitted = _robust_low_rank(signal, weight, progress)
        return residual_control.against(cord, fitted.reshape(rows, slices, columns).transpose(1, 0, 2))


def _robust_low_rank(signal: np.ndarray, weight: np.ndarray, progress: Progress) -> np.ndarray:
    """Weighted approximation of low rank in which what is far too bright has no say; all arrays (rows, columns).

    Expectation and maximisation: a pixel of weight w enters a truncated singular value decomposition as w of its own
    signal and 1 - w of the former fit (Srebro and Jaakkola, ICML 2003).
    """
    known = weight > 0
    fitted = np.broadcast_to((signal * weight).sum(axis=0) / np.maximum(weight.sum(axis=0), 1e-6), signal.shape)
    for _ in range(ROUNDS):
        residual = signal - fitted
        spread = 1.4826 * float(np.median(np.abs(residual[known]))) if known.any() else 0.0
        share = np.where(residual <= OUTLYING * spread, weight, 0)
        left, strength, right = np.linalg.svd(share * signal + (1 - share) * fitted, full_matrices=False)
        fitted = (left[:, :RANK] * strength[:RANK]) @ right[:RANK]
        progress.advance()
    return fitted
