"""A site's versions: whatever is killed, damaged or locked, there is a model to detect with, and the right one."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from u2ad.errors import OutputError, U2ADError
from u2ad.models.autoencoder import Autoencoder, load_autoencoder
from u2ad.models.store import save
from u2ad.models.version_file import pack
from u2ad.models.versions import ADAPTATION, FILES, STARTER, ModelStore, Version

PACKAGES = Path(__file__).parents[3] / "U2ADSlicer"


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models")


@pytest.fixture
def changed(tmp_path: Path):
    """Writes a network that differs from its parent a little, as an adaptation does, and gives its folder."""

    def change(step: float, parent: Autoencoder | None = None) -> Path:
        parent = parent or load_autoencoder()
        network = load_autoencoder().network
        with torch.no_grad():
            network.hidden_token += step
        told = {**parent.manifest.training, ADAPTATION: {"created": f"2026-11-26T10:00:{int(step * 10):02d}Z"}}
        manifest = replace(parent.manifest, parent=parent.manifest.sha256, training=told)
        folder = tmp_path / f"candidate-{step}"
        save(network, manifest, folder)
        return folder

    return change


def test_where_nothing_was_adapted_the_starter_is_used(store):
    assert store.active == STARTER
    assert store.version() == store.version(STARTER)
    assert [version.id for version in store.listing().versions] == [STARTER]
    assert not store.root.exists()


def test_what_is_kept_is_used_from_then_on_and_knows_its_parent(store, changed):
    kept = store.keep(changed(0.5))
    assert store.active == kept.id == kept.manifest.sha256[:12]
    assert kept.parent == STARTER
    later = store.keep(changed(1.0, load_autoencoder(kept)))
    assert (store.active, later.parent) == (later.id, kept.id)
    assert [version.id for version in store.listing().versions] == [STARTER, kept.id, later.id]
    loaded = load_autoencoder(store.version())
    assert loaded.version == later.id
    assert not torch.equal(loaded.network.hidden_token, load_autoencoder().network.hidden_token)


def test_ancestors_are_told_from_the_nearest_to_the_first_that_is_known(store, changed):
    starter = load_autoencoder().manifest
    first = store.keep(changed(0.5))
    second = store.keep(changed(1.0, load_autoencoder(first)))
    assert store.ancestors(first.manifest)[0] == starter.sha256
    assert store.ancestors(second.manifest)[:2] == (first.manifest.sha256, starter.sha256)
    store.discard(first.id)
    assert store.ancestors(second.manifest) == (first.manifest.sha256,)


def test_back_goes_to_the_parent_and_use_goes_to_any(store, changed):
    first = store.keep(changed(0.5))
    second = store.keep(changed(1.0, load_autoencoder(first)))
    assert store.roll_back().id == first.id
    assert store.roll_back().id == STARTER
    with pytest.raises(U2ADError, match="none before"):
        store.roll_back()
    assert store.use(second.id).id == store.active == second.id


def test_back_goes_to_the_starter_where_the_parent_was_removed(store, changed):
    first = store.keep(changed(0.5))
    store.keep(changed(1.0, load_autoencoder(first)))
    store.discard(first.id)
    assert store.roll_back().id == STARTER


def test_a_version_in_use_is_not_discarded_and_others_are(store, changed):
    first, second = store.keep(changed(0.5)), store.keep(changed(1.0))
    with pytest.raises(U2ADError, match="in use"):
        store.discard(second.id)
    with pytest.raises(U2ADError, match="not removed"):
        store.discard(STARTER)
    store.discard(first.id)
    assert [version.id for version in store.listing().versions] == [STARTER, second.id]
    assert {path.name for path in store.root.iterdir()} == {second.id, "active"}


@pytest.mark.parametrize("spoil", ["weights", "manifest", "missing"])
def test_a_damaged_version_is_named_left_out_and_refused_with_a_way_on(store, changed, spoil):
    kept = store.keep(changed(0.5))
    weights, manifest = (kept.folder / name for name in FILES)
    if spoil == "weights":
        weights.write_bytes(weights.read_bytes()[:-1])
    elif spoil == "manifest":
        manifest.write_text("{}", encoding="utf-8")
    else:
        weights.unlink()
    listing = store.listing()
    assert [version.id for version in listing.versions] == [STARTER]
    assert listing.damaged == (kept.id,)
    with pytest.raises(U2ADError, match=f"{kept.id}.*starter"):
        store.version()
    store.use(STARTER)
    store.discard(kept.id)
    assert store.listing().damaged == ()


def test_a_version_for_another_network_is_refused_with_a_way_on(store, changed):
    folder = changed(0.5)
    manifest = folder / FILES[1]
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"width": 96', '"width": 64'), encoding="utf-8")
    kept = store.keep(folder)
    with pytest.raises(U2ADError, match=r"another version of the program.*starter"):
        load_autoencoder(store.version(kept.id))


@pytest.mark.parametrize("note", [b"", b"../../etc", b"\xff\xfe"])
def test_a_damaged_note_of_the_active_version_is_said_with_a_way_on(store, changed, note):
    store.keep(changed(0.5))
    (store.root / "active").write_bytes(note)
    with pytest.raises(U2ADError, match=r"active model.*starter"):
        store.version()
    assert store.listing().active == ""
    store.use(STARTER)
    assert store.active == STARTER


@pytest.mark.parametrize("name", ["", "..", "ABCDEF012345", "0" * 12])
def test_a_name_that_is_none_is_refused(store, name):
    with pytest.raises(U2ADError, match="no such version"):
        store.version(name)


def test_a_locked_site_refuses_every_change_with_its_reason_and_still_detects(store, changed):
    folder = changed(0.5)
    kept = store.keep(folder)
    exported = store.export(kept.id, store.root.parent / "model.zip")
    (store.root / "locked").write_text("study of 2026\n", encoding="utf-8")  # as an administrator puts it
    assert store.listing().lock == "study of 2026"
    changes = [
        lambda: store.keep(folder),
        lambda: store.use(STARTER),
        store.roll_back,
        lambda: store.discard(kept.id),
        lambda: store.import_file(exported),
        store.expect_unlocked,
    ]
    for change in changes:
        with pytest.raises(U2ADError, match=r"locked.*study of 2026"):
            change()
    assert store.version().id == kept.id
    store.unlock()
    assert store.listing().lock is None
    assert store.roll_back().id == STARTER


def test_a_version_travels_as_one_file(store, changed, tmp_path):
    kept = store.keep(changed(0.5))
    file = store.export(kept.id, tmp_path / "model.zip")
    elsewhere = ModelStore(tmp_path / "elsewhere")
    taken = elsewhere.import_file(file)
    assert taken.manifest == kept.manifest
    assert elsewhere.active == STARTER
    with pytest.raises(OutputError, match="already"):
        store.export(kept.id, file)


def test_a_file_that_is_no_version_is_refused(store, changed, tmp_path):
    kept = store.keep(changed(0.5))
    file = store.export(kept.id, tmp_path / "model.zip")
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(U2ADError, match="damaged"):
        ModelStore(tmp_path / "elsewhere").import_file(file)
    (folder := changed(2.0)).joinpath(FILES[1]).unlink()
    with pytest.raises(U2ADError, match="no model"):
        store.keep(folder)
    assert store.active == kept.id


KEEPING = """
import sys
from pathlib import Path
from u2ad.models import versions
halt = sys.argv[3]
def wait(name):
    if name == halt:
        print("here", flush=True)
        import time; time.sleep(60)
