"""A progress that says every step, twice a second how far the run is, and hears of a request to stop."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from u2ad.errors import Cancelled, ExitCode
from u2ad.worker.events import Advance, Delivered, Estimated, Event, Learned, Step, line_of
from u2ad.worker.forecast import Forecast
from u2ad.worker.plan import Planned

if TYPE_CHECKING:
    from u2ad.adaptation.cost import Cost
    from u2ad.adaptation.training import CurvePoint
    from u2ad.export.send.sent import Sent


class Voice:
    """Says events on one stream, one at a time, whatever else is written there.

    Args:
        stream: file descriptor.
    """

    def __init__(self, stream: int) -> None:
        self._stream = stream
        self._speaking = threading.Lock()

    def say(self, event: Event) -> None:
        """Say an event, in one piece and on a line of its own; leave at once where nobody listens any more."""
        with self._speaking:
            try:
                os.write(self._stream, f"\n{line_of(event)}\n".encode("ascii"))
            except OSError:
                _leave()


class Telling:
    """The progress of a run.

    Args:
        plan: the steps to come.
        say: told of the events.
        clock: seconds that only go up.
    """

    def __init__(
        self, plan: Sequence[Planned], say: Callable[[Event], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._say = say
        self._clock = clock
        self._started = clock()
        self._steps = len(plan)
        self._forecast = Forecast(plan)
        self._lock = threading.Lock()
        self.is_stopped: Callable[[], bool] = lambda: False

    @property
    def seconds(self) -> float:
        """Since the start."""
        return self._clock() - self._started

    def step(self, name: str, total: int = 1) -> None:
        """Say that a step begins."""
        self._honour()
        with self._lock:
            number = self._forecast.begin(name, total, self.seconds)
            self._say(Step(name, number, self._steps))
            self._say(self._advance())

    def advance(self, amount: int = 1) -> None:
        """Count; it is said by :meth:`tell`."""
        self._honour()
        with self._lock:
            self._forecast.advance(amount)

    def estimated(self, cost: Cost) -> None:
        """Say what an adaptation will take."""
        self._say(Estimated(cost.seconds, cost.megabytes))

    def learned(self, point: CurvePoint) -> None:
        """Say a step of an adaptation."""
        self._say(Learned(point.step, point.stage, point.loss, point.aside, point.residual))

    def delivered(self, sent: Sent) -> None:
        """Say what became of an object."""
        self._say(Delivered(sent.outcome.value, sent.reason))

    def tell(self) -> None:
        """Say how far the run is; called by another thread."""
        with self._lock:
            self._say(self._advance())

    def _advance(self) -> Advance:
        now = self.seconds
        left = self._forecast.seconds_left(now)
        return Advance(round(self._forecast.fraction(now), 4), None if left is None else round(left, 1))

    def _honour(self) -> None:
        if self.is_stopped():
            raise Cancelled


def _leave() -> NoReturn:
    with suppress(OSError):
        os.write(2, b"The owner of this run no longer listens.\n")
    os._exit(ExitCode.INTERRUPTED)
