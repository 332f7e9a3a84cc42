"""The masked autoencoder: what it may see, what it returns, and what the published layout amounts to."""

from dataclasses import replace

import pytest
import torch

from u2ad.models.loss import edges, reconstruction_loss
from u2ad.models.masked_autoencoder import AutoencoderSize, MaskedAutoencoder, from_patches, to_patches
from u2ad.models.monte_carlo import reconstruct, roi_tokens

PLAIN = AutoencoderSize(
    (32, 16), width=32, depth=1, heads=2, decoder_width=32, decoder_depth=1, decoder_heads=2, informed=False
)
SMALL = replace(PLAIN, informed=True)


@pytest.fixture
def network():
    """With random weights in its last layer, too, which starts from 0."""
    torch.manual_seed(0)
    network = MaskedAutoencoder(SMALL)
    torch.nn.init.normal_(network.intensity_head.weight, std=0.1)
    return network.eval()


@pytest.fixture
def windows():
    fraction = torch.zeros(3, 32, 16)
    fraction[:, :, 5:12] = 1
    image, expected = torch.rand(2, 3, 32, 16, generator=torch.Generator().manual_seed(0))
    return torch.stack([image, fraction, expected, fraction], dim=1)


def test_patches_go_back_to_where_they_came_from():
    images = torch.arange(2 * 32 * 16.0).reshape(2, 32, 16)
    tokens = to_patches(images, 4)
    assert torch.equal(from_patches(tokens, 4, (32, 16)), images)
    assert torch.equal(tokens[0, 1].reshape(4, 4), images[0, :4, 4:8])


def test_a_hidden_token_has_no_influence(network, windows):
    visible = torch.arange(16).expand(3, -1)
    changed = windows.clone()
    changed[:, 0, 16:] = 0.123
    with torch.inference_mode():
        assert torch.equal(network(windows, visible)[0], network(changed, visible)[0])


def test_a_visible_token_has_influence_everywhere(network, windows):
    visible = torch.arange(16).expand(3, -1)
    changed = windows.clone()
    changed[:, 0, 0, 0] += 0.5
    with torch.inference_mode():
        difference = (network(windows, visible)[0] - network(changed, visible)[0]).abs().amax(dim=2)
    assert (difference > 0).all()


def test_intensity_and_edges_are_all_patches_between_0_and_1(network, windows):
    for head in network(windows, torch.arange(8).expand(3, -1))[:2]:
        assert head.shape == (3, 32, 16)
        assert head.min() >= 0
        assert head.max() <= 1


def test_fused_attention_gives_the_same_reconstruction(network, windows):
    plain = MaskedAutoencoder(AutoencoderSize(**{**vars(SMALL), "fused_attention": False})).eval()
    plain.load_state_dict(network.state_dict())
    visible = torch.arange(16).expand(3, -1)
    torch.testing.assert_close(plain(windows, visible)[0], network(windows, visible)[0], atol=1e-5, rtol=1e-5)


def test_the_network_learns_to_rebuild_a_pattern(windows):
    torch.manual_seed(0)
    network = MaskedAutoencoder(PLAIN)
    windows = windows[:, :2]
    windows[:, 0] = torch.linspace(0.2, 0.8, 16)
    hidden = roi_tokens(windows[:, 1], 4)
    visible = (~hidden).nonzero()[:, 1].reshape(3, -1)
    optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
    losses = []
    for _ in range(40):
        loss = reconstruction_loss(network, windows, hidden, visible)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.3 * losses[0]


def test_nothing_hidden_costs_nothing(network, windows):
    hidden = torch.zeros(3, 32, dtype=torch.bool)
    assert reconstruction_loss(network, windows, hidden, torch.arange(32).expand(3, -1)).item() == 0


def test_pixels_without_cord_cost_nothing(network, windows):
    hidden = roi_tokens(windows[:, 1], 4)
    visible = (~hidden).nonzero()[:, 1].reshape(3, -1)
    changed = windows.clone()
    changed[:, 0, :, 4] = 1.0  # a hidden pixel beside the cord, two pixels from it no edge changes
    with torch.inference_mode():
        intensity_only = [
            ((network(w, visible)[0] - to_patches(w[:, 0], 4)).square() * to_patches(w[:, 1], 4)).sum().item()
            for w in (windows, changed)
        ]
    assert intensity_only[0] == pytest.approx(intensity_only[1])


def test_an_untrained_informed_network_rebuilds_the_expected_signal(windows):
    rebuilt = MaskedAutoencoder(SMALL)(windows, torch.arange(8).expand(3, -1))
    torch.testing.assert_close(rebuilt.intensity, to_patches(windows[:, 2].clamp(0.01, 0.99), 4))


