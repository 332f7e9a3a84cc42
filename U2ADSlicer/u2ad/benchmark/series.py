"""A made-up scan as DICOM images, which DICOM objects of an export refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from u2ad.scan import Scan
from u2ad.scan.grid import LPS_FROM_RAS
from u2ad.scan.scan import SourceImage

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


def with_series(scan: Scan, folder: Path) -> Scan:
    """The same scan with the images that were written of it, one a slice.

    Args:
        scan: of int16, right-handed.
        folder: is made.
    """
    from pydicom.uid import generate_uid

    folder.mkdir(parents=True)
    uids = {name: generate_uid() for name in ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID")}
    sources = []
    for k in range(len(scan.array)):
        image = _image(scan, k, uids)
        path = folder / f"{k:04d}.dcm"
        image.save_as(path, enforce_file_format=True)
        sources.append(SourceImage(path, image.SOPInstanceUID))
    return replace(scan, source=tuple(sources))


def _image(scan: Scan, k: int, uids: Mapping[str, str]) -> Dataset:
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

    image = Dataset()
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    for name, value in {**uids, **_place(scan, k), **SAID}.items():
        setattr(image, name, value)
    image.SOPClassUID, image.SOPInstanceUID = MRImageStorage, generate_uid()
    image.file_meta.MediaStorageSOPClassUID = MRImageStorage
    image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
    image.InstanceNumber = k + 1
    image.PixelData = np.ascontiguousarray(scan.array[k], "<i2").tobytes()
    return image


SAID = {
    "PatientName": "Made^Up",
    "PatientID": "NOBODY",
    "PatientBirthDate": "19991231",
    "PatientSex": "O",
    "StudyDate": "20261126",
    "StudyTime": "090000",
    "StudyID": "1",
    "AccessionNumber": "",
    "ReferringPhysicianName": "",
    "Modality": "MR",
    "Manufacturer": "U2ADSlicer",
    "SeriesNumber": 1,
    "SamplesPerPixel": 1,
    "PhotometricInterpretation": "MONOCHROME2",
    "BitsAllocated": 16,
    "BitsStored": 16,
    "HighBit": 15,
    "PixelRepresentation": 1,
}


def _place(scan: Scan, k: int) -> dict[str, object]:
    """Geometry of one slice, LPS mm (PS3.3 C.7.6.2)."""
    lps = LPS_FROM_RAS @ scan.grid.affine
    along_row, along_column = (lps[:3, axis] / np.linalg.norm(lps[:3, axis]) for axis in (0, 1))
    thickness, row, column = (float(value) for value in scan.grid.spacing)
    origin = lps[:3, 3] + k * lps[:3, 2]
    return {
        "Rows": scan.array.shape[1],
        "Columns": scan.array.shape[2],
        "PixelSpacing": [round(row, 6), round(column, 6)],
        "SliceThickness": round(thickness, 6),
        "SpacingBetweenSlices": round(thickness, 6),
        "ImageOrientationPatient": [round(float(value), 6) for value in (*along_row, *along_column)],
        "ImagePositionPatient": [round(float(value), 6) for value in origin],
    }
