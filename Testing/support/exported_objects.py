"""The folder of an export that holds DICOM objects."""

from __future__ import annotations

from pathlib import Path

from dicom_series import write_series
from reviewed_scan import SHAPE, reviewed_scan, voxels_of

from u2ad.export.dicom.options import DicomOptions
from u2ad.export.dicom.saving import save
from u2ad.export.dicom.seg import segmentation
from u2ad.export.dicom.source import read_source
from u2ad.export.dicom.sr import structured_report
from u2ad.export.folder import write_contents
from u2ad.scan import read_scan

NAMES = ("dicom/seg.dcm", "dicom/sr.dcm")


def write_objects(folder: Path) -> Path:
    """Writes a segmentation and a structured report as an export does; returns the folder of the export."""
    scan = read_scan(write_series(folder / "series", voxels_of(SHAPE)))
    reviewed, source, options = reviewed_scan(scan), read_source(scan), DicomOptions(confirmed_only=True)
    segments = segmentation(reviewed, source, options)
    (folder / "out" / "dicom").mkdir(parents=True)
    for name, dataset in zip(NAMES, (segments, structured_report(reviewed, source, options, segments)), strict=True):
        save(dataset, folder / "out" / name)
    write_contents(folder / "out", list(NAMES))
    return folder / "out"
