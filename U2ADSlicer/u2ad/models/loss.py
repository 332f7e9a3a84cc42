"""What the masked autoencoder is trained to do (Docs/method.md, 4)."""

from __future__ import annotations

import torch
from torch import nn

from u2ad.models.masked_autoencoder import MaskedAutoencoder, to_patches

INTENSITY_WEIGHT = 10.0
"""Weight of the squared error of the intensity against that of the edges."""

SPREAD_WEIGHT = 0.02
"""Weight of the likelihood of the spread. Small, so that it steers the shared layers little."""

_SOBEL = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])


def edges(images: torch.Tensor) -> torch.Tensor:
    """Sobel gradient magnitude, clipped to 1, with replicated borders; (B, rows, columns) to the same."""
    kernels = torch.stack([_SOBEL, _SOBEL.T])[:, None].to(images)
    gradient = nn.functional.conv2d(nn.functional.pad(images[:, None], (1, 1, 1, 1), "replicate"), kernels)
    return gradient.square().sum(dim=1).add(1e-12).sqrt().clamp(max=1)


def reconstruction_loss(
    network: MaskedAutoencoder, windows: torch.Tensor, hidden: torch.Tensor, visible: torch.Tensor
) -> torch.Tensor:
    """Mean squared error of intensity and edges over the cord in the hidden tokens; 0 where nothing is hidden.

    An informed network also learns its expected error, as the scale of a Laplace distribution of its own residual.
    Unlike the published code, pixels are weighted by their share of cord and the sum is divided by that weight, so
    that tokens on the cord's border count as much a pixel as those inside.

    Args:
        network: the masked autoencoder.
        windows: (B, channels, rows, columns), intensity and cord fraction first.
        hidden: tokens that are hidden, bool, (B, L).
        visible: indices of the visible tokens, (B, V).
    """
    patch = network.size.patch
    intensity, gradient, spread = network(windows, visible)
    weight = to_patches(windows[:, 1], patch) * hidden[..., None]
    residual = intensity - to_patches(windows[:, 0], patch)
    wrong = INTENSITY_WEIGHT * residual.square()
    if spread is not None:
        wrong = wrong + SPREAD_WEIGHT * (residual.detach().abs() * (-spread).exp() + spread)
    wrong = wrong + (gradient - to_patches(edges(windows[:, 0]), patch)).square()
    return (weight * wrong).sum() / weight.sum().clamp(min=1e-6)
