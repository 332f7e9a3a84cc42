"""What an adaptation is said to take, against what it takes, by a clock that counts the work."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from u2ad.adaptation import cohort, cost, figures, training
from u2ad.adaptation.changes import Changes
from u2ad.adaptation.cohort import cross_fit
from u2ad.adaptation.cost import Around, estimate
from u2ad.adaptation.figures import figures_of
from u2ad.adaptation.settings import AdaptationSettings
from u2ad.adaptation.training import train
from u2ad.adaptation.uncertainty import Rebuilt
from u2ad.models.autoencoder import named
from u2ad.progress import Silent

DRAW, STEP, DETECTION = 1.0, 5.0, 12.0
SETTINGS = AdaptationSettings(steps=60, batch=2, patience=99, seconds=1e9)


class Work:
    """A clock that goes on where a cord is rebuilt and where a step is taken, and nowhere else."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def rebuild(self, network, cord, draws, seed, unseen=None):
        self.seconds += draws * DRAW
        return Rebuilt(cord.image * np.float32(0.9), np.ones_like(cord.image))

    def learn(self, *_):
        self.seconds += STEP
        return 1.0

    def detect(self, *_):
        self.seconds += DETECTION
        return Changes(0, 0, (), ())


@pytest.fixture
def work(monkeypatch):
    work = Work()
    for room in (cost, figures, training):
        monkeypatch.setattr(room, "rebuild", work.rebuild)
    monkeypatch.setattr(training._Training, "learn", work.learn)
    timed = lambda *given: train(*given, clock=work)  # noqa: E731
    monkeypatch.setattr(cohort, "train", timed)
    return work


def taken(work, parent, cases, scans, settings, folds):
    """Seconds that the parts of an adaptation take after its estimate, as :func:`u2ad.adaptation.run.adapt_to` does."""
    work.seconds = 0.0
    train(parent.network, cases, settings, Silent(), clock=work)
    for _ in range(2):
        figures_of(parent.network, cases, 0)
    for _ in range(scans):
        work.detect()
    if folds:
        cross_fit(parent, cases, settings, folds, work.detect, Silent())
    return work.seconds


@pytest.mark.parametrize(
    ("cases", "healthy", "folds", "seconds"),
    [(1, 0, 0, 1e9), (1, 3, 0, 1e9), (3, 1, 2, 1e9), (3, 0, 3, 1e9), (1, 0, 0, 90.0), (3, 0, 3, 90.0)],
)
def test_an_adaptation_takes_at_most_what_was_expected_and_not_much_less(
    work, parent, untrained, case, cases, healthy, folds, seconds
):
    model = named(untrained, parent.manifest)
    cohort_, settings = [case] * cases, replace(SETTINGS, seconds=seconds)
    around = Around(cases + healthy, DETECTION, folds)
    expected = estimate(untrained, cohort_, settings, around, Silent(), work).seconds
    spent = taken(work, model, cohort_, cases + healthy, settings, folds)
    assert 0.7 * expected <= spent <= expected + STEP * (1 + folds)


def test_more_steps_scans_normal_scans_and_parts_take_longer(work, untrained, case):
    plans = [(20, 2, 2, 0), (40, 2, 2, 0), (40, 3, 3, 0), (40, 3, 5, 0), (40, 3, 5, 2), (40, 3, 5, 3)]
    told = [
        estimate(untrained, [case] * cases, replace(SETTINGS, steps=steps), Around(scans, 12.0, folds), Silent(), work)
        for steps, cases, scans, folds in plans
    ]
    assert all(more.seconds > less.seconds for less, more in pairwise(told))
