"""A few clicks along the cord give its mask, also where no fluid shows it."""

import numpy as np
import pytest
from cord_tube import make_tube

from u2ad.cord import MaskSource
from u2ad.cord.chain import best_chain
from u2ad.cord.path import cord_through
from u2ad.errors import RefusedInputError
from u2ad.progress import Silent
from u2ad.scan import Scan

GRIDS = {
    "isotropic": {"spacing": (1.0, 1.0, 1.0)},
    "thick and oblique": {"spacing": (3.3, 0.7, 0.7), "tilt": (8.0, -6.0, 10.0)},
    "left-handed": {"spacing": (3.3, 0.7, 0.7), "flips": (-1, 1, 1)},
}


def dice(one: np.ndarray, other: np.ndarray) -> float:
    return 2 * (one & other).sum() / (one.sum() + other.sum())


def clicks(tube, count: int = 4, jitter: float = 1.0, seed: int = 0) -> np.ndarray:
    """Points from the upper to the lower end of the visible cord, off its middle as a hand is."""
    inside = tube.cord.grid.to_ras(np.argwhere(tube.cord.mask))[:, 2]
    heights = np.linspace(inside.max() - 5, inside.min() + 5, count)
    return tube.middle(heights) + np.random.default_rng(seed).normal(0, jitter, (count, 3))


@pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS)
def test_a_mask_follows_the_cord_through_three_clicks(grid):
    tube = make_tube(**grid)
    cord = cord_through(tube.scan, clicks(tube, 3), Silent())
    assert dice(cord.mask, tube.cord.mask) > 0.85


@pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS)
def test_no_fluid_is_needed(grid):
    tube = make_tube(**grid, signal=(250.0, 100.0))
    cord = cord_through(tube.scan, clicks(tube, 3), Silent())
    assert dice(cord.mask, tube.cord.mask) > 0.85


def test_where_nothing_shows_the_cord_the_mask_keeps_its_usual_size():
    tube = make_tube()
    blank = Scan(np.random.default_rng(0).normal(250, 10, tube.scan.array.shape).astype(np.float32), tube.scan.grid)
    points = clicks(tube, jitter=0)
    cord = cord_through(blank, points, Silent())
    length = np.linalg.norm(np.diff(points, axis=0), axis=1).sum() + 10
    area = cord.fraction.sum() * cord.grid.voxel_volume / length
    assert 40 < area < 90


def test_the_order_of_the_clicks_does_not_matter():
    tube = make_tube()
    points = clicks(tube)
    one, other = (cord_through(tube.scan, points[order], Silent()) for order in ([0, 1, 2, 3], [2, 0, 3, 1]))
    assert np.array_equal(one.fraction, other.fraction)


def test_a_person_has_seen_it_only_if_the_caller_says_so():
    tube = make_tube()
    points = clicks(tube)
    cord = cord_through(tube.scan, points, Silent())
    assert (cord.source, cord.seen_by_person) == (MaskSource.POINTS, False)
    assert cord_through(tube.scan, points, Silent(), seen=True).seen_by_person


def test_the_mask_ends_half_a_centimetre_beyond_the_outer_clicks():
    tube = make_tube((1.0, 1.0, 1.0), tilt=(0, 0, 0))
    cord = cord_through(tube.scan, tube.middle(np.array([40.0, 10.0, -30.0])), Silent())
    heights = cord.grid.to_ras(np.argwhere(cord.mask))[:, 2]
    assert heights.max() == pytest.approx(45, abs=2.5)
    assert heights.min() == pytest.approx(-35, abs=2.5)


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([(0, 0, 40)], "less than 2 cm"),
        ([(0, 0, 10), (0, 0, 12), (0, 1, 14)], "less than 2 cm"),
        ([(0, 0, 40), (0, 0, 200)], "outside the scan"),
        ([(0, 0, 40), (0, np.nan, -40)], "not places"),
        ([], "not places"),
        ([(0, 0, 40), (0, 25, 36), (0, 0, -40)], "side by side"),
    ],
)
def test_points_that_cannot_lie_on_a_cord_are_refused(points, words):
    tube = make_tube()
    with pytest.raises(RefusedInputError, match=words) as refusal:
        cord_through(tube.scan, points, Silent())
    assert "lick" in refusal.value.remedy


def test_the_best_chain_is_the_best_of_all_chains():
    gain = np.random.default_rng(1).normal(0, 1, (4, 3, 3))
    states = [(a, b) for a in range(3) for b in range(3)]
    best = -np.inf
    chains = [[state] for state in states]
    for _ in range(3):
        chains = [[*c, s] for c in chains for s in states if max(abs(np.subtract(c[-1], s))) <= 1]
    for chain in chains:
        steps = np.abs(np.diff(chain, axis=0)).sum()
        best = max(best, sum(gain[n][state] for n, state in enumerate(chain)) - 0.3 * steps)
    first, second = best_chain(gain, 0.3)
    steps = np.abs(np.diff(first)).sum() + np.abs(np.diff(second)).sum()
    assert gain[np.arange(4), first, second].sum() - 0.3 * steps == pytest.approx(best)
