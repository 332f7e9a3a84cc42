"""Writes whole MR series, with all modules that the standard asks for, as an archive gives them out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import EnhancedMRImageStorage, ExplicitVRLittleEndian, MRImageStorage, generate_uid
from scipy.spatial.transform import Rotation

from u2ad.scan.grid import LPS_FROM_RAS, Grid

SAGITTAL = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, -1.0]])
"""Rows run posterior, columns inferior (LPS), as a scanner writes sagittal images."""

OBLIQUE = SAGITTAL @ Rotation.from_euler("xyz", [4, 9, -7], degrees=True).as_matrix().T

SPACING = (3.3, 0.7, 0.6)
"""Between slices, rows and columns in mm."""

ORIGIN = np.array([-20.0, -60.0, 80.0])
"""Of the first slice, LPS mm."""

PATIENT = {
    "PatientName": "Müller^Jana=山田^花子",
    "PatientID": "PID-4711",
    "PatientBirthDate": "19700102",
    "PatientSex": "F",
    "IssuerOfPatientID": "HOSPITAL",
    "AccessionNumber": "ACC-815",
    "StudyID": "S-99",
    "StudyDate": "20240506",
    "StudyTime": "070809",
    "ReferringPhysicianName": "Arzt^Uwe",
    "StudyDescription": "HWS nativ",
}
"""Everything that is repeated of a source, and nobody else may read."""


def write_series(
    folder: Path,
    voxels: np.ndarray,
    *,
    axes: np.ndarray = OBLIQUE,
    spacing: tuple[float, float, float] = SPACING,
    positions: np.ndarray | None = None,
    each: Callable[[int], dict[str, Any]] = lambda _: {},
    **fields: Any,
) -> Path:
    """Write one file a slice; file names and instance numbers are in no order.

    Args:
        folder: made if missing.
        voxels: int16 (K, rows, columns).
        axes: unit vectors along a row and along a column in LPS.
        spacing: between slices, rows and columns in mm.
        positions: of each slice along the normal in mm; evenly spaced by default.
        each: further fields of slice k; the value None removes a field.
        fields: further fields of all slices.
    """
    folder.mkdir(parents=True, exist_ok=True)
    uids = _uids()
    scrambled = np.random.default_rng(len(voxels)).permutation(len(voxels))
    for k, (plane, origin) in enumerate(zip(voxels, _origins(len(voxels), axes, spacing, positions), strict=True)):
        image = _image(MRImageStorage, uids, plane)
        image.ScanningSequence, image.SequenceVariant, image.ScanOptions = "SE", "SK", ""
        image.MRAcquisitionType, image.EchoTrainLength = "2D", 15
        image.RepetitionTime, image.EchoTime, image.SliceThickness = 3500.0, 102.0, spacing[0] - 0.3
        image.PixelSpacing, image.ImageOrientationPatient = list(spacing[1:]), _ds(axes.ravel())
        image.ImagePositionPatient, image.InstanceNumber = _ds(origin), int(scrambled[k]) + 1
        _set(image, fields | each(k))
        image.save_as(folder / f"IM{scrambled[k]:04d}.dcm", enforce_file_format=True)
    return folder


def write_enhanced(path: Path, voxels: np.ndarray, order: np.ndarray, grid: Grid | None = None, **fields: Any) -> Path:
    """Write one Enhanced MR file whose frames hold the slices in ``order``; returns its folder.

    Args:
        path: the file.
        voxels: int16 (K, rows, columns).
        order: the slice of each frame; a slice may come twice.
        grid: where the slices lie; obliquely where not given.
        fields: further fields.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    image = _image(EnhancedMRImageStorage, _uids(), voxels[order])
    grid = grid or Grid(voxels.shape, LPS_FROM_RAS @ _lps(OBLIQUE, SPACING))
    axes = grid.directions[[2, 1]] @ LPS_FROM_RAS[:3, :3]
    origins = grid.to_ras(np.arange(len(voxels))[:, None] * (1, 0, 0)) @ LPS_FROM_RAS[:3, :3]
    shared = _plain(
        PixelMeasuresSequence=[_plain(PixelSpacing=_ds(grid.spacing[1:]), SliceThickness=float(grid.spacing[0]))],
        PlaneOrientationSequence=[_plain(ImageOrientationPatient=_ds(axes.ravel()))],
        MRTimingAndRelatedParametersSequence=[_plain(RepetitionTime=3500.0)],
    )
    image.NumberOfFrames = len(order)
    image.SharedFunctionalGroupsSequence = Sequence([shared])
    image.PerFrameFunctionalGroupsSequence = Sequence(
        [_plain(PlanePositionSequence=[_plain(ImagePositionPatient=_ds(origins[k]))]) for k in order]
    )
    _set(image, fields)
    image.save_as(path, enforce_file_format=True)
    return path.parent


def _lps(axes: np.ndarray, spacing: tuple) -> np.ndarray:
    lps = np.eye(4)
    lps[:3, :3] = np.stack([axes[0] * spacing[2], axes[1] * spacing[1], np.cross(*axes) * spacing[0]], axis=1)
    lps[:3, 3] = ORIGIN
    return lps


def _origins(count: int, axes: np.ndarray, spacing: tuple, positions: np.ndarray | None) -> np.ndarray:
    along = np.arange(count) * spacing[0] if positions is None else np.asarray(positions)
    return ORIGIN + along[:, None] * np.cross(*axes)


def _uids() -> dict[str, str]:
    named = ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID")
    return {keyword: generate_uid() for keyword in named}


def _image(sop_class: str, uids: dict[str, str], pixels: np.ndarray) -> Dataset:
    image = _plain(SpecificCharacterSet="ISO_IR 192", **PATIENT, **uids)
    image.SOPClassUID, image.SOPInstanceUID = sop_class, generate_uid()
    image.Modality, image.SeriesNumber, image.SeriesDescription = "MR", 3, "T2 TSE SAG"
    image.Manufacturer, image.ImageType, image.PositionReferenceIndicator = "Maker", ["ORIGINAL", "PRIMARY", "M"], ""
    image.Rows, image.Columns = pixels.shape[-2:]
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 16, 16, 15, 1
    image.add_new((0x0011, 0x0010), "LO", "SECRET MAKER")
    image.add_new((0x0011, 0x1001), "LO", "Private of Müller")
    image.PixelData = np.ascontiguousarray(pixels).tobytes()
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.file_meta.MediaStorageSOPClassUID = sop_class
    image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
    return image


def _ds(values: np.ndarray) -> list[float]:
    return [float(f"{value:.9g}") for value in values]


def _plain(**fields: Any) -> Dataset:
    dataset = Dataset()
    _set(dataset, fields)
    return dataset


def _set(dataset: Dataset, fields: dict[str, Any]) -> None:
    for keyword, value in fields.items():
        if value is None:
            del dataset[keyword]
        else:
            setattr(dataset, keyword, value)
