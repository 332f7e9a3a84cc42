"""An export is written whole or not at all, and the pre-flight says beforehand what becomes of each format."""

import ast
import csv
import errno
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator

import u2ad.export
from u2ad.benchmark.crowded import crowded
from u2ad.cli import show_export
from u2ad.errors import Cancelled, OutputError, RefusedInputError
from u2ad.export.folder import CONTENTS
from u2ad.export.formats import USUAL, Format
from u2ad.export.job import Choice, Job, OpenScene
from u2ad.export.plan import plan_of
from u2ad.export.reviewed import Reviewed
from u2ad.export.run import export
from u2ad.export.tables import schema
from u2ad.progress import Silent
from u2ad.review.changes import Assessment, Impression
from u2ad.review.decision import Decision
from u2ad.scan.reading import read_scan

EXPORT = Path(u2ad.export.__file__).parent
QUICK = (Format.CSV, Format.JSON, Format.SEG_NRRD)


@pytest.fixture(scope="module")
def reviewed() -> Reviewed:
    return crowded((10, 120, 120), 4)


@pytest.fixture(scope="module")
def normal() -> Reviewed:
    return crowded((10, 120, 120), 0)


def job(reviewed: Reviewed, *formats: Format, **choice) -> Job:
    return Job(reviewed, Choice(formats, **choice))


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_every_file_that_was_planned_is_written_and_told(reviewed, tmp_path):
    asked = job(reviewed, *QUICK, Format.NIFTI, Format.JOURNAL, Format.REPORT_PDF, Format.REPORT_HTML)
    planned = {part.name for product in plan_of(asked).products for part in product.parts}
    exported = export(asked, tmp_path / "out", Silent())
    assert files_in(tmp_path / "out") == planned | {CONTENTS}
    told = json.loads((tmp_path / "out" / CONTENTS).read_text(encoding="utf-8"))
    assert set(told["files"]) == planned
    assert set(exported.seconds) == set(asked.choice.wanted)


def test_sizes_are_told_to_within_a_factor(reviewed, tmp_path):
    asked = job(reviewed, *QUICK, Format.NIFTI, Format.REPORT_PDF, Format.REPORT_HTML)
    export(asked, tmp_path / "out", Silent())
    for product in plan_of(asked).products:
        written = sum((tmp_path / "out" / part.name).stat().st_size for part in product.parts)
        assert written / 6 < product.size < 12 * written, product.format


def test_usual_formats_are_written_as_far_as_they_can_be(reviewed, tmp_path):
    exported = export(job(reviewed), tmp_path / "out", Silent())
    assert set(exported.files) == {one for one in USUAL if not one.is_dicom}
    left = {product.format: product.obstacle for product in exported.plan.impossible}
    assert Format.DICOM_SEG in left
    assert all(obstacle.remedy for obstacle in left.values())


def test_a_format_that_was_named_but_cannot_be_made_stops_the_export(reviewed, tmp_path):
    with pytest.raises(RefusedInputError, match="DICOM"):
        export(job(reviewed, Format.CSV, Format.DICOM_SEG), tmp_path / "out", Silent())
    assert list(tmp_path.iterdir()) == []


def test_a_normal_scan_has_a_report_but_no_segmentation(normal, tmp_path):
    exported = export(job(normal), tmp_path / "out", Silent())
    assert Format.REPORT_PDF in exported.files
    (obstacle,) = (one.obstacle for one in exported.plan.impossible if one.format is Format.SEG_NRRD)
    assert "no finding" in str(obstacle)


def test_without_a_confirmed_finding_the_remedy_names_the_way_out(reviewed):
    open_ = tuple(replace(one, judgement=replace(one.judgement, decision=Decision.UNSURE)) for one in reviewed.findings)
    asked = job(replace(reviewed, findings=open_), Format.SEG_NRRD)
    assert "all findings" in plan_of(asked).products[0].obstacle.remedy
    everything = job(replace(reviewed, findings=open_), Format.SEG_NRRD, all_findings=True)
    assert plan_of(everything).products[0].obstacle is None


def test_the_preflight_hints_at_all_that_was_typed(reviewed):
    silent = replace(reviewed, reader="", impression=None, assessment=None, findings=())
    typed = "written as they were typed"
    assert typed not in " ".join(hint.fact for hint in plan_of(job(silent, Format.CSV)).hints)
    for spoken in (
        replace(silent, reader="Dr A"),
        replace(silent, assessment=Assessment("normal", "own words")),
        replace(silent, impression=Impression("normal", "own words")),
    ):
        assert typed in " ".join(hint.fact for hint in plan_of(job(spoken, Format.CSV)).hints)


def test_the_preflight_hints_at_what_is_missing(reviewed):
    nameless = replace(reviewed, reader="", image=None)
    facts = " ".join(hint.fact for hint in plan_of(job(nameless, Format.CSV)).hints)
    for words in ("1 of 4 findings are undecided", "no name", "Nobody has looked at the cord", "no pictures"):
        assert words in facts
    assert "no name" not in " ".join(hint.fact for hint in plan_of(job(reviewed, Format.CSV)).hints)


