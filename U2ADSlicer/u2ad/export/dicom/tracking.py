"""Names by which a finding is known again in every object and in every later export."""

from __future__ import annotations

from dataclasses import dataclass

from u2ad.export.dicom.source import Source
from u2ad.export.reviewed import Reviewed
from u2ad.review.listing import Listed


@dataclass(frozen=True)
class Tracking:
    """Tracking ID (0062,0020) and tracking UID (0062,0021)."""

    id: str
    uid: str


def tracking_of(finding: Listed, reviewed: Reviewed, source: Source) -> Tracking:
    """The same for the same finding of the same scan, whichever object says it and whenever it is written.

    A finding that a reader has held keeps its number for good; a candidate that nobody has looked at is known by its
    number in the present list. An unguessable key goes in where the source hides the patient.
    """
    return Tracking(finding.key, source.uid("finding", _scan(reviewed, source), finding.key))


def tracking_of_cord(reviewed: Reviewed, source: Source) -> Tracking:
    """Of the cord of the scan."""
    return Tracking("cord", source.uid("cord", _scan(reviewed, source)))


def _scan(reviewed: Reviewed, source: Source) -> str:
    """The scan by its series and its voxels: the journal goes by voxels, and copies of a series share them."""
    return f"{source.header.SeriesInstanceUID} {reviewed.voxel_key}"
