"""``u2ad series``, and that ``u2ad check`` takes the series that suits."""

from bad_inputs import neck
from dicom_files import write_stack


def test_the_series_that_suits_stands_first_with_its_number(command, tmp_path):
    write_stack(tmp_path / "a", neck(), SeriesNumber=1, SeriesDescription="T1 SAG", EchoTime=11.0)
    write_stack(tmp_path / "b", neck(), SeriesNumber=2, BodyPartExamined="CSPINE")

    done = command("series", tmp_path)

    assert done.code == 0
    assert done.out.splitlines() == [
        "suits        2  MR  T2 TSE SAG  (15 images, sagittal, TE 102 ms): T2-weighted sagittal, cervical, "
        "15 slices of 3.5 mm",
        "does not     1  MR  T1 SAG  (15 images, sagittal, TE 11 ms): T1-weighted",
    ]


def test_check_takes_the_series_that_suits_and_says_so(command, tmp_path):
    write_stack(tmp_path / "a", neck(), SeriesNumber=1, SeriesDescription="T1 SAG", EchoTime=11.0)
    write_stack(tmp_path / "b", neck(), SeriesNumber=2, BodyPartExamined="CSPINE")

    done = command("check", tmp_path)

    assert done.code == 0
    assert "Of 2 series the only one that suits was taken, number 2: T2-weighted sagittal, cervical" in done.out


def test_what_is_no_dicom_folder_is_said(command, tmp_path):
    (tmp_path / "scan.nii.gz").write_bytes(b"x")

    assert command("series", tmp_path).code == 4
    assert "This is no folder." in command("series", tmp_path / "scan.nii.gz").err
    assert "no such file or folder" in command("series", tmp_path / "nowhere").err
