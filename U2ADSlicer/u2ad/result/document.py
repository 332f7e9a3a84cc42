"""The document ``findings.json``: everything a result says, in a form that its schema describes field by field."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from u2ad.calibration import UNCALIBRATED, Yardstick
from u2ad.calibration.plain import yardstick_to_plain
from u2ad.cord import Cord
from u2ad.cord.levels import Levels
from u2ad.findings import AnomalyCurve, Finding, Findings
from u2ad.findings.finding import MM_DIGITS, SCORE_DIGITS
from u2ad.result.provenance import Provenance
from u2ad.scan import Check, Grid, worst

RESEARCH_USE = (
    "Research use only. Not a medical device, not for diagnosis. The absence of candidates does not exclude a lesion."
)
FORMAT = "u2ad-findings"
VERSION = 1

Document = dict[str, Any]


@cache
def schema() -> Document:
    """The JSON Schema (draft 2020-12) of the document, with title, description and unit of every field."""
    return json.loads(files("u2ad.result").joinpath("findings.schema.json").read_text(encoding="utf-8"))


def document_of(
    cord: Cord,
    findings: Findings,
    checks: tuple[Check, ...],
    provenance: Provenance,
    levels: Levels,
    yardstick: Yardstick = UNCALIBRATED,
) -> Document:
    """All that one result says.

    Args:
        cord: the cord in which was searched.
        findings: what was found.
        checks: the checks of the scan; those of the cord may be among them, and are told with the cord.
        provenance: how the result came about.
        levels: where the vertebrae lie along the cord.
        yardstick: what the scores were measured by.

    Returns:
        What ``findings.json`` holds; floats are rounded to what can be meant (0.01 mm, three digits of a score).
    """
    return {
        "format": FORMAT,
        "version": VERSION,
        "research_use": RESEARCH_USE,
        "input": {
            "verdict": worst((*checks, *cord.checks)).value,
            "checks": told_checks(_of_scan(checks, cord)),
            "grid": _grid(findings.grid),
        },
        "cord": _cord(cord),
        "levels_source": levels.source.value,
        "levels": [{"name": body.name, "along_mm": _mm(body.along)} for body in levels.bodies],
        "threshold": _score(findings.threshold),
        "patient_score": _score(findings.patient_score),
        "cord_score": _score(findings.cord_score),
        "percentile": None if findings.percentile is None else round(float(findings.percentile), 1),
        "calibration": yardstick_to_plain(yardstick),
        "findings": [_finding(finding) for finding in findings.ranked],
        "curve": _curve(findings.curve),
        "provenance": _provenance(provenance),
    }


def text_of(document: Document) -> str:
    """The document as JSON text, the same text for the same content.

    Raises:
        ValueError: if a number is not finite.
    """
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def told_checks(checks: tuple[Check, ...]) -> list[Document]:
    """Checks as a document tells them."""
    return [
        {"name": check.name, "verdict": check.verdict.value, "sentence": check.sentence, "remedy": check.remedy}
        for check in checks
    ]


def _of_scan(checks: tuple[Check, ...], cord: Cord) -> tuple[Check, ...]:
    return tuple(check for check in checks if check not in cord.checks)


def _grid(grid: Grid) -> Document:
    return {
        "shape_kji": list(grid.shape),
        "spacing_kji_mm": [round(float(value), 4) for value in grid.spacing],
        "ijk_to_ras": [[round(float(value), 6) for value in row] for row in grid.affine],
    }


def _cord(cord: Cord) -> Document:
    return {
        "source": cord.source.value,
        "seen_by_person": cord.seen_by_person,
        "volume_mm3": _mm(np.count_nonzero(cord.mask) * cord.grid.voxel_volume),
        "checks": told_checks(cord.checks),
    }


def _finding(finding: Finding) -> Document:
    finding = finding.rounded()
    return {
        "label": finding.label,
        "score": finding.score,
        "level": finding.level,
        "centre_ras_mm": list(finding.centre),
        "along_mm": finding.along,
        "extent_mm": dict(zip(("along_cord", "antero_posterior", "right_left"), finding.extent, strict=True)),
        "volume_mm3": finding.volume,
        "mean": finding.mean,
        "peak": finding.peak,
        "epistemic": finding.epistemic,
        "aleatoric": finding.aleatoric,
        "certainty": finding.certainty,
        "confidence": finding.confidence,
    }


def _curve(curve: AnomalyCurve) -> Document:
    return {
        "along_mm": [_mm(value) for value in curve.along],
        "value": [None if np.isnan(value) else _score(value) for value in curve.value],
        "level": list(curve.level),
    }


def _provenance(provenance: Provenance) -> Document:
    return {
        "started_utc": provenance.started_utc,
        "seconds": round(float(provenance.seconds), 1),
        "detector": provenance.detector,
        "detector_settings": dict(provenance.detector_settings),
        "candidate_settings": asdict(provenance.candidate_settings),
        "weights": [asdict(weights) for weights in provenance.weights],
        "model": provenance.model,
        "seed": provenance.seed,
        "draws": provenance.draws,
        "device": provenance.device,
        "threads": provenance.threads,
        "grid_sha256": provenance.grid_digest,
        "scan_sha256": provenance.scan_digest,
        "versions": dict(provenance.versions),
    }


def _mm(value: float) -> float:
    return round(float(value), MM_DIGITS)


def _score(value: float) -> float:
    return round(float(value), SCORE_DIGITS)
