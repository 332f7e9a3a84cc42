"""The timer of the main thread, and what a test puts in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Timer(Protocol):
    """Calls back again and again on the main thread between start and stop; as ``qt.QTimer``."""

    def start(self) -> object: ...
    def stop(self) -> object: ...


def qtTimer(callback: Callable[[], None], interval: int) -> Timer:
    """A ``qt.QTimer`` that is not started yet; who asks for it keeps it.

    Args:
        callback: called without arguments.
        interval: in milliseconds.
    """
    import qt

    timer = qt.QTimer()
    timer.setInterval(interval)
    timer.connect("timeout()", callback)
    return timer
