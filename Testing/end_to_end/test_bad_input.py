"""Every kind of bad input gets a sentence and an exit code; nothing is written, no traceback is shown."""

import pytest
from bad_inputs import bad_inputs

DOCUMENTED = "Docs/bad-input.md"


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    return bad_inputs(tmp_path_factory.mktemp("bad"))


def test_every_kind_is_told_and_nothing_is_written(inputs, command, tmp_path):
    wrong = []
    for bad in inputs:
        ended = command("detect", bad.path, "-o", tmp_path / "result", "--detector", "local_z")
        told = ended.err.strip()
        if ended.code != bad.expected_exit_code or "Traceback" in told or "fault of its own" in told or not told:
            wrong.append((bad.kind, ended.code, bad.expected_exit_code, told))
        assert not list(tmp_path.iterdir()), bad.kind
    assert not wrong
    assert len(inputs) >= 20


def test_the_table_in_the_documentation_has_every_simulated_kind(inputs, request):
    table = (request.config.rootpath / DOCUMENTED).read_text(encoding="utf-8")
    missing = [bad.kind for bad in inputs if not bad.kind.startswith("real ") and f"| {bad.kind} |" not in table]
    assert not missing


@pytest.mark.parametrize("option", ["--cord", "--levels"])
def test_a_bad_companion_file_is_told_too(phantom_folder, command, tmp_path, option):
    nonsense = tmp_path / "nonsense.nii.gz"
    nonsense.write_text("not an image")
    result = tmp_path / "result"
    ended = command("detect", phantom_folder / "scan.nii.gz", "-o", result, option, nonsense, "--detector", "local_z")
    assert ended.code == 4
    assert not result.exists()


def test_a_cord_mask_of_another_scan_is_refused(phantom_folder, command, tmp_path, real):
    other = real / "healthy" / "sub-errsm30" / "sub-errsm30_T2w_label-C2T2_points.nii.gz"
    if not other.exists():
        other = real / "negative" / "cervical_t1w.nii.gz"
    ended = command("detect", phantom_folder / "scan.nii.gz", "-o", tmp_path / "result", "--cord", other)
    assert ended.code in (3, 4)
    assert "mask" in ended.err
