"""The network that marks the cord: a small 2D U-Net over sagittal slices and their neighbours."""

from __future__ import annotations

import torch
from monai.networks.nets.unet import UNet

CHANNELS = (16, 32, 64, 96, 128)


def build_cord_unet(channels: tuple[int, ...] = CHANNELS) -> UNet:
    """A MONAI U-Net from (B, 3, rows, columns) to logits (B, 1, rows, columns).

    The three channels are a sagittal slice and its two neighbours; rows and columns are multiples of 16.
    """
    return UNet(
        spatial_dims=2,
        in_channels=3,
        out_channels=1,
        channels=channels,
        strides=(2,) * (len(channels) - 1),
        num_res_units=1,
        norm=("INSTANCE", {"affine": True}),
    )


@torch.inference_mode()
def cord_logits(network: torch.nn.Module, slices: torch.Tensor) -> torch.Tensor:
    """Log odds of each pixel being cord; (B, 3, rows, columns) to (B, rows, columns)."""
    return network(slices)[:, 0]
