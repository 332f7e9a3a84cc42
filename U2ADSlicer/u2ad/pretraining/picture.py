"""What the network makes of healthy cord it was not trained on: a picture to look at after each epoch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from u2ad.detectors.u2ad import BATCH
from u2ad.models.masked_autoencoder import MaskedAutoencoder
from u2ad.models.monte_carlo import reconstruct

SHOWN = 6
"""Windows in a picture."""

GAP = 2
"""Pixels between windows."""

LARGEST_RESIDUAL = 0.15
"""Where the colours of the residual end, on the common scale: a quarter of the cord-to-CSF contrast."""


def save_picture(network: MaskedAutoencoder, windows: torch.Tensor, file: Path) -> None:
    """Window, cord mask, reconstruction, residual and expected error of a few windows, side by side, as PNG.

    Args:
        network: in evaluation mode.
        windows: (B, 4, rows, columns), a row of the picture each.
        file: where the picture goes.
    """
    from matplotlib.figure import Figure

    rebuilt = reconstruct(network, windows, draws=4, seed=0, batch=BATCH)
    cord = windows[:, 1].numpy() >= 0.5
    residual = np.where(cord, windows[:, 0].numpy() - rebuilt.mean.numpy(), 0)
    columns = {
        "scan": (windows[:, 0].numpy(), "gray", (0, 1)),
        "cord": (windows[:, 1].numpy(), "gray", (0, 1)),
        "rebuilt": (rebuilt.mean.numpy(), "gray", (0, 1)),
        "residual": (residual, "RdBu_r", (-LARGEST_RESIDUAL, LARGEST_RESIDUAL)),
        "expected error": (rebuilt.spread.numpy() * cord, "magma", (0, LARGEST_RESIDUAL)),
    }
    figure = Figure(figsize=(2 * len(columns), 1.2 * len(windows)), layout="constrained")
    axes = figure.subplots(1, len(columns))
    for axis, (title, (pictures, colours, (low, high))) in zip(axes, columns.items(), strict=True):
        axis.set_title(title)
        lying = np.swapaxes(pictures, 1, 2).astype(np.float32)
        apart = np.pad(lying, ((0, 0), (0, GAP), (0, 0)), constant_values=np.nan)
        axis.imshow(np.concatenate(apart), cmap=colours, vmin=low, vmax=high)
        axis.set_axis_off()
    figure.savefig(file, dpi=100)
