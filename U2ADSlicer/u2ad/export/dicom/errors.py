"""Why something cannot leave as DICOM."""

from __future__ import annotations

from u2ad.errors import U2ADError


class NoDicomSourceError(U2ADError):
    """There are no DICOM images that an object could refer to, or they are not those of the review."""


class NothingToExportError(U2ADError):
    """What should be written would hold nothing."""
