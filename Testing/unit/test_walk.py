"""The walk as command line and panel share it."""

from dataclasses import replace

import pytest
import torch
from cord_tube import make_tube

from u2ad.models.autoencoder import load_autoencoder
from u2ad.models.store import save
from u2ad.models.versions import ModelStore
from u2ad.walk import Method, Walk


@pytest.mark.parametrize("spacing", [(3.3, 0.7, 0.7), (1.0, 1.0, 1.0)])
def test_a_version_that_was_kept_finds_by_the_threshold_of_the_model_before(tmp_path, monkeypatch, spacing):
    monkeypatch.setenv("U2ADSLICER_DATA", str(tmp_path / "data"))
    cord = make_tube(spacing).cord
    before = Walk(Method()).yardstick_for(cord)
    parent = load_autoencoder()
    with torch.no_grad():
        parent.network.hidden_token *= 1 + 1e-3
    save(parent.network, replace(parent.manifest, parent=parent.manifest.sha256), tmp_path / "adapted")
    kept = ModelStore().keep(tmp_path / "adapted")
    walk = Walk(Method())
    assert walk.model == ("u2ad", (kept.manifest.sha256,))
    after = walk.yardstick_for(cord)
    assert before.is_calibrated
    assert not after.is_calibrated
    assert (after.threshold, after.scale) == (before.threshold, before.scale)
