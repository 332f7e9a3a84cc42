"""Measuring cord masks: what is counted, on cases whose answer is known."""

from itertools import islice

import numpy as np
import pytest
from cord_tube import make_tube

from u2ad.benchmark.cord import (
    FIRST_SEED,
    CordCase,
    CordFit,
    fit,
    real_cases,
    rows_of,
    simulated_cases,
    surface_distance,
)
from u2ad.cord import Cord, MaskSource
from u2ad.cord.cord import Trust
from u2ad.scan import SagittalView
from u2ad.simulation import seeds


@pytest.fixture(scope="module")
def tube():
    return make_tube((1.0, 1.0, 1.0), tilt=(0.0, 0.0, 0.0))


def found(tube, fraction, trust=None):
    return Cord(tube.cord.grid, fraction.astype(np.float32), MaskSource.AUTOMATIC, False, trust=trust)


def case(tube, cord=None, ends=False):
    return CordCase("any", tube.scan, tube.cord.fraction if cord is None else cord, ends)


def test_the_true_mask_fits(tube):
    result = fit(case(tube), found(tube, tube.cord.fraction))
    assert (result.dice, result.surface, result.line_error, result.usable) == (1.0, 0.0, 0.0, True)
    assert np.isnan(result.brainstem)


def test_nothing_found_is_the_worst_fit(tube):
    result = fit(case(tube), found(tube, np.zeros(tube.cord.fraction.shape)))
    assert result.dice == 0
    assert np.isinf(result.surface)
    assert np.isinf(result.line_error)
    assert not result.usable


def test_a_mask_moved_by_three_mm_is_off_by_as_much(tube):
    result = fit(case(tube), found(tube, np.roll(tube.cord.fraction, 3, axis=2)))
    assert result.line_error == pytest.approx(3, abs=0.2)
    assert result.surface == pytest.approx(3, abs=0.2)
    assert result.usable


def test_half_a_cord_has_no_usable_line(tube):
    half = np.where(np.arange(tube.cord.fraction.shape[1])[None, :, None] < 70, tube.cord.fraction, 0)
    assert not fit(case(tube), found(tube, half)).usable


def test_the_surface_distance_is_in_mm():
    one, other = np.zeros((5, 40, 40), bool), np.zeros((5, 40, 40), bool)
    one[2, 10:30, 10:30] = True
    other[3, 10:30, 10:30] = True
    assert surface_distance(one, other, np.array([3.3, 0.6, 0.6])) == pytest.approx(3.3)


def test_what_is_marked_above_the_cord_is_brainstem(tube):
    view = SagittalView.from_grid(tube.cord.grid)
    true = view.apply(tube.cord.fraction).copy()
    true[:, :40] = 0
    result = fit(case(tube, np.ascontiguousarray(view.restore(true)), ends=True), found(tube, tube.cord.fraction))
    marked = (view.apply(tube.cord.fraction)[:, :37] >= 0.5).sum()
    assert result.brainstem == marked > 1000


@pytest.mark.parametrize(("trust", "flagged"), [(Trust(0.99, 0.0, ()), False), (Trust(0.5, 0.0, ()), True)])
def test_a_warning_of_the_mask_counts_as_flag(tube, trust, flagged):
    assert fit(case(tube), found(tube, tube.cord.fraction, trust)).flagged is flagged


def test_a_row_sums_up_its_class():
    fits = [
        CordFit("a", 0.9, 1.0, 0.2, True, float("nan"), False),
        CordFit("b", 0.5, 9.0, 3.0, False, 100.0, True),
        CordFit("a", 0.8, 3.0, 0.4, True, 50.0, True),
    ]
    first, second = rows_of(fits)
    assert (first.kind, first.scans, first.worst, first.good, first.usable) == ("a", 2, 0.8, 0.5, 1.0)
    assert (first.dice, first.surface, first.line_error) == pytest.approx((0.85, 2.0, 0.3))
    assert (first.brainstem, first.flagged) == (50.0, 0.5)
    assert second.usable == 0


@pytest.mark.slow
def test_simulated_cases_have_seeds_of_their_own_and_long_stenoses():
    cases = list(simulated_cases(1))
    assert [each.kind for each in cases] == [f"simulated, {kind}" for kind in ("ordinary", "long stenosis", "hard")]
    assert all(each.cord.max() > 0.9 and each.scan.array.shape == each.cord.shape for each in cases)


def test_first_seed_is_one_that_nothing_is_trained_on():
    assert FIRST_SEED in seeds.TEST
    assert FIRST_SEED not in seeds.TRAINING


def test_a_person_is_cut_to_a_part_of_the_neck(real):
    whole, part = islice(real_cases(real / "healthy", ["sub-errsm23"]), 2)
    assert part.scan.array.size < whole.scan.array.size
    ras = part.scan.grid.to_ras(np.argwhere(part.cord >= 0.5)[0])
    assert whole.cord[tuple(np.round(whole.scan.grid.to_kji(ras)).astype(int))] >= 0.5
