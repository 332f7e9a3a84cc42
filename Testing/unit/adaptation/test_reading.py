"""From files to the scans of an adaptation: decisions from journals, cord masks from results, scans from folders."""

import json
import shutil

import numpy as np
import pytest
from bad_inputs import neck
from dicom_files import write_stack

from u2ad.adaptation.reading import Sources, decisions_of, read_subjects
from u2ad.cord import MaskSource
from u2ad.errors import RefusedInputError, UnreadableInputError
from u2ad.progress import Silent
from u2ad.review import Case, Decision, Journal, Review, Voxels
from u2ad.review.journal import case_folder, voxel_key
from u2ad.review.mirroring import is_left_handed
from u2ad.scan import Grid, Scan, read_proposed
from u2ad.scan.verdict import series_taken
from u2ad.scan.writing import write_nifti


@pytest.fixture
def reviewed(tmp_path, spotted, spot):
    """The data folder of a reader who has decided on three findings of the scan."""
    root = tmp_path / "data"
    review = Review(Case(spotted.grid), Journal(case_folder(root, voxel_key(spotted.array))))
    for number, decision in enumerate((Decision.CONFIRMED, Decision.REJECTED, Decision.UNSURE)):
        voxels = Voxels(np.argwhere(spot) + np.array([0, 8 * (number - 1), 0]))
        review.decide(review.add(voxels), decision)
    return root


@pytest.fixture
def folder(tmp_path, spotted, tube):
    """A BIDS folder with the scan, and a result folder with a cord mask of it."""
    place = tmp_path / "site" / "sub-01" / "anat"
    place.mkdir(parents=True)
    write_nifti(place / "sub-01_T2w.nii.gz", spotted.array, spotted.grid)
    write_nifti(place / "sub-01_T2w_label-SC_seg.nii.gz", tube.cord.mask, spotted.grid)
    return tmp_path / "site"


def result_of(place, scan: Scan, mask: np.ndarray):
    place.mkdir(parents=True)
    write_nifti(place / "cord.nii.gz", mask, scan.grid)
    told = {"provenance": {"scan_sha256": scan.digest}, "cord": {"source": "automatic", "seen_by_person": False}}
    (place / "findings.json").write_text(json.dumps(told), encoding="utf-8")
    return place


def test_decisions_come_from_the_journal_of_the_scan(reviewed, spotted, spot):
    said = decisions_of(spotted, reviewed)
    for number, mask in enumerate((said.confirmed, said.rejected, said.undecided)):
        np.testing.assert_array_equal(mask, np.roll(spot, 8 * (number - 1), axis=1))


def test_a_journal_itself_may_be_given(reviewed, tmp_path, spotted, spot):
    (kept,) = reviewed.rglob("journal.jsonl")
    journal = shutil.copy(kept, tmp_path / "journal.jsonl")
    elsewhere = Scan(spotted.array + 1, spotted.grid)  # such as the same scan in another format
    as_slicer_counts = spot[::-1]  # of a left-handed scan from the other end
    np.testing.assert_array_equal(decisions_of(elsewhere, journal).rejected, as_slicer_counts)


def test_the_journal_of_another_scan_is_refused(reviewed, tmp_path, spotted):
    (journal,) = reviewed.rglob("journal.jsonl")
    with pytest.raises(UnreadableInputError, match="of another scan"):
        decisions_of(Scan(spotted.array + 1, spotted.grid), journal)
    elsewhere = shutil.copy(journal, tmp_path / "journal.jsonl")
    fewer = Scan(spotted.array[:, :40], Grid((spotted.grid.shape[0], 40, spotted.grid.shape[2]), spotted.grid.affine))
    with pytest.raises(UnreadableInputError, match="of another scan"):
        decisions_of(fewer, elsewhere)


def test_one_journal_for_several_scans_is_refused(reviewed, folder):
    (journal,) = reviewed.rglob("journal.jsonl")
    with pytest.raises(RefusedInputError, match="decisions on 2 scans"):
        read_subjects(Sources((folder,), healthy=(folder,), reviews=journal), Silent())


def test_decisions_that_slicer_made_on_a_left_handed_scan_lie_where_they_were_made(tmp_path, spotted, spot):
    assert is_left_handed(spotted.grid)
    review = Review(Case(spotted.grid), Journal(case_folder(tmp_path, voxel_key(spotted.array[::-1]))))
    review.decide(review.add(Voxels(np.argwhere(spot[::-1]))), Decision.CONFIRMED)
    np.testing.assert_array_equal(decisions_of(spotted, tmp_path).confirmed, spot)


def test_another_scan_has_no_decisions(reviewed, spotted):
    said = decisions_of(Scan(spotted.array + 1, spotted.grid), reviewed)
    assert not (said.confirmed | said.rejected | said.undecided).any()


def test_a_scan_gets_the_cord_mask_of_its_own_result(tmp_path, folder, tube):
    from u2ad.scan.reading import read_scan

    scan = read_scan(folder / "sub-01" / "anat" / "sub-01_T2w.nii.gz")
    other = Scan(scan.array + 1, scan.grid)
    result_of(tmp_path / "results" / "other", other, np.zeros(scan.grid.shape, bool))
    result_of(tmp_path / "results" / "own", scan, tube.cord.mask)
    sources = Sources((folder,), results=(tmp_path / "results",), reviews=tmp_path)
    (subject,) = read_subjects(sources, Silent())
    np.testing.assert_array_equal(subject.anatomy.cord.mask, tube.cord.mask)
    assert not subject.healthy
    cord = subject.anatomy.cord
    assert (cord.source, cord.seen_by_person) == (MaskSource.AUTOMATIC, False), "nobody has looked at that mask"


def test_a_result_that_belongs_to_none_of_the_scans_is_refused(tmp_path, folder, tube, monkeypatch):
    from u2ad.scan.reading import read_scan

    scan = read_scan(folder / "sub-01" / "anat" / "sub-01_T2w.nii.gz")
    own = result_of(tmp_path / "own", scan, tube.cord.mask)
    other = result_of(tmp_path / "other", Scan(scan.array + 1, scan.grid), tube.cord.mask)
    monkeypatch.setattr("u2ad.adaptation.reading.anatomy_of", lambda *_: pytest.fail("sought the cord first"))
    with pytest.raises(RefusedInputError, match="none of the scans") as refused:
        read_subjects(Sources((folder,), results=(own, other), reviews=tmp_path), Silent())
    assert "leave the result out" in refused.value.remedy


def test_a_folder_without_results_is_said(tmp_path, folder):
    with pytest.raises(UnreadableInputError, match="no result"):
        read_subjects(Sources((folder,), results=(folder,)), Silent())


def test_of_several_series_the_same_one_is_adapted_to_that_would_be_detected_on(tmp_path, monkeypatch):
    write_stack(tmp_path / "t1", neck(), SeriesNumber=1, SeriesDescription="T1 TSE SAG", EchoTime=11.0)
    write_stack(tmp_path / "t2", neck() + 1, SeriesNumber=2, BodyPartExamined="CSPINE")
    monkeypatch.setattr("u2ad.adaptation.reading.anatomy_of", lambda scan, *_: (None, scan.remarks))

    (subject,) = read_subjects(Sources((tmp_path,), reviews=tmp_path), Silent())

    np.testing.assert_array_equal(subject.scan.array, read_proposed(tmp_path).array)
    assert len(series_taken(subject.checks)) == 1
