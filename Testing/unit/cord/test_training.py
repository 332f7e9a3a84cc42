"""Training of the cord network: what comes out, and that it comes out again."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from u2ad.cord import training
from u2ad.cord.training import CordTraining, train
from u2ad.errors import U2ADError
from u2ad.models.cord_unet import build_cord_unet
from u2ad.models.store import STARTER_FOLDER, Manifest, load, read_manifest, save, sha256_of
from u2ad.progress import Silent

SHORT = CordTraining(people=(), simulated=1, steps=3, batch=2, seed=5)
TEST_PERSON = ("sub-errsm30", "0eb96b3322c5282c")
"""Who is never trained on: the name, and the beginning of the scan file's SHA-256."""
OTHER = replace(SHORT, seed=6)
FURTHER = replace(SHORT, further=STARTER_FOLDER)


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    """The folder of a short training."""
    folder = tmp_path_factory.mktemp("trained")
    train(SHORT, folder, Silent(), folder / "weights")
    return folder / "weights"


@pytest.mark.slow
def test_the_same_seed_gives_the_same_weights_and_another_does_not(trained: Path, tmp_path: Path):
    first, again = read_manifest("cord", trained), train(SHORT, tmp_path, Silent(), tmp_path / "again")
    other = train(OTHER, tmp_path, Silent(), tmp_path / "other")
    assert first.sha256 == again.sha256 != other.sha256


@pytest.mark.slow
def test_training_further_names_the_weights_it_goes_on_from(tmp_path: Path):
    installed = read_manifest("cord")
    manifest = train(FURTHER, tmp_path, Silent(), tmp_path / "further")
    assert manifest.parent == installed.sha256 != manifest.sha256
    assert manifest.training["steps"] == 3
    assert manifest.training["before"] == installed.training


@pytest.mark.slow
def test_the_manifest_says_how_it_was_trained_and_names_no_path(trained: Path):
    manifest = read_manifest("cord", trained)
    assert manifest.training["seed"] == 5
    assert manifest.training["simulated necks"] == 1
    assert str(trained.parent) not in json.dumps(manifest.training)
    load(build_cord_unet(tuple(manifest.network["channels"])), manifest, trained)


@pytest.fixture
def stored(tmp_path: Path) -> Manifest:
    torch.manual_seed(0)
    return save(build_cord_unet((4, 8)), Manifest("cord", "0", "", {"channels": [4, 8]}), tmp_path)


def test_weights_come_back_as_they_were(stored: Manifest, tmp_path: Path):
    torch.manual_seed(0)
    before, after = build_cord_unet((4, 8)), build_cord_unet((4, 8))
    load(after, stored, tmp_path)
    assert all(
        torch.equal(a, b) for a, b in zip(before.state_dict().values(), after.state_dict().values(), strict=True)
    )


def test_a_changed_weight_file_is_refused(stored: Manifest, tmp_path: Path):
    file = tmp_path / "cord.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    with pytest.raises(U2ADError, match="not the ones of their manifest"):
        load(build_cord_unet((4, 8)), stored, tmp_path)


@pytest.mark.slow
def test_the_weights_that_are_kept_are_a_mean_of_the_last_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    long = replace(SHORT, steps=30)
    kept = train(long, tmp_path, Silent(), tmp_path / "mean")
    monkeypatch.setattr(training, "MEMORY", 0.0)
    assert train(long, tmp_path, Silent(), tmp_path / "last").sha256 != kept.sha256


def test_weights_of_another_network_are_refused(stored: Manifest, tmp_path: Path):
    with pytest.raises(U2ADError, match="do not fit"):
        load(build_cord_unet((4, 16)), stored, tmp_path)


def test_missing_weights_are_told(tmp_path: Path):
    with pytest.raises(U2ADError, match="missing"):
        read_manifest("cord", tmp_path)


def test_the_starter_weights_are_the_ones_of_their_manifests_and_small():

    for name in ("cord", "levels", "u2ad"):
        file = STARTER_FOLDER / f"{name}.safetensors"
        assert sha256_of(file) == read_manifest(name).sha256
        assert file.stat().st_size < 8e6
        assert not any(said in str(read_manifest(name).training) for said in TEST_PERSON)
