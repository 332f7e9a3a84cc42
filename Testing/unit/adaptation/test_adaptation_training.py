"""What is learned, what never is, and when the training ends."""

from dataclasses import replace
from itertools import count

import numpy as np
import pytest
import torch

from u2ad.adaptation import training
from u2ad.adaptation.case import AdaptationCase
from u2ad.adaptation.figures import residual_of
from u2ad.adaptation.settings import AdaptationSettings, Guidance
from u2ad.adaptation.training import train
from u2ad.adaptation.uncertainty import rebuild
from u2ad.errors import Cancelled
from u2ad.models.masked_autoencoder import to_patches
from u2ad.progress import Silent


def weights_of(network) -> torch.Tensor:
    return torch.cat([value.flatten() for value in network.state_dict().values()])


@pytest.fixture
def no_choice(monkeypatch):
    """The network of the last step counts, whether it is better or not: what was learned shows."""
    monkeypatch.setattr(training, "LEAST_GAIN", -np.inf)


@pytest.mark.parametrize("kind", ["confirmed", "undecided"])
@pytest.mark.parametrize("guidance", list(Guidance))
def test_what_is_confirmed_or_undecided_never_changes_the_weights(
    untrained, straight, decided, quick, no_choice, kind, guidance
):
    case = AdaptationCase.of(straight, decided(kind))
    other = replace(straight, image=np.where(case.findings, np.float32(0.9), straight.image))
    assert case.findings.sum() > 20
    settings = replace(quick, guidance=guidance)
    once = train(untrained, [case], settings, Silent()).network
    again = train(untrained, [replace(case, cord=other)], settings, Silent()).network
    assert not torch.equal(weights_of(once), weights_of(untrained))
    assert torch.equal(weights_of(once), weights_of(again))


def test_what_nobody_has_called_a_finding_is_learned(untrained, straight, decided, quick, no_choice):
    """The counterpart: the same change, where nothing is excluded, changes the weights."""
    place = AdaptationCase.of(straight, decided("confirmed")).findings
    other = replace(straight, image=np.where(place, np.float32(0.9), straight.image))
    once = train(untrained, [AdaptationCase.of(straight)], quick, Silent()).network
    again = train(untrained, [AdaptationCase.of(other)], quick, Silent()).network
    assert not torch.equal(weights_of(once), weights_of(again))


def learned_of_what_is_bright(monkeypatch, parent, case, guidance) -> tuple[int, int]:
    """How many tokens of the bright spot the loss was asked about in the first and in the second stage."""
    learned, loss = [], training.reconstruction_loss

    def listening(network, windows, hidden, visible):
        bright = (to_patches(windows[:, 0] * (windows[:, 1] > 0.9), network.size.patch) > 0.42).any(dim=2)
        learned.append(int((bright & hidden).sum()))
        return loss(network, windows, hidden, visible)

    monkeypatch.setattr(training, "reconstruction_loss", listening)
    settings = AdaptationSettings(guidance, steps=6, batch=16, learning_rate=1e-6, seconds=1e6)
    train(parent.network, [case], settings, Silent())
    return sum(learned[:3]), sum(learned[3:])


def test_what_is_brighter_than_its_reconstruction_is_learned_in_the_first_stage_alone(parent, case, monkeypatch):
    first, second = learned_of_what_is_bright(monkeypatch, parent, case, Guidance.BOTH)
    assert first > 5
    assert second == 0


def test_guided_by_the_epistemic_uncertainty_alone_it_is_learned_in_both(parent, case, monkeypatch):
    first, second = learned_of_what_is_bright(monkeypatch, parent, case, Guidance.EPISTEMIC)
    assert min(first, second) > 5


def test_the_parent_stays_as_it_is_and_the_same_seed_gives_the_same(untrained, case, quick, no_choice):
    before = weights_of(untrained).clone()
    once, again = (train(untrained, [case], quick, Silent()).network for _ in range(2))
    other = train(untrained, [case], replace(quick, seed=1), Silent()).network
    assert torch.equal(weights_of(untrained), before)
    assert torch.equal(weights_of(once), weights_of(again))
    assert not torch.equal(weights_of(once), weights_of(other))


def test_training_rebuilds_cord_better_and_so_the_cord_set_aside(untrained, case):
    settings = AdaptationSettings(Guidance.EPISTEMIC, steps=60, batch=8, learning_rate=2e-3)
    trained = train(untrained, [case], settings, Silent())
    for aside in (False, True):
        before, after = (
            residual_of(case, rebuild(network, case.cord, 2, 0).mean, aside) for network in (untrained, trained.network)
        )
        assert after < 0.9 * before
    assert [point.step for point in trained.curve] == list(range(1, len(trained.curve) + 1))


def test_it_stops_where_normal_cord_gains_no_more(untrained, case, monkeypatch):
    monkeypatch.setattr(training, "EVALUATE", 2)
    monkeypatch.setattr(training._Training, "residuals", lambda self: (1.0, 1.0))
    trained = train(untrained, [case], AdaptationSettings(steps=40, batch=2, patience=2), Silent())
    assert len(trained.curve) == 8  # two stages of two looks
    assert "fell no more" in trained.stopped
    assert torch.equal(weights_of(trained.network), weights_of(untrained))


def test_it_stops_when_the_time_is_up(untrained, case):
    clock = count(0, 10)
    settings = AdaptationSettings(steps=40, batch=2, seconds=45)
    trained = train(untrained, [case], settings, Silent(), clock=lambda: float(next(clock)))
    assert len(trained.curve) == 5
    assert "time" in trained.stopped
    assert trained.curve[-1].residual is not None, "what was learned so far is looked at, not thrown away"


def test_it_stops_where_the_loss_is_no_number(untrained, case, monkeypatch):
    losses = iter([1.0, float("nan")])
    monkeypatch.setattr(training._Training, "learn", lambda *_: next(losses))
    trained = train(untrained, [case], AdaptationSettings(steps=40, batch=2), Silent())
    assert [point.loss for point in trained.curve] == [1.0]
    assert "no number" in trained.stopped


def test_a_request_to_stop_is_heard_at_the_next_step(untrained, case):
    class Impatient(Silent):
        steps = 0

        def advance(self, amount=1):
            self.steps += amount
            if self.steps == 3:
                raise Cancelled

    progress = Impatient()
    with pytest.raises(Cancelled):
        train(untrained, [case], AdaptationSettings(steps=40, batch=2), progress)
    assert progress.steps == 3


def test_cord_that_is_all_findings_is_said_to_be_none(untrained, case, quick):
    everything = replace(case, never=np.ones_like(case.never))
    with pytest.raises(ValueError, match="cord"):
        train(untrained, [everything], quick, Silent())


def test_the_learning_rate_rises_falls_and_starts_anew_in_the_second_stage():
    settings = AdaptationSettings(steps=200, learning_rate=3e-4)
    first = [training._rate(settings, 1, step, 100) for step in range(100)]
    assert first[0] < first[9] > first[50] > first[99] > 0
    assert max(first) == pytest.approx(3e-4, rel=0.05)
    assert [training._rate(settings, 2, step, 100) for step in range(100)] == first


def test_the_published_schedule_is_that_of_its_code():
    settings = AdaptationSettings(Guidance.PUBLISHED, steps=200)
    assert training._first_stage(settings) == 150
    rates = [training._rate(settings, 1, step, 150) for step in (0, 49, 50, 99, 100, 149)]
    assert rates == [3e-3, 3e-3, 3e-4, 3e-4, 3e-5, 3e-5]
    assert training._rate(settings, 2, 0, 50) == 3e-6
