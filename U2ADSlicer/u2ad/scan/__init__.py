"""Scans: reading, writing, geometry, and checks of the input. Everything else asks this room where a voxel lies."""

from u2ad.scan.checks import check_form
from u2ad.scan.dicom import Series, SeveralSeriesError, list_series
from u2ad.scan.grid import Grid
from u2ad.scan.masks import read_mask
from u2ad.scan.reading import read_scan
from u2ad.scan.resampling import acquire_thick, resample, sagittal_grid
from u2ad.scan.sagittal import SagittalView
from u2ad.scan.scan import Facts, Scan
from u2ad.scan.verdict import Check, Verdict, worst
from u2ad.scan.writing import write_nifti

__all__ = [
    "Check",
    "Facts",
    "Grid",
    "SagittalView",
    "Scan",
    "Series",
    "SeveralSeriesError",
    "Verdict",
    "acquire_thick",
    "check_form",
    "list_series",
    "read_mask",
    "read_scan",
    "resample",
    "sagittal_grid",
    "worst",
    "write_nifti",
]
