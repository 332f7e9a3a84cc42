"""Measures against cases that can be counted by hand, and against scikit-learn."""

import numpy as np
import pytest
from benchmark_answers import CLEAR, FAINT, answer
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from u2ad.benchmark.answers import EDGES, Segment, counted
from u2ad.benchmark.figures import froc, precision_recall, roc
from u2ad.benchmark.intervals import difference, drawn, estimate
from u2ad.benchmark.measures import (
    MEASURES,
    Sample,
    alarms_at_default,
    area,
    average_precision,
    cut_for,
    patient_f1,
    segment_f1,
    sensitivity,
    share_with_at_most,
)


def once(sample):
    return np.ones((1, sample.units))


def test_the_cut_lets_as_many_alarms_pass_as_asked():
    sample = Sample.of([answer(1, [8.0, 3.0], [7.0, 2.0]), answer(1, [], [6.0])])
    assert cut_for(sample, once(sample), 0.5) == 6.0  # one alarm in two scans: 7
    assert sensitivity(sample, once(sample), 0.5) == 0.5
    assert cut_for(sample, once(sample), 1) == 2.0
    assert sensitivity(sample, once(sample), 1) == 1.0
    assert cut_for(sample, once(sample), 2) == 0.0


def test_a_missed_lesion_is_never_found_however_many_alarms():
    sample = Sample.of([answer(1, [0.0, 5.0])])
    assert sensitivity(sample, once(sample), 10) == 0.5


def test_faint_and_clear_lesions_are_counted_apart():
    sample = Sample.of([answer(1, [(FAINT, 0.0), (FAINT, 9.0), (CLEAR, 9.0)])])
    assert sensitivity(sample, once(sample), 1, faint=True) == 0.5
    assert sensitivity(sample, once(sample), 1, faint=False) == 1.0


def test_a_draw_that_repeats_a_scan_counts_its_alarms_and_lesions_as_often():
    answers = [answer(1, [8.0], [7.0]), answer(2, [5.0], [])]
    sample = Sample.of(answers)
    assert sensitivity(sample, np.array([[2.0, 0.0], [0.0, 2.0]]), 0.5).tolist() == [1.0, 1.0]
    # one alarm of 7 in three scans is more than a quarter each: only the lesion above it is found
    assert sensitivity(sample, np.array([[1.0, 2.0]]), 0.25).tolist() == [pytest.approx(1 / 3)]


def test_average_precision_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    lesion, other = rng.gamma(3, 2, 300), np.concatenate([np.zeros(500), rng.gamma(1, 1, 3000)])
    sample = Sample.of([answer(1, [9.0], lesion_voxels=counted(lesion), other_voxels=counted(other))])
    binned = np.searchsorted(EDGES, np.concatenate([lesion, other]), side="right")
    truth = np.arange(len(binned)) < len(lesion)
    (value,) = average_precision(sample, once(sample))
    assert value == pytest.approx(average_precision_score(truth, binned))
    exact = average_precision_score(truth, np.concatenate([lesion, other]))
    assert value == pytest.approx(exact, abs=0.01)


def test_areas_are_those_of_scikit_learn():
    rng = np.random.default_rng(1)
    ill, free = rng.normal(1, 1, 20).round(1), rng.normal(0, 1, 20).round(1)
    answers = [answer(n, [max(score, 0)], patient_score=score) for n, score in enumerate(ill)]
    answers += [answer(n, patient_score=score) for n, score in enumerate(free)]
    sample = Sample.of(answers)
    assert area(sample, once(sample), "single") == pytest.approx(roc_auc_score([1] * 20 + [0] * 20, [*ill, *free]))
    assert np.isnan(area(sample, once(sample), "several"))


def test_scans_with_one_and_with_four_lesions_have_areas_of_their_own():
    answers = [answer(1, [9.0] * 4), answer(1, [], [5.0]), answer(2, [3.0]), answer(2, [], [5.0])]
    sample = Sample.of(answers)
    assert area(sample, once(sample), "several") == 1.0
    assert area(sample, once(sample), "single") == 0.0


def test_f1_uses_the_cut_of_the_reference_scans_and_not_those_of_the_test():
    references = [answer(100 + n, [], [float(n)], reference=True) for n in range(21)]  # 95 % lie below 19
    tests = [answer(1, [25.0]), answer(2, [10.0]), answer(1, [], [22.0]), answer(2, [], [1.0])]
    sample = Sample.of(references + tests)
    assert sample.cut == 19.0
    assert sample.units == 2
    assert patient_f1(sample, once(sample)) == pytest.approx(f1_score([1, 1, 0, 0], [1, 0, 1, 0]))
    assert np.isnan(patient_f1(Sample.of(tests), once(sample)))


