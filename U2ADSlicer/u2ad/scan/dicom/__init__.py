"""DICOM: finding the images of a folder, telling its series apart, and stacking one of them into a scan."""

from u2ad.scan.dicom.images import DicomImage, is_dicom_file
from u2ad.scan.dicom.series import Series, SeveralSeriesError, choose, list_series
from u2ad.scan.dicom.volume import read_folder, read_series, read_series_of

__all__ = [
    "DicomImage",
    "Series",
    "SeveralSeriesError",
    "choose",
    "is_dicom_file",
    "list_series",
    "read_folder",
    "read_series",
    "read_series_of",
]
