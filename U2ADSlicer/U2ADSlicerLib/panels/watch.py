"""Follows something of the scene that others may change many times a second, and tells of it once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import qt

REST = 300
"""Milliseconds without a change after which it is told."""


class Watch:
    """Follows one object at a time.

    Args:
        onRest: called when it was changed and has come to rest.
        matters: whether an event that has come is worth it.
    """

    def __init__(self, onRest: Callable[[], None], matters: Callable[[], bool] = lambda: True) -> None:
        self._matters = matters
        self._followed = None
        self._observations: list[int] = []
        self._rest = qt.QTimer()
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.connect("timeout()", onRest)

    def follow(self, thing, events: Sequence) -> None:
        """Follows this from now on, and nothing where it is None; what has not come to rest before is forgotten."""
        if thing is self._followed:
            return
        self._rest.stop()
        for observation in self._observations:
            self._followed.RemoveObserver(observation)
        self._followed, self._observations = thing, []
        if thing is not None:
            self._observations = [thing.AddObserver(event, self._onEvent) for event in events]

    def tellSoon(self) -> None:
        """As if it had just been changed."""
        self._rest.start()

    def _onEvent(self, _caller, _event) -> None:
        if self._matters():
            self._rest.start()
