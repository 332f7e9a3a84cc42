"""Pictures for the training of the cord network: where they are cut, and what is painted into them."""

from itertools import islice

import numpy as np
import pytest
import torch

from u2ad.cord import pictures
from u2ad.cord.necks import Neck, _difficulties, simulated_neck
from u2ad.cord.pictures import CROP, Pictures, _slabs, touched

CORD, TISSUE, FLUID = 0.4, 0.1, 1.0


def test_thick_slices_are_means_of_thin_ones():
    cord = np.zeros((9, 200, 200), np.float32)
    cord[4] = 1
    slabs = _slabs(cord, [3, 4, 7], 3, 100, 100)
    assert slabs.shape == (3, *CROP)
    assert slabs[:, 70, 40] == pytest.approx([1 / 3, 1 / 3, 0])


def test_a_crop_beyond_the_border_is_dark_there():
    slabs = _slabs(np.ones((5, 50, 50), np.float32), [2], 1, 0, 0)
    assert slabs[0, CROP[0] // 2 :, CROP[1] // 2 :][:50, :48].min() == 1
    assert slabs[0, : CROP[0] // 2].max() == 0


@pytest.fixture
def canal() -> tuple[np.ndarray, np.ndarray]:
    """A slice between its neighbours with a straight cord in bright fluid in dark tissue, and the cord."""
    cord = np.zeros(CROP, np.float32)
    cord[:, 44:52] = 1
    image = np.full(CROP, TISSUE, np.float32)
    image[:, 40:56] = FLUID
    image[cord > 0] = CORD
    return np.stack([image] * 3), cord


@pytest.mark.parametrize("seed", range(8))
def test_tissue_painted_against_the_cord_leaves_the_cord_as_it_was(canal, seed: int):
    image, cord = canal
    painted = touched(image, cord, np.random.default_rng(seed))
    changed = np.abs(painted - image)
    assert changed[:, cord > 0].max() == 0
    assert changed.max() > 0.2
    assert np.flatnonzero(changed.max(axis=(0, 1)))[[0, -1]] == pytest.approx([48, 48], abs=4 + 7)


def test_tissue_painted_against_the_cord_is_about_as_bright_as_it(canal):
    image, cord = canal
    beside = []
    for seed in range(40):
        painted = touched(image, cord, np.random.default_rng(seed))[1]
        beside += list(painted[(painted != image[1]) & (np.roll(cord, 1, axis=1) > cord)])
    assert 0.5 * CORD < np.median(beside) < 1.1 * CORD


def test_a_picture_without_cord_stays_as_it_is():
    image = np.random.default_rng(0).random((3, *CROP), np.float32)
    assert touched(image, np.zeros(CROP, np.float32), np.random.default_rng(0)) is image


@pytest.fixture(scope="module")
def neck() -> Neck:
    return simulated_neck(1)


def test_pictures_are_the_same_for_the_same_seed(neck: Neck):
    first, again, other = (list(islice(Pictures([], [neck], seed), 4)) for seed in (1, 1, 2))
    assert all(torch.equal(a["image"], b["image"]) for a, b in zip(first, again, strict=True))
    assert not all(torch.equal(a["image"], b["image"]) for a, b in zip(first, other, strict=True))
    assert all(picture["image"].shape == (3, *CROP) and picture["cord"].shape == (1, *CROP) for picture in first)


def test_two_of_five_pictures_show_people(neck: Neck):
    dark = Neck(neck.image * 0, neck.cord * 0 + 1, neck.fluid, neck.voxels, neck.tight)
    shown = [float(picture["cord"].mean()) > 0.5 for picture in islice(Pictures([dark], [neck], 3), 150)]
    assert 0.25 < np.mean(shown) < 0.55


@pytest.mark.parametrize("seed", range(4))
def test_a_hard_neck_has_a_stenosis_and_one_to_three_other_difficulties(seed: int):
    hard = _difficulties(np.random.default_rng(seed), hard=True)
    assert hard[0] == "stenosis"
    assert 1 <= len(set(hard)) - 1 <= 3


def test_tissue_is_painted_into_some_of_the_pictures(neck: Neck, monkeypatch: pytest.MonkeyPatch):
    painted = []
    monkeypatch.setattr(pictures, "touched", lambda image, cord, rng: painted.append(1) or image)
    list(islice(Pictures([], [neck], 0), 80))
    assert 8 < len(painted) < 35


def test_people_alone_and_phantoms_alone_give_pictures(neck: Neck):
    for people, phantoms in (([neck], []), ([], [neck])):
        assert len(list(islice(Pictures(people, phantoms, 0), 3))) == 3
