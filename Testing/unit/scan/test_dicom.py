"""DICOM series: found, told apart, stacked by position, and stripped of the patient."""

import re
from pathlib import Path

import numpy as np
import pydicom
import pytest
from bad_inputs import neck
from dicom_files import PATIENT, SAGITTAL, write_multiframe, write_pdf, write_stack
from scipy.spatial.transform import Rotation

from u2ad.errors import UnreadableInputError
from u2ad.scan import SeveralSeriesError, Verdict, check_form, list_series, read_scan

OBLIQUE = SAGITTAL @ Rotation.from_euler("xyz", [4, 9, -7], degrees=True).as_matrix().T


def numbered(shape: tuple[int, int, int] = (7, 40, 36)) -> np.ndarray:
    """Every voxel has its own value."""
    return np.arange(np.prod(shape), dtype=np.int32).reshape(shape).astype(np.int16)


def lps_of(image: pydicom.Dataset, row: int, column: int) -> np.ndarray:
    """Where a pixel lies: DICOM PS3.3 C.7.6.2.1.1, equation C.7.6.2.1-1."""
    along_row, along_column = np.array(image.ImageOrientationPatient, float).reshape(2, 3)
    between_rows, between_columns = (float(value) for value in image.PixelSpacing)
    origin = np.array(image.ImagePositionPatient, float)
    return origin + along_row * between_columns * column + along_column * between_rows * row


def expect_pixels_in_place(scan, files: list[Path]) -> None:
    for path in files:
        image = pydicom.dcmread(path)
        for row, column in [(0, 0), (image.Rows - 1, 0), (0, image.Columns - 1), (image.Rows - 1, image.Columns - 1)]:
            right, anterior, superior = lps_of(image, row, column) * (-1, -1, 1)
            index = scan.grid.to_kji(np.array([right, anterior, superior]))
            assert np.abs(index - index.round()).max() < 2e-3
            assert scan.array[tuple(index.round().astype(int))] == image.pixel_array[row, column]


@pytest.mark.parametrize("axes", [SAGITTAL, OBLIQUE, -OBLIQUE, OBLIQUE[::-1]])
def test_pixels_lie_where_the_standard_says(tmp_path, axes):
    write_stack(tmp_path, numbered(), axes=axes)

    scan = read_scan(tmp_path)

    assert scan.grid.skew < 1e-9
    expect_pixels_in_place(scan, sorted(tmp_path.iterdir()))


@pytest.mark.parametrize("name", ["lumbar_T2_SAG", "lumbar_T1_SAG"])
def test_pixels_of_real_series_lie_where_the_standard_says(real_data, name):
    folder = real_data / "dicom" / name

    scan = read_scan(folder)

    assert scan.array.shape == (11, 512, 512)
    assert scan.grid.spacing == pytest.approx([4.5, 0.68359375, 0.68359375], abs=1e-3)
    expect_pixels_in_place(scan, sorted(folder.iterdir()))


def test_the_facts_of_real_series_say_lumbar_and_the_weighting(real_data):
    t1, t2 = (read_scan(real_data / "dicom" / f"lumbar_{weighting}_SAG").facts for weighting in ("T1", "T2"))

    assert (t1.region_hint, t1.weighting_hint, t1.echo_time_ms, t1.repetition_time_ms) == ("lumbar", "T1", 25.0, 462.0)
    assert (t2.region_hint, t2.weighting_hint, t2.echo_time_ms, t2.repetition_time_ms) == ("lumbar", "T2", 110, 3203)
    assert t2.slice_thickness_mm == 4.0
    assert np.diff(t2.slice_positions_mm) == pytest.approx(np.full(10, 4.5), abs=1e-3)


def test_a_real_lumbar_series_is_refused_but_may_be_insisted_on(real_data):
    refused = [check for check in check_form(read_scan(real_data / "dicom" / "lumbar_T2_SAG"))
               if check.verdict is Verdict.REFUSE]  # fmt: skip

    assert [check.name for check in refused] == ["region"]
    assert refused[0].overridable


