"""What is fitted keeps its promises on the scans that it was fitted to."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from u2ad.calibration import Confidence
from u2ad.calibration.confidence import FEATURES
from u2ad.errors import U2ADError
from u2ad.findings import CandidateSettings
from u2ad.recalibration.fitting import fit, fit_scale, threshold_of
from u2ad.recalibration.logistic import fit_confidences

RNG = np.random.default_rng(5)
LOW = CandidateSettings().low


def candidates(reaches: list[list[float]], threshold: float) -> list[int]:
    return [sum(reach >= threshold for reach in scan) for scan in reaches]


def scans(count: int, rate: float) -> list[list[float]]:
    return [list(RNG.gamma(3, 1.2, RNG.poisson(rate))) for _ in range(count)]


@pytest.mark.parametrize("rate", [1.5, 3.0])
def test_the_threshold_holds_for_scans_that_are_not_there_and_is_little_higher(
    make_evidence: Callable, rate: float
) -> None:
    """In four of five calibrations, as is promised; a quantile of the scans themselves would hold in half of them."""
    everybody = scans(4000, rate)
    thresholds = [threshold_of([make_evidence(reach) for reach in scans(80, rate)]) for _ in range(60)]
    quiet = np.array([np.mean([count <= 1 for count in candidates(everybody, at)]) for at in thresholds])
    assert np.mean(quiet >= 0.95) >= 0.7
    assert np.mean(quiet) < 0.985


def test_no_threshold_lets_more_than_one_candidate_a_scan_through_on_average(make_evidence: Callable) -> None:
    reaches = scans(200, 4.0)
    assert np.mean(candidates(reaches, threshold_of([make_evidence(reach) for reach in reaches]))) <= 1


def test_of_few_scans_none_may_have_more_than_one_candidate(make_evidence: Callable) -> None:
    free = [make_evidence([9.0, 5.0])] + [make_evidence([4.0, 3.0])] * 19
    assert threshold_of(free) == pytest.approx(5.01)
    assert threshold_of(free * 4) == pytest.approx(5.01)
    assert threshold_of([*free, *[make_evidence([4.0, 3.0])] * 55]) < 5  # one of 75


def test_scans_without_any_candidate_need_no_threshold(make_evidence: Callable) -> None:
    assert threshold_of([make_evidence([])] * 10) == LOW


def test_the_mean_is_kept_where_few_scans_have_many(make_evidence: Callable) -> None:
    """3 of 100 scans may have more than one candidate, yet not a hundred each."""
    loud, calm = make_evidence([8.0 + n / 100 for n in range(100)]), make_evidence([3.0])
    free = [loud] * 3 + [calm] * 97
    threshold = threshold_of(free)
    assert sum(reach >= threshold for one in free for reach in one.reach) <= 100


def truth_told(count: int, model: Confidence, make_evidence: Callable) -> list:
    """Scans whose candidates are real as often as a model says."""
    scans = []
    for _ in range(count):
        one = make_evidence(
            list(np.exp(RNG.normal(1.2, 0.6, 4))), certainty=[float(value) for value in RNG.uniform(0.5, 1, 4)]
        )
        touched = tuple(((1,) if RNG.random() < model.of(finding) else ()) for finding in one.candidates)
        scans.append(replace(one, touched=touched, lesions=int(any(touched))))
    return scans


def test_the_fitted_confidence_is_the_share_of_real_ones(make_evidence: Callable) -> None:
    model = Confidence(-10.0, {"log_score": 2.0, "certainty": 5.0})
    (fitted,) = fit_confidences([truth_told(500, model, make_evidence)])
    fresh = truth_told(500, model, make_evidence)
    told = np.array([fitted.of(finding) for one in fresh for finding in one.candidates])
    real = np.array([is_real for one in fresh for is_real in one.real])
    for low, high in ((0.0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1.0)):
        chosen = (told >= low) & (told < high)
        assert real[chosen].mean() == pytest.approx(told[chosen].mean(), abs=0.09)


def test_a_feature_that_speaks_against_its_sign_gets_no_weight(make_evidence: Callable) -> None:
    scans = [make_evidence([6.0, 6.0], [(1,), ()], certainty=[0.5 + n / 1000, 0.9 + n / 1000]) for n in range(50)]
    (fitted,) = fit_confidences([scans])
    assert fitted.weights["certainty"] == 0


def test_groups_share_weights_and_differ_in_how_often_candidates_are_real(make_evidence: Callable) -> None:
    often = truth_told(150, Confidence(-6.0, {"log_score": 2.0}), make_evidence)
    seldom = truth_told(150, Confidence(-9.0, {"log_score": 2.0}), make_evidence)
    one, other = fit_confidences([often, seldom])
    assert one.weights == other.weights
    assert one.intercept - other.intercept == pytest.approx(3.0, abs=0.8)


def test_signs_are_kept(make_evidence: Callable) -> None:
    (fitted,) = fit_confidences([truth_told(60, Confidence(-6.0, {"log_score": 2.0}), make_evidence)])
    assert all(weight * FEATURES[name].sign >= 0 for name, weight in fitted.weights.items())


@pytest.mark.parametrize("touched", [[()], [(1,)]])
def test_candidates_of_one_fate_teach_nothing(make_evidence: Callable, touched: list) -> None:
    with pytest.raises(U2ADError, match="none is real, or all are"):
        fit_confidences([[make_evidence([5.0], touched)] * 5])


def test_the_scale_is_what_stands_out_at_a_vertebra(make_evidence: Callable) -> None:
    scans = [make_evidence([], anomaly={"C3": 1.0, "C6": 3.0, "T4": 90.0})] * 200
    scale = fit_scale([*scans, make_evidence([5.0], [(1,)], anomaly={"C3": 50.0, "C6": 1.0})])
    assert scale == {"C3": pytest.approx(0.5, abs=0.1), "C6": pytest.approx(1.5, abs=0.1)}


def test_real_people_alone_tell_how_far_the_cord_stands_out_at_c1(make_evidence: Callable) -> None:
    simulated = [make_evidence([], anomaly={"C1": 9.0, "C3": 1.0, "C6": 3.0})] * 200
    assert "C1" not in fit_scale(simulated)
    real = [make_evidence([], anomaly={"C1": 3.0, "C3": 2.0, "C6": 2.0})]
    scale = fit_scale(simulated, [real * 10] * 20)
    assert scale["C1"] == pytest.approx(1.5, abs=0.1)
    assert scale["C3"] == pytest.approx(0.75, abs=0.1), "below it both count"


def test_many_scans_of_one_person_tell_of_c1_as_much_as_one(make_evidence: Callable) -> None:
    one, other = (make_evidence([], anomaly={"C1": c1, "C3": 1.0, "C6": 1.0}) for c1 in (1.6, 1.0))
    scale = fit_scale([], [[one] * 50, [other]])
    assert scale["C1"] == fit_scale([], [[one], [other]])["C1"] == pytest.approx((1.6 + 1.0 + 1.0) / 3, abs=0.001)


def test_few_scans_move_the_scale_little(make_evidence: Callable) -> None:
    assert fit_scale([make_evidence([], anomaly={"C3": 1.0, "C6": 3.0})])["C6"] == pytest.approx(1.02, abs=0.01)


def test_each_kind_of_scans_gets_its_class(make_evidence: Callable) -> None:
    evidence = [
        make_evidence(reach, touched, given=given, slices=slices)
        for slices, low in ((0.9, 3.0), (3.3, 5.0))
        for given in (True, False)
        for reach, touched in (([low + given, low + given], None), ([9.0 + given], [(1,)]))
    ]
    made = fit("u2ad", ("a" * 64,), evidence, {}, {"date": "2026-01-01"})
    assert {(one.up_to, one.automatic): one.threshold for one in made.classes} == {
        (2.0, True): 3.01,
        (2.0, False): 4.01,
        (5.0, True): 5.01,
        (5.0, False): 6.01,
    }
    assert all(one.reference.scans == 1 for one in made.classes)


def test_a_kind_without_lesion_free_scans_is_refused(make_evidence: Callable) -> None:
    with pytest.raises(U2ADError, match="no lesion-free scan"):
        fit("u2ad", (), [make_evidence([9.0, 3.0], [(1,), ()])], {}, {})
