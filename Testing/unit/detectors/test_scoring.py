"""Smoothing inside the cord, and comparison along it."""

import numpy as np
import pytest

from u2ad.cord.running import running_median, running_spread
from u2ad.detectors.scoring import least_directional_mean, local_z, pooled_z, smooth_inside


def test_smoothing_takes_nothing_from_outside_the_cord():
    weight = np.zeros((1, 20, 20), np.float32)
    weight[:, :, 8:12] = 1
    values = np.where(weight > 0, 0.3, 9.0).astype(np.float32)
    assert smooth_inside(values, weight)[weight > 0] == pytest.approx(0.3, abs=1e-5)
    assert not smooth_inside(values, weight)[weight == 0].any()


def test_the_least_mean_keeps_a_spot_and_loses_a_line_in_any_direction():
    values, weight = np.zeros((4, 41, 41), np.float32), np.ones((4, 41, 41), np.float32)
    along, across = np.mgrid[-20:21, -20:21]
    values[0] = np.hypot(along, across) <= 2.5
    values[1], values[2], values[3] = across == 0, along == 0, np.abs(along - across) < 1
    least, usual = least_directional_mean(values, weight)[:, 20, 20], smooth_inside(values, weight)[:, 20, 20]
    assert least[0] > 0.85 * usual[0]
    assert (least[1:] < 0.75 * usual[1:]).all()


def test_the_least_mean_takes_nothing_from_outside_the_cord():
    weight = np.zeros((2, 20, 20), np.float32)
    weight[0, :, 8:12] = 1
    values = np.where(weight > 0, 0.3, 9.0).astype(np.float32)
    assert least_directional_mean(values, weight)[weight > 0] == pytest.approx(0.3, abs=1e-4)
    assert not least_directional_mean(values, weight)[weight == 0].any()


def test_running_median_and_spread_are_those_of_the_window():
    rng = np.random.default_rng(0)
    values = rng.normal(0.3, 0.05, (2, 100, 8))
    chosen = rng.random((2, 100, 8)) < 0.5
    median = running_median(values, chosen, 10)
    window = values[:, 40:61][chosen[:, 40:61]]
    assert median[50] == np.median(window)
    spread = running_spread(values, median, chosen, 10)
    assert spread.mean() == pytest.approx(0.05, rel=0.15)


def test_rows_without_cord_take_the_nearest_median():
    values = np.arange(40.0)[None, :, None] * np.ones((1, 1, 3))
    chosen = np.zeros((1, 40, 3), bool)
    chosen[:, 10:20] = True
    median = running_median(values, chosen, 0)
    assert median[0] == 10
    assert median[39] == 19


def test_z_scores_of_noise_have_unit_spread_and_a_shift_shows_in_its_own_units():
    rng = np.random.default_rng(1)
    values = rng.normal(0.3, 0.05, (1, 200, 10)).astype(np.float32)
    fraction = np.ones_like(values)
    values[0, 100:103, 4:7] = 0.3 + 5 * 0.05
    z = local_z(values, fraction, fraction)
    assert z[0, 101, 5] == pytest.approx(5, rel=0.15)
    assert (z > 0).mean() == pytest.approx(0.5, abs=0.05)
    assert np.sqrt(np.mean(z[z > 0] ** 2)) == pytest.approx(1, rel=0.15)


def test_the_rim_does_not_set_the_scale():
    rng = np.random.default_rng(2)
    values = rng.normal(0.3, 0.02, (1, 200, 12)).astype(np.float32)
    fraction = np.ones_like(values)
    fraction[..., :3] = 0.7
    values[..., :3] = 0.8
    alone = local_z(values[..., 3:], fraction[..., 3:], fraction[..., 3:])
    assert np.allclose(local_z(values, fraction, fraction)[..., 3:], alone, atol=1e-4)


def test_pooled_scores_have_one_standard_for_all_slices_and_a_median_of_each():
    rng = np.random.default_rng(3)
    values = rng.normal(0, 1, (4, 200, 10)).astype(np.float32)
    fraction = np.ones_like(values)
    fraction[3, :, 1:] = 0.7  # one column of core in a slice at the side
    values[3] = 2 + 0.2 * values[3]
    values[0, 100, 5], values[3, 100, 0] = 8, 2 + 8
    z = pooled_z(values, fraction, np.ones_like(values))
    assert z[0, 100, 5] == pytest.approx(8, rel=0.1)
    assert z[0, 100, 5] < z[3, 100, 0] < 2 * z[0, 100, 5]
    assert local_z(values, fraction, np.ones_like(values))[3, 100, 0] > 2.5 * z[3, 100, 0]


def test_a_slice_that_is_noisier_than_usual_is_judged_more_mildly():
    rng = np.random.default_rng(4)
    values = rng.normal(0, 0.5, (4, 200, 10)).astype(np.float32)
    values[2] *= 4
    values[1, 100, 5], values[2, 100, 5] = 6, 6
    z = pooled_z(values, np.ones_like(values), np.ones_like(values))
    assert z[2, 100, 5] < 0.7 * z[1, 100, 5]


def test_pooled_scores_of_a_scan_without_noise_are_small():
    values = np.full((1, 100, 8), 0.01, np.float32)
    values[0, 50] = 0.05
    assert pooled_z(values, np.ones_like(values), np.ones_like(values)).max() < 0.5


def test_nothing_is_scored_where_nothing_is_trusted():
    values = np.random.default_rng(0).normal(size=(1, 50, 8)).astype(np.float32)
    assert not pooled_z(values, np.ones_like(values), np.zeros_like(values)).any()
