"""U2AD's own score: the residual over the error that the network expects, and the published one beside it."""

import numpy as np
import pytest
from cord_tube import make_tube

from u2ad.cord.centreline import centreline_of
from u2ad.cord.straight_cord import straighten_cord
from u2ad.detectors.registry import PAPER, make_detector
from u2ad.detectors.u2ad import Rebuilt, score
from u2ad.detectors.windows import channels_of
from u2ad.progress import Silent


@pytest.fixture(scope="module")
def straight():
    tube = make_tube((3.3, 0.6, 0.6))
    return straighten_cord(tube.scan, tube.cord, centreline_of(tube.cord))


def rebuilt(straight, spot: tuple, value: float, error: float = 0.02) -> Rebuilt:
    """A reconstruction that is right but for noise, and in one place too dark by ``value``."""
    mean = straight.image + np.random.default_rng(0).normal(0, 0.02, straight.image.shape).astype(np.float32)
    mean[spot] -= value
    return Rebuilt(mean, np.zeros_like(mean), np.full_like(mean, error))


@pytest.fixture(scope="module")
def spot(straight):
    """In the middle of the slice that holds most cord."""
    number = int(straight.fraction.sum(axis=(1, 2)).argmax())
    column = int(np.average(np.arange(32), weights=straight.fraction[number, 60:66].sum(axis=0)))
    return number, slice(60, 66), slice(column - 1, column + 2)


def test_what_is_brighter_than_rebuilt_scores_and_what_is_darker_does_not(straight, spot):
    assert score(straight, rebuilt(straight, spot, 0.2)).anomaly[spot].max() > 5
    assert score(straight, rebuilt(straight, spot, -0.2)).anomaly[spot].max() < 1


def test_where_the_network_expects_to_be_wrong_the_same_residual_counts_less(straight, spot):
    sure = rebuilt(straight, spot, 0.2)
    error = sure.error.copy()
    error[spot] *= 4
    unsure = Rebuilt(sure.mean, sure.epistemic, error)
    assert score(straight, unsure).anomaly[spot].max() < 0.5 * score(straight, sure).anomaly[spot].max()


def test_a_line_scores_less_beside_a_spot_as_bright_than_a_gaussian_would_let_it(straight, spot):
    """A Gaussian of the usual breadth gives .46."""
    number, _, columns = spot
    line = score(straight, rebuilt(straight, (number, 63, slice(0, 32)), 0.2)).anomaly[number, 63, columns].max()
    assert line < 0.42 * score(straight, rebuilt(straight, spot, 0.2)).anomaly[spot].max()


def test_where_nothing_was_rebuilt_nothing_is_found(straight, spot):
    sure = rebuilt(straight, spot, 0.2)
    error = sure.error.copy()
    error[spot[0]] = 0
    assert not score(straight, Rebuilt(sure.mean, sure.epistemic, error)).anomaly[spot].any()


def test_a_mask_far_from_its_own_centreline_is_not_trusted(straight, spot):
    certainty = score(straight, rebuilt(straight, spot, 0.0)).certainty
    assert certainty is not None
    assert not certainty[:, :, :7].any()
    assert not certainty[:, :, -7:].any()
    assert certainty[spot].min() > 0.9


def test_the_network_is_shown_what_lies_above_below_and_beside(straight):
    image, fraction, expected, beside = channels_of(straight)
    assert np.array_equal(image, straight.image)
    assert np.array_equal(fraction, straight.fraction)
    middle = int(fraction.sum(axis=(1, 2)).argmax())
    assert beside[middle] == pytest.approx((fraction[middle - 1] + fraction[middle + 1]) / 2)
    assert beside[0] == pytest.approx(fraction[1] / 2)
    core = fraction >= 0.95
    assert np.abs(expected - image)[core].mean() < 0.05
    assert expected[middle, 60:120, 15].std() < image[middle, 60:120, 15].std()


def test_as_published_darker_counts_as_much_as_brighter_and_the_rim_as_the_core(straight, spot):
    from dataclasses import replace

    image = straight.image.copy()
    image[spot] = 0.0
    dark = replace(straight, image=image)
    ours, published = (make_detector(name, draws=2).detect(dark, Silent()) for name in ("u2ad", PAPER))
    assert ours.anomaly[spot].max() < 2
    assert published.anomaly[spot].max() > 5
    assert published.certainty is not None
    assert (published.certainty[straight.fraction >= 0.5] == 1).all()
