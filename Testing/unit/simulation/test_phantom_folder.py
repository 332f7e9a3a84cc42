"""A phantom on disk: complete or not there, and enough to make it again."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import SimpleITK as sitk

from u2ad.errors import OutputError
from u2ad.scan.grid import grid_of
from u2ad.simulation import Acquisition, LesionSpec, expect_free, simulate, write_phantom
from u2ad.simulation.writing import WRITTEN

TINY = replace(Acquisition.isotropic(), field_of_view=(22.0, 110.0, 40.0), centre=(0.0, 0.0, 0.0), tilt=(5.0, 2.0, 1.0))


@pytest.fixture(scope="module")
def phantom():
    return simulate(31, TINY, lesions=2)


def test_files_hold_the_scan_and_its_truth_on_one_grid(phantom, tmp_path):
    folder = write_phantom(phantom, tmp_path / "new" / "phantom")
    assert sorted(path.name for path in folder.iterdir()) == [
        "cord.nii.gz", "lesions.nii.gz", "levels.json", "scan.nii.gz", "truth.json",
    ]  # fmt: skip
    for name, array in (("scan", phantom.scan.array), ("cord", phantom.cord), ("lesions", phantom.labels)):
        image = sitk.ReadImage(str(folder / f"{name}.nii.gz"))
        assert grid_of(image).matches(phantom.scan.grid)
        np.testing.assert_allclose(sitk.GetArrayFromImage(image), array, rtol=1e-5)


def test_the_truth_makes_the_phantom_again(phantom, tmp_path):
    truth = json.loads((write_phantom(phantom, tmp_path / "p") / "truth.json").read_text())
    settings = truth["settings"]
    acquisition = Acquisition(**{k: tuple(v) if isinstance(v, list) else v for k, v in settings["acquisition"].items()})
    again = simulate(truth["seed"], acquisition, [LesionSpec(**spec) for spec in settings["lesions"]])
    assert again.scan.digest == truth["scan_digest"]


def test_recorded_lesions_lie_in_their_labels(phantom, tmp_path):
    truth = json.loads((write_phantom(phantom, tmp_path / "p") / "truth.json").read_text())
    assert [lesion["label"] for lesion in truth["lesions"]] == [1, 2]
    for lesion in truth["lesions"]:
        index = np.round(phantom.scan.grid.to_kji(np.array(lesion["centre_ras_mm"]))).astype(int)
        assert phantom.labels[tuple(index)] == lesion["label"]
        assert lesion["label_volume_mm3"] > 0
        assert "/" in lesion["level"] or lesion["level"][0] in "CT"


def test_a_former_phantom_is_kept_unless_forced(phantom, tmp_path):
    folder = write_phantom(phantom, tmp_path / "p")
    (folder / ".DS_Store").touch()
    (folder / "truth.json").write_text("old")
    with pytest.raises(OutputError, match="--force"):
        write_phantom(phantom, folder)
    assert (folder / "truth.json").read_text() == "old"
    write_phantom(phantom, folder, force=True)
    assert json.loads((folder / "truth.json").read_text())["seed"] == 31
    assert not (folder / ".DS_Store").exists()


@pytest.mark.parametrize(("phantom_there", "told"), [(False, "something else"), (True, "did not write")])
def test_files_of_somebody_else_are_never_replaced(phantom, tmp_path, phantom_there, told):
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "mine.txt").write_text("keep")
    if phantom_there:
        (folder / "truth.json").touch()
    with pytest.raises(OutputError, match=told):
        write_phantom(phantom, folder, force=True)
    assert (folder / "mine.txt").read_text() == "keep"


def test_all_files_of_a_phantom_are_known_as_its_own(phantom, tmp_path):
    assert {path.name for path in write_phantom(phantom, tmp_path / "p").iterdir()} == WRITTEN


def test_a_place_that_cannot_be_written_is_told_before_drawing(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="is a file, not a folder"):
        expect_free(tmp_path / "file" / "p", force=False)
    with pytest.raises(OutputError, match="too long"):
        expect_free(tmp_path / ("p" * 300), force=False)
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(OutputError, match="may not write"):
        expect_free(tmp_path / "new" / "p", force=False)


def test_an_interrupted_write_leaves_nothing_behind(phantom, tmp_path, monkeypatch):
    def interrupted(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr("u2ad.simulation.writing._truth", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_phantom(phantom, tmp_path / "p")
    assert list(tmp_path.iterdir()) == []
