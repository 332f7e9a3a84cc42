"""The probability that a candidate is real: monotone, bounded, and the same from the same figures."""

from dataclasses import replace

import pytest
from calibrated import CONFIDENCE

from u2ad.calibration import Confidence
from u2ad.calibration.confidence import FEATURES, LEAST, MOST
from u2ad.findings import Finding


@pytest.mark.parametrize(
    ("figure", "values"),
    [
        ("score", (0.0, 2.0, 10.0, 40.0, 200.0)),
        ("certainty", (0.0, 0.5, 0.9, 1.0)),
        ("aleatoric", (0.0, 0.05, 0.2, 0.6)),
    ],
)
def test_more_of_a_good_sign_is_never_less_likely(finding: Finding, figure: str, values: tuple[float, ...]) -> None:
    told = [CONFIDENCE.of(replace(finding, **{figure: value})) for value in values]
    assert told == sorted(told)
    assert told[0] < told[-1]


def test_a_model_that_disagrees_with_itself_makes_a_candidate_less_likely(finding: Finding) -> None:
    assert CONFIDENCE.of(replace(finding, epistemic=0.1)) < CONFIDENCE.of(finding)


def test_it_is_the_logistic_function_of_the_features(finding: Finding) -> None:
    model = Confidence(-3.0, {"log_score": 1.0})
    assert model.of(replace(finding, score=20.0855369)) == pytest.approx(0.5, abs=1e-6)  # e^3


@pytest.mark.parametrize(("score", "told"), [(0.0, LEAST), (1e9, MOST)])
def test_nothing_is_certain(finding: Finding, score: float, told: float) -> None:
    assert CONFIDENCE.of(replace(finding, score=score)) == told


def test_a_detector_without_a_model_is_told_from_the_rest(finding: Finding) -> None:
    without = replace(finding, epistemic=None, aleatoric=None)
    assert LEAST < CONFIDENCE.of(without) < MOST


@pytest.mark.parametrize("name", FEATURES)
def test_a_weight_of_the_wrong_sign_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="sign"):
        Confidence(0.0, {name: -0.1 * FEATURES[name].sign})


@pytest.mark.parametrize("weights", [{"age": 1.0}, {"log_score": float("nan")}])
def test_an_unknown_feature_or_no_number_is_refused(weights: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="expected"):
        Confidence(0.0, weights)
