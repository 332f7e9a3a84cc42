"""A review of any scan: a tube of cord, and findings of every kind that a reader can leave."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from u2ad.cord import Centreline, Cord, MaskSource
from u2ad.cord.levels import Levels
from u2ad.detectors.maps import Maps
from u2ad.export.reviewed import Reviewed
from u2ad.findings import CandidateSettings
from u2ad.review import Case, Voxels
from u2ad.review.changes import Assessment
from u2ad.review.decision import Decision, Judgement, Origin
from u2ad.review.listing import Listed
from u2ad.scan import Scan

SHAPE = (7, 60, 48)
"""Of the scans that these tests simulate: slices, rows, columns."""

COMMENT = "Comment of reader, ü 山"

JUDGED = (
    Judgement(Decision.CONFIRMED, "compressive myelopathy", COMMENT, "Leser Eins", "2026-03-01T09:00:00Z"),
    Judgement(Decision.REJECTED, "motion", "", "Leser Eins", "2026-03-01T09:01:00Z"),
    Judgement(Decision.UNSURE, "in my own words", "", "Reader Two", "2026-03-01T09:02:00Z"),
    Judgement(),
)


def voxels_of(shape: tuple[int, int, int]) -> np.ndarray:
    """A scan in which nearly every voxel has its own value, int16."""
    return (np.arange(np.prod(shape), dtype=np.int64).reshape(shape) % 4001).astype(np.int16)


def reviewed_scan(scan: Scan, *, overlap: bool = False) -> Reviewed:
    """Five findings: confirmed, rejected, unsure, undecided, and one that the reader has drawn and confirmed."""
    case = _case(scan)
    k, j, i = (side // 2 for side in scan.array.shape)
    boxes = [(k, j - 20 + 10 * n, i - 2) for n in range(5)]
    if overlap:
        boxes[1] = (boxes[0][0], boxes[0][1] + 2, boxes[0][2] + 1)
    judged = (*JUDGED, replace(JUDGED[0], reason="demyelination"))
    findings = [
        _finding(n + 1, box, case, judgement) for n, (box, judgement) in enumerate(zip(boxes, judged, strict=True))
    ]
    findings[0] = replace(findings[0], edited=True)
    findings[4] = replace(findings[4], origin=Origin.READER)
    assessment = Assessment("suspicious", "Whole cord ü", "Leser Eins", "2026-03-01T09:05:00Z")
    return Reviewed(case, tuple(findings), _document(), scan, "Leser Eins", None, assessment)


def _case(scan: Scan) -> Case:
    grid = scan.grid
    k, _, i = (side // 2 for side in grid.shape)
    fraction = np.zeros(grid.shape, np.float32)
    fraction[k - 1 : k + 2, 2:-2, i - 6 : i + 7] = 1
    anomaly = (np.random.default_rng(3).random(grid.shape, np.float32) * 9 * fraction).astype(np.float32)
    ends = grid.to_ras(np.array([[k, 2, i], [k, grid.shape[1] - 3, i]]))
    length = float(np.linalg.norm(ends[1] - ends[0]))
    steps = np.arange(0, length, 0.5)[:, None] / length
    line = Centreline(ends[0] + steps * (ends[1] - ends[0]), 0.5)
    levels = Levels.from_points({"C3": line.point_at(8.0), "C4": line.point_at(25.0)}, line)
    maps = Maps(grid, anomaly, anomaly * 10, fraction, anomaly / 100, anomaly / 50)
    return Case(grid, maps, Cord(grid, fraction, MaskSource.AUTOMATIC, True), line, levels, CandidateSettings())


def _finding(number: int, box: tuple[int, int, int], case: Case, judgement: Judgement) -> Listed:
    mask = np.zeros(case.grid.shape, bool)
    k, j, i = box
    mask[k : k + 1 + number % 2, j : j + 4 + number, i : i + 4] = True
    mask[k, j, i] = False  # no symmetric box: a mirrored or turned copy is noticed
    voxels = Voxels.of_mask(mask)
    figures = replace(case.measure(voxels), label=number, confidence=0.75)
    return Listed(f"finding-{number}", number, voxels, figures, judgement, held=True)


def _document() -> dict:
    return {
        "patient_score": 31.4,
        "cord_score": 31.4,
        "percentile": 97.5,
        "threshold": 3.0,
        "calibration": {},
        "provenance": {
            "detector": "u2ad",
            "model": "starter",
            "weights": [{"name": "cord", "sha256": "ab" * 32}, {"name": "autoencoder", "sha256": "cd" * 32}],
            "versions": {"u2ad": "0.1.0"},
            "started_utc": "2026-03-01T08:00:00Z",
        },
    }
