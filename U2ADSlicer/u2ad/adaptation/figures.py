"""What an adaptation is judged by: how well normal cord is rebuilt, and how far lesions stand out from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from u2ad.adaptation.case import AdaptationCase
from u2ad.adaptation.painting import paint
from u2ad.adaptation.uncertainty import rebuild
from u2ad.cord.straight_cord import StraightCord, core_of
from u2ad.detectors import scoring
from u2ad.models.masked_autoencoder import MaskedAutoencoder
from u2ad.progress import Progress, Silent

DRAWS = 4
"""K of the figures before and after."""


@dataclass(frozen=True)
class Figures:
    """How a network rebuilds some cords.

    Residuals are mean absolute ones of the core on the common scale, smoothed as a detection smooths them: noise from
    voxel to voxel can neither be learned nor raise an alarm.

    Args:
        residual: of normal cord.
        residual_aside: of the part of it that no training scores.
        painted: mean residual of lesions painted into the cords, as a multiple of ``residual``; of a single cord None
            where there is no room for one.
        findings: the same of the confirmed and undecided findings; None where there are none.
    """

    residual: float
    residual_aside: float
    painted: float | None
    findings: float | None


def figures_of(
    network: MaskedAutoencoder, cases: Sequence[AdaptationCase], seed: int, progress: Progress | None = None
) -> Figures:
    """Measure a network on some cases, the mean over them; the same seed asks two networks the same.

    Args:
        network: to be measured.
        cases: on which.
        seed: of the masks and of the painted lesions.
        progress: advanced once a case.
    """
    measured = []
    for case in cases:
        measured.append(figures_in(network, case, seed))
        (progress or Silent()).advance()
    return mean_of(measured)


def residual_of(case: AdaptationCase, mean: np.ndarray, aside: bool = False) -> float:
    """Mean absolute residual of normal core, or of its part that is set aside; see :class:`Figures`.

    Args:
        case: with normal core; see :func:`u2ad.adaptation.sampling.may_be_learned`.
        mean: of the reconstructions, (slice, along, across).
        aside: whether only what is set aside counts, where there is some.
    """
    normal = case.measured
    chosen = normal & case.aside if aside else normal
    chosen = chosen if chosen.any() else normal
    return float(np.abs(_smooth(case.learned, mean))[chosen].mean())


def figures_in(network: MaskedAutoencoder, case: AdaptationCase, seed: int) -> Figures:
    """Measure a network on a single case; it may have no room for a painted lesion."""
    clean = rebuild(network, case.cord, DRAWS, seed)
    normal = residual_of(case, clean.mean)
    painted = paint(case, seed)
    marked = rebuild(network, painted.cord, DRAWS, seed)
    findings = case.findings & core_of(case.cord.fraction)
    return Figures(
        residual=normal,
        residual_aside=residual_of(case, clean.mean, aside=True),
        painted=_contrast(painted.cord, marked.mean, painted.lesions, normal),
        findings=_contrast(case.cord, clean.mean, findings, normal),
    )


def _contrast(cord: StraightCord, mean: np.ndarray, lesions: np.ndarray, normal: float) -> float | None:
    return float(_smooth(cord, mean)[lesions].mean()) / normal if lesions.any() else None


def _smooth(cord: StraightCord, mean: np.ndarray) -> np.ndarray:
    return scoring.smooth_inside(cord.image - mean, cord.certainty)


def mean_of(figures: Sequence[Figures]) -> Figures:
    """The mean of each figure; of the findings and the painted lesions, over the cases that have some.

    Raises:
        ValueError: if there is room for a painted lesion in none of them: then nothing tells whether lesions still
            stand out.
    """
    findings = [one.findings for one in figures if one.findings is not None]
    painted = [one.painted for one in figures if one.painted is not None]
    if not painted:
        msg = "expected cord without findings in which a lesion can be painted, got none"
        raise ValueError(msg)
    return Figures(
        float(np.mean([one.residual for one in figures])),
        float(np.mean([one.residual_aside for one in figures])),
        float(np.mean(painted)),
        float(np.mean(findings)) if findings else None,
    )
