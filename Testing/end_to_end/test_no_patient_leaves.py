"""From a DICOM series full of names to a result folder without any."""

import gzip
from pathlib import Path

import pytest
from dicom_files import write_stack
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from u2ad.scan import SagittalView, read_scan

NAME, NUMBER, BIRTH, ACCESSION, PLACE = "Zwetschge", "PID-88172", "19610409", "ACC-55013", "Krankenhaus-Nord"
PLANTED = (NAME, NUMBER, BIRTH, ACCESSION, PLACE)

FIELDS = {
    "PatientName": f"{NAME}^Anna",
    "PatientID": NUMBER,
    "PatientBirthDate": BIRTH,
    "AccessionNumber": ACCESSION,
    "InstitutionName": PLACE,
    "InstitutionAddress": PLACE,
    "StationName": PLACE,
    "ReferringPhysicianName": NAME,
    "OperatorsName": NAME,
    "StudyDescription": f"Cervical spine {NAME} {ACCESSION} {PLACE}",
    "SeriesDescription": f"T2 TSE SAG {NAME} {NUMBER} {BIRTH} {ACCESSION} {PLACE}",
    "ProtocolName": f"T2 {NAME} {BIRTH} {PLACE}",
    "BodyPartExamined": "CSPINE",
    "ImageComments": " ".join(PLANTED),
    "StudyID": ACCESSION,
}


@pytest.fixture(scope="module")
def planted(phantom_folder, tmp_path_factory) -> Path:
    """The simulated scan as a DICOM series, beside another one, with names in every place that a field has."""
    folder = tmp_path_factory.mktemp(NAME)
    scan = read_scan(phantom_folder / "scan.nii.gz")
    view = SagittalView.from_grid(scan.grid)
    voxels = view.apply(scan.array)[::-1]  # the slices of the written series run to the right
    scaled = (voxels * (3000 / voxels.max())).astype("int16")
    spacing = tuple(view.grid.spacing.tolist())
    write_stack(folder / "t2", scaled, spacing=spacing, SeriesNumber=2, **FIELDS)
    write_stack(folder / "t1", scaled, spacing=spacing, SeriesNumber=1, **FIELDS | {"EchoTime": 11.0})
    for path in folder.rglob("*.dcm"):
        image = dcmread(path)
        block = image.private_block(0x0029, NAME, create=True)
        block.add_new(0x10, "LO", " ".join(PLANTED))
        inner = Dataset()
        inner.PatientName = NAME
        block.add_new(0x11, "SQ", Sequence([inner]))
        image.save_as(path)
    return folder


def read_whole(path: Path) -> bytes:
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content


@pytest.mark.slow
def test_nothing_of_the_patient_is_in_the_result_its_names_or_what_is_printed(planted, command, tmp_path):
    result = tmp_path / "result"

    done = command("detect", planted, "-o", result, "--detector", "local_z")

    assert done.code == 0, done.err
    assert "the only one that suits was taken, number 2" in done.out
    assert (result / "findings.json").is_file()
    said = {path.relative_to(result).as_posix(): read_whole(path) for path in result.rglob("*") if path.is_file()}
    said |= {"printed": (done.out + done.err).replace(str(tmp_path), "").encode()}
    leaks = [(name, word) for name, content in said.items() for word in PLANTED if word.encode() in content]
    assert not leaks
    assert not [name for name in said if any(word in name for word in PLANTED)]


def test_the_words_would_be_found_if_they_were_there(planted):
    content = next((planted / "t2").iterdir()).read_bytes()

    assert all(word.encode() in content for word in PLANTED)


def test_the_list_of_series_names_no_patient(planted, command):
    done = command("series", planted)

    assert done.code == 0
    assert not [word for word in (NAME, NUMBER, BIRTH, ACCESSION) if word in done.out]
