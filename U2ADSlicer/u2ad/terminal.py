"""Shows a long run in the terminal: bars with step names and the time left, or plain lines in a log."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from u2ad import progress
from u2ad.errors import Cancelled
from u2ad.stop import STOP, Stop


class Bars:
    """One bar a step; the steps that are done stay above the present one."""

    def __init__(self, bars: Progress, stop: Stop) -> None:
        self._bars = bars
        self._stop = stop
        self._present: TaskID | None = None

    def step(self, name: str, total: int = 1) -> None:
        _honour(self._stop)
        self.finish()
        self._present = self._bars.add_task(name, total=max(total, 1))

    def advance(self, amount: int = 1) -> None:
        _honour(self._stop)
        if self._present is not None:
            self._bars.advance(self._present, amount)

    def finish(self) -> None:
        """The present step is done, however far it said to be."""
        if self._present is not None:
            self._bars.update(self._present, completed=self._bars.tasks[self._present].total)


class Lines:
    """One line a step with the seconds since the start, for logs."""

    def __init__(self, console: Console, stop: Stop) -> None:
        self._console = console
        self._stop = stop
        self._started = time.monotonic()

    def step(self, name: str, total: int = 1) -> None:
        _honour(self._stop)
        seconds = time.monotonic() - self._started
        self._console.print(f"{seconds:6.1f} s  {name}", markup=False, highlight=False, soft_wrap=True)

    def advance(self, amount: int = 1) -> None:
        _honour(self._stop)


@contextmanager
def shown(console: Console | None = None, stop: Stop = STOP) -> Iterator[progress.Progress]:
    """A progress that shows a run on ``console`` (standard error if none is given) while the block lasts.

    Its methods raise :class:`u2ad.errors.Cancelled` once ``stop`` was requested.
    """
    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield Lines(console, stop)
        return
    columns = (
        SpinnerColumn(finished_text="[green]✓"),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=console) as bars:
        watched = Bars(bars, stop)
        yield watched
        watched.finish()


def _honour(stop: Stop) -> None:
    if stop.requested:
        raise Cancelled
