"""A DICOM segmentation that is put into Slicer's scene where it says that it lies covers the findings of the scan."""

import highdicom
import numpy as np
import pytest
import slicer
from dicom_series import write_enhanced, write_series
from reviewed_scan import SHAPE, reviewed_scan, voxels_of

from u2ad.export.dicom.options import DicomOptions
from u2ad.export.dicom.seg import segmentation
from u2ad.export.dicom.source import read_source
from u2ad.scan import Grid, Scan, read_scan
from u2ad.scan.grid import LPS_FROM_RAS
from U2ADSlicerLib.scene.masks import maskOf
from U2ADSlicerLib.scene.matrices import asImage, asMatrix
from U2ADSlicerLib.scene.segmentations import addEmptySegmentation
from U2ADSlicerLib.scene.volumes import addVolume, affineOf, rightHanded

ORDER = np.array([3, 1, 0, 2, 6, 5, 4])


def oblique(folder) -> Scan:
    return read_scan(write_series(folder, voxels_of(SHAPE)))


def left_handed(folder) -> Scan:
    scan = oblique(folder)
    affine = scan.grid.affine.copy()
    affine[:3, 3] += affine[:3, 2] * (len(scan.array) - 1)
    affine[:3, 2] *= -1
    return Scan(scan.array[::-1], Grid(scan.grid.shape, affine), scan.facts, scan.remarks, scan.source[::-1])


def enhanced(folder) -> Scan:
    return read_scan(write_enhanced(folder / "enhanced.dcm", voxels_of(SHAPE), ORDER))


def put_into_scene(path, volume):
    """A segmentation node with every segment of the file, by the geometry that highdicom reads of it."""
    seg = highdicom.seg.segread(path)
    node = addEmptySegmentation(volume, "From DICOM")
    for number in seg.segment_numbers:
        name = node.GetSegmentation().AddEmptySegment(str(number), seg.get_segment_description(number).segment_label)
        read = seg.get_volume(segment_numbers=[number], combine_segments=False)
        image = slicer.vtkOrientedImageData()
        image.DeepCopy(asImage(read.array[..., 0].astype(np.uint8)))
        image.SetGeometryFromImageToWorldMatrix(asMatrix(LPS_FROM_RAS @ read.affine[:, [2, 1, 0, 3]]))
        slicer.vtkSlicerSegmentationsModuleLogic.SetBinaryLabelmapToSegment(image, node, name)
    return node


@pytest.mark.parametrize("made", [oblique, left_handed, enhanced])
def test_every_segment_covers_its_finding(runtime, tmp_path, made):
    scan = made(tmp_path / "source")
    reviewed = reviewed_scan(scan)
    options = DicomOptions(confirmed_only=False)
    segmentation(reviewed, read_source(scan), options).save_as(tmp_path / "seg.dcm")
    volume = addVolume(*rightHanded(scan.array.copy(), scan.grid.affine), "Scan")

    node = put_into_scene(tmp_path / "seg.dcm", volume)

    names = list(node.GetSegmentation().GetSegmentIDs())
    assert len(names) == len(reviewed.findings)
    for name, finding in zip(names, reviewed.findings, strict=True):
        mask = maskOf(node, name, volume)
        there = Grid(mask.shape, affineOf(volume)).to_ras(np.argwhere(mask))
        meant = scan.grid.to_ras(finding.voxels.kji)
        assert len(there) == len(meant)
        assert np.abs(in_order(there) - in_order(meant)).max() < 1e-3


def in_order(points: np.ndarray) -> np.ndarray:
    return points[np.lexsort(points.round(1).T)]
