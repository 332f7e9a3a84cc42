"""From a folder of healthy people to weights, the whole way."""

import json
from pathlib import Path

import numpy as np
import pytest
from cord_tube import make_tube
from lightning_fabric import Fabric

from u2ad.errors import RefusedInputError, U2ADError
from u2ad.models.store import Manifest, read_manifest
from u2ad.pretraining import healthy, pretraining
from u2ad.pretraining.people import Person, people_in
from u2ad.pretraining.pretraining import Pretraining, pretrain
from u2ad.pretraining.training import Schedule
from u2ad.progress import Silent
from u2ad.scan import Check, Verdict
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


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch):
    """``prepared("sub-Smith")``: cords are made at once, but not of these people."""

    def refuse(*names: str, error: Exception | None = None) -> None:
        def cords_of(person: Person, kept: Path) -> list[np.ndarray]:
            if person.name in names:
                raise error or RefusedInputError("The mask is probably wrong.", "Leave the scan out.")
            return [np.ones((4, 3, 80, 32), np.float16)]

        monkeypatch.setattr(pretraining, "cords_of", cords_of)

    return refuse


def test_who_cannot_be_used_is_named_on_the_terminal_alone_and_the_others_go_on(data, tmp_path, prepared):
    prepared("sub-Smith")
    told = []
    training = Pretraining(people_in(data), (), 0, SHORT)
    fabric = Fabric(accelerator="cpu", devices=1)
    pretrain(training, fabric, tmp_path / "out", Silent(), lambda *words: told.append(words))
    assert told == [("sub-Smith", "The mask is probably wrong. Leave the scan out.")]
    manifest = read_manifest("u2ad", tmp_path / "out")
    assert (manifest.training["people"], len(manifest.training["scans"])) == (1, 1)
    assert "Smith" not in json.dumps(vars(manifest))


def test_the_command_names_whom_it_leaves_out(data, tmp_path, command, monkeypatch):
    def run(training, fabric, out, progress, left_out) -> Manifest:
        left_out("sub-Smith", "The mask is probably wrong.")
        return read_manifest("u2ad")

    monkeypatch.setattr(pretraining, "pretrain", run)
    ended = command("pretrain", data, "-o", tmp_path / "out", "--accelerator", "cpu")
    assert ended.code == 0, ended.err
    assert "Left out: sub-Smith. The mask is probably wrong." in ended.err


def test_where_nobody_is_left_it_is_refused(data, tmp_path, prepared):
    prepared("sub-Smith", "sub-Miller")
    with pytest.raises(U2ADError, match="of all these people"):
        pretrain(Pretraining(people_in(data), (), 0, SHORT), Fabric(accelerator="cpu", devices=1), tmp_path, Silent())


def test_whose_scan_makes_the_program_fail_is_named_too(data, tmp_path, prepared):
    prepared("sub-Smith", error=ZeroDivisionError())
    told = []
    training, fabric = Pretraining(people_in(data), (), 0, SHORT), Fabric(accelerator="cpu", devices=1)
    with pytest.raises(ZeroDivisionError):
        pretrain(training, fabric, tmp_path / "out", Silent(), lambda *words: told.append(words))
    assert [name for name, _ in told] == ["sub-Smith"]


@pytest.mark.parametrize(("name", "verdict"), [("cord_confidence", Verdict.WARN), ("region", Verdict.REFUSE)])
def test_an_automatic_mask_in_doubt_is_not_learned_from(data, tmp_path, monkeypatch, name, verdict):
    drawn, automatic = people_in(data)
    tube = make_tube((1.0, 1.0, 1.0))
    monkeypatch.setattr(healthy, "read_scan", lambda _: tube.scan)
    monkeypatch.setattr(healthy, "read_mask", lambda *_: tube.cord.fraction)
    monkeypatch.setattr(healthy, "segment_cord", lambda _: tube.cord)
    monkeypatch.setattr(healthy, "check_form", lambda _: ())
    monkeypatch.setattr(healthy, "check_cord", lambda *_: (Check(name, verdict, "This is in doubt."),))
    monkeypatch.setattr(healthy, "_both", lambda *_: [np.ones((4, 3, 80, 32), np.float16)])
    assert healthy.cords_of(drawn, tmp_path / "kept"), "a mask that somebody has drawn is not doubted"
    with pytest.raises(RefusedInputError, match="This is in doubt"):
        healthy.cords_of(automatic, tmp_path / "kept")


def test_a_scan_whose_form_is_refused_is_not_learned_from(data, tmp_path, monkeypatch):
    monkeypatch.setattr(healthy, "read_scan", lambda _: make_tube((1.0, 1.0, 1.0)).scan)
    monkeypatch.setattr(healthy, "check_form", lambda _: (Check("form", Verdict.REFUSE, "This is lumbar."),))
    with pytest.raises(RefusedInputError, match="This is lumbar"):
        healthy.cords_of(people_in(data)[0], tmp_path / "kept")


def test_nothing_to_train_on_is_refused():
    with pytest.raises(U2ADError, match="nothing to train on"):
        Pretraining((), (), 1, SHORT)


def test_no_simulated_neck_is_one_of_the_benchmark_or_both_trained_and_validated_on():
    training, validation = Pretraining((), (), 24, SHORT).seeds
    assert (len(training), len(validation)) == (21, 3)
    assert not set(training) & set(validation)
    assert set(training) | set(validation) <= set(seeds.TRAINING)
