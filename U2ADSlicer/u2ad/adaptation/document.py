"""``adaptation.json``: everything that an adaptation has to say, free of names and paths."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from u2ad.adaptation.caveats import caveats_of
from u2ad.adaptation.changes import Changes
from u2ad.adaptation.cohort import CrossFitted
from u2ad.adaptation.figures import Figures
from u2ad.adaptation.run import Adapted, Subject
from u2ad.adaptation.training import CurvePoint
from u2ad.models.versions import ADAPTATION
from u2ad.result.document import told_checks

FORMAT, VERSION = "u2ad-adaptation", 1
DIGITS = 5
"""Decimals of residuals on the common scale, where cord and fluid lie 0.6 apart."""

Document = dict[str, Any]


def document_of(adapted: Adapted) -> Document:
    """What an adaptation has to say; residuals are on the common scale, ratios multiples of normal cord's residual."""
    told = adapted.model.manifest.training[ADAPTATION]
    before, after = adapted.figures
    return {
        "format": FORMAT,
        "version": VERSION,
        "created": told["created"],
        "parent": adapted.parent.version,
        "model": adapted.model.version if adapted.verdict.passed else None,
        "verdict": asdict(adapted.verdict),
        "figures": {"before": rounded(before), "after": rounded(after)},
        "false_alarms": _false_alarms(adapted),
        "scans": [_scan(*one) for one in zip(adapted.subjects, adapted.changes, told["scans"], strict=True)],
        "cross_fitted": _crossed(adapted.cross_fitted),
        "settings": told["settings"],
        "stopped": adapted.trained.stopped,
        "steps": len(adapted.trained.curve),
        "seconds": adapted.cost.seconds,
        "megabytes": adapted.cost.megabytes,
        "curve": [_point(point) for point in adapted.trained.curve],
    }


def rounded(figures: Figures) -> Document:
    """Figures, rounded to what can be meant."""
    return {name: None if value is None else round(value, DIGITS) for name, value in asdict(figures).items()}


def _scan(subject: Subject, changes: Changes, told: Document) -> Document:
    return {
        **told,
        "findings": _changes(changes),
        "cord_seen_by_person": subject.anatomy.cord.seen_by_person,
        "caveats": told_checks(caveats_of(subject)),
    }


def _changes(changes: Changes) -> Document:
    return {
        "before": changes.before,
        "after": changes.after,
        "gained": list(changes.gained),
        "lost": list(changes.lost),
    }


def _false_alarms(adapted: Adapted) -> Document | None:
    alarms = adapted.false_alarms
    if alarms is None:
        return None
    scans = sum(subject.healthy for subject in adapted.subjects)
    return {"scans": scans, "before": alarms[0], "after": alarms[1]}


def _crossed(crossed: CrossFitted | None) -> Document | None:
    if crossed is None:
        return None
    return {
        "folds": crossed.folds,
        "before": rounded(crossed.before),
        "after": rounded(crossed.after),
        "findings": [_changes(changes) for changes in crossed.changes],
    }


def _point(point: CurvePoint) -> Document:
    return {name: round(value, DIGITS) if isinstance(value, float) else value for name, value in asdict(point).items()}
