"""Images at the same places of one series are listed apart, each with what it is, as far as headers tell."""

import numpy as np
import pytest
from bad_inputs import neck
from dicom_files import PATIENT, write_stack

from u2ad.errors import RefusedInputError
from u2ad.scan import SeveralSeriesError, Verdict, list_proposals, read_proposed, read_scan

ONE_SERIES = {"SeriesInstanceUID": "1.2.3", "BodyPartExamined": "CSPINE"}
DIXON = ["DERIVED", "PRIMARY", "DIXON"]


def write_parts(folder, *parts: dict) -> None:
    """One series with a stack for each of ``parts``, whose voxels differ by one."""
    for number, fields in enumerate(parts):
        write_stack(folder / str(number), neck() + number, **ONE_SERIES | fields)


def lines(folder) -> list[str]:
    return [one.line for one in sorted(list_proposals(folder), key=lambda one: one.number)]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([{"InversionTime": 160.0}, {"InversionTime": 220.0}], ["TI 160 ms", "TI 220 ms"]),
        ([{"DiffusionBValue": 0.0}, {"DiffusionBValue": 800.0}], ["b 0", "b 800"]),
        ([{"SequenceName": "*tse2d1_15"}, {"SequenceName": "*tse2d1_17"}], ["*tse2d1_15", "*tse2d1_17"]),
        ([{"AcquisitionNumber": 1}, {"AcquisitionNumber": 2}], ["acquisition 1", "acquisition 2"]),
        ([{"ImageType": [*DIXON, "FAT"]}, {"ImageType": [*DIXON, "WATER"]}], ["fat", "water"]),
        ([{"ImageType": [*DIXON, "IN_PHASE"]}, {"ImageType": [*DIXON, "OPP PHASE"]}], ["in phase", "opposed phase"]),
        ([{"ImageType": ["DERIVED", "PRIMARY", "F"]}, {"ImageType": ["DERIVED", "PRIMARY", "W"]}], ["fat", "water"]),
        ([{"ImageType": [*DIXON, "SUM1"]}, {"ImageType": [*DIXON, "SUM2"]}], ["SUM1", "SUM2"]),
    ],
)
def test_what_differs_is_said_and_each_can_be_read(tmp_path, parts, words):
    write_parts(tmp_path, *parts)

    said = lines(tmp_path)

    assert len(said) == 2
    for number, (line, word) in enumerate(zip(said, words, strict=True)):
        assert f"T2 TSE SAG, {word}  (" in line
        np.testing.assert_array_equal(read_scan(tmp_path, str(number + 1)).array, neck() + number)


def test_fat_is_never_taken_unasked_and_water_comes_first(tmp_path):
    write_parts(tmp_path, {"ImageType": [*DIXON, "FAT"]}, {"ImageType": [*DIXON, "WATER"]})

    first, last = list_proposals(tmp_path)

    assert (first.series.part, first.verdict) == ("water", Verdict.WARN)
    assert (last.series.part, last.verdict) == ("fat", Verdict.REFUSE)
    with pytest.raises(SeveralSeriesError):
        read_proposed(tmp_path)


def test_a_single_letter_outside_of_a_dixon_series_condemns_nothing(tmp_path):
    write_stack(tmp_path / "t2", neck(), BodyPartExamined="CSPINE", ImageType=["ORIGINAL", "PRIMARY", "M", "F"])

    (only,) = list_proposals(tmp_path)

    assert only.verdict is Verdict.OK
    assert only.series.part == ""


def test_acquisitions_that_interleave_slices_are_one_stack(tmp_path):
    write_stack(tmp_path, neck(), each=lambda k: {"AcquisitionNumber": 1 + k % 2}, **ONE_SERIES)

    assert len(lines(tmp_path)) == 1


def test_a_number_of_its_own_for_each_image_parts_nothing(tmp_path):
    write_stack(tmp_path / "a", neck(), each=lambda k: {"AcquisitionNumber": k}, **ONE_SERIES)
    write_stack(tmp_path / "b", neck(), each=lambda k: {"AcquisitionNumber": 100 + k}, **ONE_SERIES)

    assert len(lines(tmp_path)) == 1
    with pytest.raises(RefusedInputError, match="about 2 images at every position"):
        read_scan(tmp_path)


def test_no_word_of_the_patient_is_repeated(tmp_path):
    first = {"SequenceName": PATIENT["PatientID"], "ImageType": [*DIXON, "DOE"]}
    write_parts(tmp_path, first, {"SequenceName": "jane", "ImageType": [*DIXON, "JANE"]})

    said = lines(tmp_path)

    assert len(said) == 2
    assert not [word for word in ("SECRET", "4711", "DOE", "JANE", "jane") if word in "".join(said)]