def test_one_file_stands_for_its_whole_series(tmp_path):
    write_stack(tmp_path, neck())
    write_stack(tmp_path / "elsewhere", neck((6, 64, 48)))

    whole = read_scan(tmp_path / "IM0004.dcm")

    np.testing.assert_array_equal(whole.array, neck())


def test_several_series_are_listed_and_chosen_by_number_or_uid(tmp_path):
    write_stack(tmp_path / "b", neck((6, 64, 48)), SeriesNumber=2, SeriesDescription="T2 TSE SAG")
    write_stack(tmp_path / "a", neck((8, 64, 48)), SeriesNumber=9, SeriesDescription="T2 TSE AX")
    write_pdf(tmp_path / "report.dcm")

    with pytest.raises(SeveralSeriesError) as asked:
        read_scan(tmp_path)

    assert [one.first.description for one in asked.value.series] == ["T2 TSE SAG", "T2 TSE AX"]
    assert len(read_scan(tmp_path, series="2").array) == 8
    assert len(read_scan(tmp_path, series=asked.value.series[0].uid).array) == 6


@pytest.mark.parametrize("wanted", ["0", "3", "1.2.3", "T2"])
def test_a_series_that_is_not_there_is_said_with_the_list(tmp_path, wanted):
    write_stack(tmp_path / "a", neck((6, 64, 48)), SeriesNumber=1)
    write_stack(tmp_path / "b", neck((6, 64, 48)), SeriesNumber=2)

    with pytest.raises(UnreadableInputError, match=r"no series .* among these:\n  1  MR  T2 TSE SAG"):
        read_scan(tmp_path, series=wanted)


def test_a_localizer_of_three_orientations_is_listed_as_three_stacks(tmp_path):
    uid = "1.2.826.0.1.3680043.8.498.1"
    axial, coronal = np.array([[1.0, 0, 0], [0, 1, 0]]), np.array([[1.0, 0, 0], [0, 0, -1]])
    for name, axes in (("s", SAGITTAL), ("c", coronal), ("a", axial)):
        write_stack(tmp_path / name, neck((5, 64, 48)), axes=axes, SeriesInstanceUID=uid)

    stacks = list_series(tmp_path)

    assert sorted(one.orientation for one in stacks) == ["axial", "coronal", "sagittal"]
    with pytest.raises(SeveralSeriesError):
        read_scan(tmp_path, series=uid)


def test_two_echoes_of_one_series_are_two_stacks(tmp_path):
    uid = "1.2.826.0.1.3680043.8.498.1"
    write_stack(tmp_path / "early", neck((5, 64, 48)), EchoTime=12.0, SeriesInstanceUID=uid)
    write_stack(tmp_path / "late", neck((5, 64, 48)), EchoTime=98.0, SeriesInstanceUID=uid)

    assert sorted(one.first.facts.echo_time_ms for one in list_series(tmp_path)) == [12.0, 98.0]


def test_the_same_image_twice_counts_once(tmp_path):
    write_stack(tmp_path, neck())
    (tmp_path / "copy.dcm").write_bytes((tmp_path / "IM0002.dcm").read_bytes())

    scan = read_scan(tmp_path)

    assert scan.array.shape == neck().shape
    assert scan.remarks == ()


def test_frames_of_a_multiframe_file_are_stacked_by_position(tmp_path):
    order = np.random.default_rng(3).permutation(9)
    voxels = numbered((9, 40, 36))
    origins = write_multiframe(tmp_path / "multi.dcm", voxels, OBLIQUE, (3.0, 0.6, 0.6), order)

    scan = read_scan(tmp_path / "multi.dcm")

    np.testing.assert_array_equal(scan.array, voxels)
    for k in (0, 8):
        np.testing.assert_allclose(scan.grid.to_ras(np.array([k, 0, 0])), origins[k] * (-1, -1, 1), atol=1e-3)
    assert (scan.facts.echo_time_ms, scan.facts.repetition_time_ms) == (102.0, 3500.0)


