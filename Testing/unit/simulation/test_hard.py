"""What makes a neck hard: no fluid over a long stretch, a bent neck, metal, and settings that training never sees."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from u2ad.scan import SagittalView
from u2ad.simulation import (
    DIFFICULTIES,
    HELD_BACK,
    TRAINED,
    Acquisition,
    Hardship,
    Metal,
    Narrowing,
    fluid_share,
    hard_neck,
    narrowed,
    simulate,
)
from u2ad.simulation.curve import ARC, draw_curve
from u2ad.simulation.streams import stream

SMALL = Acquisition.isotropic(field_of_view=(24.0, 160.0, 60.0), centre=(0.0, 0.0, 0.0)).faultless()


def by_row(phantom, array):
    """Sum over each row of the sagittal view, head first."""
    return SagittalView.from_grid(phantom.scan.grid).apply(array).sum(axis=(0, 2))


@pytest.fixture(scope="module")
def long_stenosis():
    return hard_neck(3, HELD_BACK, ("stenosis",), SMALL)


def test_a_long_stenosis_has_no_fluid_over_a_third_of_the_cord(long_stenosis):
    cord, fluid = (by_row(long_stenosis, array) for array in (long_stenosis.cord, long_stenosis.csf))
    plain = simulate(3, SMALL)
    open_canal = np.median(by_row(plain, plain.csf)[by_row(plain, plain.cord) > 20])
    closed = (fluid < 0.4 * open_canal) & (cord > 10)
    assert closed.sum() >= (cord > 10).sum() / 3


def test_the_cord_is_flat_in_it(long_stenosis):
    plain = simulate(3, SMALL)
    height = by_row(long_stenosis, long_stenosis.cord) / np.maximum(by_row(plain, plain.cord), 1e-6)
    assert 0.3 < height.min() < 0.75
    assert height.max() > 0.95


@pytest.mark.parametrize("degrees", [0.0, 20.0, 40.0])
def test_kyphosis_bends_the_neck_forwards_by_the_angle_asked_for(degrees):
    plain, bent = (draw_curve(stream(1, "anatomy"), angle).inclination for angle in (0.0, degrees))
    at = [np.abs(ARC - height).argmin() for height in (-25.0, 86.0)]
    change = np.rad2deg((bent - plain)[at])
    assert change[0] - change[1] == pytest.approx(degrees, abs=0.1)


def test_metal_takes_the_signal_at_its_level_and_leaves_the_truth():
    plain, operated = (simulate(4, SMALL, metal=metal) for metal in ((), (Metal("C5/C6", 9.0),)))
    np.testing.assert_array_equal(plain.cord, operated.cord)
    changed = plain.scan.array != operated.scan.array
    ratio = operated.scan.array[changed].sum() / plain.scan.array[changed].sum()
    assert ratio < 1
    assert (operated.scan.array[changed] == 0).sum() > 500
    middle = plain.scan.grid.to_kji(plain.levels["C5/C6"])
    rows = np.argwhere(changed)[:, 1]
    assert abs(np.median(rows) - middle[1]) < 4


def test_metal_at_a_level_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="C2/C3"):
        Metal("C8/C9")


def test_no_setting_of_the_measurements_is_trained():
    for field in fields(Hardship):
        if field.name == "beside":
            continue
        trained, held = (getattr(hardship, field.name) for hardship in (TRAINED, HELD_BACK))
        assert trained[1] <= held[0] or held[1] <= trained[0], field.name


@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_each_difficulty_changes_the_scan(difficulty):
    plain, hard = (hard_neck(6, TRAINED, chosen, SMALL) for chosen in ((), (difficulty,)))
    assert plain.scan.digest != hard.scan.digest


@pytest.fixture(scope="module")
def healthy():
    phantom = simulate(7, replace(SMALL, flow=0.0))
    view = SagittalView.from_grid(phantom.scan.grid)
    return view.apply(phantom.scan.array).astype(np.float32), view.apply(phantom.cord), view.apply(phantom.csf)


def test_fluid_is_told_from_its_signal(healthy):
    image, cord, csf = healthy
    found = fluid_share(image, cord, np.ones(3))
    assert found[csf > 0.9].mean() > 0.9
    assert found[cord > 0.95].max() == 0


def test_a_painted_stenosis_has_no_fluid_and_a_flatter_cord_and_leaves_the_rest(healthy):
    image, cord, csf = healthy
    asked = Narrowing(middle=0.5, length=60.0, flattening=0.4, beside=0.4)
    changed, flatter = narrowed(image, cord, np.ones(3), asked, np.random.default_rng(0))
    rows = np.arange(image.shape[1])
    marked = np.flatnonzero(cord.any(axis=(0, 2)))
    middle = (marked[0] + marked[-1]) / 2
    inside, outside = np.abs(rows - middle) < 20, np.abs(rows - middle) > 50
    assert fluid_share(changed, flatter, np.ones(3))[:, inside].sum() < 0.2 * csf[:, inside].sum()
    area = flatter.sum(axis=(0, 2)) / np.maximum(cord.sum(axis=(0, 2)), 1e-6)
    assert np.median(area[inside]) == pytest.approx(0.6, abs=0.08)
    np.testing.assert_allclose(changed[:, outside & (rows > 5)], image[:, outside & (rows > 5)], rtol=0.02, atol=1)


def test_an_empty_mask_cannot_be_narrowed(healthy):
    image, cord, _ = healthy
    with pytest.raises(ValueError, match="empty"):
        narrowed(image, np.zeros_like(cord), np.ones(3), Narrowing(0.5, 30, 0.3, 0.4), np.random.default_rng(0))
