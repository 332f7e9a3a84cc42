"""DICOM: finding the images of a folder, telling its series apart, and stacking one of them into a scan."""

from u2ad.scan.dicom.choice import BY_IMAGE, SeveralSeriesError, choose, listed
from u2ad.scan.dicom.images import DicomImage, is_dicom_file
from u2ad.scan.dicom.proposal import Proposal, only_fit, proposals
from u2ad.scan.dicom.series import Series, list_series
from u2ad.scan.dicom.volume import read_folder, read_series, read_series_of

__all__ = [
    "BY_IMAGE",
    "DicomImage",
    "Proposal",
    "Series",
    "SeveralSeriesError",
    "choose",
    "is_dicom_file",
    "list_series",
    "listed",
    "only_fit",
    "proposals",
    "read_folder",
    "read_series",
    "read_series_of",
]
