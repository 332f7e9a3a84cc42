"""How likely a candidate is real, fitted to candidates whose fate is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from u2ad.calibration import Confidence
from u2ad.calibration.confidence import FEATURES
from u2ad.errors import U2ADError
from u2ad.recalibration.evidence import Evidence

STRENGTH = 1.0
"""Of the penalty on squared weights of standardised features: it settles what few candidates leave open."""


def fit_confidences(
    groups: Sequence[Sequence[Evidence]], features: Sequence[str] = tuple(FEATURES)
) -> tuple[Confidence, ...]:
    """One logistic model a group of scans: they share their weights, and each has a log odds of its own to begin with.

    The weights are those that make the candidates' fates likeliest, of the sign that each feature asks for. Candidates
    far below any threshold count too: they are what most false ones are like.

    Args:
        groups: evidence of scans with and without lesions, in groups of scans alike.
        features: names of the features to use; one that all candidates share is left out.

    Raises:
        U2ADError: if all candidates are real, or none is.
    """
    table, real, group = table_of(groups, features)
    if not 0 < real.sum() < len(real):
        raise U2ADError("Among the candidates none is real, or all are.", "Add scans with and without lesions.")
    telling = table.std(axis=0) > 1e-9
    used = [name for name, tells in zip(features, telling, strict=True) if tells]
    table = table[:, telling]
    mean, deviation = table.mean(axis=0), table.std(axis=0)
    members = np.eye(len(groups))[group]
    weights, own, common = _logistic((table - mean) / deviation, members, real, [FEATURES[name].sign for name in used])
    weights = weights / deviation
    named = {name: round(float(weight), 4) for name, weight in zip(used, weights, strict=True)}
    return tuple(Confidence(round(float(common + odds - weights @ mean), 4), named) for odds in own)


def table_of(
    groups: Sequence[Sequence[Evidence]], features: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of all candidates the features, shape (N, features), whether each is real, and the place of its group, (N,)."""
    told = [
        ([FEATURES[name].of(finding) for name in features], is_real, place)
        for place, group in enumerate(groups)
        for one in group
        for finding, is_real in zip(one.candidates, one.real, strict=True)
    ]
    rows, real, group = zip(*told, strict=True) if told else ((), (), ())
    return np.array(rows, float).reshape(len(told), len(features)), np.array(real, bool), np.array(group, int)


def _logistic(
    table: np.ndarray, members: np.ndarray, real: np.ndarray, signs: Sequence[int]
) -> tuple[np.ndarray, np.ndarray, float]:
    """Penalised maximum likelihood with bounds on the weights, which scikit-learn's regression does not know.

    Returns:
        Weights of the features, what each group adds, and what is common to all.
    """
    from scipy.optimize import minimize
    from scipy.special import expit, log_expit

    design = np.hstack([table, members, np.ones((len(real), 1))])
    penalised = np.append(np.full(design.shape[1] - 1, STRENGTH), 0.0)

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        logit = design @ parameters
        likelihood = np.where(real, log_expit(logit), log_expit(-logit)).sum()
        slope = design.T @ (expit(logit) - real) + penalised * parameters
        return 0.5 * float(penalised @ parameters**2) - float(likelihood), slope

    free = [(None, None)] * (members.shape[1] + 1)
    bounds = [(0, None) if sign > 0 else (None, 0) for sign in signs] + free
    found = minimize(loss, np.zeros(design.shape[1]), jac=True, bounds=bounds, method="L-BFGS-B").x
    count = table.shape[1]
    return found[:count], found[count:-1], float(found[-1])
