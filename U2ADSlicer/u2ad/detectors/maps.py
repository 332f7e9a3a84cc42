"""What every detector returns, on the grid of the scan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from u2ad.scan import Grid


@dataclass(frozen=True, eq=False)
class Maps:
    """The maps of one detection. All arrays are float32, KJI, zero away from the cord.

    Args:
        grid: the scan's grid.
        anomaly: how much brighter than expected, smoothed inside the cord, in robust standard deviations of
            its neighbourhood along the cord; at least 0. Candidates come from this map.
        reconstruction: the expected (healthy) signal in the scan's own intensity units.
        epistemic: spread of the Monte-Carlo reconstructions (standard deviation), as a share of the
            cord-to-CSF contrast; None for a detector without a model.
        aleatoric: smoothed absolute residual between scan and reconstruction, as a share of the cord-to-CSF
            contrast; None for a detector without a model. U2AD's name for it; it is a residual, not a noise estimate.
        certainty: weight 0 to 1 of each voxel: 1 in the cord's core, falling to 0 on its partial-volume rim.
    """

    grid: Grid
    anomaly: np.ndarray
    reconstruction: np.ndarray
    certainty: np.ndarray
    epistemic: np.ndarray | None = None
    aleatoric: np.ndarray | None = None
