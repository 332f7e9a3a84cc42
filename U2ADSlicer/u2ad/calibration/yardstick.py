"""What the scores of one scan are measured by: threshold, scale along the cord, confidence and reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from u2ad.calibration.confidence import Confidence
from u2ad.calibration.reference import Reference, standing_of
from u2ad.cord import Centreline
from u2ad.cord.levels import Levels
from u2ad.detectors.maps import Maps
from u2ad.findings import CandidateSettings, Finding, Findings

ABOVE = "C1"
"""The vertebra above those that are named in most scans."""

NOT_CALIBRATED = "The scores are not calibrated"

INHERITED = f"{NOT_CALIBRATED} for this adapted model; it keeps the threshold of the one before."


@dataclass(frozen=True)
class Yardstick:
    """The part of a calibration that counts for one scan; where there is none, no more than the reason.

    Args:
        note: on what it stands, or why there is none; one sentence.
        kind: name of the class of scans that this one belongs to; empty where there is none.
        threshold: anomaly from which a voxel seeds a candidate; None for the detector's own.
        scale: by vertebra, what the anomaly there is divided by, so that a value is as rare at C2 as at C7.
        confidence: probability that a candidate is real; None where not calibrated.
        reference: scores of lesion-free scans; None where not calibrated.
        digest: SHA-256 of the calibration; empty where there is none.
    """

    note: str
    kind: str = ""
    threshold: float | None = None
    scale: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    confidence: Confidence | None = None
    reference: Reference | None = None
    digest: str = ""

    @property
    def is_calibrated(self) -> bool:
        """Whether findings get a confidence and the scan a percentile."""
        return self.confidence is not None and self.reference is not None

    @property
    def inherited(self) -> Yardstick:
        """For a model that was adapted from the one that this is for: what makes a candidate, and no more.

        So a detection after an adaptation finds by the same measure as the one before; how often such candidates are
        real, and how lesion-free scans score, nobody has measured for the adapted model.
        """
        if self.threshold is None:
            return self
        return replace(self, note=INHERITED, kind="", confidence=None, reference=None)

    def settings(self, own: float) -> CandidateSettings:
        """What makes a candidate: the calibrated threshold, or where there is none the detector's ``own``."""
        return CandidateSettings(threshold=self.threshold or own)

    def rated(self, finding: Finding) -> Finding:
        """A finding with the confidence that its figures have; None where not calibrated."""
        return replace(finding, confidence=None if self.confidence is None else self.confidence.of(finding))

    def placed(self, findings: Findings) -> Findings:
        """Findings with their confidences, and the scan's place among lesion-free ones."""
        percentile = None if self.reference is None else self.reference.percentile(findings.cord_score)
        ranked = tuple(self.rated(finding) for finding in findings.ranked)
        return replace(findings, ranked=ranked, percentile=percentile)

    def standing(self, findings: Findings) -> str:
        """Where a scan stands among lesion-free ones, or why that is not known; one sentence."""
        if findings.percentile is None or self.reference is None:
            return self.note
        return standing_of(findings.percentile, self.reference.scans, self.reference.own)

    def levelled(self, maps: Maps, line: Centreline, levels: Levels) -> Maps:
        """Maps whose anomaly is as rare at each vertebra; as they are where levels are unknown."""
        if not self.scale or not levels.bodies:
            return maps
        kji = np.argwhere(maps.anomaly > 0)
        along = line.along(maps.grid.to_ras(kji)) if len(kji) else np.zeros(0)
        anomaly = maps.anomaly.copy()
        anomaly[tuple(kji.T)] /= self._scale_at(along, levels)
        return replace(maps, anomaly=anomaly)

    def _scale_at(self, along: np.ndarray, levels: Levels) -> np.ndarray:
        """From the middle of one vertebra to that of the next the scale changes evenly; beyond the last it stays.

        Vertebrae that the scan does not name, as C1 in most, lie where they must be.
        """
        named = {body.name: body.along for body in levels.bodies}
        middles = {name: named.get(name, levels.middle_of(name)) for name in self.scale}
        known = sorted((middle, self.scale[name]) for name, middle in middles.items() if middle is not None)
        if not known:
            return np.ones_like(along, dtype=np.float32)
        places, values = zip(*known, strict=True)
        return np.interp(along, places, values).astype(np.float32)


UNCALIBRATED = Yardstick(f"{NOT_CALIBRATED}.")
"""Of scores as the detector gives them."""
