"""Variants: what is different about each is different in what it says."""

from functools import partial

import numpy as np
import pytest
from cord_tube import make_tube, with_spot

from u2ad.adaptation.settings import AdaptationSettings
from u2ad.benchmark import adapted
from u2ad.benchmark.trial import Cohort, Trial
from u2ad.benchmark.variants import VARIANTS
from u2ad.cord.centreline import centreline_of
from u2ad.cord.straight_cord import straighten_cord
from u2ad.progress import Silent

NOBODY = Cohort("nobody", tuple)


@pytest.fixture(scope="module")
def dark_spot():
    tube = make_tube((3.3, 0.7, 0.7))
    return straighten_cord(with_spot(tube, 12.0, -120.0), tube.cord, centreline_of(tube.cord))


def anomaly(name, straight, others=NOBODY):
    detector = VARIANTS[name].make(Trial(straight, 0, 2, others))
    maps = detector.detect(straight, Silent())
    return (maps.anomaly * straight.certainty).max(), maps


def test_only_the_absolute_residual_takes_dark_for_odd(dark_spot):
    signed, maps = anomaly("signed", dark_spot)
    absolute, same = anomaly("absolute", dark_spot)
    assert absolute > 2 * signed
    assert np.array_equal(maps.reconstruction, same.reconstruction)


def test_an_adapted_network_rebuilds_otherwise_than_the_starter(dark_spot, monkeypatch):
    few = partial(AdaptationSettings, steps=4)
    monkeypatch.setattr(adapted, "AdaptationSettings", few)
    _, starter = anomaly("u2ad", dark_spot)
    _, own = anomaly("adapted_both", dark_spot)
    assert not np.array_equal(starter.reconstruction, own.reconstruction)


def test_a_cross_fitted_network_learns_a_cohort_once_and_rebuilds_otherwise(dark_spot, monkeypatch):
    monkeypatch.setattr(adapted, "settings_for", lambda scans, seed: AdaptationSettings(steps=4 * scans, seed=seed))
    asked = []
    cohort = Cohort("two others", lambda: asked.append("once") or (dark_spot, dark_spot))
    _, starter = anomaly("u2ad", dark_spot)
    _, first = anomaly("cross_fitted", dark_spot, cohort)
    _, again = anomaly("cross_fitted", dark_spot, cohort)
    assert asked == ["once"]
    assert not np.array_equal(starter.reconstruction, first.reconstruction)
    assert np.array_equal(first.reconstruction, again.reconstruction)


def test_every_variant_says_what_is_different_about_it():
    told = [variant.what for variant in VARIANTS.values()]
    assert all(told)
    assert len(set(told)) == len(told)
