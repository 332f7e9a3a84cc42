"""What the reader's decisions say of the straightened cord."""

from dataclasses import replace

import numpy as np
import pytest

from u2ad.adaptation.case import AdaptationCase
from u2ad.adaptation.figures import Figures, mean_of
from u2ad.adaptation.painting import paint
from u2ad.cord.straight_cord import CORD_SIGNAL, core_of


@pytest.mark.parametrize(("kind", "part"), [("confirmed", "never"), ("rejected", "normal"), ("undecided", "left_out")])
def test_each_decision_has_its_part_of_the_cord(straight, decided, spot, kind, part):
    case = AdaptationCase.of(straight, decided(kind))
    marked = getattr(case, part)
    back = straight.frame.restore(marked.astype(np.float32)) > 0.5
    assert (back & spot).sum() > 0.8 * (spot & (straight.frame.restore(straight.fraction) > 0.5)).sum()
    assert marked.sum() == sum(getattr(case, name).sum() for name in ("never", "normal", "left_out"))


def test_findings_are_painted_over_and_the_rest_is_as_it_was(straight, decided):
    case = AdaptationCase.of(straight, decided("confirmed"))
    assert set(case.learned.image[case.findings].tolist()) == {np.float32(CORD_SIGNAL)}
    np.testing.assert_array_equal(case.learned.image[~case.findings], straight.image[~case.findings])
    assert (case.excluded & ~case.findings).any()
    assert case.excluded[case.findings].all()


def test_the_edges_of_findings_in_neighbouring_slices_are_not_learned(straight, decided):
    case = AdaptationCase.of(straight, decided("confirmed"))
    with_it = case.findings.any(axis=(1, 2))
    beside = np.flatnonzero(np.convolve(with_it, [1, 1, 1], "same") & ~with_it)
    assert beside.size
    assert case.excluded[beside].any(axis=(1, 2)).all()


def test_no_room_for_a_painted_lesion_is_said_and_is_no_number(straight):
    everything = AdaptationCase.of(straight)
    full = replace(everything, left_out=np.ones_like(everything.left_out))
    assert not paint(full, 3).lesions.any()
    blank = Figures(0.1, 0.1, None, None)
    with pytest.raises(ValueError, match="painted"):
        mean_of([blank])
    assert mean_of([blank, Figures(0.1, 0.1, 3.0, None)]).painted == 3.0


def test_what_is_confirmed_is_not_learned_as_normal_too(straight, decided, spot):
    both = decided("confirmed")
    case = AdaptationCase.of(straight, type(both)(both.confirmed, both.confirmed, both.undecided))
    assert not case.normal.any()


def test_some_of_the_cord_is_set_aside_in_blocks(case):
    rows = case.aside.all(axis=(0, 2))
    assert 0.05 < rows.mean() < 0.3
    ends = np.flatnonzero(np.diff(rows.astype(int)))
    assert (np.diff(ends)[::2] == 16).all()  # 12 mm each


def test_painted_lesions_lie_in_the_core_away_from_findings_and_are_the_same_again(straight, decided):
    case = AdaptationCase.of(straight, decided("confirmed"))
    painted = paint(case, 3)
    assert painted.lesions.any()
    assert not (painted.lesions & (case.excluded | ~core_of(straight.fraction))).any()
    brighter = painted.cord.image - case.learned.image
    assert (brighter[painted.lesions] > 0.05).all()
    np.testing.assert_array_equal(painted.cord.image, paint(case, 3).cord.image)
    assert not np.array_equal(painted.cord.image, paint(case, 4).cord.image)
