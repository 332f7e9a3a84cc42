"""The guard: what may be kept, and what is refused with a sentence."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from u2ad.adaptation.case import AdaptationCase
from u2ad.adaptation.changes import lost_pieces
from u2ad.adaptation.figures import Figures, figures_of
from u2ad.adaptation.guard import Effect, judge
from u2ad.adaptation.settings import AdaptationSettings, Guidance
from u2ad.adaptation.training import train
from u2ad.progress import Silent

BEFORE = Figures(0.020, 0.021, 9.0, 5.0)


def test_better_cord_and_lesions_that_stand_out_pass():
    verdict = judge(BEFORE, Figures(0.017, 0.021, 9.5, 5.5))
    assert verdict.passed
    assert "15%" in verdict.reasons[0]


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (Figures(0.0185, 0.021, 9.5, 5.5), "8% better; at least 10%"),
        (Figures(0.024, 0.021, 9.5, 5.5), "20% worse"),
        (Figures(0.020, 0.021, 9.5, 5.5), "rebuilt no better; at least 10%"),
        (Figures(0.015, 0.0231, 9.5, 5.5), "10% worse: the model has learned the rest by heart"),
        (Figures(0.015, 0.021, 8.9, 5.5), "painted into the cord stand out 8.9 times"),
        (Figures(0.015, 0.021, 9.5, 4.0), "left out stand out 4.0 times"),
    ],
)
def test_each_fault_is_refused_with_its_sentence(after, words):
    verdict = judge(BEFORE, after)
    assert not verdict.passed
    assert any(words in reason for reason in verdict.reasons)


def test_all_faults_are_told():
    assert len(judge(BEFORE, Figures(0.03, 0.03, 1.0, 1.0)).reasons) == 4


@pytest.mark.parametrize(
    ("effect", "words"),
    [(Effect(lost=1), "A confirmed finding is no longer found"), (Effect(alarms=2), "2 false alarms more than before")],
)
def test_what_readers_know_may_not_get_lost(effect, words):
    verdict = judge(BEFORE, Figures(0.017, 0.021, 9.5, 5.5), effect)
    assert not verdict.passed
    assert words in verdict.reasons[0]


def test_a_confirmed_finding_is_lost_where_it_was_found_and_is_no_more(spot):
    def found(*masks):
        return SimpleNamespace(labels=sum((n * mask for n, mask in enumerate(masks, 1)), np.zeros(spot.shape, int)))

    other = np.roll(spot, 60, axis=1)
    assert lost_pieces(spot | other, found(spot, other), found(spot)) == 1
    assert lost_pieces(spot | other, found(spot), found(spot)) == 0, "what was never found is not lost"
    assert lost_pieces(spot, found(spot, other), found(spot)) == 0, "nobody has confirmed the other"


def test_without_findings_there_is_nothing_to_say_of_them():
    assert judge(replace(BEFORE, findings=None), Figures(0.017, 0.02, 9.0, None)).passed


def test_an_absurd_learning_rate_is_refused(parent, straight, decided, monkeypatch):
    monkeypatch.setattr("u2ad.adaptation.training.LEAST_GAIN", -np.inf)  # keep even what is worse
    case = AdaptationCase.of(straight, decided("confirmed"))
    settings = AdaptationSettings(Guidance.RANDOM, steps=6, batch=4, learning_rate=1.0, seconds=1e6)
    spoilt = train(parent.network, [case], settings, Silent()).network
    verdict = judge(figures_of(parent.network, [case], 0), figures_of(spoilt, [case], 0))
    assert not verdict.passed
    assert "worse" in verdict.reasons[0]


def test_a_network_that_was_trained_on_the_lesion_is_refused(parent, straight, decided, monkeypatch):
    """Rejected by mistake, the lesion is learned as normal: the guard, which knows it as a finding, sees it."""
    monkeypatch.setattr("u2ad.adaptation.training.LEAST_GAIN", -np.inf)
    known = AdaptationCase.of(straight, decided("confirmed"))
    mistaken = AdaptationCase.of(straight, decided("rejected"))
    settings = AdaptationSettings(Guidance.RANDOM, steps=90, batch=8, learning_rate=3e-3, patience=99, seconds=1e6)
    spoilt = train(parent.network, [mistaken], settings, Silent()).network
    before, after = (figures_of(network, [known], 0) for network in (parent.network, spoilt))
    assert after.findings < before.findings
    assert any("left out" in reason for reason in judge(before, after).reasons)


def test_the_figures_of_the_same_network_are_the_same(parent, case):
    assert figures_of(parent.network, [case], 0) == figures_of(parent.network, [case, case], 0)
