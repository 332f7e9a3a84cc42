"""Pretraining of the masked autoencoder."""

from pathlib import Path

import pytest

from u2ad.detectors.pretraining import Pretraining, pretrain
from u2ad.progress import Silent


@pytest.mark.slow
def test_the_same_seed_gives_the_same_weights(tmp_path: Path):
    short = Pretraining(people=(), simulated=1, steps=2, batch=4, seed=3)
    first, again = (pretrain(short, tmp_path, Silent(), tmp_path / name) for name in ("first", "again"))
    assert first.sha256 == again.sha256
    assert first.training["steps"] == 2
