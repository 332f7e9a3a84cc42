"""The detectors by name."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from u2ad.detectors.detector import Detector
from u2ad.errors import U2ADError

if TYPE_CHECKING:
    from u2ad.models.autoencoder import Autoencoder

CONTROLS = {
    "local_z": "LocalZ",
    "column_median": "ColumnMedian",
    "difference_of_gaussians": "DifferenceOfGaussians",
    "low_rank": "LowRank",
    "cord_z": "CordZ",
}
"""Detectors without a network: the class of each, in the file of its name."""

NAMES = ("u2ad", *CONTROLS)

PAPER = "u2ad_paper"
"""U2AD scored as published, for comparison."""


def make_detector(name: str, draws: int = 10, seed: int = 0, weights: Autoencoder | None = None) -> Detector:
    """The detector called ``name``; PyTorch is imported only for the one that needs it.

    Args:
        name: one of ``NAMES``, or ``PAPER``.
        draws: Monte-Carlo reconstructions of each patch, for those with a network.
        seed: of the masks, for those with a network.
        weights: version of the network, for those with one; the starter where None.

    Raises:
        U2ADError: if there is no such detector.
    """
    if name in CONTROLS:
        return getattr(import_module(f"u2ad.detectors.{name}"), CONTROLS[name])()
    if name == "u2ad":
        from u2ad.detectors.u2ad import U2AD

        return U2AD(draws=draws, seed=seed, trained=weights)
    if name == PAPER:
        from u2ad.detectors.u2ad_paper import U2ADPaper

        return U2ADPaper(draws=draws, seed=seed, trained=weights)
    raise U2ADError(f"There is no detector {name!r}.", f"Choose one of {', '.join(NAMES)}.")