def test_overridden_refusals_are_told_beforehand(reviewed):
    refused = {"name": "slices", "verdict": "refuse", "sentence": "A slice is missing.", "remedy": ""}
    told = {**reviewed.document, "input": {**reviewed.document["input"], "checks": [refused]}}
    hints = plan_of(job(replace(reviewed, document=told), Format.CSV)).hints
    assert "A slice is missing." in hints[0].fact


def test_nothing_is_overwritten_unasked(reviewed, tmp_path):
    export(job(reviewed, *QUICK), tmp_path / "out", Silent())
    with pytest.raises(OutputError, match="replace it"):
        export(job(reviewed, Format.CSV), tmp_path / "out", Silent())
    assert len(files_in(tmp_path / "out")) == 4
    export(job(reviewed, Format.CSV), tmp_path / "out", Silent(), force=True)
    assert files_in(tmp_path / "out") == {"findings.csv", CONTENTS}


@pytest.mark.parametrize("force", [False, True])
def test_what_others_have_put_there_is_never_replaced(reviewed, tmp_path, force):
    export(job(reviewed, Format.CSV), tmp_path / "out", Silent())
    (tmp_path / "out" / "thesis.docx").write_text("three years", encoding="utf-8")
    with pytest.raises(OutputError, match="no export has written"):
        export(job(reviewed, Format.CSV), tmp_path / "out", Silent(), force=force)
    assert (tmp_path / "out" / "thesis.docx").read_text(encoding="utf-8") == "three years"


def test_a_full_disk_is_told_and_leaves_nothing_behind(reviewed, tmp_path, monkeypatch):
    export(job(reviewed, Format.CSV), tmp_path / "out", Silent())

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="disk is full"):
        export(job(reviewed, Format.CSV, Format.REPORT_PDF), tmp_path / "out", Silent(), force=True)
    assert files_in(tmp_path) == {"out/findings.csv", f"out/{CONTENTS}"}


def test_cancelling_leaves_nothing_behind(reviewed, tmp_path):
    class Impatient(Silent):
        def step(self, name: str, total: int = 1) -> None:
            if name == Format.JSON.title:
                raise Cancelled

    with pytest.raises(Cancelled):
        export(job(reviewed, *QUICK), tmp_path / "out", Impatient())
    assert list(tmp_path.iterdir()) == []


