"""The progress of a part of a step."""

from __future__ import annotations

from u2ad.progress import Progress


class Within:
    """The progress of a part whose own steps nobody counts; it still hears of a request to stop.

    Args:
        whole: that of the step which the part belongs to.
    """

    def __init__(self, whole: Progress) -> None:
        self._whole = whole

    def step(self, name: str, total: int = 1) -> None:
        self._whole.advance(0)

    def advance(self, amount: int = 1) -> None:
        self._whole.advance(0)