def test_segments_are_pooled():
    references = [answer(100, [], [4.0], reference=True)]
    segments = (Segment("C2/C3", True, 9.0), Segment("C3/C4", False, 5.0), Segment("C4/C5", True, 0.0))
    sample = Sample.of([*references, answer(1, [9.0], segments=segments)])
    assert segment_f1(sample, once(sample)) == pytest.approx(f1_score([1, 0, 1], [1, 1, 0]))


def test_candidates_of_lesion_free_scans_alone_are_counted_at_the_default_threshold():
    sample = Sample.of([answer(1, [9.0], [5.0] * 7), answer(1, [], [5.0] * 3), answer(2, [], [5.0]), answer(3)])
    assert alarms_at_default(sample, once(sample)) == pytest.approx(4 / 3)
    assert share_with_at_most(sample, once(sample), 1) == pytest.approx(2 / 3)
    assert share_with_at_most(sample, once(sample), 0) == pytest.approx(1 / 3)


def test_the_interval_holds_the_value_and_shrinks_to_it_without_spread():
    same = Sample.of([answer(n, [9.0]) for n in range(10)])
    weights = drawn(same.clusters)
    figure = estimate(MEASURES["found at 1 FA/scan"], same, weights)
    assert (figure.value, figure.low, figure.high) == (1.0, 1.0, 1.0)
    mixed = Sample.of([answer(n, [9.0 * (n % 2)]) for n in range(10)])
    figure = estimate(MEASURES["found at 1 FA/scan"], mixed, weights)
    assert figure.low < figure.value == 0.5 < figure.high


def test_a_paired_difference_is_surer_than_two_intervals():
    rng = np.random.default_rng(0)
    found = rng.random(60) < 0.5
    good = Sample.of([answer(n, [9.0, 9.0 * f]) for n, f in enumerate(found)])
    poor = Sample.of([answer(n, [9.0 * (n % 10 > 0), 9.0 * f]) for n, f in enumerate(found)])
    weights = drawn(good.clusters)
    measure = MEASURES["found at 1 FA/scan"]
    better = difference(measure, good, poor, weights)
    assert better.value == pytest.approx(0.05)
    assert better.low > 0
    assert estimate(measure, good, weights).low < estimate(measure, poor, weights).high
    assert difference(measure, good, good, weights).high == 0.0


def test_detectors_on_other_scans_are_not_compared():
    one, two = (Sample.of([answer(n, [9.0]) for n in range(count)]) for count in (3, 4))
    with pytest.raises(ValueError, match="same scans"):
        difference(MEASURES["voxel AP"], one, two, drawn(one.clusters))


def test_scans_of_one_person_are_drawn_together_where_there_are_several_people():
    two = Sample.of([answer(n, [9.0], source=f"person {1 + n % 2}") for n in range(8)])
    assert len(set(two.clusters.tolist())) == 2
    weights = drawn(two.clusters)
    person = np.repeat([0, 1], 4)
    assert all(len(set(weights[:, person == n][draw])) == 1 for n in (0, 1) for draw in range(20))
    alone = Sample.of([answer(n, [9.0], source="person 1") for n in range(8)])
    assert len(set(alone.clusters.tolist())) == 8


def test_curves_agree_with_the_figures_of_the_table():
    rng = np.random.default_rng(2)
    answers = [answer(n, [max(0.0, rng.normal(6, 3))], rng.exponential(3, 2)) for n in range(30)]
    answers += [answer(n, [], rng.exponential(3, 2)) for n in range(30)]
    lesion, other = rng.gamma(3, 2, 300), rng.gamma(1, 1, 3000)
    answers.append(answer(40, [5.0], lesion_voxels=counted(lesion), other_voxels=counted(other)))
    sample = Sample.of(answers)
    assert froc(sample)[20] == sensitivity(sample, once(sample), 1)[0]
    assert (np.diff(froc(sample)) >= 0).all()
    false, true = roc(sample)
    assert np.trapezoid(true, false) == pytest.approx(area(sample, once(sample), "single")[0])
    recall, precision = precision_recall(sample)
    assert (np.diff(np.append(0, recall)) * precision).sum() == pytest.approx(
        average_precision(sample, once(sample))[0]
    )
