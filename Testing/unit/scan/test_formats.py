"""Any grid survives any format, and the file's voxels arrive as they are."""

import struct

import bad_inputs as generator
import numpy as np
import pytest
import SimpleITK as sitk
from scipy.spatial.transform import Rotation

from u2ad.errors import OutputError, UnreadableInputError
from u2ad.scan import Grid, Verdict, check_form, read_scan, write_nifti
from u2ad.scan.grid import to_sitk

EXTENSIONS = ["nii", "nii.gz", "nrrd", "nhdr", "mha", "mhd"]
RNG = np.random.default_rng(11)


def random_grid(seed: int, left_handed: bool) -> Grid:
    rng = np.random.default_rng(seed)
    rotation = Rotation.random(random_state=seed).as_matrix() @ np.diag([1, 1, -1 if left_handed else 1])
    affine = np.eye(4)
    affine[:3, :3] = rotation[:, rng.permutation(3)] * rng.uniform(0.4, 4, 3)
    affine[:3, 3] = rng.uniform(-150, 150, 3)
    return Grid((9, 41, 57), affine)


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("left_handed", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_geometry_and_voxels_survive_every_format(tmp_path, extension, left_handed, seed):
    grid = random_grid(seed, left_handed)
    voxels = RNG.integers(-500, 2000, grid.shape).astype(np.int16)
    sitk.WriteImage(to_sitk(voxels, grid), str(tmp_path / f"scan.{extension}"))

    scan = read_scan(tmp_path / f"scan.{extension}")

    assert np.abs(scan.grid.corners() - grid.corners()).max() < 1e-4
    assert scan.array.dtype == np.int16
    np.testing.assert_array_equal(scan.array, voxels)
    assert not [check for check in scan.remarks if check.verdict is not Verdict.OK]


@pytest.mark.parametrize("left_handed", [False, True])
def test_a_written_map_states_its_affine_as_the_standard_wants_it(tmp_path, left_handed):
    grid = random_grid(3, left_handed)
    write_nifti(tmp_path / "map.nii", np.zeros(grid.shape, np.float32), grid)

    content = (tmp_path / "map.nii").read_bytes()

    qform_code, sform_code = struct.unpack_from("<2h", content, 252)
    srow = np.array(struct.unpack_from("<12f", content, 280)).reshape(3, 4)
    assert qform_code > 0
    assert sform_code > 0
    np.testing.assert_allclose(srow, grid.affine[:3], atol=2e-5)


@pytest.mark.parametrize(("given", "stored"), [(bool, np.uint8), (np.float64, np.float32), (np.int16, np.int16)])
def test_a_written_array_comes_back_in_a_type_that_everyone_reads(tmp_path, given, stored):
    grid = random_grid(1, False)
    array = (RNG.random(grid.shape) > 0.5).astype(given)
    write_nifti(tmp_path / "map.nii.gz", array, grid)

    scan = read_scan(tmp_path / "map.nii.gz")

    assert scan.array.dtype == stored
    np.testing.assert_array_equal(scan.array, array)
    assert [path.name for path in tmp_path.iterdir()] == ["map.nii.gz"]


def test_a_map_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    with pytest.raises(OutputError, match="cannot be written"):
        write_nifti(tmp_path / "nowhere" / "map.nii.gz", np.zeros((2, 3, 4)), Grid((2, 3, 4), np.eye(4)))

    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_keeps_the_file_that_was_there(tmp_path, monkeypatch):
    grid = Grid((2, 3, 4), np.eye(4))
    write_nifti(tmp_path / "map.nii", np.ones(grid.shape, np.float32), grid)

    def disk_full(_image, name, **_options):
        with open(name, "wb") as file:  # noqa: PTH123
            file.write(b"half")
        raise RuntimeError("No space left on device")

    monkeypatch.setattr(sitk, "WriteImage", disk_full)
    with pytest.raises(OutputError):
        write_nifti(tmp_path / "map.nii", np.zeros(grid.shape, np.float32), grid)

    assert [path.name for path in tmp_path.iterdir()] == ["map.nii"]
    assert read_scan(tmp_path / "map.nii").array.all()


def test_a_sheared_grid_is_never_written_as_something_else(tmp_path):
    affine = np.eye(4)
    affine[0, 1] = 0.1

    with pytest.raises(ValueError, match="right angles"):
        write_nifti(tmp_path / "map.nii", np.zeros((2, 3, 4)), Grid((2, 3, 4), affine))


def test_scaled_integers_arrive_as_the_values_that_they_mean(tmp_path):
    path = generator.write_image(tmp_path / "scan.nii", generator.neck())
    generator.patched(path, (112, "2f", (0.5, -3.0)))

    np.testing.assert_allclose(read_scan(path).array, generator.neck() * 0.5 - 3.0)


def test_a_fourth_axis_of_one_is_no_fourth_axis(tmp_path):
    path = generator.write_image(tmp_path / "scan.nii", generator.neck())
    generator.patched(path, (40, "5h", (4, 48, 64, 15, 1)))

    np.testing.assert_array_equal(read_scan(path).array, generator.neck())


def test_rounding_in_the_sform_is_forgiven(tmp_path):
    matrix = np.array([[0.0, 0.0, 3.3, -20.0], [-0.7, 0.0004, 0.0, 60.0], [0.0, -0.7, 0.0, 80.0]])

    scan = read_scan(generator.with_sform(tmp_path / "scan.nii", matrix))

    assert scan.grid.skew < 1e-9
    assert np.abs(scan.grid.affine[:3] - matrix).max() < 0.02


def test_two_positions_in_one_header_are_warned_about(tmp_path):
    path = generator.write_image(tmp_path / "scan.nii", generator.neck())
    generator.patched(path, (268, "3f", (1.0, 2.0, 3.0)))

    (remark,) = read_scan(path).remarks

    assert (remark.name, remark.verdict) == ("position", Verdict.WARN)
    assert "two different positions" in remark.sentence


def test_a_header_without_orientation_is_warned_about(tmp_path):
    path = generator.write_image(tmp_path / "scan.nii", generator.neck())
    generator.patched(path, (252, "2h", (0, 0)))

    (remark,) = read_scan(path).remarks

    assert remark.verdict is Verdict.WARN
    assert "how the patient lay" in remark.sentence


def test_a_nrrd_without_space_is_warned_about(tmp_path):
    path = generator.write_image(tmp_path / "scan.nrrd", generator.neck())
    kept = [
        line for line in path.read_bytes().split(b"\n") if not line.startswith((b"space", b"kinds"))
    ]  # the data follow the header's empty line and are left as they are
    path.write_bytes(b"\n".join(kept))

    assert "how the patient lay" in read_scan(path).remarks[0].sentence


def test_a_few_voxels_without_number_are_read_as_dark_and_said(tmp_path):
    voxels = generator.neck().astype(np.float32)
    voxels[:, :1, :5] = np.nan
    for name in ("scan.nii.gz", "scan.nrrd"):
        scan = read_scan(generator.write_image(tmp_path / name, voxels))

        assert scan.array[:, :1, :5].max() <= voxels[np.isfinite(voxels)].min()
        assert scan.remarks[0].name == "finite"
        assert scan.remarks[0].verdict is Verdict.WARN
        assert scan.remarks[0] in check_form(scan)


def test_facts_are_read_from_the_bids_file_beside_the_image(tmp_path):
    path = generator.write_image(tmp_path / "sub-1_T2w.nii.gz", generator.neck())
    (tmp_path / "sub-1_T2w.json").write_text(
        '{"Modality": "MR", "EchoTime": 0.102, "RepetitionTime": 3.5, "SeriesDescription": "t2_tse_sag_HWS"}'
    )

    facts = read_scan(path).facts

    assert (facts.modality, facts.region_hint, facts.weighting_hint) == ("MR", "cervical", "T2")
    assert facts.echo_time_ms == pytest.approx(102.0)
    assert facts.repetition_time_ms == pytest.approx(3500.0)


def test_a_broken_bids_file_is_as_good_as_none(tmp_path):
    path = generator.write_image(tmp_path / "scan.nii.gz", generator.neck())
    (tmp_path / "scan.json").write_text('["not what it should be"')

    assert read_scan(path).facts.echo_time_ms is None


def test_series_of_a_file_that_has_none_is_an_error(tmp_path):
    path = generator.write_image(tmp_path / "scan.nii.gz", generator.neck())

    with pytest.raises(UnreadableInputError, match="Leave out --series"):
        read_scan(path, series="1")


def test_real_scans_are_read_without_complaint(real_data):
    for path in sorted(real_data.glob("healthy/*/*_T2w.nii.gz")):
        scan = read_scan(path)

        assert scan.grid.spacing == pytest.approx([1, 1, 1], abs=1e-3)
        assert [check for check in check_form(scan) if check.verdict is not Verdict.OK] == [], path.name
