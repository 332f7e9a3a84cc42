"""What the segment of a finding says, in files for Slicer and in its scene: name, colour, codes and tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from u2ad.cord.levels import UNKNOWN
from u2ad.export.codes import ALTERED_STRUCTURE, LEVEL_CODES, SPINAL_CORD, T2_HYPERINTENSITY
from u2ad.findings import Finding
from u2ad.review.decision import Decision, Judgement, Origin, segment_algorithm_type
from u2ad.review.listing import Listed

PALETTE = ((0.25, 0.80, 1.00), (0.15, 0.90, 0.60), (0.95, 0.60, 0.85), (0.40, 0.55, 1.00))
"""RGB by number: Okabe and Ito's hues for colour-blind readers, brighter than theirs because they are thin lines on
grey. Without the reds and oranges of the heat map, and the yellow of the cord's outline."""

TERM_CONTEXT, REGION_CONTEXT = "U2AD spinal cord findings", "Anatomic codes - DICOM master list"
LEVEL_CONTEXT = "U2AD levels of the spinal cord"
ALGORITHM = "U2ADSlicer"

LEVEL_TAG, DECISION_TAG = "U2AD.Level", "U2AD.Decision"
FIGURE_TAGS = (
    "U2AD.Score",
    "U2AD.Peak",
    "U2AD.Mean",
    "U2AD.VolumeMm3",
    "U2AD.ExtentAlongCordMm",
    "U2AD.ExtentAnteroPosteriorMm",
    "U2AD.ExtentRightLeftMm",
    "U2AD.Epistemic",
    "U2AD.Aleatoric",
)
JUDGEMENT_TAGS = (DECISION_TAG, "U2AD.Reason", "U2AD.Comment", "U2AD.Reader", "U2AD.DecidedAt")
ORIGIN_TAGS = ("U2AD.Origin", "U2AD.Edited", "DICOM.SegmentAlgorithmType", "DICOM.SegmentAlgorithmName")
TAGS = (LEVEL_TAG, *FIGURE_TAGS, *JUDGEMENT_TAGS, *ORIGIN_TAGS)
"""All tags of a segment; one whose text is empty is left out."""

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


class Told(Protocol):
    """What is told of a finding: a :class:`u2ad.review.listing.Listed`, or a part of it."""

    @property
    def number(self) -> int: ...
    @property
    def figures(self) -> Finding: ...
    @property
    def judgement(self) -> Judgement: ...
    @property
    def origin(self) -> Origin: ...
    @property
    def edited(self) -> bool: ...


def segments_of(findings: Sequence[Listed]) -> tuple[Segment, ...]:
    """The segments of findings, in their order."""
    return tuple(_segment(finding) for finding in findings)


def name_of(finding: Told) -> str:
    """What a reader sees: "Finding 1 - C4"."""
    level = finding.figures.level
    return f"Finding {finding.number}" + ("" if level == UNKNOWN else f" - {level}")


def algorithm_type(finding: Told) -> str:
    """Who made its segment what it is, as :func:`u2ad.review.decision.segment_algorithm_type` tells."""
    return segment_algorithm_type(finding.origin, finding.judgement.decision, edited=finding.edited)


def _segment(finding: Listed) -> Segment:
    tags = {name: quoted(text) for name, text in tags_of(finding).items() if text}
    tags["TerminologyEntry"] = terminology_of(finding.figures.level)
    tags["Segmentation.Status"] = STATUS[finding.judgement.decision]
    return Segment(finding.key, name_of(finding), color_of(finding.number), tags)


def color_of(number: int) -> tuple[float, float, float]:
    """RGB by a finding's number, so that the first one looks the same in every scan."""
    return PALETTE[(number - 1) % len(PALETTE)]


def quoted(text: str) -> str:
    """Percent-encodes what would break Slicer's ``key:value|key:value`` (bars, line breaks, percent signs)."""
    return quote(text, safe=" /,.;:+-_()<>=")


def tags_of(finding: Told) -> dict[str, str]:
    """A segment's own tags as plain text, by :data:`TAGS`; empty where there is nothing to tell."""
    figures, said, kind = finding.figures, finding.judgement, algorithm_type(finding)
    numbers = (figures.score, figures.peak, figures.mean, figures.volume, *figures.extent)
    values = (
        figures.level,
        *(_number(number) for number in (*numbers, figures.epistemic, figures.aleatoric)),
        *(said.decision.value, said.reason, said.comment, said.reader, said.at),
        *(finding.origin.value, "yes" if finding.edited else "no", kind, "" if kind == "MANUAL" else ALGORITHM),
    )
    return dict(zip(TAGS, values, strict=True))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def terminology_of(level: str) -> str:
    """Slicer's terminology entry of a finding: context, category, type, modifier, region's context, region, level."""
    code = LEVEL_CODES.get(level)
    context = REGION_CONTEXT if code is None else LEVEL_CONTEXT
    parts = (TERM_CONTEXT, ALTERED_STRUCTURE, T2_HYPERINTENSITY, "^^", context, SPINAL_CORD, code or "^^")
    return "~".join(map(str, parts))
