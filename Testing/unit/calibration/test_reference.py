"""Where a score stands among those of lesion-free people."""

import pytest

from u2ad.calibration import Reference
from u2ad.calibration.reference import ENOUGH, described, standing_of

NINE = Reference(tuple(float(n) for n in range(1, 10)))


def test_the_median_of_the_reference_stands_at_50() -> None:
    assert NINE.percentile(5.0) == 50
    assert Reference((1.0, 2.0, 3.0, 4.0)).percentile(2.5) == 50


def test_all_of_one_score_stand_in_their_middle() -> None:
    assert Reference((0.0, 0.0, 0.0, 8.0)).percentile(0.0) == pytest.approx(37.5)


def test_a_higher_score_stands_higher() -> None:
    ranks = [NINE.percentile(score) for score in (0, 1, 1.5, 5, 9, 10)]
    assert ranks == sorted(ranks)
    assert (ranks[0], ranks[-1]) == (0, 100)


def test_own_scans_change_the_percentile() -> None:
    extended = NINE.extended([20.0, 30.0, 40.0])
    assert (extended.scans, extended.own) == (12, 3)
    assert extended.percentile(9.5) == 75
    assert NINE.percentile(9.5) == 100


def test_enough_own_scans_stand_alone() -> None:
    few, many = ([50.0 + n for n in range(count)] for count in (ENOUGH - 1, ENOUGH))
    assert NINE.extended(few).scans == ENOUGH - 1 + 9
    assert NINE.extended(many) == Reference(tuple(many), ENOUGH)


def test_no_own_scans_change_nothing() -> None:
    assert NINE.extended([]) == NINE


@pytest.mark.parametrize("scores", [(), (2.0, 1.0), (float("nan"),), (-1.0,)])
def test_what_is_no_reference_is_refused(scores: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="ascending"):
        Reference(scores)


@pytest.mark.parametrize(
    ("own", "words"), [(0, "(simulated)"), (3, "(9 simulated and 3 of this site)"), (12, "(of this site)")]
)
def test_it_says_whose_scans_they_are(own: int, words: str) -> None:
    assert described(12, own) == f"12 lesion-free scans {words}"


@pytest.mark.parametrize(
    ("percentile", "words"),
    [(100.0, "higher than each of 50"), (99.1, "higher than each of 50"), (97.0, "higher than 97 % of 50"),
     (0.0, "lower than each of 50")],
)  # fmt: skip
def test_it_tells_no_finer_than_the_scans_can(percentile: float, words: str) -> None:
    assert words in standing_of(percentile, 50, 0)
