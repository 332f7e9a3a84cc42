"""Writes small DICOM files for tests: a stack of MR images, a multi-frame MR, and files that are no images."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    EncapsulatedPDFStorage,
    EnhancedMRImageStorage,
    ExplicitVRLittleEndian,
    MRImageStorage,
    generate_uid,
)

SAGITTAL = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, -1.0]])
"""Rows run posterior, columns inferior (LPS), as a scanner writes sagittal images."""

PATIENT = {"PatientName": "Doe^Jane", "PatientID": "SECRET-4711", "PatientBirthDate": "19700101"}
"""Facts that must never come out of the reader again."""


def write_stack(
    folder: Path,
    voxels: np.ndarray,
    *,
    axes: np.ndarray = SAGITTAL,
    spacing: tuple[float, float, float] = (3.5, 0.7, 0.7),
    positions: np.ndarray | None = None,
    each: Callable[[int], dict[str, Any]] = lambda _: {},
    **fields: Any,
) -> np.ndarray:
    """Write one MR series, one file a slice, and return the image positions in LPS, shape (K, 3).

    Args:
        folder: made if missing. File names and instance numbers are in no order, on purpose.
        voxels: int16 (K, rows, columns), or (K, rows, columns, 3) uint8 for colour.
        axes: unit vectors along a row and along a column in LPS.
        spacing: K, between rows, between columns in mm.
        positions: of each slice along the normal in mm; evenly spaced by default.
        each: further fields of slice k; the value None removes a field.
        fields: further fields of all slices.
    """
    folder.mkdir(parents=True, exist_ok=True)
    normal = np.cross(*axes)
    along = np.arange(len(voxels)) * spacing[0] if positions is None else np.asarray(positions)
    origins = np.array([-20.0, -60.0, 80.0]) + along[:, None] * normal
    series = generate_uid()
    scrambled = np.random.default_rng(len(voxels)).permutation(len(voxels))
    for k, plane in enumerate(voxels):
        image = _mr_image(plane, axes, spacing, series)
        image.ImagePositionPatient = [float(f"{value:.7g}") for value in origins[k]]
        image.InstanceNumber = int(scrambled[k]) + 1
        _set(image, fields | each(k))
        _save(image, folder / f"IM{scrambled[k]:04d}.dcm")
    return origins


def write_multiframe(
    path: Path, voxels: np.ndarray, axes: np.ndarray, spacing: tuple[float, float, float], order: np.ndarray
) -> np.ndarray:
    """Write one Enhanced MR file whose frames come in ``order``; returns the positions of the slices in LPS."""
    origins = np.array([-20.0, -60.0, 80.0]) + np.arange(len(voxels))[:, None] * spacing[0] * np.cross(*axes)
    image = _mr_image(voxels[order], axes, spacing, generate_uid())
    for keyword in ("ImageOrientationPatient", "PixelSpacing", "RepetitionTime", "EchoTime", "SliceThickness"):
        delattr(image, keyword)
    image.SOPClassUID = image.file_meta.MediaStorageSOPClassUID = EnhancedMRImageStorage
    image.NumberOfFrames = len(voxels)
    shared = Dataset()
    shared.PlaneOrientationSequence = _item(ImageOrientationPatient=[float(f"{v:.7g}") for v in axes.ravel()])
    shared.PixelMeasuresSequence = _item(PixelSpacing=list(spacing[1:]), SliceThickness=spacing[0])
    shared.MRTimingAndRelatedParametersSequence = _item(RepetitionTime=3500.0)
    shared.MREchoSequence = _item(EffectiveEchoTime=102.0)
    image.SharedFunctionalGroupsSequence = Sequence([shared])
    image.PerFrameFunctionalGroupsSequence = Sequence([_frame(origins[k]) for k in order])
    _save(image, path)
    return origins


def write_pdf(path: Path) -> None:
    """Write a report: DICOM without an image."""
    report = _dataset(EncapsulatedPDFStorage)
    report.Modality = "DOC"
    report.EncapsulatedDocument = b"%PDF-1.4 nothing"
    _save(report, path)


def _mr_image(plane: np.ndarray, axes: np.ndarray, spacing: tuple[float, float, float], series: str) -> Dataset:
    colour = plane.shape[-1] == 3 and plane.dtype == np.uint8
    image = _dataset(MRImageStorage)
    image.update(_plain(SeriesInstanceUID=series, SeriesNumber=3, Modality="MR", SeriesDescription="T2 TSE SAG"))
    image.update(
        _plain(RepetitionTime=3500.0, EchoTime=102.0, SliceThickness=spacing[0], PixelSpacing=list(spacing[1:]))
    )
    image.ImageOrientationPatient = [float(f"{value:.7g}") for value in axes.ravel()]
    image.Rows, image.Columns = plane.shape[-3:-1] if colour else plane.shape[-2:]
    image.SamplesPerPixel = 3 if colour else 1
    image.PhotometricInterpretation = "RGB" if colour else "MONOCHROME2"
    image.BitsAllocated = image.BitsStored = 8 if colour else 16
    image.HighBit = image.BitsStored - 1
    image.PixelRepresentation = 0 if colour else 1
    if colour:
        image.PlanarConfiguration = 0
    image.PixelData = np.ascontiguousarray(plane).tobytes()
    return image


def _frame(origin: np.ndarray) -> Dataset:
    frame = Dataset()
    frame.PlanePositionSequence = _item(ImagePositionPatient=[float(f"{value:.7g}") for value in origin])
    return frame


def _dataset(sop_class: str) -> Dataset:
    dataset = _plain(SOPClassUID=sop_class, SOPInstanceUID=generate_uid(), StudyInstanceUID=generate_uid(), **PATIENT)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = sop_class
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    return dataset


def _item(**fields: Any) -> Sequence:
    return Sequence([_plain(**fields)])


def _plain(**fields: Any) -> Dataset:
    dataset = Dataset()
    _set(dataset, fields)
    return dataset


def _set(dataset: Dataset, fields: dict[str, Any]) -> None:
    for keyword, value in fields.items():
        if value is None:
            delattr(dataset, keyword)
        else:
            setattr(dataset, keyword, value)


def _save(dataset: Dataset, path: Path) -> None:
    dataset.save_as(path, enforce_file_format=True)
