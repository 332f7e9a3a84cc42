"""``u2ad calibrate``: what it shows, and that own scans can be taken back."""

from pathlib import Path

import pytest

from u2ad.calibration import Calibration, Confidence, Reference, ScanClass
from u2ad.calibration.site import OwnScan, add_own, read_own
from u2ad.calibration.store import OWN, write
from u2ad.errors import Cancelled
from u2ad.models.manifest import read_manifest
from u2ad.recalibration.simulated import People
from u2ad.recalibration.site import Change, Extension


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("U2ADSLICER_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def starter() -> tuple[str, ...]:
    return (read_manifest("u2ad").sha256,)


def test_the_thresholds_and_the_reference_are_shown(command, data: Path, starter: tuple[str, ...], monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    reference = Reference((1.0, 2.0, 31.5))
    kind = ScanClass("slices of 9 mm", 9.0, True, 4.25, {}, Confidence(-6.0, {"log_score": 2.0}), reference)
    write([Calibration("u2ad", starter, (kind,), {})], data / OWN)
    out = command("calibrate", "show").out
    for words in ("slices of 9 mm", "4.25", "3 lesion-free scans (simulated)", "2.0"):
        assert words in out


def test_reset_forgets_own_scans(command, data: Path, starter: tuple[str, ...]) -> None:
    add_own([OwnScan("c" * 64, "u2ad", starter, "thick", 9.0, 0)], data)
    assert "forgotten" in command("calibrate", "reset").out
    assert read_own(data) == ()
    assert "no scans of your own" in command("calibrate", "reset").out


def test_what_was_added_and_left_out_is_told(command, data: Path, monkeypatch) -> None:
    change = Change("thick slices", (150, 152), (20.0, 21.5), 2, 1, 4.9)
    told = Extension(2, ("The file is no image.",), (change,), ("Of 3 series number 2 was taken.",))
    monkeypatch.setattr("u2ad.recalibration.site.extend", lambda *_: told)
    out = command("calibrate", "extend", "a.nii.gz").out
    assert "Left out: The file is no image." in out
    assert "Of 3 series number 2 was taken." in out
    assert "2 scans added." in out
    assert "152 scans instead of 150" in out
    assert "above 21.5 instead of 20.0" in out
    assert "1 have more than one candidate at the threshold of 4.9" in out


def test_where_nothing_was_added_the_exit_code_says_so(command, data: Path, monkeypatch) -> None:
    told = Extension(0, ("The file is no image.",), ())
    monkeypatch.setattr("u2ad.recalibration.site.extend", lambda *_: told)
    ended = command("calibrate", "extend", "a.nii.gz")
    assert ended.code == 1
    assert "0 scans added." in ended.out


def test_who_stops_is_told_what_was_kept(command, data: Path, monkeypatch) -> None:
    def stopped(*_) -> Extension:
        raise Cancelled

    monkeypatch.setattr("u2ad.recalibration.site.extend", stopped)
    ended = command("calibrate", "extend", "a.nii.gz")
    assert ended.code == 130
    assert "What was scored until now is added" in ended.err


def test_the_advice_to_fit_can_be_followed_as_it_stands(command, data: Path, starter, monkeypatch) -> None:
    asked = []

    def calibrate_model(people: People, method, work: Path, output: Path, progress, real: list) -> Calibration:
        asked.append((people, work, output))
        assert not real
        return Calibration("u2ad", starter, (), {})

    monkeypatch.setattr("u2ad.recalibration.simulated.calibrate_model", calibrate_model)
    ended = command("calibrate", "fit")
    assert ended.code == 0, ended.err
    ((people, work, output),) = asked
    assert people == People(), "the command's usual people are those of the package"
    assert (work.parent, output) == ((data / OWN).parent, data / OWN)
    assert str(work) in ended.out.replace("\n", "")


@pytest.mark.parametrize("half", [("--data", "folder"), ("--person", "somebody")])
def test_real_people_need_a_folder_and_a_name(command, half: tuple[str, str]) -> None:
    ended = command("calibrate", "fit", *half)
    assert ended.code != 0
    assert "--data and --person go together" in " ".join(ended.err.split())
