"""A finding: one candidate region of the cord, with all that a reader needs to judge it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from u2ad.scan import Grid

MM_DIGITS, SCORE_DIGITS, SHARE_DIGITS, CHANCE_DIGITS = 2, 3, 5, 2
"""Decimals that can be meant: of mm and mm3, of scores and anomalies, of shares of the contrast, of probabilities."""


@dataclass(frozen=True)
class Finding:
    """One candidate hyperintensity.

    Args:
        label: its value in :attr:`Findings.labels`, from 1, in order of rank.
        score: what it is ranked by: square root of (mass x peak), times the square of the certainty.
        centre: RAS of its score-weighted centre in mm.
        along: centre's distance from the cord's upper end along the centreline in mm.
        extent: outer size along the cord, antero-posterior and right-left, square to the cord, in mm.
        volume: mm3.
        mean: mean certainty-weighted anomaly of its voxels.
        peak: highest certainty-weighted anomaly of its voxels.
        epistemic: mean epistemic uncertainty, None where the detector has none.
        aleatoric: mean aleatoric uncertainty, None where the detector has none.
        level: vertebral level, such as "C4" or "C4/C5" at a disc, or "unknown".
        certainty: mean certainty of its voxels, 0 to 1: how much of it is core of the cord rather than rim.
        confidence: probability that such a candidate is real, as often as it was in scans with known truth; None where
            the scores are not calibrated.
    """

    label: int
    score: float
    centre: tuple[float, float, float]
    along: float
    extent: tuple[float, float, float]
    volume: float
    mean: float
    peak: float
    epistemic: float | None
    aleatoric: float | None
    level: str
    certainty: float = 1.0
    confidence: float | None = None

    def rounded(self) -> Finding:
        """The same finding with the decimals that can be meant.

        Document, report, pictures and terminal all start from these figures: whoever rounds them further arrives at
        the same number as all others.
        """
        x, y, z = (_round(value, MM_DIGITS) for value in self.centre)
        length, depth, width = (_round(value, MM_DIGITS) for value in self.extent)
        return replace(
            self,
            score=_round(self.score, SCORE_DIGITS),
            centre=(x, y, z),
            along=_round(self.along, MM_DIGITS),
            extent=(length, depth, width),
            volume=_round(self.volume, MM_DIGITS),
            mean=_round(self.mean, SCORE_DIGITS),
            peak=_round(self.peak, SCORE_DIGITS),
            epistemic=None if self.epistemic is None else _round(self.epistemic, SHARE_DIGITS),
            aleatoric=None if self.aleatoric is None else _round(self.aleatoric, SHARE_DIGITS),
            certainty=_round(self.certainty, SCORE_DIGITS),
            confidence=None if self.confidence is None else _round(self.confidence, CHANCE_DIGITS),
        )


def _round(value: float, digits: int) -> float:
    return round(float(value), digits)


@dataclass(frozen=True, eq=False)
class AnomalyCurve:
    """The anomaly along the cord.

    Args:
        along: distance from the cord's upper end in mm, ascending, shape (N,).
        value: highest anomaly of the cross-section, certainty-weighted, shape (N,); NaN where nothing was searched.
        level: vertebral level of each position, "unknown" where not known, length N.
    """

    along: np.ndarray
    value: np.ndarray
    level: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Findings:
    """All candidates of one scan, the most suspicious first.

    Args:
        grid: the scan's grid.
        labels: label map of the findings, int16, KJI, 0 outside.
        ranked: the findings, by falling score.
        curve: the anomaly along the cord.
        patient_score: highest finding's score, 0 where there is none.
        threshold: anomaly at which a voxel becomes a candidate.
        cord_score: highest score in the cord, whether or not it reaches the threshold; 0 where nothing stands out.
        percentile: share of lesion-free scans with a lower ``cord_score`` in percent; None where not calibrated.
    """

    grid: Grid
    labels: np.ndarray
    ranked: tuple[Finding, ...]
    curve: AnomalyCurve
    patient_score: float
    threshold: float
    cord_score: float = 0.0
    percentile: float | None = None
