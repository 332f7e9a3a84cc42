"""The protocol of all detectors, and what they return on the straightened cord."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from u2ad.cord.straight_cord import CONTRAST, StraightCord
from u2ad.detectors.maps import Maps
from u2ad.progress import Progress


@dataclass(frozen=True, eq=False)
class StraightMaps:
    """A detector's maps on the straightened cord, axes (slice, along, across), float32.

    Args:
        anomaly: as in :class:`Maps`.
        reconstruction: expected signal on the common scale of :class:`StraightCord`.
        epistemic: standard deviation of the reconstructions on the common scale, None without a model.
        aleatoric: smoothed absolute residual on the common scale, None without a model.
        certainty: weight of each pixel, 0 to 1; that of the cord (:attr:`StraightCord.certainty`) where None.
    """

    anomaly: np.ndarray
    reconstruction: np.ndarray
    epistemic: np.ndarray | None = None
    aleatoric: np.ndarray | None = None
    certainty: np.ndarray | None = None


class Detector(Protocol):
    """Finds what is brighter than it should be in a straightened cord.

    Attributes:
        name: as on the command line.
        weights: names of the starter weights that it uses.
        threshold: anomaly from which a voxel seeds a candidate, chosen on lesion-free scans.
        settings: what else the result depends on, for its provenance.
    """

    @property
    def name(self) -> str: ...
    @property
    def weights(self) -> tuple[str, ...]: ...
    @property
    def threshold(self) -> float: ...
    @property
    def settings(self) -> dict[str, Any]: ...

    def detect(self, cord: StraightCord, progress: Progress) -> StraightMaps: ...


def on_scan(maps: StraightMaps, cord: StraightCord) -> Maps:
    """Bring a detector's maps back onto the grid of the scan."""
    restore = cord.frame.restore
    share = None if maps.epistemic is None else restore(maps.epistemic / CONTRAST)
    residual = None if maps.aleatoric is None else restore(maps.aleatoric / CONTRAST)
    return Maps(
        grid=cord.frame.view.source,
        anomaly=restore(maps.anomaly),
        reconstruction=restore(cord.to_scan_units(maps.reconstruction)),
        certainty=restore(cord.certainty if maps.certainty is None else maps.certainty),
        epistemic=share,
        aleatoric=residual,
    )
