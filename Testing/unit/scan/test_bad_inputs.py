"""Every bad input gets a verdict and a sentence, never a traceback."""

import re

import bad_inputs as generator
import pytest
from bad_inputs import BadInput, bad_inputs

from u2ad.errors import U2ADError
from u2ad.scan import Verdict, check_form, read_scan, worst

POSSIBLE, IMPOSSIBLE = True, False

MESSAGES = {
    "missing file": (IMPOSSIBLE, "no such file or folder"),
    "empty file": (IMPOSSIBLE, "file is empty"),
    "NIfTI.gz cut off": (IMPOSSIBLE, "ends before its last slice"),
    "NIfTI.gz garbled": (IMPOSSIBLE, "damaged"),
    "NIfTI cut off": (IMPOSSIBLE, "ends before its last slice"),
    "NIfTI header cut off": (IMPOSSIBLE, "damaged"),
    "NRRD cut off": (IMPOSSIBLE, "damaged"),
    "MetaImage cut off": (IMPOSSIBLE, "damaged"),
    "MetaImage without its voxels": (IMPOSSIBLE, "damaged"),
    "NIfTI that claims 27 billion voxels": (IMPOSSIBLE, "damaged"),
    "NIfTI of version 2": (IMPOSSIBLE, "version 2 of NIfTI"),
    "not permitted": (IMPOSSIBLE, "not permitted"),
    "text named .nii.gz": (IMPOSSIBLE, "not of the format that its name says"),
    "text named .nrrd": (IMPOSSIBLE, "not of the format that its name says"),
    "text named .dcm": (IMPOSSIBLE, "no image that U2AD can read"),
    "zip archive": (IMPOSSIBLE, "Unpack archives"),
    "JPEG named .dcm": (IMPOSSIBLE, "no image that U2AD can read"),
    "empty DICOM file": (IMPOSSIBLE, "file is empty"),
    "empty folder": (IMPOSSIBLE, "no DICOM images"),
    "folder without images": (IMPOSSIBLE, "no DICOM images"),
    "DICOM report": (IMPOSSIBLE, "report"),
    "folder of DICOM reports": (IMPOSSIBLE, "reports"),
    "2D image": (IMPOSSIBLE, "single picture"),
    "single slice": (IMPOSSIBLE, "single picture"),
    "4D image": (IMPOSSIBLE, "4D image: 3 volumes"),
    "colour image": (IMPOSSIBLE, "colour"),
    "complex image": (IMPOSSIBLE, "2 values per voxel"),
    "three slices": (POSSIBLE, "only 3 slices"),
    "tiny image": (IMPOSSIBLE, "only 16 pixels wide"),
    "sheared axes": (IMPOSSIBLE, "not at right angles"),
    "singular axes": (IMPOSSIBLE, "orientation matrix is singular"),
    "position not a number": (IMPOSSIBLE, "where the voxels lie"),
    "two voxel sizes": (POSSIBLE, "contradicts itself about the size"),
    "NaN in a quarter": (POSSIBLE, "27 % of the voxels hold no number"),
    "infinity in a quarter": (POSSIBLE, "27 % of the voxels hold no number"),
    "NaN only": (IMPOSSIBLE, "hold no number"),
    "NaN only in NIfTI": (IMPOSSIBLE, "100 % of the voxels hold no number"),
    "constant voxels": (IMPOSSIBLE, "same value"),
    "label map": (POSSIBLE, "mask or a label map"),
    "every slice twice": (POSSIBLE, "repeat their neighbour"),
    "most slices empty": (POSSIBLE, "9 of 15 slices are empty"),
    "CT values": (POSSIBLE, "those of a CT"),
    "pixels of 3 mm": (POSSIBLE, "pixels measure 3 mm"),
    "sizes in metres": (POSSIBLE, "unit is wrong"),
    "slices 8 mm apart": (POSSIBLE, "8.0 mm apart"),
    "folder of two T2-weighted DICOM series": (
        IMPOSSIBLE,
        r"1  MR  T2 TSE SAG  \(15 images, sagittal.*2  MR  T2 TSE SAG FS .*--series N",
    ),
    "DICOM image cut off": (IMPOSSIBLE, "damaged"),
    "DICOM in colour": (IMPOSSIBLE, "colour"),
    "DICOM without positions": (IMPOSSIBLE, "do not say where they lie"),
    "single DICOM image": (IMPOSSIBLE, "single slice"),
    "DICOM slice missing": (POSSIBLE, "1 slice is missing"),
    "DICOM slices unequally spaced": (POSSIBLE, "varies from 2.3 to 4.7 mm"),
    "two DICOM images at every position": (IMPOSSIBLE, "about 2 images at every position"),
    "one DICOM position used twice": (POSSIBLE, "1 of 16 images"),
    "DICOM slices shifted (gantry tilt)": (IMPOSSIBLE, "gantry tilt"),
    "CT DICOM": (POSSIBLE, "modality is CT"),
    "T1 DICOM by its name": (POSSIBLE, "declared T1-weighted"),
    "T1 DICOM by its times": (POSSIBLE, "echo time of 11 ms this is T1-weighted"),
    "proton-density DICOM": (POSSIBLE, "20 ms is too short"),
    "lumbar DICOM": (POSSIBLE, "lumbar spine"),
    "thoracic DICOM": (POSSIBLE, "thoracic spine"),
    "brain DICOM": (POSSIBLE, "scan of the head"),
    "knee DICOM": (POSSIBLE, "another part of the body"),
    "real T1 scan": (POSSIBLE, "echo time of 5.8 ms is too short"),
    "real lumbar T2 DICOM": (POSSIBLE, "lumbar spine"),
    "real lumbar T1 DICOM": (POSSIBLE, "T1-weighted.*lumbar spine"),
    "real folder of two DICOM series": (IMPOSSIBLE, "T2 SAG.*T1 SAG"),
    "real cord mask": (POSSIBLE, "mask or a label map"),
    "real scan cut off": (IMPOSSIBLE, "ends before its last slice"),
    "real DICOM slice missing": (POSSIBLE, "1 slice is missing"),
}
"""What each kind is told, and whether a person may insist: not where there is nothing to compute with."""


