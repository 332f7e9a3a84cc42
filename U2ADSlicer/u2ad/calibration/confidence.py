"""How often a candidate like this one was real among candidates of scans with known truth."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from u2ad.findings import Finding

LEAST, MOST = 0.01, 0.99
"""Nothing is said to be rarer or surer than this: the scans that the model was fitted to are too few for it."""


@dataclass(frozen=True)
class Feature:
    """A figure of a candidate that says something on whether it is real.

    Args:
        of: takes it from a finding.
        sign: 1 where more of it never makes a candidate less likely, -1 where it never makes it likelier.
    """

    of: Callable[[Finding], float]
    sign: int


def _logarithm(value: float) -> float:
    return math.log(max(value, 1e-3))


def _steadiness(finding: Finding) -> float:
    """Logarithm of difference over spread of the reconstructions; 0 for a detector without a model."""
    if finding.epistemic is None or finding.aleatoric is None:
        return 0.0
    return _logarithm(finding.aleatoric) - _logarithm(finding.epistemic)


FEATURES: Mapping[str, Feature] = MappingProxyType(
    {
        "log_score": Feature(lambda finding: _logarithm(finding.score), 1),
        "certainty": Feature(lambda finding: finding.certainty, 1),
        "steadiness": Feature(_steadiness, 1),
    }
)
"""By name, as in the calibration's file. None but monotone ones: a reader must be able to follow them."""


@dataclass(frozen=True)
class Confidence:
    """A logistic model: the logarithm of the odds is linear in the features.

    Args:
        intercept: log odds where all features are 0.
        weights: by the name of the feature, with the sign that the feature asks for.

    Raises:
        ValueError: if a feature is unknown, or a weight is no number or of the wrong sign.
    """

    intercept: float
    weights: Mapping[str, float]

    def __post_init__(self) -> None:
        wrong = [name for name, weight in self.weights.items() if not _is_allowed(name, weight)]
        if wrong or not math.isfinite(self.intercept):
            msg = f"expected finite weights of known features with their sign, got {dict(self.weights)!r}"
            raise ValueError(msg)

    def of(self, finding: Finding) -> float:
        """Probability that a candidate is real, between .01 and .99."""
        logit = self.intercept + sum(weight * FEATURES[name].of(finding) for name, weight in self.weights.items())
        return min(max(1 / (1 + math.exp(-min(max(logit, -30), 30))), LEAST), MOST)


def _is_allowed(name: str, weight: float) -> bool:
    return name in FEATURES and math.isfinite(weight) and weight * FEATURES[name].sign >= 0
