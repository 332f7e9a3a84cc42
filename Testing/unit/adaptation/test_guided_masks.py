"""Which tokens are hidden: what is unsure more often, what the reader has called normal nearly always."""

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from u2ad.adaptation.masks import guided_keys, hide_largest, published_keys

LENGTH, DRAWS = 40, 400


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


@pytest.fixture
def roi():
    roi = torch.zeros(DRAWS, LENGTH + 12, dtype=torch.bool)
    roi[:, :LENGTH] = True
    return roi


@pytest.fixture
def uncertainty(roi):
    values = torch.zeros(roi.shape)
    values[:, :LENGTH] = torch.linspace(0, 20, LENGTH)
    return values


def frequency(hidden: torch.Tensor) -> np.ndarray:
    return hidden.float().mean(dim=0).numpy()[:LENGTH]


def correlation(hidden: torch.Tensor) -> float:
    return float(spearmanr(frequency(hidden), np.arange(LENGTH)).statistic)


def test_what_is_unsure_is_hidden_more_often(uncertainty, roi, generator):
    nothing = torch.zeros_like(roi)
    hidden = hide_largest(guided_keys(uncertainty, roi, nothing, generator), roi, nothing)
    assert correlation(hidden) > 0.9
    often = frequency(hidden)
    assert often[:8].mean() == pytest.approx(0.51, abs=0.08)
    assert often[-8:].mean() == pytest.approx(0.94, abs=0.05)


def test_by_chance_all_are_hidden_alike(uncertainty, roi, generator):
    nothing = torch.zeros_like(roi)
    hidden = hide_largest(guided_keys(torch.ones_like(uncertainty), roi, nothing, generator), roi, nothing)
    assert frequency(hidden).min() > 0.65
    assert frequency(hidden).max() < 0.85


def test_the_published_sign_hides_what_is_unsure_less_often(uncertainty, roi, generator):
    nothing = torch.zeros_like(roi)
    rows = [published_keys(uncertainty[:3], roi[:3], generator) for _ in range(DRAWS // 3)]
    hidden = hide_largest(torch.cat(rows), roi[: 3 * len(rows)], nothing[: 3 * len(rows)])
    assert correlation(hidden) < -0.1


def test_three_quarters_of_each_rows_own_cord_are_hidden_and_nothing_else(uncertainty, roi, generator):
    roi[1::2, :20] = False
    nothing = torch.zeros_like(roi)
    hidden = hide_largest(guided_keys(uncertainty, roi, nothing, generator), roi, nothing)
    assert not (hidden & ~roi).any()
    assert set(hidden[::2].sum(dim=1).tolist()) == {30}
    assert set(hidden[1::2].sum(dim=1).tolist()) == {15}


def test_what_the_reader_calls_normal_is_hidden_nearly_always(uncertainty, roi, generator):
    rejected = torch.zeros_like(roi)
    rejected[:, :4] = True
    hidden = hide_largest(guided_keys(uncertainty, roi, rejected, generator), roi, torch.zeros_like(roi))
    assert frequency(hidden)[:4].min() > 0.85
    assert frequency(hidden)[4:8].max() < 0.7


@pytest.mark.parametrize("count", [3, 10, 20, 40])
def test_candidates_stay_visible_however_many_there_are(uncertainty, roi, generator, count):
    shown = torch.zeros_like(roi)
    shown[:, LENGTH - count : LENGTH] = True
    hidden = hide_largest(guided_keys(uncertainty, roi, torch.zeros_like(roi), generator), roi, shown)
    assert not (hidden & shown).any()
    assert set(hidden.sum(dim=1).tolist()) == {min(30, LENGTH - count)}


def test_a_window_without_cord_hides_nothing(uncertainty, generator):
    empty = torch.zeros_like(uncertainty, dtype=torch.bool)
    hidden = hide_largest(guided_keys(uncertainty, empty, empty, generator), empty, empty)
    assert not hidden.any()
