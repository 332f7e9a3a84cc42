"""A made-up reviewed scan with as many findings as one likes, on which exports are timed and tried."""

from __future__ import annotations

from datetime import datetime, timezone

import numpy as np

from u2ad.calibration import Confidence, Reference, Yardstick
from u2ad.cord import Centreline, Cord, MaskSource
from u2ad.cord.centreline import centreline_of
from u2ad.cord.levels import Landmark, Levels
from u2ad.detectors.maps import Maps
from u2ad.export.reviewed import Reviewed
from u2ad.findings import CandidateSettings, find
from u2ad.result.document import document_of
from u2ad.result.provenance import Provenance, WeightFile
from u2ad.review.action import Action
from u2ad.review.case import Case
from u2ad.review.decision import Decision
from u2ad.review.review import Review
from u2ad.scan import Check, Grid, Scan, Verdict

CORD_RADIUS, CSF_RADIUS = 5.0, 8.0
"""mm."""
LONG, WIDE = 3.0, 2.5
"""Reach of a made-up lesion along and across the cord in mm."""
FIELD = 240.0
"""mm from head to foot and from front to back."""
PITCH = 18.0
"""mm from one vertebra to the next."""

CHECKS = (Check("slices", Verdict.OK, "The slices are evenly spaced."),)
SAID = (
    (Decision.CONFIRMED, "demyelination", "Typical place, no oedema."),
    (Decision.REJECTED, "flow artefact", ""),
    (Decision.UNSURE, "partial volume at the rim", ""),
    (Decision.UNDECIDED, "", ""),
)


def crowded(shape: tuple[int, int, int] = (20, 512, 512), findings: int = 30, *, decided: bool = True) -> Reviewed:
    """A sagittal scan with a straight cord and lesions evenly along it.

    Args:
        shape: slices, rows, columns.
        findings: how many lesions; more than 50 are not found, since no detection lists more.
        decided: whether a reader has decided on them, by turns confirmed, rejected, unsure and not.
    """
    grid = _grid(shape)
    ras = grid.to_ras(np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1))
    radius = np.hypot(ras[..., 0], ras[..., 1])
    cord = Cord(grid, np.clip(CORD_RADIUS + 0.5 - radius, 0, 1).astype(np.float32), MaskSource.AUTOMATIC, False)
    anomaly = _lesions(ras, cord.mask, findings)
    image = Scan(_picture(radius, anomaly), grid)
    expected = np.where(cord.fraction > 0, image.array * 0.9, 0).astype(np.float32)
    maps = Maps(grid, anomaly, expected, cord.fraction, anomaly / 60, anomaly / 20)
    line = centreline_of(cord)
    case = Case(grid, maps, cord, line, _levels(line), yardstick=YARDSTICK)
    review = Review(case, reader="Dr Example", clock=lambda: datetime(2026, 11, 26, 9, 30, tzinfo=timezone.utc))
    if decided:
        _decide(review)
    return Reviewed(
        case,
        review.findings,
        _document(case, image),
        image,
        review.reader,
        review.impression,
        review.assessment,
        _journal(review.actions),
    )


YARDSTICK = Yardstick(
    "Made up for a benchmark.",
    confidence=Confidence(-1.0, {"log_score": 0.6}),
    reference=Reference(tuple(float(score) for score in range(40))),
    digest="e" * 64,
)


def _grid(shape: tuple[int, int, int]) -> Grid:
    """Slices run right, rows down, columns back; the cord's middle lies at right and front 0."""
    slices, rows, columns = shape
    affine = np.eye(4)
    affine[:3, :3] = np.array([[0, 0, 3.3], [-FIELD / columns, 0, 0], [0, -FIELD / rows, 0]])
    affine[:3, 3] = -affine[:3, :3] @ np.array([(columns - 1) / 2, (rows - 1) / 2, (slices - 1) / 2])
    return Grid(shape, affine)


def _lesions(ras: np.ndarray, cord: np.ndarray, findings: int) -> np.ndarray:
    """Anomaly of ellipsoids in the cord, each a little weaker than the last; float32, KJI."""
    inside, anomaly = ras[cord], np.zeros(cord.shape, np.float32)
    value = np.zeros(len(inside))
    for n, height in enumerate(np.linspace(0.42, -0.42, findings + 2)[1:-1] * FIELD):
        reach = min(LONG, 0.3 * FIELD / (findings + 1))
        offset = (inside - np.array([0.0, 1.5, height])) / np.array([WIDE + 2, WIDE, reach])
        value = np.maximum(value, (14 - 0.25 * n) * np.clip(1.2 - np.linalg.norm(offset, axis=-1), 0, 1))
    anomaly[cord] = value
    return anomaly


def _picture(radius: np.ndarray, anomaly: np.ndarray) -> np.ndarray:
    """Fluid bright, cord grey, lesions in between, and noise; int16, KJI."""
    tissue = np.where(radius < CORD_RADIUS, 300, np.where(radius < CSF_RADIUS, 800, 150)) + 25 * anomaly
    return (tissue + np.random.default_rng(0).normal(0, 15, radius.shape)).astype(np.int16)


def _levels(line: Centreline) -> Levels:
    names = ("C2", "T2")
    return Levels.from_landmarks([Landmark(names[0], 2 * PITCH), Landmark(names[1], 2 * PITCH + 7 * PITCH)])


def _decide(review: Review) -> None:
    looks, words = ("suspicious", "Several bright places in the cord.") if review.findings else ("normal", "")
    review.impress(looks, words)
    for n, finding in enumerate(review.findings):
        decision, reason, comment = SAID[n % len(SAID)]
        if decision is not Decision.UNDECIDED:
            review.decide(finding.key, decision, reason, comment)
    review.assess(looks, "Multifocal disease is likely." if review.findings else "")


def _document(case: Case, image: Scan):
    assert case.maps is not None
    assert case.cord is not None
    assert case.line is not None
    found = case.yardstick.placed(find(case.maps, case.cord, case.line, case.levels, CandidateSettings()))
    provenance = Provenance(
        detector="u2ad",
        detector_settings={"draws": 10, "seed": 0},
        candidate_settings=CandidateSettings(),
        grid_digest=case.grid.digest,
        scan_digest=image.digest,
        started=datetime(2026, 11, 26, 9, 0, tzinfo=timezone.utc),
        seconds=12.0,
        weights=(WeightFile("u2ad", "b" * 64), WeightFile("cord", "a" * 64)),
        model="starter",
        seed=0,
        draws=10,
    )
    return document_of(case.cord, found, CHECKS, provenance, case.levels, case.yardstick)


def _journal(actions: tuple[Action, ...]) -> str:
    return "".join(f"{action.to_json()}\n" for action in actions)
