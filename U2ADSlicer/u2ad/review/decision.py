"""What a reader can say of a finding, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType


class Decision(Enum):
    """A reader's verdict on one finding. The values stand in journals: they never change."""

    UNDECIDED = "undecided"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    UNSURE = "unsure"


class Origin(Enum):
    """Who saw the finding first. The values stand in journals: they never change."""

    MODEL = "model"
    READER = "reader"


REASONS: Mapping[Decision, tuple[str, ...]] = MappingProxyType(
    {
        Decision.UNDECIDED: (),
        Decision.CONFIRMED: (
            "compressive myelopathy",
            "demyelination",
            "contusion or edema",
            "ischemia",
            "tumor",
            "syrinx",
            "other",
        ),
        Decision.REJECTED: (
            "flow artefact",
            "truncation (Gibbs) artefact",
            "partial volume at the rim",
            "central canal",
            "motion",
            "poor image quality",
            "normal variant",
            "other",
        ),
        Decision.UNSURE: ("partial volume at the rim", "motion", "poor image quality", "other"),
    }
)
"""Reasons offered with each decision. They are stable keys; the panel translates them. Others may be written too."""


@dataclass(frozen=True)
class Judgement:
    """A decision with all that belongs to it.

    Args:
        decision: the verdict.
        reason: one of :data:`REASONS`, or the reader's own words, or empty.
        comment: free text.
        reader: the name that the reader has typed, or empty; never taken from the system.
        at: when, ISO 8601 in UTC to the second, such as "2026-11-21T08:16:00Z"; empty where nothing was decided.
    """

    decision: Decision = Decision.UNDECIDED
    reason: str = ""
    comment: str = ""
    reader: str = ""
    at: str = ""


def segment_algorithm_type(origin: Origin, decision: Decision, *, edited: bool) -> str:
    """SegmentAlgorithmType (0062,0008), PS3.3 C.8.20.4: who made the segment what it is.

    AUTOMATIC where nobody has decided or painted, MANUAL where a reader has drawn it, SEMIAUTOMATIC otherwise.
    """
    if origin is Origin.READER:
        return "MANUAL"
    return "SEMIAUTOMATIC" if edited or decision is not Decision.UNDECIDED else "AUTOMATIC"


UNJUDGED = Judgement()
"""Of a finding that nobody has looked at."""
