"""A person's cord mask lands on the scan, or is told why not."""

import numpy as np
import pytest
import SimpleITK as sitk

from u2ad.errors import RefusedInputError, UnreadableInputError
from u2ad.scan import Grid, read_mask, read_scan, resample, sagittal_grid, write_nifti
from u2ad.scan.grid import to_sitk


@pytest.fixture
def grid() -> Grid:
    affine = np.array([[0, 0, 3.0, -20], [-0.8, 0, 0, 20], [0, -0.8, 0, 30], [0, 0, 0, 1.0]])
    return Grid((14, 60, 50), affine)


def cylinder(grid: Grid, radius: float = 6.0) -> np.ndarray:
    ras = grid.to_ras(np.stack(np.indices(grid.shape), axis=-1))
    return np.hypot(ras[..., 0], ras[..., 1]) < radius


@pytest.mark.parametrize("label", [1, 255])
def test_a_mask_on_the_same_grid_arrives_as_it_is(tmp_path, grid, label):
    write_nifti(tmp_path / "cord.nii.gz", cylinder(grid).astype(np.uint8) * np.uint8(label), grid)

    mask = read_mask(tmp_path / "cord.nii.gz", grid)

    assert mask.dtype == np.float32
    np.testing.assert_array_equal(mask, cylinder(grid))


def test_a_soft_mask_keeps_its_fractions(tmp_path, grid):
    soft = cylinder(grid) * np.float32(0.4)
    write_nifti(tmp_path / "cord.nii.gz", soft, grid)

    np.testing.assert_array_equal(read_mask(tmp_path / "cord.nii.gz", grid), soft)


def test_every_label_of_a_label_map_is_cord(tmp_path, grid):
    levels = cylinder(grid) * np.arange(1, 61, dtype=np.int16)[:, None]
    write_nifti(tmp_path / "levels.nii.gz", levels, grid)

    np.testing.assert_array_equal(read_mask(tmp_path / "levels.nii.gz", grid), cylinder(grid))


@pytest.fixture
def spine(grid) -> np.ndarray:
    """Labels of a whole spine: 1 is the cord, 2 the canal around it, from 13 on vertebrae."""
    levels = np.arange(grid.shape[1])[:, None] // 12 + 13
    inside = [cylinder(grid, radius) for radius in (16.0, 8.5, 5.0)]
    return np.select(inside[::-1], [1, 2, levels * np.ones(grid.shape, int)]).astype(np.int16)


@pytest.mark.parametrize("most", [2, 20])
def test_labels_of_a_whole_spine_are_not_taken_for_cord(tmp_path, grid, spine, most):
    """Also where only cord and canal are labelled."""
    write_nifti(tmp_path / "spine.nii.gz", spine * (spine <= most), grid)

    with pytest.raises(RefusedInputError, match="labels, which together are no cord") as caught:
        read_mask(tmp_path / "spine.nii.gz", grid)
    assert "one of 1, 2" in caught.value.remedy
    assert caught.value.option == "--cord-label N"


def test_of_many_labels_the_one_that_is_named_is_the_cord(tmp_path, grid, spine):
    write_nifti(tmp_path / "spine.nii.gz", spine, grid)

    np.testing.assert_array_equal(read_mask(tmp_path / "spine.nii.gz", grid, label=1), cylinder(grid, 5.0))


def test_a_label_that_is_not_there_is_told_with_those_that_are(tmp_path, grid, spine):
    write_nifti(tmp_path / "spine.nii.gz", spine, grid)

    with pytest.raises(RefusedInputError, match="no label 7; it has 1, 2, 13, 14, 15, 16, 17"):
        read_mask(tmp_path / "spine.nii.gz", grid, label=7)


def test_a_mask_of_shares_has_no_labels(tmp_path, grid):
    write_nifti(tmp_path / "cord.nii.gz", cylinder(grid) * np.float32(0.4), grid)

    with pytest.raises(RefusedInputError, match="holds no labels"):
        read_mask(tmp_path / "cord.nii.gz", grid, label=1)


@pytest.mark.parametrize("extension", ["nii.gz", "nrrd", "mha"])
def test_a_mask_on_another_grid_is_brought_over(tmp_path, grid, extension):
    fine = sagittal_grid(grid, in_plane=0.5, thickness=1.0, oblique_deg=5)
    sitk.WriteImage(to_sitk(cylinder(fine), fine), str(tmp_path / f"cord.{extension}"))

    mask = read_mask(tmp_path / f"cord.{extension}", grid)[2:-2, 6:-6, 6:-6]

    expected = cylinder(grid)[2:-2, 6:-6, 6:-6]
    dice = 2 * ((mask >= 0.5) & expected).sum() / ((mask >= 0.5).sum() + expected.sum())
    assert dice > 0.97
    assert ((mask > 0) & (mask < 1)).any()


