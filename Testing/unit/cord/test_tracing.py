"""Tracing: one path down the neck, gaps bridged on it, and what lies beside it left out."""

import numpy as np
import pytest

from u2ad.cord.cord import Trust
from u2ad.cord.tracing import strongest_path, trace_cord

SPACING = np.array([3.3, 1.0, 1.0])
SHAPE = (13, 160, 80)


def middle_of(row):
    return 6.0, 40 + 10 * np.sin(row / 40)


def tube(strength=0.95):
    """Output of a network that is sure of a cord of 8 x 12 mm bending in the plane."""
    slices, columns = np.ogrid[: SHAPE[0], : SHAPE[2]]
    output = np.zeros(SHAPE, np.float32)
    for row in range(SHAPE[1]):
        k, i = middle_of(row)
        radius = np.hypot((slices - k) * SPACING[0] / 6, (columns - i) / 4)
        output[:, row] = strength * (radius <= 1)
    return output


def dice(one, other):
    return 2 * (one & other).sum() / (one.sum() + other.sum())


def test_a_sure_cord_stays_as_it_is():
    output = tube()
    traced = trace_cord(output, SPACING)
    np.testing.assert_array_equal(traced.fraction, output)
    np.testing.assert_array_equal(traced.rows, np.arange(SHAPE[1]))
    assert not traced.bridged.any()


def test_a_gap_is_bridged_along_the_cord_and_said_to_be():
    whole = tube()
    output = whole.copy()
    output[:, 60:95] *= 0.2
    traced = trace_cord(output, SPACING)
    np.testing.assert_array_equal(np.flatnonzero(traced.bridged), np.arange(60, 95))
    assert dice(traced.fraction[:, 60:95] >= 0.5, whole[:, 60:95] >= 0.5) > 0.75


def test_a_gap_without_any_output_is_bridged_straight():
    whole = tube()
    output = whole.copy()
    output[:, 70:90] = 0
    traced = trace_cord(output, SPACING)
    assert dice(traced.fraction[:, 70:90] >= 0.5, whole[:, 70:90] >= 0.5) > 0.6


def test_pieces_beside_the_path_are_no_cord():
    output = tube()
    false = output.copy()
    false[5:8, 20:60, 68:76] = 0.9
    np.testing.assert_array_equal(trace_cord(false, SPACING).fraction, output)


def test_what_grows_out_of_the_cord_sideways_ends_near_it():
    output = tube()
    output[5:8, 70:76, 50:79] = 0.9
    kept = trace_cord(output, SPACING).fraction
    assert kept[6, 72, 52] > 0.5
    assert kept[:, :, 66:].max() == 0


def test_a_speck_far_below_is_not_worth_a_long_way():
    output = tube()
    output[:, 40:] = 0
    output[6, 156:158, 38:42] = 0.9
    assert trace_cord(output, SPACING).rows[-1] < 60


def test_scattered_output_has_no_cord():
    noise = np.where(np.random.default_rng(0).random(SHAPE) > 0.99, 0.8, 0).astype(np.float32)
    assert strongest_path(noise, SPACING) is None
    assert trace_cord(noise, SPACING).fraction.max() == 0
    assert strongest_path(np.zeros(SHAPE, np.float32), SPACING) is None


def test_the_path_runs_in_the_middle_of_the_cord():
    path = strongest_path(tube(), SPACING)
    assert path is not None
    wanted = np.array([middle_of(row)[1] for row in path.rows])
    assert np.abs(path.columns - wanted).max() < 1.5
    assert np.abs(path.slices - 6).max() < 0.5


def test_trust_names_unsure_stretches_from_the_top():
    overlap, doubtful = np.full(100, 0.95), np.zeros(100, bool)
    overlap[10:30] = 0.5
    doubtful[60:80] = True
    trust = Trust.of(overlap, doubtful, 0.5)
    assert trust.unsure == ((5.0, 15.0), (30.0, 40.0))
    assert trust.unsure_share == pytest.approx(0.4)
    assert trust.overlap == pytest.approx(0.86)


def test_without_cord_there_is_no_trust():
    assert Trust.of(np.zeros(0), np.zeros(0, bool), 1.0) == Trust(0.0, 0.0, ())