def test_rescaled_images_arrive_in_the_units_of_their_header(tmp_path):
    write_stack(tmp_path, neck(), each=lambda k: {"RescaleSlope": 1.0 + 0.5 * k, "RescaleIntercept": -7.0})

    expected = neck() * (1 + 0.5 * np.arange(15))[:, None, None] - 7.0
    np.testing.assert_allclose(read_scan(tmp_path).array, expected)


def test_slightly_unequal_slices_are_warned_about(tmp_path):
    write_stack(tmp_path, neck(), positions=np.arange(15) * 3.5 + np.where(np.arange(15) % 2, 0.1, 0))

    gaps = next(check for check in check_form(read_scan(tmp_path)) if check.name == "gaps")

    assert gaps.verdict is Verdict.WARN
    assert "3.40 to 3.60 mm" in gaps.sentence


def test_slices_thinner_than_their_distance_are_warned_about(tmp_path):
    write_stack(tmp_path, neck(), SliceThickness=2.0)

    check = next(check for check in check_form(read_scan(tmp_path)) if check.name == "slice spacing")

    assert check.verdict is Verdict.WARN
    assert "2.0 mm thick but 3.5 mm apart" in check.sentence


def test_nothing_that_names_the_patient_comes_out(tmp_path):
    write_stack(tmp_path, neck())

    scan = read_scan(tmp_path)

    said = repr(scan.facts) + repr(check_form(scan)) + repr(list_series(tmp_path)[0].images)
    assert not [value for value in PATIENT.values() if value in said]


def test_a_folder_of_images_without_endings_is_read(tmp_path):
    write_stack(tmp_path, neck())
    for number, path in enumerate(sorted(tmp_path.iterdir())):
        path.rename(tmp_path / f"I{number}")
    (tmp_path / "DICOMDIR").write_bytes(b"index")
    (tmp_path / "readme.txt").write_text("not an image")

    assert read_scan(tmp_path).array.shape == neck().shape
    assert read_scan(tmp_path / "DICOMDIR").array.shape == neck().shape


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"SeriesDescription": "T2 Doe JANE sag"}, "T2 sag"),
        ({"SeriesDescription": "DOE_T2_sag_secret-4711"}, "T2_sag"),
        ({"SeriesDescription": "JaneT2"}, "T2"),
        ({"SeriesDescription": "doe^jane"}, "(no description)"),
        ({"PatientName": "Li^T", "SeriesDescription": "Lipid T2 LI t tse"}, "Lipid T2 tse"),
        ({"PatientName": "Yamada^Tarou=Hill, Ann=Ito", "SeriesDescription": "yamada hill ann ito T2"}, "T2"),
        ({"SpecificCharacterSet": "ISO_IR 192", "PatientName": "Müller", "SeriesDescription": "T2 MÜLLER"}, "T2"),
        ({"PatientID": "4711 99", "SeriesDescription": "T2 4711 99 k99"}, "T2 k99"),
        ({"PatientName": None, "PatientID": None, "SeriesDescription": "T2 TSE SAG"}, "T2 TSE SAG"),
        ({"PatientName": "", "PatientID": "", "SeriesDescription": "T2 TSE SAG"}, "T2 TSE SAG"),
    ],
)
def test_the_patient_is_struck_out_of_the_description(tmp_path, fields, shown):
    write_stack(tmp_path / "a", neck((6, 64, 48)), SeriesNumber=1, **fields)
    write_stack(tmp_path / "b", neck((6, 64, 48)), SeriesNumber=2)

    with pytest.raises(SeveralSeriesError) as asked:
        read_scan(tmp_path)

    assert re.search(rf"  1  (\[patient 1\] )?MR  {re.escape(shown)}  \(6 images", str(asked.value))
