"""What the segment of a finding says in a file for Slicer: the same as in a scene that Slicer has saved.

``U2ADSlicerLib.scene.finding_segment`` writes these into a scene; a test holds both against each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from u2ad.cord.levels import UNKNOWN
from u2ad.export.codes import ALTERED_STRUCTURE, LEVEL_CODES, SPINAL_CORD, T2_HYPERINTENSITY
from u2ad.review.decision import Decision, segment_algorithm_type
from u2ad.review.listing import Listed

PALETTE = ((0.25, 0.80, 1.00), (0.15, 0.90, 0.60), (0.95, 0.60, 0.85), (0.40, 0.55, 1.00))
"""RGB by number; hues of Okabe and Ito, brightened for thin lines on grey."""

TERM_CONTEXT, REGION_CONTEXT = "U2AD spinal cord findings", "Anatomic codes - DICOM master list"
LEVEL_CONTEXT = "U2AD levels of the spinal cord"
ALGORITHM = "U2ADSlicer"

STATUS = {
    Decision.UNDECIDED: "notstarted",
    Decision.CONFIRMED: "completed",
    Decision.REJECTED: "completed",
    Decision.UNSURE: "flagged",
}
"""Slicer's own words for how far a segment is."""


@dataclass(frozen=True)
class Segment:
    """One segment.

    Args:
        id: ``finding-<number>``.
        name: what a reader sees, such as "Finding 1 - C4".
        color: RGB 0 to 1.
        tags: name and value, values with percent signs for what would break Slicer's ``name:value|``.
    """

    id: str
    name: str
    color: tuple[float, float, float]
    tags: Mapping[str, str]


def segments_of(findings: Sequence[Listed]) -> tuple[Segment, ...]:
    """The segments of findings, in their order."""
    return tuple(_segment(finding) for finding in findings)


def name_of(finding: Listed) -> str:
    """What a reader sees: "Finding 1 - C4"."""
    level = finding.figures.level
    return f"Finding {finding.number}" + ("" if level == UNKNOWN else f" - {level}")


def algorithm_type(finding: Listed) -> str:
    """Who made its segment what it is, as :func:`u2ad.review.decision.segment_algorithm_type` tells."""
    return segment_algorithm_type(finding.origin, finding.judgement.decision, edited=finding.edited)


def _segment(finding: Listed) -> Segment:
    tags = {name: quote(text, safe=" /,.;:+-_()<>=") for name, text in _own_tags(finding).items() if text}
    tags["TerminologyEntry"] = _terminology(finding.figures.level)
    tags["Segmentation.Status"] = STATUS[finding.judgement.decision]
    return Segment(finding.key, name_of(finding), PALETTE[(finding.number - 1) % len(PALETTE)], tags)


def _own_tags(finding: Listed) -> dict[str, str]:
    figures, said = finding.figures, finding.judgement
    length, depth, width = figures.extent
    kind = algorithm_type(finding)
    return {
        "U2AD.Level": figures.level,
        "U2AD.Score": _number(figures.score),
        "U2AD.Peak": _number(figures.peak),
        "U2AD.Mean": _number(figures.mean),
        "U2AD.VolumeMm3": _number(figures.volume),
        "U2AD.ExtentAlongCordMm": _number(length),
        "U2AD.ExtentAnteroPosteriorMm": _number(depth),
        "U2AD.ExtentRightLeftMm": _number(width),
        "U2AD.Epistemic": _number(figures.epistemic),
        "U2AD.Aleatoric": _number(figures.aleatoric),
        "U2AD.Decision": said.decision.value,
        "U2AD.Reason": said.reason,
        "U2AD.Comment": said.comment,
        "U2AD.Reader": said.reader,
        "U2AD.DecidedAt": said.at,
        "U2AD.Origin": finding.origin.value,
        "U2AD.Edited": "yes" if finding.edited else "no",
        "DICOM.SegmentAlgorithmType": kind,
        "DICOM.SegmentAlgorithmName": "" if kind == "MANUAL" else ALGORITHM,
    }


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _terminology(level: str) -> str:
    """Slicer's terminology entry: context, category, type, modifier, region's context, region, level."""
    code = LEVEL_CODES.get(level)
    context = REGION_CONTEXT if code is None else LEVEL_CONTEXT
    parts = (TERM_CONTEXT, ALTERED_STRUCTURE, T2_HYPERINTENSITY, "^^", context, SPINAL_CORD, code or "^^")
    return "~".join(map(str, parts))
