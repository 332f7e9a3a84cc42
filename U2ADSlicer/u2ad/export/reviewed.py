"""The value that every format is written from: one scan with its detection and what its reader has said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from u2ad.review.case import Case
from u2ad.review.changes import Assessment, Impression
from u2ad.review.decision import Decision
from u2ad.review.journal import voxel_key
from u2ad.review.listing import Listed
from u2ad.scan import Grid, Scan

if TYPE_CHECKING:
    from u2ad.result.document import Document  # and with it ITK, for which a panel does not wait

DRAWN = "reader"
"""Source of a cord that the reader has drawn."""


@dataclass(frozen=True, eq=False)
class Reviewed:
    """One reviewed scan.

    Args:
        case: grid, maps, cord, centreline and levels that the findings are measured by.
        findings: as the reader sees them, by falling score; held and derived ones.
        document: what ``findings.json`` of the detection says: checks, cord, calibration, curve, provenance.
        image: the scan itself, for key images and for references to its DICOM images; None where it is not at hand.
        reader: the name that the reader has typed; empty where none was.
        impression: what the reader thought before the model was shown.
        assessment: what the reader says of the whole scan.
        journal: every step of the review as JSON lines; empty where nothing was decided.
    """

    case: Case
    findings: tuple[Listed, ...]
    document: Document
    image: Scan | None = None
    reader: str = ""
    impression: Impression | None = None
    assessment: Assessment | None = None
    journal: str = ""

    @property
    def grid(self) -> Grid:
        """Grid of the scan, on which every map, mask and finding lies."""
        return self.case.grid

    @property
    def cord_is_corrected(self) -> bool:
        """Whether the reader has changed the cord since the detection."""
        return self._cord_is_drawn and self._detected_cord.get("source") != DRAWN

    @property
    def cord_is_seen(self) -> bool:
        """Whether a person has looked at the cord mask as it is now; who draws one has."""
        drawn = self.case.cord if self.cord_is_corrected else None
        return bool(self._detected_cord.get("seen_by_person")) if drawn is None else drawn.seen_by_person

    @property
    def cord_source(self) -> str:
        """Who made the cord as it is now, by the word of the detection's document."""
        return DRAWN if self._cord_is_drawn else str(self._detected_cord.get("source", ""))

    @property
    def _cord_is_drawn(self) -> bool:
        return self.case.cord is not None and self.case.cord.source.value == DRAWN

    @property
    def _detected_cord(self) -> Mapping[str, Any]:
        return self.document.get("cord", {})

    @cached_property
    def voxel_key(self) -> str:
        """Names the scan by its voxels, as journals do; empty where it is not at hand."""
        return "" if self.image is None else voxel_key(self.image.array)

    def chosen(self, *, confirmed_only: bool) -> tuple[Listed, ...]:
        """The findings that leave the program: the confirmed ones, or all with their decision."""
        if not confirmed_only:
            return self.findings
        return tuple(one for one in self.findings if one.judgement.decision is Decision.CONFIRMED)
