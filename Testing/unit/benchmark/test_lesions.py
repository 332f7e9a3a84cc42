"""Counting: which lesions were found, and at how many false alarms."""

import numpy as np
import pytest

from u2ad.benchmark.lesions import Answer, _row, cases_of, compare, cut_for, interval, sensitivity
from u2ad.findings import AnomalyCurve, Finding, Findings
from u2ad.scan import Grid
from u2ad.simulation import Acquisition, simulate


def findings(labels, *scores):
    grid = Grid(labels.shape, np.eye(4))
    ranked = tuple(
        Finding(n, score, (0, 0, 0), 0, (1, 1, 1), 1, score, score, None, None, "unknown")
        for n, score in enumerate(scores, start=1)
    )
    curve = AnomalyCurve(np.zeros(1), np.zeros(1), ("unknown",))
    return Findings(grid, labels, ranked, curve, max(scores, default=0), 3)


def test_a_lesion_is_found_by_a_candidate_that_shares_a_voxel_and_takes_its_best_score():
    lesions, labels = np.zeros((1, 1, 12), np.int16), np.zeros((1, 1, 12), np.int16)
    lesions[..., 1:4], lesions[..., 8:10] = 1, 2
    labels[..., 3:5], labels[..., 0:2], labels[..., 6] = 1, 2, 3
    answer = compare(findings(labels, 9.0, 5.0, 4.0), lesions)
    assert answer.hits == (9.0, 0.0)
    assert answer.alarms == (4.0,)


def test_one_candidate_may_find_two_lesions():
    lesions = np.array([[[1, 0, 2]]], np.int16)
    assert compare(findings(np.ones((1, 1, 3), np.int16), 7.0), lesions) == Answer((7.0, 7.0), (), ())


def test_the_cut_lets_as_many_alarms_pass_as_asked():
    answers = [Answer((8.0, 3.0), (7.0, 2.0), ()), Answer((), (6.0,), ())]
    assert cut_for(answers, 0.5) == 6.0  # one alarm in two scans: 7
    assert sensitivity(answers, 0.5) == 0.5
    assert cut_for(answers, 1) == 2.0
    assert sensitivity(answers, 1) == 1.0
    assert cut_for(answers, 2) == 0.0


def test_a_missed_lesion_is_never_found_however_many_alarms():
    answers = [Answer((0.0, 5.0), (), ())]
    assert sensitivity(answers, 10) == 0.5


def test_the_interval_holds_the_value_and_shrinks_to_it_without_spread():
    assert interval(lambda chosen: 0.7, 6) == (0.7, 0.7)
    found = [1.0, 0.0] * 5
    low, high = interval(lambda chosen: float(np.mean([found[n] for n in chosen])), 10)
    assert low < 0.5 < high


def test_a_detector_is_not_behind_itself_and_behind_one_that_finds_more():
    class Named:
        name, threshold = "any", 3.0

    good = [Answer((9.0,), (), ()), Answer((), (2.0,), (4.0,))] * 4
    poor = [Answer((0.0,), (), ()), Answer((), (2.0,), (2.5,))] * 4
    assert _row(Named(), good, good).behind == (0.0, 0.0, 0.0)
    assert _row(Named(), poor, good).behind == (1.0, 1.0, 1.0)
    assert _row(Named(), good, good).healthy_alarms == 1.0
    assert _row(Named(), poor, good).healthy_silent == 1.0


@pytest.mark.slow
@pytest.mark.parametrize("slices", ["stored", "thick"])
def test_cases_come_in_pairs_that_differ_by_their_lesions_alone(slices):
    phantom = simulate(3, Acquisition.isotropic().near_cord())
    (with_lesions, without) = cases_of(phantom.scan, phantom.cord, [1], 2, slices, give_cord=True)
    assert set(np.unique(with_lesions.lesions)) == {0, 1, 2}
    assert not without.lesions.any()
    changed = ~np.isclose(with_lesions.scan.array, without.scan.array, rtol=1e-3, atol=1e-2)
    assert changed[with_lesions.lesions > 0].mean() > 0.9
    assert changed.mean() < 0.02
    assert with_lesions.scan.grid.spacing.max() == pytest.approx(1.0 if slices == "stored" else 3.3)
