"""A site's own scans: scored as patients are, kept without names, and said where they could not be used."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from cord_tube import make_tube, with_spot
from dicom_series import write_enhanced

from u2ad.calibration import Calibration, Confidence, Reference, ScanClass
from u2ad.calibration.choosing import calibration_for
from u2ad.calibration.site import FILE, read_own
from u2ad.calibration.store import OWN, write
from u2ad.cord import Cord, MaskSource
from u2ad.errors import Cancelled, U2ADError
from u2ad.progress import Silent
from u2ad.recalibration.site import extend, scans_in
from u2ad.scan.writing import write_nifti
from u2ad.walk import Method

REFERENCE = Reference(tuple(n / 10 for n in range(21)))
KIND = ScanClass("thick", 5.0, True, 4.0, {}, Confidence(-6.0, {"log_score": 2.0}), REFERENCE)
CALIBRATION = Calibration("local_z", (), (KIND,), {})
TUBE = make_tube((3.3, 1.0, 1.0))


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that knows what scores of ``local_z`` mean; the tube's own mask stands for the automatic one."""
    monkeypatch.setenv("U2ADSLICER_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(
        "u2ad.cord.segmentation.segment_cord",
        lambda scan, progress: Cord(scan.grid, TUBE.cord.fraction, MaskSource.AUTOMATIC, False),
    )
    write([CALIBRATION], tmp_path / "data" / OWN)
    return tmp_path / "data"


@pytest.fixture
def scan_file(tmp_path: Path) -> Callable[..., Path]:
    """``scan_file("Doe_Jane", 300.0)``: a tube with a spot that much brighter, in a file of that name."""
    folder = tmp_path / "normal scans"
    folder.mkdir()

    def make(name: str, brighter: float = 0.0, seed: int = 0) -> Path:
        scan = with_spot(TUBE, 10.0, brighter, seed=seed)
        write_nifti(folder / f"{name}.nii.gz", scan.array, scan.grid)
        return folder / f"{name}.nii.gz"

    return make


METHOD = Method("local_z", anyway=True)


def test_own_scans_join_the_reference_and_the_change_is_told(root: Path, scan_file: Callable) -> None:
    files = [scan_file(f"Doe_{number}", 300.0 * (number == 2), seed=number) for number in range(3)]
    extension = extend(files, METHOD, root, Silent())
    assert (extension.added, extension.refused) == (3, ())
    (change,) = extension.changes
    assert (change.kind, change.scans, change.own) == ("thick", (21, 24), 3)
    assert change.middle[1] > change.middle[0] == 1.0
    (mine,) = calibration_for("local_z", (), root)[0].classes  # type: ignore[union-attr]
    assert {one.score for one in read_own(root)} <= set(mine.reference.scores)
    assert max(one.score for one in read_own(root)) == max(mine.reference.scores)


def test_nothing_names_a_patient_or_a_place(root: Path, scan_file: Callable, tmp_path: Path) -> None:
    extend([scan_file("Doe_Jane")], METHOD, root, Silent())
    text = (root / FILE).read_text()
    for word in ("Doe", "Jane", "normal", str(tmp_path), ".nii"):
        assert word not in text
    (one,) = json.loads(text)["scans"]
    assert len(one["scan"]) == 64


def test_a_scan_that_cannot_be_used_is_left_out_and_said(root: Path, scan_file: Callable, tmp_path: Path) -> None:
    good = scan_file("a")
    good.with_name("b.nii.gz").write_bytes(b"no scan")
    extension = extend([good.parent], METHOD, root, Silent())
    assert extension.added == 1
    (sentence,) = extension.refused
    assert "normal scans" not in sentence
    assert str(tmp_path) not in sentence


def test_of_several_series_the_only_one_that_suits_is_taken_and_said(root: Path, tmp_path: Path) -> None:
    voxels = np.round(with_spot(TUBE, 10.0, 0.0).array).astype(np.int16)
    for name, echo in (("T1 TSE SAG", 11.0), ("T2 TSE SAG", 102.0)):
        grid = TUBE.scan.grid
        write_enhanced(
            tmp_path / "examination" / f"{name}.dcm",
            voxels,
            np.arange(len(voxels)),
            grid,
            SeriesDescription=name,
            EchoTime=echo,
            BodyPartExamined="CSPINE",
        )
    extension = extend([tmp_path / "examination"], METHOD, root, Silent())
    assert (extension.added, extension.refused) == (1, ())
    (sentence,) = extension.taken
    assert "Of 2 series the only one that suits was taken" in sentence


def test_a_folder_is_all_its_scans_or_else_a_series(tmp_path: Path) -> None:
    for name in ("b.nii.gz", "a.nrrd", "notes.txt"):
        (tmp_path / name).touch()
    (tmp_path / "series").mkdir()
    (tmp_path / "series" / "IM1").touch()
    found = list(scans_in([tmp_path, tmp_path / "series", tmp_path / "b.nii.gz"]))
    assert [path.name for path in found] == ["a.nrrd", "b.nii.gz", "series", "b.nii.gz"]


def test_a_bids_folder_is_its_t2_weighted_scans(tmp_path: Path) -> None:
    for person in ("sub-02", "sub-01"):
        (tmp_path / person / "anat").mkdir(parents=True)
        for name in ("T2w.nii.gz", "T2w.json", "T1w.nii.gz"):
            (tmp_path / person / "anat" / f"{person}_{name}").touch()
    (tmp_path / "dataset_description.json").touch()
    assert [path.name for path in scans_in([tmp_path])] == ["sub-01_T2w.nii.gz", "sub-02_T2w.nii.gz"]


class StopsAtTheThird:
    """A progress that asks to stop when the third scan is read."""

    def __init__(self) -> None:
        self.read = 0

    def step(self, name: str, total: int = 1) -> None:
        self.read += name == "Read the scan"
        if self.read == 3:
            raise Cancelled

    def advance(self, amount: int = 1) -> None:
        pass


def test_a_run_that_is_stopped_ends_and_loses_nothing(root: Path, scan_file: Callable) -> None:
    files = [scan_file(f"Doe_{number}", seed=number) for number in range(4)]
    with pytest.raises(Cancelled):
        extend(files, METHOD, root, StopsAtTheThird())
    assert len(read_own(root)) == 2
    assert extend(files, METHOD, root, Silent()).added == 4
    assert len(read_own(root)) == 4, "what was there counts once"


def test_without_a_calibration_there_is_nothing_to_extend(tmp_path: Path, scan_file: Callable) -> None:
    with pytest.raises(U2ADError, match="not calibrated"):
        extend([scan_file("a")], Method("column_median"), tmp_path, Silent())
    assert not (tmp_path / FILE).exists()
