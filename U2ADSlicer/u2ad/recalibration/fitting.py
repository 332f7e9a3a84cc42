"""From evidence to a calibration: threshold, scale along the cord, confidence and reference of each class of scans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import binom

from u2ad.calibration import Calibration, Reference, ScanClass
from u2ad.calibration.yardstick import ABOVE
from u2ad.cord.levels import VERTEBRAE
from u2ad.errors import U2ADError
from u2ad.findings import CandidateSettings
from u2ad.findings.finding import SCORE_DIGITS
from u2ad.recalibration.evidence import Evidence
from u2ad.recalibration.logistic import fit_confidences

QUIET = 0.95
"""Share of all lesion-free scans that shall have at most one candidate."""

SURE = 0.8
"""How sure that must be: the share in fifty or a hundred scans is off by two or three of them."""

ALARMS = 1.0
"""Candidates that a lesion-free scan may have on average."""

NAMES = VERTEBRAE[1:8]
"""C2 to T1, whose mean the scale is relative to: beyond them the cord is cut off in many scans."""

TRUST = 30
"""Scans that the scale of a vertebra is believed to be 1 with, before any is seen."""

TRUST_OF_PEOPLE = 1
"""The same of C1, which is told person by person: scans made of one person are hardly more than one."""


@dataclass(frozen=True)
class Kind:
    """What makes scans alike for a calibration.

    Args:
        above: mm; the slices are farther apart than this.
        up_to: mm; and not farther than this.
        automatic: whether the cord was marked automatically.
    """

    above: float
    up_to: float
    automatic: bool

    @property
    def name(self) -> str:
        """In words."""
        slices = f"of {self.above:.0f} to {self.up_to:.0f} mm" if self.above else f"up to {self.up_to:.0f} mm"
        return f"slices {slices} and {'an automatic' if self.automatic else 'a given'} cord mask"

    def holds(self, one: Evidence) -> bool:
        """Whether a scan is of this kind."""
        return self.above < one.slices <= self.up_to and one.given is not self.automatic


KINDS = tuple(Kind(*slices, automatic) for slices in ((0.0, 2.0), (2.0, 5.0)) for automatic in (True, False))
"""Simulated scans have slices of .8 to 1 or of 2.8 to 4 mm."""


def fit(
    detector: str,
    weights: tuple[str, ...],
    evidence: Sequence[Evidence],
    scale: Mapping[str, float],
    made: Mapping[str, Any],
) -> Calibration:
    """A calibration from evidence; kinds of scans of which there is none are left out.

    Args:
        detector: name of the detector.
        weights: SHA-256 of its weights.
        evidence: of scans with and without lesions, extracted with ``scale``.
        scale: by vertebra, see :func:`fit_scale`.
        made: how the evidence came about; words and numbers only.

    Raises:
        U2ADError: if a kind of scans has no lesion-free ones, or no candidate is real, or all are.
    """
    groups = {kind: [one for one in evidence if kind.holds(one)] for kind in KINDS}
    groups = {kind: group for kind, group in groups.items() if group}
    confidences = fit_confidences(list(groups.values()))
    classes = []
    for (kind, group), confidence in zip(groups.items(), confidences, strict=True):
        free = [one for one in group if not one.lesions]
        if not free:
            raise U2ADError(f"There is no lesion-free scan with {kind.name}.", "Add more seeds.")
        scores = tuple(sorted(round(one.cord_score, SCORE_DIGITS) for one in free))
        threshold = threshold_of(free)
        classes.append(
            ScanClass(kind.name, kind.up_to, kind.automatic, threshold, dict(scale), confidence, Reference(scores))
        )
    return Calibration(detector, weights, tuple(classes), made)


def threshold_of(free: Sequence[Evidence], quiet: float = QUIET, alarms: float = ALARMS) -> float:
    """Lowest threshold, to a hundredth, with at most one candidate on a share of lesion-free scans.

    Of all such scans, not only of those that are there: a tolerance limit that knows nothing of the distribution
    (Wilks, Ann Math Stat 12:91-96, 1941). Where they are too few for it, none of them may have more. It is never below
    the anomaly down to which a candidate reaches: all that is seen below is noise.

    Args:
        free: lesion-free scans.
        quiet: that share.
        alarms: candidates that a scan may have on average.
    """
    reaches = [sorted(one.reach, reverse=True) for one in free]
    second = sorted((reach[1] if len(reach) > 1 else 0.0 for reach in reaches), reverse=True)
    every = sorted((value for reach in reaches for value in reach), reverse=True)
    loud = second[_exceptions(len(free), quiet)]
    allowed = int(np.floor(alarms * len(free)))
    many = every[allowed] if allowed < len(every) else 0.0
    return max(round((np.floor(max(loud, many) * 100) + 1) / 100, 2), CandidateSettings().low)


def _exceptions(scans: int, quiet: float) -> int:
    """How many of so many scans may be louder for it to be sure that a share of all is quiet."""
    unlikely = binom.cdf(np.arange(scans), scans, 1 - quiet) <= 1 - SURE
    return max(int(unlikely.sum()) - 1, 0)


def fit_scale(evidence: Sequence[Evidence], people: Sequence[Sequence[Evidence]] = ()) -> dict[str, float]:
    """By vertebra, how far the healthy cord stands out there, relative to the mean of C2 to T1; drawn towards 1.

    Args:
        evidence: of simulated people, extracted without a scale; scans with lesions do not count.
        people: of each real one the same. They alone tell of C1: where the cord becomes the brainstem, a simulated
            cord is too even.
    """
    theirs = [_ratios(scans) for scans in people]
    everywhere = _ratios([*evidence, *(one for scans in people for one in scans)])
    above = [float(np.mean(one[ABOVE])) for one in theirs if ABOVE in one]
    scale = {ABOVE: _drawn_to_one(above, TRUST_OF_PEOPLE)} if above else {}
    return scale | {name: _drawn_to_one(everywhere[name], TRUST) for name in NAMES if name in everywhere}


def _ratios(scans: Sequence[Evidence]) -> dict[str, list[float]]:
    """By vertebra, how far it stands out in each lesion-free scan, over the mean of C2 to T1 there."""
    ratios: dict[str, list[float]] = {}
    for one in (one for one in scans if not one.lesions):
        known = [value for name, value in one.anomaly.items() if name in NAMES]
        mean = float(np.mean(known)) if known else 0.0
        for name in one.anomaly if mean > 0 else ():
            ratios.setdefault(name, []).append(one.anomaly[name] / mean)
    return ratios


def _drawn_to_one(ratios: Sequence[float], trust: int) -> float:
    return round((sum(ratios) + trust) / (len(ratios) + trust), 3)
