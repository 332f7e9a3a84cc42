"""Scans: reading, writing, geometry, and checks of the input. Everything else asks this room where a voxel lies.

What reads, writes and resamples is imported when it is first asked for: a review needs neither DICOM nor ITK.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from u2ad.scan.checks import check_form
from u2ad.scan.grid import Grid
from u2ad.scan.sagittal import SagittalView
from u2ad.scan.scan import Facts, Scan, SourceImage
from u2ad.scan.verdict import Check, Verdict, worst

if TYPE_CHECKING:
    from u2ad.scan.dicom import Series, SeveralSeriesError, list_series
    from u2ad.scan.masks import read_mask
    from u2ad.scan.reading import list_proposals, read_proposed, read_scan
    from u2ad.scan.resampling import acquire_thick, resample, sagittal_grid
    from u2ad.scan.writing import write_nifti
else:
    _PLACES = {
        "Series": "dicom",
        "SeveralSeriesError": "dicom",
        "acquire_thick": "resampling",
        "list_proposals": "reading",
        "list_series": "dicom",
        "read_mask": "masks",
        "read_proposed": "reading",
        "read_scan": "reading",
        "resample": "resampling",
        "sagittal_grid": "resampling",
        "write_nifti": "writing",
    }

    def __getattr__(name: str) -> object:
        """What is imported late (PEP 562)."""
        if name not in _PLACES:
            msg = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(msg)
        return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


__all__ = [
    "Check",
    "Facts",
    "Grid",
    "SagittalView",
    "Scan",
    "Series",
    "SeveralSeriesError",
    "SourceImage",
    "Verdict",
    "acquire_thick",
    "check_form",
    "list_proposals",
    "list_series",
    "read_mask",
    "read_proposed",
    "read_scan",
    "resample",
    "sagittal_grid",
    "worst",
    "write_nifti",
]