def test_the_spread_learns_how_wrong_the_network_is(windows):
    torch.manual_seed(0)
    network = MaskedAutoencoder(SMALL)
    noise, deviation = torch.Generator().manual_seed(1), torch.where(torch.arange(32) < 16, 0.02, 0.2)[:, None]
    hidden = roi_tokens(windows[:, 1], 4)
    visible = (~hidden).nonzero()[:, 1].reshape(3, -1)
    optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
    for _ in range(150):
        windows[:, 2] = 0.5
        windows[:, 0] = 0.5 + deviation * torch.randn(3, 32, 16, generator=noise)
        optimiser.zero_grad()
        reconstruction_loss(network, windows, hidden, visible).backward()
        optimiser.step()
    spread = from_patches(network(windows, visible).spread, 4, (32, 16))[:, :, 8].exp().detach()
    assert (spread[:, 20:] > 2 * spread[:, :12].max()).all()


def test_edges_of_a_step_lie_on_the_step():
    picture = torch.zeros(1, 8, 8)
    picture[:, :, 4:] = 0.2
    found = edges(picture)[0]
    assert (found[:, 3:5] > 0.7).all()
    assert found[:, :2].max() < 1e-5


def test_a_reconstruction_does_not_depend_on_the_batch(network, windows):
    whole = reconstruct(network, windows, 4, seed=3, batch=100)
    pieces = reconstruct(network, windows, 4, seed=3, batch=5)
    torch.testing.assert_close(whole.mean, pieces.mean)
    torch.testing.assert_close(whole.variance, pieces.variance)


def test_a_seed_fixes_the_reconstruction_and_another_changes_it(network, windows):
    first, again, other = (reconstruct(network, windows, 4, seed=seed).mean for seed in (3, 3, 4))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_outside_the_cord_the_image_stays_and_nothing_varies(network, windows):
    rebuilt = reconstruct(network, windows, 4, seed=0)
    beside = from_patches((~roi_tokens(windows[:, 1], 4))[..., None].expand(-1, -1, 16).float(), 4, (32, 16)) > 0.5
    assert torch.equal(rebuilt.mean[beside], windows[:, 0][beside])
    assert (rebuilt.variance[beside] == 0).all()
    assert (rebuilt.variance[~beside] > 0).any()


def test_mean_and_variance_are_those_of_the_draws(network, windows):
    """Against a plain loop over the same masks."""
    from u2ad.models.masking import block_plan, visible_tokens
    from u2ad.models.monte_carlo import MOST_VISIBLE

    generator = torch.Generator().manual_seed(7)
    roi = roi_tokens(windows[:, 1], 4)
    plan = block_plan(roi, SMALL.tokens, 4, generator)
    seen = visible_tokens(plan.reshape(-1, 32), roi.repeat(len(plan), 1), MOST_VISIBLE, generator).reshape(
        len(plan), 3, -1
    )
    with torch.inference_mode():
        draws = torch.stack([network(windows, seen[n])[0] for n in range(len(plan))])
    token = int(roi[1].nonzero()[0])
    chosen = draws[plan[:, 1, token], 1, token]
    rebuilt = reconstruct(network, windows, 4, seed=7)
    torch.testing.assert_close(to_patches(rebuilt.mean, 4)[1, token], chosen.mean(dim=0))
    torch.testing.assert_close(
        to_patches(rebuilt.variance, 4)[1, token], chosen.var(dim=0, unbiased=False), atol=1e-6, rtol=1e-3
    )


def test_no_cord_is_no_work(network):
    empty = torch.zeros(0, 4, 32, 16)
    assert reconstruct(network, empty, 4, seed=0).mean.shape == (0, 32, 16)


def test_published_layout_has_the_published_number_of_live_parameters():
    """2,804,736, but for the second input channel, the embedding of the cord fraction, one norm for both heads, no cls
    token, and a norm in each of MONAI's blocks that serves cross-attention alone.
    """
    from u2ad.benchmark.speed import PUBLISHED

    network = MaskedAutoencoder(PUBLISHED)
    ours = sum(parameter.numel() for parameter in network.parameters())
    second_channel, fraction, class_token, head_norm = 64 * 128, 64 * 64 + 64, 128, 2 * 64
    cross_attention = 12 * 2 * 128 + 8 * 2 * 64
    assert ours == 2_804_736 + second_channel + fraction + cross_attention - class_token - head_norm
