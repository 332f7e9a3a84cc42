"""Adaptations to a tube of cord with a bright spot: small enough for a few steps a second."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from cord_tube import make_tube, with_spot

from u2ad.adaptation.case import AdaptationCase, Decisions
from u2ad.adaptation.run import Subject
from u2ad.adaptation.settings import AdaptationSettings, Guidance
from u2ad.cord.centreline import centreline_of
from u2ad.cord.levels import Levels
from u2ad.cord.straight_cord import straighten_cord
from u2ad.detection import Anatomy
from u2ad.models.autoencoder import Autoencoder, load_autoencoder
from u2ad.models.masked_autoencoder import AutoencoderSize, MaskedAutoencoder

HEIGHT = 10.0


@pytest.fixture(scope="session")
def tube():
    return make_tube()


@pytest.fixture(scope="session")
def spotted(tube):
    return with_spot(tube, HEIGHT, 200.0)


@pytest.fixture(scope="session")
def anatomy(tube):
    return Anatomy(tube.cord, centreline_of(tube.cord), Levels.unknown())


@pytest.fixture(scope="session")
def straight(spotted, anatomy):
    return straighten_cord(spotted, anatomy.cord, anatomy.line)


@pytest.fixture(scope="session")
def spot(tube):
    """The voxels of the spot, bool, KJI."""
    clean, bright = with_spot(tube, HEIGHT, 0.0), with_spot(tube, HEIGHT, 200.0)
    return bright.array - clean.array > 60


@pytest.fixture(scope="session")
def decided(spot):
    """Decisions of one kind on the spot, by the name of the kind."""
    nothing = np.zeros(spot.shape, bool)

    def decide(kind: str) -> Decisions:
        return replace(Decisions(nothing, nothing, nothing), **{kind: spot})

    return decide


@pytest.fixture(scope="session")
def case(straight):
    return AdaptationCase.of(straight)


@pytest.fixture(scope="session")
def subject(spotted, anatomy, decided):
    return Subject(spotted, anatomy, decided("confirmed"))


@pytest.fixture
def parent() -> Autoencoder:
    return load_autoencoder()


@pytest.fixture
def untrained() -> MaskedAutoencoder:
    """A small network that has everything to learn: not even what is expected helps it at first."""
    torch.manual_seed(0)
    network = MaskedAutoencoder(AutoencoderSize(width=32, depth=2, decoder_width=32, decoder_depth=1))
    with torch.no_grad():
        network.expected_share.zero_()
    return network.eval()


@pytest.fixture
def quick() -> AdaptationSettings:
    return AdaptationSettings(Guidance.BOTH, steps=4, batch=4)