def test_the_table_holds_every_finding_whatever_was_decided(reviewed, tmp_path):
    export(job(reviewed, Format.CSV), tmp_path / "out", Silent())
    with (tmp_path / "out" / "findings.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["decision"] for row in rows] == ["confirmed", "rejected", "unsure", "undecided"]


def test_review_json_keeps_its_schema(reviewed, normal, tmp_path):
    for name, case in (("some", reviewed), ("none", normal), ("bare", replace(reviewed, impression=None))):
        export(job(case, Format.JSON), tmp_path / name, Silent())
        told = json.loads((tmp_path / name / "review.json").read_text(encoding="utf-8"))
        Draft202012Validator(schema()).validate(told)
        assert len(told["findings"]) == len(case.findings)


@pytest.mark.parametrize("field", ["decision", "score", "centre_ras_mm", "reader"])
def test_the_schema_notices_a_missing_field(reviewed, tmp_path, field):
    export(job(reviewed, Format.JSON), tmp_path / "out", Silent())
    told = json.loads((tmp_path / "out" / "review.json").read_text(encoding="utf-8"))
    del told["findings"][0][field]
    assert not Draft202012Validator(schema()).is_valid(told)


def test_a_rejected_finding_gives_no_patient_score(reviewed, tmp_path):
    rejected = tuple(
        replace(one, judgement=replace(one.judgement, decision=Decision.REJECTED)) for one in reviewed.findings[:1]
    )
    export(job(replace(reviewed, findings=rejected), Format.JSON), tmp_path / "out", Silent())
    assert json.loads((tmp_path / "out" / "review.json").read_text(encoding="utf-8"))["patient_score"] == 0


def test_the_journal_goes_as_it_is(reviewed, tmp_path):
    export(job(reviewed, Format.JOURNAL), tmp_path / "out", Silent())
    assert (tmp_path / "out" / "journal.jsonl").read_text(encoding="utf-8") == reviewed.journal


@pytest.mark.parametrize("label", ["", "Doe Jane", "a/b", "sub-01", "ä"])
def test_a_label_that_bids_does_not_take_is_refused(label):
    with pytest.raises(RefusedInputError, match="letters and digits"):
        Choice((Format.NIFTI,), subject=label)


@pytest.fixture(scope="module")
def anat(reviewed, tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("bids") / "out"
    export(job(reviewed, Format.NIFTI, all_findings=True, subject="07"), target, Silent())
    return target / "derivatives" / "u2ad" / "sub-07" / "anat"


def test_labels_and_their_table_agree(anat, reviewed):
    labels = read_scan(anat / "sub-07_desc-findings_dseg.nii.gz")
    assert labels.grid.matches(reviewed.grid)
    with (anat / "sub-07_desc-findings_dseg.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for row, finding in zip(rows, reviewed.findings, strict=True):
        assert (row["level"], row["decision"]) == (finding.figures.level, finding.judgement.decision.value)
        np.testing.assert_array_equal(np.argwhere(labels.array == int(row["index"])), finding.voxels.kji)


def test_every_image_has_a_side_car_and_the_data_set_says_who_made_it(anat):
    images = {path.name.removesuffix(".nii.gz") for path in anat.glob("*.nii.gz")}
    assert images == {path.stem for path in anat.glob("*.json")}
    assert len(images) == 8
    told = json.loads((anat.parents[1] / "dataset_description.json").read_text(encoding="utf-8"))
    assert (told["DatasetType"], told["GeneratedBy"][0]["Name"]) == ("derivative", "U2ADSlicer")


def test_a_map_holds_what_was_computed(anat, reviewed):
    stored = read_scan(anat / "sub-07_desc-anomaly_map.nii.gz").array
    np.testing.assert_allclose(stored, reviewed.case.maps.anomaly, rtol=1e-6)


def test_a_probability_is_that_of_the_finding(anat, reviewed):
    stored = read_scan(anat / "sub-07_desc-findings_probseg.nii.gz").array
    first = reviewed.findings[0]
    np.testing.assert_allclose(stored[tuple(first.voxels.kji.T)], first.figures.confidence, rtol=1e-6)


def test_overlap_is_counted(reviewed, tmp_path):
    first, second, *_ = reviewed.findings
    covered = replace(second, voxels=second.voxels.union(first.voxels))
    asked = job(replace(reviewed, findings=(first, covered)), Format.NIFTI, all_findings=True)
    export(asked, tmp_path / "out", Silent())
    with next((tmp_path / "out").rglob("*_dseg.tsv")).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert int(rows[1]["voxels"]) - int(rows[1]["voxels_in_map"]) == len(first.voxels)


def test_a_killed_export_is_tidied_by_the_next(reviewed, tmp_path):
    left = tmp_path / ".out.part-0123abcd"
    left.mkdir()
    (left / "findings.csv").write_text("half", encoding="utf-8")
    export(job(reviewed, Format.CSV), tmp_path / "out", Silent())
    assert not left.exists()
    shutil.rmtree(tmp_path / "out")


def test_the_preflight_is_imported_without_what_only_writing_needs():
    heavy = {"SimpleITK", "reportlab", "matplotlib", "highdicom", "pydicom", "jinja2", "PIL", "torch"}
    code = "import sys, u2ad.export.plan, u2ad.export.reviewed, u2ad.worker.review; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not heavy & set(ended.stdout.split())


def test_a_scene_as_it_is_open_is_announced_with_what_else_it_holds(reviewed):
    asked = replace(job(reviewed, Format.MRB), open_scene=OpenScene(5_000_000))
    plan = plan_of(asked)
    assert [part.name for product in plan.possible for part in product.parts] == ["review.mrb"]
    assert plan.size == 5_000_000
    assert "everything that is open, other volumes too" in plan.hints[0].fact
    assert "Close what shall not go" in plan.hints[0].remedy
    assert not [hint for hint in plan_of(replace(asked, choice=Choice((Format.CSV,)))).hints if "scene" in hint.fact]


def test_a_scene_as_it_is_open_names_the_patient_so_it_is_not_de_identified(reviewed):
    choice = Choice((Format.MRB, Format.CSV), deidentify=True)
    plan = plan_of(replace(job(reviewed), choice=choice, open_scene=OpenScene(1)))
    (product,) = plan.impossible
    assert product.format is Format.MRB
    assert product.obstacle.remedy == "Export it without leaving the patient out, or leave the scene out."
    assert not [hint for hint in plan.hints if "scene" in hint.fact]


def _sentences() -> Iterator[str]:
    """Every text in the code of this room that is no option by itself."""
    for file in sorted(EXPORT.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if is_text and not node.value.startswith(("--", "u2ad ")):
                yield node.value


def test_what_is_told_in_the_window_names_no_option_of_the_command_line():
    assert [text for text in _sentences() if re.search(r"(^|\s)--[a-z]", text) and "Args:" not in text] == []


def test_the_command_line_adds_the_option_to_the_remedy(reviewed, capsys):
    nameless = replace(reviewed, reader="", image=None)
    show_export.plan(plan_of(job(nameless, Format.SEG_NRRD, Format.DICOM_SEG)), written=False)
    told = capsys.readouterr().out
    assert "Give the reader's name, in Slicer on the page Review. (--reader)" in told
    assert "in Slicer from the DICOM database. (--source)" in told
