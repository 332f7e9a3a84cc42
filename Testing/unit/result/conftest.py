"""A small result with everything in it that a result can hold."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

from u2ad.calibration import UNCALIBRATED, Confidence, Reference, Yardstick
from u2ad.cord import Cord, MaskSource
from u2ad.cord.levels import Landmark, Levels
from u2ad.detectors.maps import Maps
from u2ad.findings import AnomalyCurve, CandidateSettings, Finding, Findings
from u2ad.result import Provenance, WeightFile
from u2ad.result.document import Document, document_of
from u2ad.scan import Check, Grid, Verdict

ODD_MASK = Check("cord_continuity", Verdict.WARN, "The cord mask has a gap of 4 mm.", "Look at the mask.")
CHECKS = (
    Check("slices", Verdict.OK, "13 slices."),
    Check("weighting", Verdict.WARN, "The weighting is <not> known & unclear.", "Check that this is T2-weighted."),
    ODD_MASK,
)


CALIBRATED = Yardstick(
    "Calibrated for tests.",
    threshold=4.0,
    confidence=Confidence(-8.36, {"log_score": 2.0}),
    reference=Reference(tuple(float(score) for score in range(100))),
    digest="e" * 64,
)
"""A score of 100 is real in 7 of 10 cases, and higher than that of each of 100 people."""


@pytest.fixture
def calibrated() -> Yardstick:
    return CALIBRATED


@pytest.fixture
def grid() -> Grid:
    return Grid((4, 60, 10), np.array([[0, 0, 3.3, -5], [-0.5, 0, 0, 3], [0, -1.0, 0, 7], [0, 0, 0, 1.0]]))


@pytest.fixture
def cord(grid: Grid) -> Cord:
    fraction = np.zeros(grid.shape, dtype=np.float32)
    fraction[1:3, :, 3:7] = 1
    return Cord(grid, fraction, MaskSource.AUTOMATIC, False, (ODD_MASK,))


@pytest.fixture
def maps(grid: Grid, cord: Cord) -> Maps:
    ramp = np.linspace(0, 9, cord.fraction.size, dtype=np.float32).reshape(grid.shape) * cord.fraction
    return Maps(grid, ramp, 100 * ramp, cord.fraction, ramp / 100, ramp / 50)


@pytest.fixture
def levels() -> Levels:
    return Levels.from_landmarks([Landmark("C3", 9.0), Landmark("C5", 44.0)])


@pytest.fixture
def make_findings(grid: Grid, levels: Levels) -> Callable[..., Findings]:
    """``make_findings(3)``: so many findings, evenly along the cord."""

    def make(count: int, *, known: bool = True, uncertain: bool = True) -> Findings:
        known_levels = levels if known else Levels.unknown()
        ranked = tuple(
            Finding(
                label=rank,
                score=100.123456 / rank,
                centre=(-1.23456, 2.0, -50.0 * rank / count),
                along=57.0 * rank / count,
                extent=(6.0, 2.5, 3.3),
                volume=49.5,
                mean=3.0,
                peak=8.0 - 3 * rank / count,
                epistemic=0.03 if uncertain else None,
                aleatoric=0.15 if uncertain else None,
                level=known_levels.level_at(57.0 * rank / count),
            )
            for rank in range(1, count + 1)
        )
        labels = np.zeros(grid.shape, dtype=np.int16)
        labels[1, [round(finding.along) for finding in ranked], 5] = [finding.label for finding in ranked]
        along = np.arange(0.5, 60)
        curve = AnomalyCurve(along, 2 + np.sin(along), tuple(known_levels.level_at(place) for place in along))
        score = ranked[0].score if ranked else 0.0
        return Findings(grid, labels, ranked, curve, score, 4.0, cord_score=score or 30.0)

    return make


@pytest.fixture
def provenance(grid: Grid) -> Provenance:
    return Provenance(
        detector="u2ad",
        detector_settings={"patch_mm": 3.0, "adaptation": "none"},
        candidate_settings=CandidateSettings(),
        grid_digest=grid.digest,
        scan_digest="c" * 64,
        started=datetime(2026, 5, 1, 1, 30, tzinfo=timezone(timedelta(hours=2))),
        seconds=12.345678,
        weights=(WeightFile("cord", "a" * 64), WeightFile("u2ad", "b" * 64)),
        seed=7,
        draws=10,
        threads=2,
    )


@pytest.fixture
def checks() -> tuple[Check, ...]:
    return CHECKS


@pytest.fixture
def make_document(
    cord: Cord, make_findings: Callable, checks: tuple[Check, ...], provenance: Provenance, levels: Levels
) -> Callable[..., Document]:
    """``make_document(3)``: the document of a result with so many findings."""

    def make(count: int = 3, *, yardstick: Yardstick = UNCALIBRATED, **kinds: bool) -> Document:
        known = levels if kinds.get("known", True) else Levels.unknown()
        findings = yardstick.placed(make_findings(count, **kinds))
        return document_of(cord, findings, checks, provenance, known, yardstick)

    return make
