"""A calibration as JSON types, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from u2ad.calibration.calibration import Calibration, ScanClass
from u2ad.calibration.confidence import Confidence
from u2ad.calibration.reference import Reference
from u2ad.calibration.yardstick import Yardstick


def to_plain(calibration: Calibration) -> dict[str, Any]:
    """A calibration as JSON types."""
    return {
        "detector": calibration.detector,
        "weights": list(calibration.weights),
        "made": dict(calibration.made),
        "classes": [_class_to_plain(kind) for kind in calibration.classes],
    }


def from_plain(told: Mapping[str, Any]) -> Calibration:
    """The calibration that :func:`to_plain` has told.

    Raises:
        KeyError, TypeError, ValueError: if it is none.
    """
    return Calibration(
        str(told["detector"]),
        tuple(str(digest) for digest in told["weights"]),
        tuple(_class_from_plain(kind) for kind in told["classes"]),
        dict(told["made"]),
    )


def confidence_to_plain(confidence: Confidence) -> dict[str, Any]:
    """A model of confidence as JSON types."""
    return {"intercept": confidence.intercept, "weights": dict(confidence.weights)}


def confidence_from_plain(told: Mapping[str, Any]) -> Confidence:
    """The model that :func:`confidence_to_plain` has told.

    Raises:
        KeyError, TypeError, ValueError: if it is none.
    """
    weights = {str(name): float(weight) for name, weight in told["weights"].items()}
    return Confidence(float(told["intercept"]), weights)


def yardstick_to_plain(yardstick: Yardstick) -> dict[str, Any]:
    """What a result tells of its yardstick as JSON types: enough to tell the confidence of a candidate anew."""
    confidence, reference = yardstick.confidence, yardstick.reference
    return {
        "note": yardstick.note,
        "sha256": yardstick.digest or None,
        "confidence": None if confidence is None else confidence_to_plain(confidence),
        "reference": None if reference is None else {"scans": reference.scans, "own": reference.own},
    }


def yardstick_from_plain(told: Mapping[str, Any]) -> Yardstick:
    """The yardstick that a result tells of: without threshold, scale and scores, which are spent by then.

    Raises:
        KeyError, TypeError, ValueError: if it is none.
    """
    confidence = told["confidence"]
    known = None if confidence is None else confidence_from_plain(confidence)
    return Yardstick(str(told["note"]), confidence=known, digest=told["sha256"] or "")


def _class_to_plain(kind: ScanClass) -> dict[str, Any]:
    return {
        "name": kind.name,
        "up_to_mm": kind.up_to,
        "automatic": kind.automatic,
        "threshold": kind.threshold,
        "scale": dict(kind.scale),
        "confidence": confidence_to_plain(kind.confidence),
        "reference": {"scores": list(kind.reference.scores), "own": kind.reference.own},
    }


def _class_from_plain(told: Mapping[str, Any]) -> ScanClass:
    reference = told["reference"]
    return ScanClass(
        str(told["name"]),
        float(told["up_to_mm"]),
        bool(told["automatic"]),
        float(told["threshold"]),
        {str(name): float(factor) for name, factor in told["scale"].items()},
        confidence_from_plain(told["confidence"]),
        Reference(tuple(float(score) for score in reference["scores"]), int(reference["own"])),
    )
