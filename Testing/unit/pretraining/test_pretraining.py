"""From a folder of healthy people to weights, the whole way."""

import json
from pathlib import Path

import pytest
from lightning_fabric import Fabric

from u2ad.errors import U2ADError
from u2ad.models.store import read_manifest
from u2ad.pretraining import healthy
from u2ad.pretraining.people import people_in
from u2ad.pretraining.pretraining import Pretraining, pretrain
from u2ad.pretraining.training import Schedule
from u2ad.progress import Silent
from u2ad.scan.writing import write_nifti
from u2ad.simulation import Acquisition, seeds, simulate

SHORT = Schedule(steps=2, batch=4, learning_rate=1e-3, seed=3, epoch=1)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Two people as Spine Generic stores them, the first with a cord mask."""
    monkeypatch.setattr(healthy, "THICKNESSES", (4.0,))
    phantom = simulate(7, Acquisition.isotropic().near_cord())
    for name in ("sub-Miller", "sub-Smith"):
        folder = tmp_path / "data" / name / "anat"
        folder.mkdir(parents=True)
        write_nifti(folder / f"{name}_T2w.nii.gz", phantom.scan.array, phantom.scan.grid)
    write_nifti(
        tmp_path / "data" / "sub-Miller" / "anat" / "sub-Miller_T2w_seg.nii.gz",
        (phantom.cord >= 0.5).astype("uint8"),
        phantom.scan.grid,
    )
    return tmp_path / "data"


@pytest.mark.slow
def test_people_become_weights_whose_manifest_names_nobody(data: Path, tmp_path: Path):
    people = people_in(data)
    training = Pretraining(people[1:], people[:1], 0, SHORT)
    pretrain(training, Fabric(accelerator="cpu", devices=1), tmp_path / "out", Silent())
    manifest = read_manifest("u2ad", tmp_path / "out")
    assert (manifest.training["people"], manifest.training["held out"]) == (1, 1)
    files = " ".join(str(file.relative_to(tmp_path)) for file in (tmp_path / "out").rglob("*"))
    for word in ("Miller", "Smith", str(tmp_path)):
        assert word not in json.dumps(vars(manifest))
        assert word not in files


@pytest.mark.slow
def test_prepared_cords_are_used_again_and_changed_scans_are_prepared_anew(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    first, second = people_in(data)
    made = healthy.cords_of(first, tmp_path / "kept")
    prepared: list[Path] = []
    monkeypatch.setattr(healthy, "_person", lambda person: prepared.append(person.scan) or made)
    assert (healthy.cords_of(first, tmp_path / "kept")[0] == made[0]).all()
    assert prepared == []
    healthy.cords_of(second, tmp_path / "kept")
    assert prepared == [second.scan]


@pytest.mark.slow
def test_masks_are_made_where_none_are(data: Path, tmp_path: Path):
    drawn, automatic = (healthy.cords_of(person, tmp_path / "kept") for person in people_in(data))
    assert all(cord[1].max() > 0.9 for cord in (*drawn, *automatic))
    assert abs(automatic[0][1].sum(dtype=float) / drawn[0][1].sum(dtype=float) - 1) < 0.3


def test_nothing_to_train_on_is_refused():
    with pytest.raises(U2ADError, match="nothing to train on"):
        Pretraining((), (), 1, SHORT)


def test_no_simulated_neck_is_one_of_the_benchmark_or_both_trained_and_validated_on():
    training, validation = Pretraining((), (), 24, SHORT).seeds
    assert (len(training), len(validation)) == (21, 3)
    assert not set(training) & set(validation)
    assert set(training) | set(validation) <= set(seeds.TRAINING)
