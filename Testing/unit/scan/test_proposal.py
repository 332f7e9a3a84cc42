"""Of a folder the T2-weighted sagittal cervical series comes first, with the reason; the others say why not."""

from pathlib import Path

import numpy as np
import pytest
from bad_inputs import neck
from dicom_files import PATIENT, write_stack

from u2ad.scan import SeveralSeriesError, Verdict, list_proposals, read_proposed, read_scan
from u2ad.scan.reading import read_one_of_many
from u2ad.scan.verdict import series_taken

AXIAL = np.array([[1.0, 0, 0], [0, 1, 0]])
CORONAL = np.array([[1.0, 0, 0], [0, 0, -1]])
CERVICAL = {"BodyPartExamined": "CSPINE"}


def write_examination(folder: Path) -> Path:
    """What a scanner sends of one cervical spine; the numbers are those of the list."""
    series = [
        ("loc", neck((3, 64, 48)), {"SeriesDescription": "localizer", "EchoTime": 5.0}),
        ("t1", neck(), {"SeriesDescription": "t1_tse_sag", "EchoTime": 11.0, "RepetitionTime": 600.0}),
        ("t2", neck(), {"SeriesDescription": "t2_tse_sag"}),
        ("stir", neck(), {"SeriesDescription": "t2_tirm_sag", "InversionTime": 160.0}),
        ("axial", neck((20, 64, 48)), {"SeriesDescription": "t2_tse_tra", "axes": AXIAL}),
        ("adc", neck(), {"SeriesDescription": "ep2d_diff_ADC"}),
    ]
    for number, (name, voxels, fields) in enumerate(series, start=1):
        write_stack(folder / name, voxels, SeriesNumber=number, **CERVICAL, **fields)
    return folder


def reasons(folder: Path) -> dict[int, tuple[Verdict, str]]:
    return {one.number: (one.verdict, one.reason) for one in list_proposals(folder)}


def alone(folder: Path, **fields) -> tuple[Verdict, str]:
    write_stack(folder, fields.pop("voxels", neck()), **CERVICAL | fields)
    return reasons(folder)[1]


def test_the_sagittal_t2_series_comes_first_and_every_other_says_why_not(tmp_path):
    write_examination(tmp_path)

    assert [one.number for one in list_proposals(tmp_path)] == [3, 4, 5, 1, 2, 6]
    assert reasons(tmp_path) == {
        1: (Verdict.REFUSE, "localizer: 3 slices"),
        2: (Verdict.REFUSE, "T1-weighted"),
        3: (Verdict.OK, "T2-weighted sagittal, cervical, 15 slices of 3.5 mm"),
        4: (
            Verdict.WARN,
            "T2-weighted sagittal, cervical, 15 slices of 3.5 mm, but inversion recovery (STIR or FLAIR)",
        ),
        5: (Verdict.WARN, "T2-weighted axial, cervical, 20 slices of 3.5 mm, but axial"),
        6: (Verdict.REFUSE, "diffusion"),
    }


def test_the_only_series_that_suits_is_read_and_says_so(tmp_path):
    write_examination(tmp_path)

    scan = read_proposed(tmp_path)

    np.testing.assert_array_equal(scan.array, read_scan(tmp_path, "3").array)
    assert (scan.remarks[0].name, scan.remarks[0].verdict) == ("series", Verdict.OK)
    assert "Of 6 series the only one that suits was taken, number 3: T2-weighted sagittal" in scan.remarks[0].sentence
    assert "t2_tse_sag" not in scan.remarks[0].sentence


def test_a_command_that_takes_many_scans_takes_the_same_one(tmp_path):
    write_examination(tmp_path)

    scan = read_one_of_many(tmp_path)

    np.testing.assert_array_equal(scan.array, read_proposed(tmp_path).array)
    assert series_taken(scan.remarks) == [read_proposed(tmp_path).remarks[0].sentence]


def test_without_numbers_an_image_says_which_series_is_meant(tmp_path):
    for name in ("a", "b"):
        write_stack(tmp_path / name, neck() + len(name), SeriesNumber=1, **CERVICAL)

    with pytest.raises(SeveralSeriesError, match="Name one image of the series") as asked:
        read_one_of_many(tmp_path)
    assert "--series" not in str(asked.value)
    image = next((tmp_path / "b").iterdir())
    np.testing.assert_array_equal(read_one_of_many(image).array, read_scan(tmp_path / "b").array)


def test_another_series_can_be_insisted_on(tmp_path):
    write_examination(tmp_path)

    assert len(read_proposed(tmp_path, "5").array) == 20


@pytest.mark.parametrize(
    "second",
    [
        {"SeriesDescription": "t2_tse_sag_fs"},
        {"SeriesDescription": "t2_tse_sag", "PatientID": "another"},
        {"SeriesDescription": "t2_tse_sag", "StudyDate": "20240101"},
    ],
)
def test_two_series_that_suit_are_asked_about(tmp_path, second):
    write_stack(tmp_path / "a", neck(), SeriesNumber=1, **CERVICAL)
    write_stack(tmp_path / "b", neck(), SeriesNumber=2, **CERVICAL | second)

    with pytest.raises(SeveralSeriesError):
        read_proposed(tmp_path)


def test_nothing_is_taken_unasked_where_the_folder_holds_two_patients(tmp_path):
    write_stack(tmp_path / "a", neck(), SeriesNumber=1, **CERVICAL)
    write_stack(tmp_path / "b", neck(), SeriesNumber=2, SeriesDescription="T1", EchoTime=11.0, PatientID="another")

    with pytest.raises(SeveralSeriesError, match=r"2 series of 2 patients:\n  1  \[patient 1\] .*\n  2  \[patient 2\]"):
        read_proposed(tmp_path)


