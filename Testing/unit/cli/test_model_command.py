"""``u2ad model`` and ``u2ad adapt``: what they ask for, say and leave with."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from u2ad.models.autoencoder import load_autoencoder
from u2ad.models.store import save
from u2ad.models.versions import ADAPTATION, STARTER, ModelStore


@pytest.fixture
def store(tmp_path, monkeypatch) -> ModelStore:
    monkeypatch.setenv("U2ADSLICER_DATA", str(tmp_path / "data"))
    return ModelStore()


@pytest.fixture
def candidate(tmp_path) -> Path:
    """What an adaptation has written: a network that differs from the starter."""
    parent = load_autoencoder()
    with torch.no_grad():
        parent.network.hidden_token += 1
    told = {
        "created": "2026-11-26T10:00:00Z",
        "scans": [{"sha256": "0" * 64, "healthy": False, "confirmed": 2, "rejected": 3, "undecided": 1}],
        "figures": {"before": {"residual": 0.02}, "after": {"residual": 0.017}},
    }
    manifest = replace(parent.manifest, parent=parent.manifest.sha256, training={ADAPTATION: told})
    save(parent.network, manifest, tmp_path / "adapted")
    return tmp_path / "adapted"


def test_a_model_is_kept_listed_rolled_back_and_discarded(command, store, candidate, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    assert "used from now on" in command("model", "keep", candidate).out
    name = store.active
    (row,) = [line.split() for line in command("model", "list").out.splitlines() if name in line]
    assert row == ["*", name, STARTER, "2026-11-26T10:00:00Z", "1", "2", "3", "-15%"]
    assert STARTER in command("model", "rollback").out
    assert store.active == STARTER
    assert command("model", "use", name).code == 0
    assert store.active == name
    done = command("model", "discard", name)
    assert (done.code, "in use" in done.err) == (1, True)
    command("model", "use", STARTER)
    assert command("model", "discard", name).code == 0
    assert name not in command("model", "list").out


def test_a_locked_site_says_so_and_changes_nothing(command, store, candidate, tmp_path) -> None:
    command("model", "lock", "study of 2026")
    assert "locked: study of 2026" in command("model", "list").out
    for arguments in (("model", "keep", candidate), ("adapt", "scan.nii.gz", "-o", tmp_path / "out")):
        done = command(*arguments)
        assert (done.code, "study of 2026" in done.err) == (1, True)
    command("model", "unlock")
    assert command("model", "keep", candidate).code == 0


def test_a_version_is_carried_as_a_file(command, store, candidate, tmp_path, monkeypatch) -> None:
    command("model", "keep", candidate)
    name = store.active
    assert command("model", "export", name, tmp_path / "model.zip").code == 0
    monkeypatch.setenv("U2ADSLICER_DATA", str(tmp_path / "elsewhere"))
    assert name in command("model", "import", tmp_path / "model.zip").out
    assert ModelStore().active == STARTER


def test_a_damaged_version_is_named(command, store, candidate) -> None:
    command("model", "keep", candidate)
    (store.root / store.active / "u2ad.safetensors").write_bytes(b"")
    assert "is damaged" in command("model", "list").out


def test_detecting_with_a_version_that_is_not_there_names_the_way_on(command, store, tmp_path) -> None:
    done = command("detect", "scan.nii.gz", "-o", tmp_path / "out", "--model", "0" * 12)
    assert (done.code, "starter" in done.err) == (1, True)


def test_adapting_to_what_is_not_there_leaves_nothing(command, store, tmp_path) -> None:
    done = command("adapt", tmp_path / "none.nii.gz", "-o", tmp_path / "out")
    assert done.code == 4
    assert not (tmp_path / "out").exists()