@pytest.mark.parametrize(
    ("shift", "fits"), [((0.0, 0.0, 0.0), True), ((0.0, 0.0, 200.0), False), ((-45.0, 0.0, 0.0), False)]
)
def test_a_mask_of_another_place_is_refused(tmp_path, grid, shift, fits):
    affine = grid.affine.copy()
    affine[:3, 3] += shift
    elsewhere = Grid(grid.shape, affine)
    write_nifti(tmp_path / "cord.nii.gz", cylinder(grid), elsewhere)

    if fits:
        assert read_mask(tmp_path / "cord.nii.gz", grid).any()
        return
    with pytest.raises(RefusedInputError, match="does not fit the scan: 100 % of it lies outside"):
        read_mask(tmp_path / "cord.nii.gz", grid)


def test_an_empty_mask_is_refused(tmp_path, grid):
    write_nifti(tmp_path / "cord.nii.gz", np.zeros(grid.shape, bool), grid)

    with pytest.raises(RefusedInputError, match="mask is empty"):
        read_mask(tmp_path / "cord.nii.gz", grid)


@pytest.mark.parametrize("name", ["nowhere.nii.gz", "folder", "text.txt", "text.nii.gz", "text.seg.nrrd"])
def test_what_is_no_mask_is_said(tmp_path, grid, name):
    (tmp_path / "folder").mkdir()
    for text in ("text.txt", "text.nii.gz", "text.seg.nrrd"):
        (tmp_path / text).write_text("Dear colleague")

    with pytest.raises(UnreadableInputError):
        read_mask(tmp_path / name, grid)


def write_segmentation(path, grid: Grid, labels: np.ndarray, segments: list[dict[str, str]]) -> None:
    image = to_sitk(labels, grid)
    for number, segment in enumerate(segments):
        for key, value in segment.items():
            image.SetMetaData(f"Segment{number}_{key}", value)
    sitk.WriteImage(image, str(path))


def test_the_only_segment_is_the_cord_whatever_its_name(tmp_path, grid):
    labels = cylinder(grid).astype(np.uint8) * np.uint8(3)
    write_segmentation(tmp_path / "s.seg.nrrd", grid, labels, [{"Name": "Segment_1", "LabelValue": "3", "Layer": "0"}])

    np.testing.assert_array_equal(read_mask(tmp_path / "s.seg.nrrd", grid), cylinder(grid))


def test_the_segment_called_cord_is_taken_among_several(tmp_path, grid):
    labels = np.where(cylinder(grid), 2, 1).astype(np.uint8)
    named = [
        {"Name": "Canal", "LabelValue": "1", "Layer": "0"},
        {"Name": "Spinal Cord", "LabelValue": "2", "Layer": "0"},
    ]
    write_segmentation(tmp_path / "s.seg.nrrd", grid, labels, named)

    np.testing.assert_array_equal(read_mask(tmp_path / "s.seg.nrrd", grid), cylinder(grid))


def test_several_segments_without_a_cord_are_asked_about(tmp_path, grid):
    labels = np.where(cylinder(grid), 2, 1).astype(np.uint8)
    write_segmentation(
        tmp_path / "s.seg.nrrd", grid, labels, [{"Name": "A", "LabelValue": "1"}, {"Name": "B", "LabelValue": "2"}]
    )

    with pytest.raises(RefusedInputError, match="2 segments, and it is not clear"):
        read_mask(tmp_path / "s.seg.nrrd", grid)


def test_of_several_segments_a_label_names_the_cord(tmp_path, grid):
    labels = np.where(cylinder(grid), 2, 1).astype(np.uint8)
    named = [{"Name": "A", "LabelValue": "1"}, {"Name": "B", "LabelValue": "2"}]
    write_segmentation(tmp_path / "s.seg.nrrd", grid, labels, named)

    np.testing.assert_array_equal(read_mask(tmp_path / "s.seg.nrrd", grid, label=2), cylinder(grid))
    with pytest.raises(RefusedInputError, match="no label 3; it has 1, 2"):
        read_mask(tmp_path / "s.seg.nrrd", grid, label=3)


