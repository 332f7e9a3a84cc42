"""The detectors by name."""

from __future__ import annotations

from u2ad.detectors.detector import Detector
from u2ad.errors import U2ADError

NAMES = ("u2ad", "local_z", "column_median")


def make_detector(name: str, draws: int = 10, seed: int = 0) -> Detector:
    """The detector called ``name``; PyTorch is imported only for the one that needs it.

    Args:
        name: one of ``NAMES``.
        draws: Monte-Carlo reconstructions of each patch, for "u2ad".
        seed: of the masks, for "u2ad".

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

        return U2AD(draws=draws, seed=seed)
    raise U2ADError(f"There is no detector {name!r}.", f"Choose one of {', '.join(NAMES)}.")
