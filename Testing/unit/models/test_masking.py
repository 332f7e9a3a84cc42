"""Which tokens are hidden: exactly K times in inference, three quarters of the cord in training."""

import pytest
import torch

from u2ad.models.masking import BLOCKS, balanced_plan, block_mask, block_plan, passes_for, random_mask, visible_tokens

TOKENS = (16, 8)


@pytest.fixture
def roi():
    generator = torch.Generator().manual_seed(1)
    return torch.rand(5, 128, generator=generator) < torch.tensor([0.0, 0.02, 0.2, 0.4, 0.9])[:, None]


@pytest.mark.parametrize("draws", [1, 2, 3, 5, 10, 20])
def test_every_roi_token_is_hidden_exactly_k_times_and_no_other_ever(roi, draws):
    plan = balanced_plan(roi, TOKENS, draws, torch.Generator().manual_seed(0))
    assert plan.shape == (passes_for(draws), *roi.shape)
    assert torch.equal(plan.sum(dim=0), roi.long() * draws)


def test_all_passes_hide_equally_many_tokens(roi):
    hidden = balanced_plan(roi, TOKENS, 10, torch.Generator().manual_seed(0)).sum(dim=2)
    assert (hidden.amax(dim=0) - hidden.amin(dim=0)).max() <= 1


def test_ten_draws_take_fourteen_passes():
    assert passes_for(10) == 14


def test_plans_differ_between_windows_and_seeds(roi):
    twice = roi[3:4].expand(2, -1)
    plan = balanced_plan(twice, TOKENS, 10, torch.Generator().manual_seed(0))
    assert not torch.equal(plan[:, 0], plan[:, 1])
    assert not torch.equal(plan, balanced_plan(twice, TOKENS, 10, torch.Generator().manual_seed(1)))


def test_tokens_are_not_hidden_together_every_time(roi):
    """Two tokens that were always hidden together could never be rebuilt from each other."""
    tokens = roi[4].nonzero()[:, 0]
    plan = balanced_plan(roi[4:5], TOKENS, 10, torch.Generator().manual_seed(0))[:, 0, tokens].float()
    together = plan.T @ plan
    assert ((together == 10).sum(dim=1) - 1 < 0.2 * len(tokens)).all()


@pytest.mark.parametrize("draws", [1, 4, 7])
def test_a_plan_of_blocks_hides_every_roi_token_exactly_k_times_and_no_other_ever(roi, draws):
    plan = block_plan(roi, TOKENS, draws, torch.Generator().manual_seed(0))
    assert plan.shape == (2 * draws, *roi.shape)
    assert torch.equal(plan.sum(dim=0), roi.long() * draws)


def test_a_block_hides_all_cord_of_a_stretch_that_is_longer_than_most_lesions():
    roi = torch.ones(64, 128, dtype=torch.bool)
    rows = block_mask(roi, TOKENS, torch.Generator().manual_seed(0)).reshape(64, *TOKENS)
    assert torch.equal(rows.all(dim=2), rows.any(dim=2))
    changes = [row.int().diff().nonzero()[:, 0].diff() for row in rows[:, :, 0]]
    assert {int(length) for lengths in changes for length in lengths} == set(BLOCKS)


def test_training_hides_three_quarters_of_each_roi(roi):
    hidden = random_mask(roi, torch.Generator().manual_seed(0))
    assert not (hidden & ~roi).any()
    assert torch.equal(hidden.sum(dim=1), (0.75 * roi.sum(dim=1)).round().long())


def test_visible_tokens_are_never_hidden_ones_and_equally_many(roi):
    hidden = random_mask(roi, torch.Generator().manual_seed(0))
    visible = visible_tokens(hidden, roi, 64, torch.Generator().manual_seed(0))
    assert visible.shape == (5, min(64, int((~hidden).sum(dim=1).min())))
    assert not hidden.gather(1, visible).any()
    assert (visible.diff(dim=1) > 0).all()


def test_visible_cord_is_shown_before_its_surroundings(roi):
    hidden = random_mask(roi, torch.Generator().manual_seed(0))
    visible = visible_tokens(hidden, roi, 30, torch.Generator().manual_seed(0))
    shown = (roi & ~hidden).gather(1, visible).sum(dim=1)
    assert torch.equal(shown, (roi & ~hidden).sum(dim=1).clamp(max=30))