def test_a_segment_in_another_layer_is_found(tmp_path, grid):
    """As Slicer writes overlapping segments: the layers are the first axis, of kind "list"."""
    layers = np.stack([np.ones(grid.shape, np.uint8), cylinder(grid).astype(np.uint8)], axis=-1)
    lps = np.diag([-1.0, -1, 1, 1]) @ grid.affine
    vectors = " ".join("(" + ",".join(f"{value:.9g}" for value in lps[:3, axis]) + ")" for axis in range(3))
    header = (
        "NRRD0004\ntype: unsigned char\ndimension: 4\nspace: left-posterior-superior\n"
        f"sizes: 2 50 60 14\nspace directions: none {vectors}\nkinds: list domain domain domain\n"
        f"encoding: raw\nspace origin: ({','.join(f'{value:.9g}' for value in lps[:3, 3])})\n"
        "Segment0_Name:=canal\nSegment0_LabelValue:=1\nSegment0_Layer:=0\n"
        "Segment1_Name:=cord\nSegment1_LabelValue:=1\nSegment1_Layer:=1\n\n"
    )
    (tmp_path / "s.seg.nrrd").write_bytes(header.encode() + layers.tobytes())

    np.testing.assert_array_equal(read_mask(tmp_path / "s.seg.nrrd", grid), cylinder(grid))


def test_a_cropped_segmentation_is_put_back_in_its_place(tmp_path, grid):
    affine = grid.affine.copy()
    affine[:3, 3] = grid.to_ras(np.array([3, 0, 12]))
    crop = Grid((8, 60, 30), affine)
    labels = resample(cylinder(grid).astype(np.uint8), grid, crop, "nearest")
    write_segmentation(tmp_path / "s.seg.nrrd", crop, labels, [{"Name": "cord", "LabelValue": "1"}])

    expected = np.zeros(grid.shape, np.float32)
    expected[3:11, :, 12:42] = cylinder(grid)[3:11, :, 12:42]
    np.testing.assert_allclose(read_mask(tmp_path / "s.seg.nrrd", grid), expected, atol=1e-4)


def test_a_real_mask_lands_on_its_scan_and_on_thick_slices(real_data):
    folder = real_data / "healthy" / "sub-errsm30"
    scan = read_scan(folder / "sub-errsm30_T2w.nii.gz")
    mask_file = folder / "sub-errsm30_T2w_label-SC_seg.nii.gz"
    thick = sagittal_grid(scan.grid, in_plane=0.6, thickness=3.3, oblique_deg=3)

    native, again = read_mask(mask_file, scan.grid), read_mask(mask_file, thick)

    volume = native.sum() * scan.grid.voxel_volume
    assert volume > 10_000
    assert again.sum() * thick.voxel_volume == pytest.approx(volume, rel=0.05)


@pytest.mark.parametrize(("scale", "kind"), [(900.0, np.int16), (900.0, np.float32), (3.0, np.float32)])
def test_a_grey_scan_is_no_mask(tmp_path, grid, scale, kind):
    grey = (np.random.default_rng(2).random(grid.shape) * scale).astype(kind)
    write_nifti(tmp_path / "scan.nii.gz", grey, grid)

    with pytest.raises(RefusedInputError, match="grey image, not a mask") as caught:
        read_mask(tmp_path / "scan.nii.gz", grid)
    assert caught.value.remedy


def test_a_scan_around_zero_is_no_mask(tmp_path, grid):
    grey = np.random.default_rng(2).uniform(-3, 0.9, grid.shape).astype(np.float32)
    write_nifti(tmp_path / "scan.nii.gz", grey, grid)

    with pytest.raises(RefusedInputError, match="grey image, not a mask"):
        read_mask(tmp_path / "scan.nii.gz", grid)


@pytest.mark.parametrize("foreground", [0.4, 1.0, 37.5, 255.0])
def test_two_values_are_a_mask_whatever_they_are(tmp_path, grid, foreground):
    write_nifti(tmp_path / "cord.nii.gz", cylinder(grid) * np.float32(foreground), grid)

    np.testing.assert_array_equal(read_mask(tmp_path / "cord.nii.gz", grid) > 0, cylinder(grid))


def test_shares_that_overshoot_by_rounding_are_shares(tmp_path, grid):
    soft = cylinder(grid) * np.linspace(-0.005, 1.005, grid.shape[1], dtype=np.float32)[:, None]
    write_nifti(tmp_path / "cord.nii.gz", soft, grid)

    np.testing.assert_allclose(read_mask(tmp_path / "cord.nii.gz", grid), soft.clip(0, 1))
