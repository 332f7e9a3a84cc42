"""Bootstrap intervals over scans, and paired differences between detectors on the same scans."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from u2ad.benchmark.measures import Measure, Sample

DRAWS = 1000
"""How often the scans are drawn anew."""


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval; NaN where there is nothing to measure."""

    value: float
    low: float
    high: float

    @property
    def text(self) -> str:
        """As a table shows it; a dash where there is nothing."""
        if np.isnan(self.value):
            return "-"
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"


def drawn(clusters: np.ndarray, seed: int = 0) -> np.ndarray:
    """How often each unit counts in each draw, (1 + DRAWS, units); in the first all count once.

    Args:
        clusters: units with the same number are drawn together, (units,).
        seed: of the drawing.
    """
    names, of = np.unique(clusters, return_inverse=True)
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=DRAWS)
    return np.concatenate([np.ones((1, len(clusters))), counts[:, of]]).astype(float)


def estimate(measure: Measure, sample: Sample, weights: np.ndarray) -> Estimate:
    """A measure with its percentile interval; ``weights`` as from :func:`drawn`."""
    return _estimate(measure(sample, weights))


def difference(measure: Measure, first: Sample, second: Sample, weights: np.ndarray) -> Estimate:
    """How much higher the measure of the first is, with its interval: both see the same draws.

    Raises:
        ValueError: if the samples are not about the same scans.
    """
    if first.units != second.units:
        msg = f"expected two detectors on the same scans, got {first.units} and {second.units} units"
        raise ValueError(msg)
    return _estimate(measure(first, weights) - measure(second, weights))


def _estimate(values: np.ndarray) -> Estimate:
    drawings = values[1:][np.isfinite(values[1:])]
    if not np.isfinite(values[0]) or not len(drawings):
        return Estimate(float("nan"), float("nan"), float("nan"))
    low, high = np.percentile(drawings, [2.5, 97.5])
    return Estimate(float(values[0]), float(low), float(high))
