"""``u2ad detect`` on simulated and real scans: what is written, what is found, what is told."""

import json
import os
import platform
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from u2ad.result.document import schema
from u2ad.scan.reading import read_scan

MAPS = ("anomaly", "epistemic", "aleatoric", "reconstruction", "cord")


def document(result: Path) -> dict:
    return json.loads((result / "findings.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def result(phantom_folder, tmp_path_factory) -> Path:
    """The result of the demo's detection, run as a process of its own like a user's."""
    target = tmp_path_factory.mktemp("detected") / "result"
    levels = phantom_folder / "levels.json"
    code = "import sys; from u2ad.cli import main; main(sys.argv[1:])"
    arguments = ["detect", str(phantom_folder / "scan.nii.gz"), "-o", str(target), "--levels", str(levels)]
    ended = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return target


def test_the_result_folder_holds_everything(result):
    names = {path.name for path in result.iterdir()}
    assert {f"{name}.nii.gz" for name in MAPS} | {"findings.json", "findings.seg.nrrd", "report.html"} <= names
    assert not [name for name in names if name.startswith(".") or "part" in name or "labels" in name]


def test_the_result_can_be_exported_with_the_very_figures(result, phantom_folder, command, tmp_path):
    scan = phantom_folder / "scan.nii.gz"
    ended = command("export", result, "--source", scan, "-o", tmp_path / "out", "--format", "json", "--format", "nifti")
    assert ended.code == 0, ended.err
    told = json.loads((tmp_path / "out" / "review.json").read_text(encoding="utf-8"))
    names = ("level", "score", "volume_mm3", "centre_ras_mm", "along_mm", "extent_mm", "confidence")
    figures = [[one[name] for name in names] for one in told["findings"]]
    assert figures == [[one[name] for name in names] for one in document(result)["findings"]]


def test_every_map_lies_on_the_grid_of_the_scan(result, phantom_folder):
    grid = read_scan(phantom_folder / "scan.nii.gz").grid
    for name in MAPS:
        assert read_scan(result / f"{name}.nii.gz").grid.matches(grid), name


def test_the_findings_document_keeps_its_schema(result):
    Draft202012Validator(schema()).validate(document(result))


def test_the_brightest_simulated_lesions_are_found_at_their_levels(result, phantom_folder):
    truth = json.loads((phantom_folder / "truth.json").read_text(encoding="utf-8"))
    lesions = read_scan(phantom_folder / "lesions.nii.gz")
    found = document(result)["findings"]
    assert found
    centre = np.round(lesions.grid.to_kji(np.array(found[0]["centre_ras_mm"]))).astype(int)
    near = lesions.array[tuple(slice(max(0, n - 2), n + 3) for n in centre)]
    assert near.any(), "the first finding is no lesion"
    assert found[0]["level"] != "unknown"
    assert len(truth["lesions"]) == 3


def test_the_provenance_names_weights_and_seed_but_nobody(result, phantom_folder):
    provenance = document(result)["provenance"]
    assert {weights["name"] for weights in provenance["weights"]} == {"cord", "u2ad"}
    assert all(re.fullmatch("[0-9a-f]{64}", weights["sha256"]) for weights in provenance["weights"])
    assert provenance["seed"] == 0
    assert provenance["draws"] == 10
    text = (result / "findings.json").read_text(encoding="utf-8") + (result / "report.html").read_text(encoding="utf-8")
    text += (result / "findings.seg.nrrd").read_bytes().split(b"\n\n")[0].decode("utf-8", "replace")
    text = re.sub("base64,[A-Za-z0-9+/=]+", "", text)
    for private in (str(phantom_folder), str(result.parent), str(Path.home())):
        assert private not in text
    assert not re.search(rf"\b{re.escape(platform.node())}\b", text)


def test_levels_that_are_not_given_are_found_and_told_as_such(phantom_folder, command, tmp_path):
    scan, cord = phantom_folder / "scan.nii.gz", phantom_folder / "cord.nii.gz"
    ended = command("detect", scan, "--cord", cord, "-o", tmp_path / "r", "--detector", "local_z")
    assert ended.code == 0, ended.err
    found = document(tmp_path / "r")
    assert found["levels_source"] == "automatic"
    assert {"C3", "C4", "C5", "C6", "C7"} <= {level["name"] for level in found["levels"]}
    assert [weights["name"] for weights in found["provenance"]["weights"]] == ["levels"]
    assert "named automatically" in (tmp_path / "r" / "report.html").read_text(encoding="utf-8")


def test_a_mask_that_nobody_looked_at_is_flagged_in_document_and_report(result):
    assert document(result)["cord"]["seen_by_person"] is False
    assert "Nobody has looked at the cord mask" in (result / "report.html").read_text(encoding="utf-8")


def test_a_mask_of_another_tool_is_not_seen_until_somebody_says_so(phantom_folder, command, tmp_path):
    scan, cord = phantom_folder / "scan.nii.gz", phantom_folder / "cord.nii.gz"
    ended = command("detect", scan, "--cord", cord, "-o", tmp_path / "r", "--detector", "local_z")
    assert ended.code == 0, ended.err
    told = document(tmp_path / "r")
    assert (told["cord"]["source"], told["cord"]["seen_by_person"]) == ("reader", False)
    assert "Nobody has looked at the cord mask" in (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    said = " ".join(ended.out.split())
    assert "Nobody has looked at the cord mask. It was given" in said
    assert "It was made by a program" not in said
    assert "--cord-seen" in said


def test_nothing_can_have_been_looked_at_without_a_mask(phantom_folder, command, tmp_path):
    ended = command("detect", phantom_folder / "scan.nii.gz", "--cord-seen", "-o", tmp_path / "r")
    assert ended.code == 3
    assert "--cord" in ended.err


def test_the_readers_own_mask_counts_as_seen(phantom_folder, command, tmp_path):
    scan, cord = phantom_folder / "scan.nii.gz", phantom_folder / "cord.nii.gz"
    ended = command("detect", scan, "--cord", cord, "--cord-seen", "-o", tmp_path / "r", "--detector", "local_z")
    assert ended.code == 0, ended.err
    assert document(tmp_path / "r")["cord"]["seen_by_person"] is True
    assert "Nobody has looked" not in (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    assert "--cord-seen" not in ended.out
    assert not (tmp_path / "r" / "epistemic.nii.gz").exists()


def test_clicked_points_give_the_cord_and_the_flag_stays(phantom_folder, command, tmp_path):
    levels = json.loads((phantom_folder / "levels.json").read_text(encoding="utf-8"))
    points = tmp_path / "points.json"
    points.write_text(json.dumps([levels[name] for name in ("C2", "C5", "T1")]), encoding="utf-8")
    scan, out = phantom_folder / "scan.nii.gz", tmp_path / "r"
    ended = command("detect", scan, "--points", points, "--levels", "none", "-o", out, "--detector", "local_z")
    assert ended.code == 0, ended.err
    assert document(out)["cord"]["source"] == "points"
    assert document(out)["provenance"]["weights"] == []
    assert (document(out)["levels_source"], document(out)["levels"]) == ("unknown", [])
    assert "Nobody has looked at the cord mask" in (out / "report.html").read_text(encoding="utf-8")
    assert "Nobody has looked at the cord mask" in " ".join(ended.out.split())
    both = command("detect", scan, "--points", points, "--cord", phantom_folder / "cord.nii.gz", "-o", tmp_path / "b")
    assert both.code == 3
    assert "one of the two" in both.err


def test_a_second_run_does_not_overwrite_unless_told_to(phantom_folder, command, tmp_path):
    arguments = ("detect", phantom_folder / "scan.nii.gz", "-o", tmp_path / "r", "--detector", "local_z")
    assert command(*arguments).code == 0
    before = (tmp_path / "r" / "findings.json").read_bytes()
    refused = command(*arguments)
    assert refused.code == 5
    assert "--force" in refused.err
    assert (tmp_path / "r" / "findings.json").read_bytes() == before
    assert command(*arguments, "--force").code == 0
    assert (tmp_path / "r" / "findings.json").read_bytes() != before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
@pytest.mark.parametrize("step", ["Read the scan", "Find the cord", "Rebuild healthy cord", "Draw the pictures"])
def test_ctrl_c_ends_a_run_within_a_second_and_leaves_nothing(phantom_folder, tmp_path, step):
    code = "import sys; from u2ad.cli import main; main(sys.argv[1:])"
    arguments = ["detect", str(phantom_folder / "scan.nii.gz"), "-o", str(tmp_path / "out" / "r")]
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if step in line:
                break
        time.sleep(0.3)
        asked = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
        waited = time.monotonic() - asked
    assert process.returncode == 130
    assert list(tmp_path.iterdir()) == []
    assert waited < 5  # a second on an idle computer; the tests may run on a busy one


def test_a_healthy_person_is_read_and_reported(real, command, tmp_path):
    scan = real / "healthy" / "sub-errsm30" / "sub-errsm30_T2w.nii.gz"
    ended = command("detect", scan, "-o", tmp_path / "r")
    assert ended.code == 0, ended.err
    assert document(tmp_path / "r")["input"]["verdict"] in ("ok", "warn")


@pytest.mark.parametrize(("series", "word"), [("lumbar_T2_SAG", "lumbar"), ("lumbar_T1_SAG", "T1")])
def test_dicom_series_are_refused_with_the_reason_and_run_when_told_to(real, command, tmp_path, series, word):
    arguments = ("detect", real / "dicom" / series, "-o", tmp_path / "r")
    refused = command(*arguments)
    assert refused.code == 3
    assert word.lower() in refused.err.lower()
    assert "--anyway" in refused.err
    ended = command(*arguments, "--anyway")
    assert ended.code == 0, ended.err
    sentences = " ".join(check["sentence"] for check in document(tmp_path / "r")["input"]["checks"])
    assert "lumbar" in sentences.lower()
    assert read_scan(tmp_path / "r" / "anomaly.nii.gz").grid.matches(read_scan(real / "dicom" / series).grid)
