"""Variants: what is different about each is different in what it says."""

import numpy as np
import pytest
from cord_tube import make_tube, with_spot

from u2ad.benchmark import variants
from u2ad.benchmark.variants import VARIANTS, Trial
from u2ad.cord.centreline import centreline_of
from u2ad.cord.straight_cord import straighten_cord
from u2ad.progress import Silent


@pytest.fixture(scope="module")
def dark_spot():
    tube = make_tube((3.3, 0.7, 0.7))
    return straighten_cord(with_spot(tube, 12.0, -120.0), tube.cord, centreline_of(tube.cord))


def anomaly(name, straight):
    detector = VARIANTS[name].make(Trial(straight, seed=0, draws=2))
    maps = detector.detect(straight, Silent())
    return (maps.anomaly * straight.certainty).max(), maps


def test_only_the_absolute_residual_takes_dark_for_odd(dark_spot):
    signed, maps = anomaly("signed", dark_spot)
    absolute, same = anomaly("absolute", dark_spot)
    assert absolute > 2 * signed
    assert np.array_equal(maps.reconstruction, same.reconstruction)


def test_an_adapted_network_rebuilds_otherwise_than_the_starter(dark_spot, monkeypatch):
    few = variants.AdaptationSettings
    monkeypatch.setattr(variants, "AdaptationSettings", lambda guidance, **other: few(guidance, steps=4, **other))
    _, starter = anomaly("u2ad", dark_spot)
    _, adapted = anomaly("adapted_both", dark_spot)
    assert not np.array_equal(starter.reconstruction, adapted.reconstruction)


def test_every_variant_says_what_is_different_about_it():
    told = [variant.what for variant in VARIANTS.values()]
    assert all(told)
    assert len(set(told)) == len(told)
