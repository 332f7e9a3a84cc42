"""The detectors by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from u2ad.detectors.detector import Detector
from u2ad.errors import U2ADError

if TYPE_CHECKING:
    from u2ad.models.autoencoder import Autoencoder

NAMES = ("u2ad", "local_z", "column_median")


def make_detector(name: str, draws: int = 10, seed: int = 0, weights: Autoencoder | None = None) -> Detector:
    """The detector called ``name``; PyTorch is imported only for the one that needs it.

    Args:
        name: one of ``NAMES``.
        draws: Monte-Carlo reconstructions of each patch, for "u2ad".
        seed: of the masks, for "u2ad".
        weights: version of the network, for "u2ad"; the starter where None.

    Raises:
        U2ADError: if there is no such detector.
    """
    if name == "local_z":
        from u2ad.detectors.local_z import LocalZ

        return LocalZ()
    if name == "column_median":
        from u2ad.detectors.column_median import ColumnMedian

        return ColumnMedian()
    if name == "u2ad":
        from u2ad.detectors.u2ad import U2AD

        return U2AD(draws=draws, seed=seed, trained=weights)
    raise U2ADError(f"There is no detector {name!r}.", f"Choose one of {', '.join(NAMES)}.")
