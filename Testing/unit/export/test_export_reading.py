"""A result folder and a journal become what is exported; the reader's corrections win."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from detected_folder import write_detected

from u2ad.benchmark.crowded import crowded
from u2ad.errors import U2ADError, UnreadableInputError
from u2ad.export.caveats import caveats
from u2ad.export.reading import read_reviewed
from u2ad.export.report.sections import content_of
from u2ad.export.reviewed import Reviewed
from u2ad.export.tables import review_document
from u2ad.result.document import text_of
from u2ad.review.decision import Decision, Origin
from u2ad.review.journal import NAME, Journal, case_folder, voxel_key
from u2ad.review.review import Review
from u2ad.review.voxels import Voxels
from u2ad.scan import Grid
from u2ad.scan.reading import read_scan
from u2ad.scan.writing import write_nifti

SHAPE = (10, 120, 120)


@pytest.fixture(scope="module")
def made() -> Reviewed:
    return crowded(SHAPE, 4, decided=False)


@pytest.fixture(scope="module")
def folder(made, tmp_path_factory) -> Path:
    """Scan and result as ``u2ad detect`` leaves them."""
    folder = tmp_path_factory.mktemp("detected")
    write_nifti(folder / "scan.nii.gz", made.image.array, made.grid)
    write_detected(folder / "result", made, read_scan(folder / "scan.nii.gz"))
    return folder


@pytest.fixture
def scan(folder):
    return read_scan(folder / "scan.nii.gz")


@pytest.fixture
def review(made, scan, tmp_path) -> Review:
    """A review that writes into a data folder of its own."""
    journal = Journal(case_folder(tmp_path / "data", voxel_key(scan.array)))
    return Review(made.case, journal, "Dr A")


def read(folder, tmp_path, **given) -> Reviewed:
    return read_reviewed(folder / "result", folder / "scan.nii.gz", tmp_path / "data", **given)


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("U2ADSLICER_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()


def test_without_a_journal_the_findings_are_those_of_the_detection(folder, tmp_path, made):
    reviewed = read(folder, tmp_path)
    assert [one.voxels for one in reviewed.findings] == [one.voxels for one in made.findings]
    told = [(f["label"], f["score"], f["level"], f["along_mm"]) for f in made.document["findings"]]
    figures = [one.figures.rounded() for one in reviewed.findings]
    assert [(f.label, f.score, f.level, f.along) for f in figures] == told
    assert {one.judgement.decision for one in reviewed.findings} == {Decision.UNDECIDED}
    assert (reviewed.reader, reviewed.journal, reviewed.assessment) == ("", "", None)


def test_decisions_are_found_by_the_voxels_of_the_scan(folder, tmp_path, review):
    review.decide("finding-2", Decision.CONFIRMED, "demyelination", "typical")
    review.assess("suspicious", "two levels")
    reviewed = read(folder, tmp_path)
    said = {one.number: one.judgement for one in reviewed.findings}
    assert (said[2].decision, said[2].reason, said[2].comment, said[2].reader) == (
        Decision.CONFIRMED,
        "demyelination",
        "typical",
        "Dr A",
    )
    assert said[1].decision is Decision.UNDECIDED
    assert reviewed.assessment.comment == "two levels"
    assert reviewed.reader == "Dr A"
    assert len(reviewed.journal.splitlines()) == 2


def test_edited_and_added_findings_win_over_the_model(folder, tmp_path, review):
    edited = review.findings[0].voxels.without(Voxels(review.findings[0].voxels.kji[:2]))
    review.edit("finding-1", edited)
    added = Voxels(np.array([[5, 20, 60], [5, 21, 60]]))
    key = review.add(added)
    found = {one.key: one for one in read(folder, tmp_path).findings}
    assert found["finding-1"].voxels == edited
    assert found["finding-1"].edited
    assert (found[key].voxels, found[key].origin) == (added, Origin.READER)


def test_a_moved_threshold_counts(folder, tmp_path, review):
    review.move_threshold(review.findings[1].figures.peak - 0.01)
    review.settle_threshold()
    reviewed = read(folder, tmp_path)
    assert [one.voxels for one in reviewed.findings] == [one.voxels for one in review.findings]
    assert 0 < len(reviewed.findings) < 4
    assert reviewed.document["threshold"] == pytest.approx(review.threshold)


def test_a_corrected_cord_and_marked_levels_count(folder, tmp_path, review, made):
    k, j, i = np.nonzero(made.case.cord.mask)
    kept = Voxels(np.stack([k, j, i], axis=1)[j < 90])
    review.outline_cord(kept)
    line = made.case.line
    marks = {name: made.grid.to_kji(line.point_at(along)) for name, along in (("C3", 40.0), ("T1", 120.0))}
    review.mark_levels(marks)
    reviewed = read(folder, tmp_path)
    np.testing.assert_array_equal(reviewed.case.cord.mask, made.case.cord.mask & (np.indices(SHAPE)[1] < 90))
    assert reviewed.case.cord.source.value == "reader"
    assert [body.name for body in reviewed.case.levels.bodies] == ["C3", "C4", "C5", "C6", "C7", "T1"]
    assert reviewed.case.levels.bodies[0].along == pytest.approx(40, abs=1.5)
    for finding in reviewed.findings:
        assert finding.figures.level == reviewed.case.levels.level_at(finding.figures.along)
    told = {f["label"]: f["level"] for f in made.document["findings"]}
    assert any(told[one.number] != one.figures.level for one in reviewed.findings)


def without_top(made, rows: int = 10) -> Voxels:
    """The cord as somebody draws it who takes its upper end away, where there is no finding."""
    k, j, i = np.nonzero(made.case.cord.mask)
    return Voxels(np.stack([k, j, i], axis=1)[j >= rows])


def test_a_cord_that_is_drawn_shorter_renames_no_level(folder, tmp_path, review, made):
    review.outline_cord(without_top(made))
    reviewed = read(folder, tmp_path)
    told = {f["label"]: (f["level"], f["along_mm"]) for f in made.document["findings"]}
    found = {one.number: (one.figures.level, one.figures.along) for one in reviewed.findings}
    assert found == {number: (level, pytest.approx(along, abs=1)) for number, (level, along) in told.items()}
    places = reviewed.case.line.point_at([body.along for body in reviewed.case.levels.bodies])
    detected = made.case.line.point_at([body.along for body in made.case.levels.bodies])
    np.testing.assert_allclose(places, detected, atol=1)


@pytest.mark.parametrize("taken", [False, True])
def test_a_corrected_cord_is_told_as_such_in_every_form(folder, tmp_path, review, made, taken):
    review.outline_cord(without_top(made), taken=taken)
    reviewed = read(folder, tmp_path)
    notes = " ".join(note.fact for note in content_of(reviewed).notes)
    assert "corrected after the detection" in notes
    assert ("Nobody has looked" in notes) == taken
    assert "corrected by the reader" in dict(content_of(reviewed).provenance)["Cord"]
    assert review_document(reviewed)["cord"] == {"source": "reader", "seen_by_person": not taken}
    assert [told for told in caveats(reviewed) if "corrected" in told]


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b""), lambda path: path.write_bytes(b"x")])
def test_a_map_that_is_gone_or_damaged_is_the_fault_of_the_result(folder, tmp_path, harm):
    shutil.copytree(folder / "result", tmp_path / "result")
    harm(tmp_path / "result" / "anomaly.nii.gz")
    with pytest.raises(UnreadableInputError, match="result is damaged"):
        read_reviewed(tmp_path / "result", folder / "scan.nii.gz")


def test_a_cord_that_a_person_has_looked_at_is_told_as_seen(folder, tmp_path, review):
    import hashlib

    text = (folder / "result" / "findings.json").read_text(encoding="utf-8")
    assert not read(folder, tmp_path).document["cord"]["seen_by_person"]
    review.see_cord(hashlib.sha256(text.encode()).hexdigest()[:16])
    assert read(folder, tmp_path).document["cord"]["seen_by_person"]


def test_a_journal_can_be_given_itself_without_the_scan(folder, tmp_path, review, scan):
    review.decide("finding-1", Decision.REJECTED, "motion")
    given = tmp_path / "given.jsonl"
    shutil.copy(case_folder(tmp_path / "data", voxel_key(scan.array)) / NAME, given)
    reviewed = read_reviewed(folder / "result", None, given)
    assert reviewed.findings[0].judgement.decision is Decision.REJECTED
    assert reviewed.image is None


def test_a_left_handed_scan_finds_the_journal_that_slicer_has_kept(folder, tmp_path, made):
    """Slicer has turned its slices round: key and voxels of the journal count them from the other end."""
    shape, last = made.grid.shape, made.grid.shape[0] - 1
    affine = made.grid.affine @ np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, -1, last], [0, 0, 0, 1.0]])
    shutil.copytree(folder / "result", tmp_path / "result")
    for path in (tmp_path / "result").glob("*.nii.gz"):
        write_nifti(path, read_scan(path).array[::-1], Grid(shape, affine))
    write_nifti(tmp_path / "scan.nii.gz", made.image.array[::-1], Grid(shape, affine))
    scan = read_scan(tmp_path / "scan.nii.gz")
    document = json.loads((tmp_path / "result" / "findings.json").read_text(encoding="utf-8"))
    document["provenance"]["scan_sha256"] = scan.digest
    document["input"]["grid"]["ijk_to_ras"] = affine.tolist()
    (tmp_path / "result" / "findings.json").write_text(text_of(document), encoding="utf-8")
    assert np.linalg.det(affine[:3, :3]) < 0
    journal = Journal(case_folder(tmp_path / "data", voxel_key(scan.array[::-1])))
    added = Voxels(np.array([[1, 20, 60], [1, 21, 60]]))
    Review(made.case, journal, "Dr A").add(added)
    reviewed = read_reviewed(tmp_path / "result", tmp_path / "scan.nii.gz")
    found = [one for one in reviewed.findings if one.origin is Origin.READER]
    assert [one.voxels for one in found] == [Voxels(np.array([[last - 1, 20, 60], [last - 1, 21, 60]]))]
    given = read_reviewed(tmp_path / "result", tmp_path / "scan.nii.gz", journal.path)
    assert [one.voxels for one in given.findings if one.origin is Origin.READER] == [one.voxels for one in found]
    straight = Journal(case_folder(tmp_path / "straight", voxel_key(scan.array)))
    Review(made.case, straight, "Dr A").add(added)
    as_it_is = read_reviewed(tmp_path / "result", tmp_path / "scan.nii.gz", straight.path)
    assert [one.voxels for one in as_it_is.findings if one.origin is Origin.READER] == [added]


def test_without_the_scan_nothing_is_looked_up(folder, review):
    review.decide("finding-1", Decision.REJECTED, "motion")
    assert read_reviewed(folder / "result").journal == ""


@pytest.mark.parametrize("name", ["findings.json", "certainty.nii.gz", "anomaly.nii.gz"])
def test_a_result_that_lacks_something_is_refused(folder, tmp_path, name):
    shutil.copytree(folder / "result", tmp_path / "result")
    (tmp_path / "result" / name).unlink()
    with pytest.raises(UnreadableInputError) as refused:
        read_reviewed(tmp_path / "result")
    assert refused.value.remedy
    assert str(tmp_path) not in str(refused.value)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "u2ad-findings", "version": 1}', '{"format": "x"}'])
def test_a_damaged_document_is_refused(folder, tmp_path, text):
    shutil.copytree(folder / "result", tmp_path / "result")
    (tmp_path / "result" / "findings.json").write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableInputError, match="again"):
        read_reviewed(tmp_path / "result")


def paths_in(value, path=()):
    """Every field and list entry of a document."""
    entries = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for key, one in entries:
        yield (*path, key)
        yield from paths_in(one, (*path, key))


def test_whatever_is_missing_or_of_the_wrong_kind_in_a_document_is_told(folder, tmp_path):
    whole = json.loads((folder / "result" / "findings.json").read_text(encoding="utf-8"))
    shutil.copytree(folder / "result", tmp_path / "result")
    told = 0
    for path in paths_in(whole):
        damaged = json.loads(json.dumps(whole))
        place = damaged
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = {"nonsense": 1}
        (tmp_path / "result" / "findings.json").write_text(json.dumps(damaged), encoding="utf-8")
        try:
            content_of(read_reviewed(tmp_path / "result"))
        except U2ADError as error:
            told += bool(error.remedy)
    assert told > 50


def test_the_scan_of_somebody_else_is_refused(folder, tmp_path, made):
    write_nifti(tmp_path / "other.nii.gz", made.image.array + np.int16(1), made.grid)
    with pytest.raises(UnreadableInputError, match="not the one"):
        read_reviewed(folder / "result", tmp_path / "other.nii.gz")


def test_a_file_that_is_no_journal_is_refused(folder, tmp_path):
    (tmp_path / "notes.txt").write_text("seen on Tuesday", encoding="utf-8")
    with pytest.raises(UnreadableInputError, match="no journal"):
        read_reviewed(folder / "result", None, tmp_path / "notes.txt")


def test_a_journal_of_another_scan_is_refused(folder, tmp_path, made):
    journal = Journal(tmp_path / "elsewhere")
    other = Review(replace(made.case, grid=replace(made.grid, shape=(90, 300, 300)), maps=None, cord=None), journal)
    other.add(Voxels(np.array([[80, 250, 250]])))
    with pytest.raises(UnreadableInputError, match="another scan"):
        read_reviewed(folder / "result", folder / "scan.nii.gz", journal.path)


def test_journals_cannot_be_looked_up_without_the_scan(folder, tmp_path):
    with pytest.raises(UnreadableInputError, match="Give the scan"):
        read_reviewed(folder / "result", None, tmp_path / "data")
