"""The progress on a terminal and in a log."""

import io
import re

import pytest
from rich.console import Console

from u2ad.errors import Cancelled
from u2ad.stop import Stop
from u2ad.terminal import shown


def run_on(console: Console, stop: Stop | None = None) -> str:
    with shown(console, stop or Stop()) as progress:
        progress.step("Reading [T2w]")
        progress.advance()
        progress.step("Finding the cord", 4)
        progress.advance(2)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_log_gets_one_plain_line_a_step() -> None:
    lines = run_on(Console(file=io.StringIO(), width=20)).splitlines()
    assert len(lines) == 2
    assert re.fullmatch(r" +\d+\.\d s  Reading \[T2w\]", lines[0])
    assert re.fullmatch(r" +\d+\.\d s  Finding the cord", lines[1])


def test_a_terminal_gets_a_finished_bar_a_step() -> None:
    shot = run_on(Console(file=io.StringIO(), width=100, force_terminal=True))
    last = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shot).split("\r")[-1].splitlines()
    assert [name in line for name, line in zip(("Reading [T2w]", "Finding the cord"), last, strict=False)] == [True] * 2
    assert all(line.startswith("✓") for line in last[:2])


@pytest.mark.parametrize("terminal", [True, False])
def test_a_requested_stop_is_raised_by_step_and_by_advance(terminal: bool) -> None:
    stop = Stop()
    console = Console(file=io.StringIO(), force_terminal=terminal)
    with shown(console, stop) as progress:
        progress.step("Waiting")
        stop.requested = True
        with pytest.raises(Cancelled):
            progress.advance()
        with pytest.raises(Cancelled):
            progress.step("Next")
