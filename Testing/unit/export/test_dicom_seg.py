"""The segmentation: it conforms, says what the reader said, and comes back to the same voxels of its source."""

from pathlib import Path

import highdicom
import numpy as np
import pydicom
import pytest
import SimpleITK as sitk
from dicom_check import errors_in
from reviewed_scan import reviewed_scan

from u2ad.export.dicom.errors import NothingToExportError
from u2ad.export.dicom.options import DicomOptions
from u2ad.export.dicom.seg import segmentation
from u2ad.export.dicom.source import read_source
from u2ad.scan import Scan
from u2ad.scan.grid import LPS_FROM_RAS

ALL = DicomOptions(confirmed_only=False)


def masks_of(dataset: pydicom.Dataset, scan: Scan, folder: Path) -> dict[str, np.ndarray]:
    """The segments by label, as highdicom reads them from the file for the scan's own source images, KJI."""
    path = folder / "seg.dcm"
    dataset.save_as(path)
    seg = highdicom.seg.segread(path)
    frames = [image.frame + 1 for image in scan.source]
    if len({image.instance for image in scan.source}) == 1:
        pixels = seg.get_pixels_by_source_frame(scan.source[0].instance, frames, assert_missing_frames_are_empty=True)
    else:
        uids = [image.instance for image in scan.source]
        pixels = seg.get_pixels_by_source_instance(uids, assert_missing_frames_are_empty=True)
    return {
        seg.get_segment_description(number).segment_label: pixels[..., number - 1].astype(bool)
        for number in seg.segment_numbers
    }


@pytest.mark.parametrize("overlap", [False, True])
def test_it_reads_back_to_the_same_voxels_of_its_source(any_scan, tmp_path, overlap):
    reviewed = reviewed_scan(any_scan, overlap=overlap)

    masks = masks_of(segmentation(reviewed, read_source(any_scan), ALL), any_scan, tmp_path)

    assert len(masks) == 5
    for finding, mask in zip(reviewed.findings, masks.values(), strict=True):
        assert np.array_equal(np.argwhere(mask), finding.voxels.kji)


def test_it_conforms(any_scan, tmp_path):
    dataset = segmentation(reviewed_scan(any_scan), read_source(any_scan), ALL)

    assert errors_in(dataset, tmp_path) == []


@pytest.mark.parametrize("options", [DicomOptions(), ALL])
def test_it_conforms_de_identified(reviewed, source, tmp_path, options):
    dataset = segmentation(reviewed, source.deidentified(b"k" * 32), options)

    assert errors_in(dataset, tmp_path) == []


def test_only_confirmed_findings_go_by_default(reviewed, source):
    dataset = segmentation(reviewed, source, DicomOptions())

    assert [item.TrackingID for item in dataset.SegmentSequence] == ["finding-1", "finding-5"]


def test_the_decision_is_coded_and_says_who_made_the_outline(reviewed, source):
    said = [
        (
            item.SegmentedPropertyTypeCodeSequence[0].SegmentedPropertyTypeModifierCodeSequence[0].CodeValue,
            item.SegmentAlgorithmType,
        )
        for item in segmentation(reviewed, source, DicomOptions(confirmed_only=False)).SegmentSequence
    ]

    assert said == [
        ("CONFIRMED", "SEMIAUTOMATIC"),
        ("REJECTED", "SEMIAUTOMATIC"),
        ("UNSURE", "SEMIAUTOMATIC"),
        ("UNDECIDED", "AUTOMATIC"),
        ("CONFIRMED", "MANUAL"),
    ]


def test_nothing_confirmed_is_refused_in_words(reviewed, source):
    from dataclasses import replace

    none = replace(reviewed, findings=reviewed.findings[1:4])

    with pytest.raises(NothingToExportError, match=r"No finding is confirmed.*export all findings"):
        segmentation(none, source, DicomOptions())


def test_simple_itk_reads_the_same_voxels_frame_by_frame(any_scan, tmp_path):
    """ITK knows no geometry of segmentations, so each frame is put where the header says."""
    reviewed = reviewed_scan(any_scan)
    dataset = segmentation(reviewed, read_source(any_scan), DicomOptions(confirmed_only=False))
    dataset.save_as(tmp_path / "seg.dcm")

    frames = sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "seg.dcm"))) > 0

    masks = [np.zeros(any_scan.array.shape, bool) for _ in reviewed.findings]
    for frame, groups in zip(frames, dataset.PerFrameFunctionalGroupsSequence, strict=True):
        position = np.array(groups.PlanePositionSequence[0].ImagePositionPatient, float)
        k = round(any_scan.grid.to_kji(LPS_FROM_RAS[:3, :3] @ position)[0])
        masks[groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber - 1][k] = frame
    for finding, mask in zip(reviewed.findings, masks, strict=True):
        assert np.array_equal(np.argwhere(mask), finding.voxels.kji)
