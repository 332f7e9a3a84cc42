"""The value that every format is written from: one scan with its detection and what its reader has said of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from u2ad.review.case import Case
from u2ad.review.changes import Assessment, Impression
from u2ad.review.decision import Decision
from u2ad.review.journal import voxel_key
from u2ad.review.listing import Listed
from u2ad.scan import Grid, Scan

if TYPE_CHECKING:
    from u2ad.result.document import Document  # and with it ITK, for which a panel does not wait


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

    @cached_property
    def voxel_key(self) -> str:
        """Names the scan by its voxels, as journals do; empty where it is not at hand."""
        return "" if self.image is None else voxel_key(self.image.array)

    def chosen(self, *, confirmed_only: bool) -> tuple[Listed, ...]:
        """The findings that leave the program: the confirmed ones, or all with their decision."""
        if not confirmed_only:
            return self.findings
        return tuple(one for one in self.findings if one.judgement.decision is Decision.CONFIRMED)