def test_examinations_of_two_days_are_numbered_from_the_earlier(tmp_path):
    write_stack(tmp_path / "a", neck(), SeriesNumber=1, StudyDate="20250301", **CERVICAL)
    write_stack(tmp_path / "b", neck((9, 64, 48)), SeriesNumber=1, StudyDate="20240301", **CERVICAL)

    with pytest.raises(SeveralSeriesError, match=r"1  \[examination 1\] .*9 images.*\n  2  \[examination 2\]") as asked:
        read_proposed(tmp_path)
    assert "2024" not in str(asked.value) + repr(asked.value.series[0].first)


def test_a_series_named_cervical_comes_before_one_that_names_no_region(tmp_path):
    write_stack(tmp_path / "a", neck(), SeriesNumber=1)
    write_stack(tmp_path / "b", neck(), SeriesNumber=2, **CERVICAL)

    assert [one.number for one in list_proposals(tmp_path)] == [2, 1]


@pytest.mark.parametrize(
    ("fields", "verdict", "reason"),
    [
        ({"Modality": "CT"}, Verdict.REFUSE, "CT, not MR"),
        ({"BodyPartExamined": "LSPINE"}, Verdict.REFUSE, "the lumbar spine"),
        ({"EchoTime": 20.0}, Verdict.REFUSE, "not T2-weighted (TE 20 ms)"),
        ({"EchoTime": 55.0}, Verdict.WARN, "but short echo time (TE 55 ms)"),
        ({"axes": CORONAL}, Verdict.WARN, "but coronal"),
        ({"spacing": (8.0, 0.7, 0.7)}, Verdict.REFUSE, "the slices are 8.0 mm apart"),
        ({"spacing": (3.5, 3.0, 3.0)}, Verdict.REFUSE, "the pixels measure 3 mm"),
        ({"voxels": neck((4, 64, 48))}, Verdict.REFUSE, "only 4 slices"),
        ({"positions": np.delete(np.arange(16), 7) * 3.5}, Verdict.REFUSE, "1 slice is missing"),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}, Verdict.REFUSE, "localizer: 15 slices"),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "P", "ND"]}, Verdict.REFUSE, "phase or part of a complex image"),
        ({"ImageType": ["DERIVED", "PRIMARY", "PROJECTION IMAGE"]}, Verdict.REFUSE, "projection or subtraction"),
        ({"ImageType": ["DERIVED", "SECONDARY", "MPR"]}, Verdict.WARN, "but computed from other images"),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "M", "MOSAIC"]}, Verdict.REFUSE, "mosaic"),
        ({"EchoTime": None, "SeriesDescription": "SAG"}, Verdict.WARN, "but weighting not stated"),
        ({"SeriesDescription": "T2 FLAIR SAG"}, Verdict.WARN, "but inversion recovery"),
        ({"SeriesDescription": "SURVEY T2"}, Verdict.REFUSE, "localizer"),
        ({"SeriesDescription": "T2 sub 01 local", "ProtocolName": "SPACE"}, Verdict.OK, "T2-weighted sagittal"),
    ],
)
def test_what_speaks_against_a_series_is_said_in_few_words(tmp_path, fields, verdict, reason):
    found, said = alone(tmp_path, **fields)

    assert found is verdict
    assert reason in said


def test_thin_isotropic_slices_count_as_sagittal_whichever_way_they_were_stored(tmp_path):
    verdict, reason = alone(tmp_path, voxels=neck((64, 64, 64)), spacing=(1.0, 1.0, 1.0), axes=AXIAL)

    assert (verdict, reason) == (Verdict.OK, "T2-weighted sagittal, cervical, 64 slices of 1.0 mm")


def test_a_long_list_of_unfit_series_is_cut_in_the_question(tmp_path):
    for number in range(20):
        write_stack(tmp_path / str(number), neck((2, 64, 48)), SeriesNumber=number)

    with pytest.raises(SeveralSeriesError, match="and 8 more that do not suit") as asked:
        read_scan(tmp_path)
    assert len(str(asked.value).splitlines()) == 15
    assert len(list_proposals(tmp_path)) == 20


def test_magnitude_and_phase_at_one_place_are_told_apart(tmp_path):
    for part in ("M", "P"):
        write_stack(tmp_path / part, neck(), SeriesInstanceUID="1.2.3", ImageType=["ORIGINAL", "PRIMARY", part, "ND"])

    assert [one.verdict for one in list_proposals(tmp_path)] == [Verdict.OK, Verdict.REFUSE]
    np.testing.assert_array_equal(read_proposed(tmp_path).array, neck())


def test_types_that_differ_along_one_stack_do_not_tear_it(tmp_path):
    write_stack(tmp_path, neck(), each=lambda k: {"ImageType": ["ORIGINAL", "PRIMARY", "M", "ND" if k % 2 else "NORM"]})

    assert read_scan(tmp_path).array.shape == neck().shape


def test_images_of_two_frames_of_reference_are_two_stacks(tmp_path):
    for frame, offset in (("1.2.3", 0.0), ("1.2.4", 1.0)):
        places = np.arange(15) * 3.5 + offset
        write_stack(tmp_path / frame, neck(), positions=places, SeriesInstanceUID="1.2", FrameOfReferenceUID=frame)

    assert [len(one.series.images) for one in list_proposals(tmp_path)] == [15, 15]


def test_a_name_in_every_field_of_free_text_is_in_no_reason(tmp_path):
    name = PATIENT["PatientName"]
    write_stack(
        tmp_path,
        neck(),
        SeriesDescription=f"T2 {name}",
        BodyPartExamined="JANE DOE",
        Modality="DOE JANE",
    )

    line = list_proposals(tmp_path)[0].line

    assert "doe" not in line.lower()
    assert "jane" not in line.lower()
