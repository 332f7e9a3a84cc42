"""The frames that the slices of a volume were made of, where Slicer has read a multi-frame file by itself."""

import numpy as np
import pytest
import SimpleITK as sitk
from dicom_series import write_enhanced

from u2ad.errors import U2ADError
from u2ad.export.dicom.errors import NoDicomSourceError
from u2ad.export.dicom.source import read_source
from u2ad.scan import Grid, Scan
from u2ad.scan.dicom.frames import images_along
from u2ad.scan.grid import LPS_FROM_RAS

SHAPE = (7, 20, 16)
VOXELS = (np.arange(np.prod(SHAPE)).reshape(SHAPE) % 4001).astype(np.int16)
RISING, FALLING = np.arange(7), np.arange(7)[::-1]


def as_slicer_reads(file) -> Scan:
    """The volume that ITK makes of a file, as Slicer does."""
    image = sitk.ReadImage(str(file))
    lps = np.eye(4)
    lps[:3, :3] = np.array(image.GetDirection()).reshape(3, 3) * image.GetSpacing()
    lps[:3, 3] = image.GetOrigin()
    array = sitk.GetArrayFromImage(image)
    return Scan(array, Grid(array.shape, LPS_FROM_RAS @ lps))


def with_source(scan: Scan, files) -> Scan:
    return Scan(scan.array, scan.grid, source=images_along(scan.grid, files))


def turned(scan: Scan) -> Scan:
    """The same voxels at the same places, the slices counted from the other end."""
    affine = scan.grid.affine.copy()
    affine[:3, 3] += affine[:3, 2] * (len(scan.array) - 1)
    affine[:3, 2] *= -1
    return Scan(scan.array[::-1], Grid(scan.grid.shape, affine))


@pytest.mark.parametrize("order", [RISING, FALLING])
@pytest.mark.parametrize("change", [lambda scan: scan, turned])
def test_each_slice_has_the_frame_with_its_voxels(tmp_path, order, change):
    file = tmp_path / "one.dcm"
    write_enhanced(file, VOXELS, order)
    scan = change(as_slicer_reads(file))

    found = images_along(scan.grid, [file])

    frames = VOXELS[order]
    for plane, image in zip(scan.array, found, strict=True):
        np.testing.assert_array_equal(frames[image.frame], plane)
    source = read_source(with_source(scan, [file]))
    assert [plane.frame for plane in source.planes] == [image.frame + 1 for image in found]


def test_frames_in_no_order_are_refused_since_slicer_shows_them_in_none(tmp_path):
    file = tmp_path / "one.dcm"
    write_enhanced(file, VOXELS, np.array([0, 2, 1, 3, 4, 5, 6]))
    scan = as_slicer_reads(file)

    with pytest.raises(NoDicomSourceError, match="does not lie where"):
        read_source(with_source(scan, [file]))


def test_frames_in_no_order_are_refused_where_the_volume_lies_right_too(tmp_path):
    file, order = tmp_path / "one.dcm", np.array([0, 2, 1, 3, 4, 5, 6])
    write_enhanced(file, VOXELS, order)
    write_enhanced(tmp_path / "sorted.dcm", VOXELS, RISING)
    scan = Scan(VOXELS[order], as_slicer_reads(tmp_path / "sorted.dcm").grid)

    with pytest.raises(NoDicomSourceError, match="does not lie where"):
        read_source(with_source(scan, [file]))


@pytest.mark.parametrize("shift", [(0, 0, 2.0), (0, 1.0, 0), (4.0, 0, 0)])
def test_a_volume_that_was_moved_is_refused(tmp_path, shift):
    file = tmp_path / "one.dcm"
    write_enhanced(file, VOXELS, RISING)
    scan = as_slicer_reads(file)
    affine = scan.grid.affine.copy()
    affine[:3, 3] += shift

    with pytest.raises(NoDicomSourceError, match="does not lie where"):
        read_source(with_source(Scan(scan.array, Grid(SHAPE, affine)), [file]))


def test_two_frames_for_each_slice_are_refused(tmp_path):
    file = tmp_path / "one.dcm"
    write_enhanced(file, VOXELS, RISING)
    scan = as_slicer_reads(file)
    write_enhanced(file, VOXELS, np.concatenate([RISING, RISING]))

    with pytest.raises(NoDicomSourceError, match="not as many slices"):
        read_source(with_source(scan, [file]))


def test_of_two_stacks_it_is_the_one_that_lies_there(tmp_path):
    for name, axial in (("sagittal", False), ("axial", True)):
        grid = Grid(SHAPE, LPS_FROM_RAS @ np.diag([0.6, 0.7, 3.3, 1])) if axial else None
        write_enhanced(tmp_path / f"{name}.dcm", VOXELS, RISING, grid)
    files = [tmp_path / "axial.dcm", tmp_path / "sagittal.dcm"]

    found = images_along(as_slicer_reads(files[1]).grid, files)

    assert {image.path for image in found} == {files[1]}
    assert len(found) == 7


def test_files_without_an_image_are_told(tmp_path):
    (tmp_path / "none.dcm").write_bytes(b"nothing")
    with pytest.raises(U2ADError):
        images_along(Grid(SHAPE, np.eye(4)), [tmp_path / "none.dcm"])
