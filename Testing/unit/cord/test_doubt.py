"""What makes a mask doubtful: a depth that no cord has, and surroundings that look like cord."""

import numpy as np
import pytest

from u2ad.cord.doubt import doubtful_rows, steadiness

SPACING = np.array([3.3, 1.0, 1.0])
SHAPE = (13, 120, 80)
ROWS = np.arange(SHAPE[1])


def tube(half_depth=4.0, slope=0.0):
    """A mask of 12 mm from side to side, running backwards by ``slope``."""
    slices, rows, columns = np.ogrid[: SHAPE[0], : SHAPE[1], : SHAPE[2]]
    middle = 40 + slope * (rows - 60)
    return np.hypot((slices - 6) * SPACING[0] / 6, (columns - middle) / half_depth) <= 1


def scan(mask, cord=0.3, around=0.9):
    return np.where(mask, cord, around).astype(np.float32)


@pytest.mark.parametrize("slope", [0.0, 0.5, -0.5])
def test_a_cord_in_fluid_is_not_doubtful(slope):
    mask = tube(slope=slope)
    assert not doubtful_rows(scan(mask), mask, ROWS, SPACING).any()


@pytest.mark.parametrize("around", [0.05, 0.15])
def test_nor_is_one_in_dark_bone(around):
    mask = tube()
    assert not doubtful_rows(scan(mask, around=around), mask, ROWS, SPACING).any()


def test_a_mask_that_has_taken_in_what_lies_beside_the_cord_is_too_deep():
    mask = tube()
    mask[:, 50:80] |= tube(half_depth=7)[:, 50:80]
    np.testing.assert_array_equal(np.flatnonzero(doubtful_rows(scan(mask), mask, ROWS, SPACING)), np.arange(50, 80))


def test_where_the_surroundings_look_like_cord_there_is_no_border():
    mask = tube()
    image = scan(mask)
    image[:, 30:60] = 0.3
    doubtful = doubtful_rows(image, mask, ROWS, SPACING)
    np.testing.assert_array_equal(np.flatnonzero(doubtful), np.arange(30, 60))


def test_without_a_mask_nothing_is_doubtful():
    assert not doubtful_rows(np.zeros(SHAPE, np.float32), np.zeros(SHAPE, bool), ROWS[:0], SPACING).size


def test_the_same_mask_again_is_steady_and_what_is_far_from_it_does_not_count():
    mask = tube()
    again = mask.copy()
    again[:, 20:40, 70:76] = True
    np.testing.assert_array_equal(steadiness(mask, again, ROWS, SPACING), 1)


def test_rows_where_the_second_mask_is_missing_are_unsteady():
    mask = tube()
    again = mask.copy()
    again[:, 50:80] = False
    steady = steadiness(mask, again, ROWS, SPACING)
    assert steady[56:74].max() == 0
    assert steady[:44].min() == 1
