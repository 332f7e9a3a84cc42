"""The training loop: it goes on as if it had never stopped, and refuses what it cannot go on from."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from lightning_fabric import Fabric

from u2ad.errors import Cancelled, U2ADError
from u2ad.models.masked_autoencoder import AutoencoderSize, MaskedAutoencoder
from u2ad.pretraining.checkpoint import NAME, load_checkpoint
from u2ad.pretraining.examples import Cords
from u2ad.pretraining.training import Material, Schedule, train
from u2ad.progress import Silent

SIZE = AutoencoderSize((32, 16), width=32, depth=1, heads=2, decoder_width=32, decoder_depth=1, decoder_heads=2)
SCHEDULE = Schedule(steps=6, batch=4, learning_rate=1e-3, seed=0, epoch=2)
RUN = {"people": 3}


class StopsAfter(Silent):
    """Is told to stop after so many steps, as by Ctrl+C."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def advance(self, amount: int = 1) -> None:
        self.left -= amount
        if self.left == 0:
            raise Cancelled


@pytest.fixture(scope="module")
def material():
    rng = np.random.default_rng(0)
    cords = rng.uniform(0, 1, (4, 4, 2, 60, 16)).astype(np.float16)
    cords[:, 1, :, :, 5:11] = 1
    return Material(Cords(tuple(cords[:3])), Cords(tuple(cords[3:])))


def run(material: Material, folder: Path, progress=None, schedule=SCHEDULE, about=None) -> dict[str, torch.Tensor]:
    folder.mkdir(exist_ok=True)
    torch.manual_seed(0)
    network = MaskedAutoencoder(SIZE)
    train(network, material, schedule, Fabric(accelerator="cpu", devices=1), folder, about or RUN, progress or Silent())
    return network.state_dict()


@pytest.fixture(scope="module")
def whole(material, tmp_path_factory) -> tuple[Path, dict[str, torch.Tensor]]:
    """The folder of a run to the end, which tests copy before they change it, and its weights."""
    folder = tmp_path_factory.mktemp("whole")
    return folder, run(material, folder)


@pytest.fixture
def finished(whole, tmp_path: Path) -> Path:
    """A folder of a finished run to be changed."""
    return Path(shutil.copytree(whole[0], tmp_path / "finished"))


@pytest.mark.parametrize("stopped", [1, 3, 4])
def test_a_run_that_was_stopped_ends_like_one_that_was_not(material, whole, tmp_path: Path, stopped: int):
    with pytest.raises(Cancelled):
        run(material, tmp_path / "stopped", StopsAfter(stopped))
    resumed = run(material, tmp_path / "stopped")
    assert all(torch.equal(weights, resumed[name]) for name, weights in whole[1].items())


def test_it_goes_on_where_it_was_and_does_not_start_again(material, tmp_path: Path):
    with pytest.raises(Cancelled):
        run(material, tmp_path, StopsAfter(5))
    checkpoint = load_checkpoint(tmp_path, RUN)
    assert checkpoint is not None
    assert checkpoint.step == 4
    run(material, tmp_path, StopsAfter(3))  # two steps are left


def test_a_finished_run_is_not_trained_any_further(material, whole, finished: Path):
    again = run(material, finished, StopsAfter(1))
    assert all(torch.equal(weights, again[name]) for name, weights in whole[1].items())


def test_every_epoch_leaves_a_picture_and_its_losses(whole):
    folder = whole[0]
    assert sorted(picture.name for picture in folder.glob("*.png")) == [f"step_{n:06d}.png" for n in (2, 4, 6)]
    checkpoint = load_checkpoint(folder, RUN)
    assert checkpoint is not None
    assert [losses.step for losses in checkpoint.losses] == [2, 4, 6]
    assert all(np.isfinite([losses.training, losses.validation]).all() for losses in checkpoint.losses)


def test_validation_uses_held_out_cords_alone(material, whole, tmp_path: Path):
    other = Material(material.training, Cords((material.held_out.channels[0] * np.float16(0.5),)))
    weights = [whole[1], run(other, tmp_path)]
    losses = [load_checkpoint(folder, RUN).losses for folder in (whole[0], tmp_path)]  # type: ignore[union-attr]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
    assert [one.training for one in losses[0]] == [one.training for one in losses[1]]
    assert losses[0][-1].validation != losses[1][-1].validation


def test_the_checkpoint_of_another_run_is_refused_with_a_remedy(material, finished: Path):
    with pytest.raises(U2ADError, match="people") as refused:
        run(material, finished, about={"people": 4})
    assert "another folder" in refused.value.remedy


def test_a_damaged_checkpoint_is_refused(material, finished: Path):
    file = finished / f"{NAME}.safetensors"
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(U2ADError, match="damaged"):
        run(material, finished)


def test_the_rate_rises_and_falls(material):
    rates = [Schedule(100, 4, 1e-3, 0, 10).rate(step) for step in range(100)]
    assert rates[9] == pytest.approx(1e-3)
    assert rates[:10] == sorted(rates[:10])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[-1] < 1e-5


def test_training_lowers_the_loss(tmp_path: Path):
    """On a pattern that the expected signal does not show."""
    cord = np.ones((4, 2, 60, 16), np.float16)
    cord[0], cord[2] = np.linspace(0.1, 0.9, 16), 0.5
    material = Material(Cords((cord,)), Cords((cord,)))
    run(material, tmp_path, schedule=Schedule(60, 8, 3e-3, 0, 20))
    losses = load_checkpoint(tmp_path, RUN).losses  # type: ignore[union-attr]
    assert losses[-1].training < 0.5 * losses[0].training
    assert losses[-1].validation < 0.7 * losses[0].validation
