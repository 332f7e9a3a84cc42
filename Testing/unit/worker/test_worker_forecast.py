"""The bar: it never goes back, is never full too soon, and corrects itself by what was measured."""

import itertools

import pytest

from u2ad.worker.forecast import Forecast
from u2ad.worker.plan import Planned

PLAN = (Planned("load", 3.0, computes=False), Planned("cord", 1.0), Planned("rebuild", 4.0), Planned("rank", 1.0))


def drive(durations: dict[str, float], units: int = 20, plan=PLAN) -> list[tuple[float, float, float | None]]:
    """Time, fraction and seconds left, all the way through steps that take ``durations``."""
    forecast, now, seen = Forecast(plan), 0.0, []
    for name, seconds in durations.items():
        forecast.begin(name, units, now)
        for _ in range(units):
            seen.append((now, forecast.fraction(now), forecast.seconds_left(now)))
            now += seconds / units
            forecast.advance(1)
    seen.append((now, forecast.fraction(now), forecast.seconds_left(now)))
    return seen


SPEEDS = {
    "as expected": {"load": 3.0, "cord": 1.0, "rebuild": 4.0, "rank": 1.0},
    "slow computer": {"load": 3.0, "cord": 10.0, "rebuild": 40.0, "rank": 10.0},
    "fast computer": {"load": 0.5, "cord": 0.05, "rebuild": 0.2, "rank": 0.05},
    "slow disk": {"load": 60.0, "cord": 1.0, "rebuild": 4.0, "rank": 1.0},
    "one step out of the ordinary": {"load": 3.0, "cord": 1.0, "rebuild": 60.0, "rank": 1.0},
    "a step left out": {"load": 3.0, "rebuild": 4.0, "rank": 1.0},
}


@pytest.mark.parametrize("durations", SPEEDS.values(), ids=SPEEDS)
def test_the_fraction_never_falls_and_is_never_full(durations):
    fractions = [fraction for _, fraction, _ in drive(durations)]
    assert all(before <= after for before, after in itertools.pairwise(fractions))
    assert fractions[0] == 0.0
    assert 0.9 < fractions[-1] < 1.0


def test_where_all_goes_as_expected_the_bar_is_right_all_the_time():
    for now, fraction, left in drive(SPEEDS["as expected"]):
        assert fraction == pytest.approx(now / 9.0, abs=0.03)
        if left is not None:
            assert left == pytest.approx(9.0 - now, abs=0.5)


def test_on_a_slow_computer_the_time_left_is_right_after_the_first_step():
    seen = [(now, left) for now, _, left in drive(SPEEDS["slow computer"]) if now > 13.0]
    assert all(left == pytest.approx(63.0 - now, rel=0.25, abs=2.0) for now, left in seen)


def test_a_step_out_of_the_ordinary_is_noticed_while_it_runs():
    later = [(now, left) for now, _, left in drive(SPEEDS["one step out of the ordinary"]) if 20 < now < 60]
    assert all(0 <= left - (65.0 - now) < 15.0 for now, left in later)  # the last step is taken to be slow too


def test_no_time_is_told_before_anything_was_computed():
    times = [left for now, _, left in drive(SPEEDS["as expected"]) if now <= 3.0]
    assert set(times) == {None}


def test_without_units_the_bar_still_moves_with_the_clock():
    forecast = Forecast(PLAN)
    forecast.begin("load", 1, 0.0)
    fractions = [forecast.fraction(now) for now in (0.5, 1.0, 2.0, 3.0, 10.0)]
    assert fractions == sorted(set(fractions))


def test_an_unplanned_step_does_no_harm():
    forecast = Forecast(PLAN)
    assert forecast.begin("load", 1, 0.0) == 1
    assert forecast.begin("something new", 5, 3.0) == 1
    forecast.advance(5)
    assert forecast.begin("cord", 1, 4.0) == 2
    assert 0 < forecast.fraction(5.0) < 1


def test_more_units_than_announced_do_no_harm():
    forecast = Forecast(PLAN)
    forecast.begin("rank", 2, 1.0)
    forecast.advance(7)
    assert forecast.fraction(2.0) < 1
    assert forecast.seconds_left(2.0) == 0.0