def around(owner, name):
    call = getattr(owner, name)
    def done(*given, **named):
        wait(f"before {name}")
        answer = call(*given, **named)
        wait(f"after {name}")
        return answer
    setattr(owner, name, done)
around(versions, "_write")
around(versions.ModelStore, "_copy")
around(versions.ModelStore, "_point_at")
versions.ModelStore(Path(sys.argv[1])).keep(Path(sys.argv[2]))
"""


@pytest.mark.parametrize(
    "moment", ["before _copy", "before _write", "after _write", "after _copy", "before _point_at", "after _point_at"]
)
def test_killed_at_any_moment_of_keeping_the_store_is_whole(store, changed, moment):
    first = store.keep(changed(0.5))
    folder = changed(1.0)
    process = subprocess.Popen(
        [sys.executable, "-c", KEEPING, str(store.root), str(folder), moment],
        env={**os.environ, "PYTHONPATH": str(PACKAGES)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "here\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    after = store.version()
    assert (after.id == first.id) == (moment != "after _point_at")
    assert store.listing().damaged == ()
    load_autoencoder(after)
    for part in store.root.glob(".part-*"):
        os.utime(part, (time.time() - 7200,) * 2)
    assert store.keep(folder).id == store.active
    store.keep(changed(1.5))
    assert not list(store.root.glob(".part-*"))


def test_a_disk_that_cannot_be_written_changes_nothing(store, changed, monkeypatch):
    first = store.keep(changed(0.5))

    def full(*_):
        raise OSError(28, "No space left on device", "/mnt/x")

    monkeypatch.setattr("u2ad.models.versions._write", full)
    with pytest.raises(OutputError, match="cannot be written"):
        store.keep(changed(1.0))
    assert store.active == first.id
    assert isinstance(store.version(), Version)
    assert {path.name for path in store.root.iterdir()} == {first.id, "active"}


@pytest.mark.parametrize("odd", [{"parent": 5}, {"parent": ["a"]}, {"parent": "../.."}, {"created": 5}])
def test_a_version_of_odd_origin_is_not_taken(store, changed, odd):
    folder = changed(0.5)
    told = json.loads((folder / FILES[1]).read_text(encoding="utf-8"))
    adaptation = {ADAPTATION: {"created": odd.get("created", "2026-11-26T10:00:05Z")}}
    told |= {"parent": odd.get("parent", told["parent"]), "training": told["training"] | adaptation}
    (folder / FILES[1]).write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(U2ADError, match="no model, or a damaged one"):
        store.import_file(pack(folder, folder.with_suffix(".zip")))
    assert len(store.listing().versions) == 1
