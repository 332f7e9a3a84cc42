"""Variants that adapt the network: to the very scan that they look at (transductive), or to others (cross-fitted)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from u2ad.adaptation.case import AdaptationCase
from u2ad.adaptation.settings import AdaptationSettings, Guidance, settings_for
from u2ad.benchmark.trial import Trial
from u2ad.cord.straight_cord import StraightCord
from u2ad.detectors.detector import Detector
from u2ad.detectors.registry import make_detector
from u2ad.progress import Silent

if TYPE_CHECKING:
    from u2ad.models.masked_autoencoder import MaskedAutoencoder

METHOD = "u2ad"
"""What is adapted."""


def to_the_scan(guidance: Guidance, leave_out: bool = False) -> Callable[[Trial], Detector]:
    """The method adapted to the very scan that it then looks at, by all steps, whatever is gained.

    Args:
        guidance: which patches are learned more often.
        leave_out: leave out what the method finds before, as ``u2ad adapt`` does.
    """

    def make(trial: Trial) -> Detector:
        settings = AdaptationSettings(guidance, patience=10**6, seconds=3600.0, seed=trial.seed)
        return _with(_learned([_case(trial.straight, trial, leave_out)], settings), trial)

    return make


@dataclass(frozen=True)
class CrossFitted:
    """The method adapted to other scans, as ``u2ad adapt --folds`` judges a cohort; each cohort is learned once.

    Args:
        networks: by the cohort and the seed.
    """

    networks: dict[tuple[str, int], MaskedAutoencoder]

    def __call__(self, trial: Trial) -> Detector:
        """The detector for a scan that is not among those learned."""
        cohort = (trial.others.name, trial.seed)
        if cohort not in self.networks:
            cases = [_case(straight, trial, leave_out=True) for straight in trial.others.straighten()]
            settings = replace(settings_for(len(cases), seed=trial.seed), patience=10**6, seconds=3600.0)
            self.networks[cohort] = _learned(cases, settings)
        return _with(self.networks[cohort], trial)


def _case(straight: StraightCord, trial: Trial, leave_out: bool) -> AdaptationCase:
    case = AdaptationCase.of(straight)
    if not leave_out:
        return case
    before = make_detector(METHOD, trial.draws, trial.seed)
    found = before.detect(straight, Silent())
    certainty = straight.certainty if found.certainty is None else found.certainty
    return replace(case, left_out=found.anomaly * certainty >= before.threshold)


def _learned(cases: Sequence[AdaptationCase], settings: AdaptationSettings) -> MaskedAutoencoder:
    from u2ad.adaptation.training import train  # with PyTorch: the command line only reads the names
    from u2ad.models.autoencoder import load_autoencoder

    return train(load_autoencoder().network, cases, settings, Silent()).network


def _with(network: MaskedAutoencoder, trial: Trial) -> Detector:
    from u2ad.models.autoencoder import load_autoencoder, named

    return make_detector(METHOD, trial.draws, trial.seed, weights=named(network, load_autoencoder().manifest))
