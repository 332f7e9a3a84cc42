"""Ctrl-C, SIGTERM and SIGHUP: the process is asked once to stop, and every long run hears of it."""

from __future__ import annotations

import signal


class Stop:
    """Turns the first request to stop into a KeyboardInterrupt, and remembers it.

    The memory matters where the interrupt itself is lost, as in a callback from compiled code: the next
    ``advance`` of a progress then raises :class:`u2ad.errors.Cancelled`. Later requests are ignored, so that an
    impatient second Ctrl-C cannot break the cleaning-up that the first one began.
    """

    def __init__(self) -> None:
        self.requested = False

    def listen(self) -> None:
        """From now on answer Ctrl-C, SIGTERM and SIGHUP; only the main thread may call this."""
        signal.signal(signal.SIGINT, self._hear)
        signal.signal(signal.SIGTERM, self._hear)
        hangup = getattr(signal, "SIGHUP", None)  # the window is closed, the connection lost; nohup ignores it
        if hangup is not None and signal.getsignal(hangup) is signal.SIG_DFL:
            signal.signal(hangup, self._hear)

    def _hear(self, number: int, frame: object) -> None:
        if not self.requested:
            self.requested = True
            raise KeyboardInterrupt


STOP = Stop()
"""The one of this process: signals belong to a process, not to a run."""