@pytest.fixture(scope="module")
def inputs(tmp_path_factory) -> dict[str, BadInput]:
    return {bad.kind: bad for bad in bad_inputs(tmp_path_factory.mktemp("bad"))}


def judged(bad: BadInput) -> tuple[int, bool, str]:
    """Exit code, whether it could be insisted on, and all that is said."""
    try:
        checks = check_form(read_scan(bad.path))
    except U2ADError as error:
        return int(error.exit_code), IMPOSSIBLE, str(error)
    refusals = [check for check in checks if check.verdict is Verdict.REFUSE]
    code = 3 if worst(checks) is Verdict.REFUSE else 0
    return code, all(check.overridable for check in refusals), " ".join(check.sentence for check in refusals)


@pytest.mark.parametrize("kind", MESSAGES)
def test_a_bad_input_is_told_what_is_wrong(kind, inputs, capfd):
    if kind not in inputs:
        pytest.skip("needs the real scans, or a user other than root")

    code, can_insist, message = judged(inputs[kind])

    possible, expected = MESSAGES[kind]
    assert code == inputs[kind].expected_exit_code
    assert re.search(expected, message, re.DOTALL), message
    assert can_insist == possible
    assert str(inputs[kind].path.parent) not in message
    assert capfd.readouterr() == ("", "")


def test_every_kind_of_bad_input_has_its_message(inputs):
    found_here = {kind for kind, bad in inputs.items() if bad.found_by == "scan"}

    assert found_here <= set(MESSAGES)
    assert len(found_here) >= 28


def test_the_material_of_the_bad_inputs_is_itself_fine(tmp_path):
    good = generator.write_image(tmp_path / "good.nii.gz", generator.neck((15, 96, 96)))

    checks = check_form(read_scan(good))

    assert [check for check in checks if check.verdict is not Verdict.OK] == []


def test_a_folder_that_may_not_be_read_is_said(tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    scan = generator.write_image(tmp_path / "scan.nii.gz", generator.neck())
    monkeypatch.setattr("pathlib.Path.open", refuse)

    with pytest.raises(U2ADError, match="not permitted"):
        read_scan(scan)
