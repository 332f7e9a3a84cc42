"""Workers and runs that end with their test."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from worker_scripts import HEAD, Timers

from U2ADSlicerLib.process.worker import WorkerProcess


@pytest.fixture
def timers() -> Timers:
    return Timers()


@pytest.fixture
def worker(tmp_path: Path, timers: Timers) -> Iterator[Callable[[str], WorkerProcess]]:
    """Makes a WorkerProcess whose worker runs the given lines."""
    made: list[WorkerProcess] = []

    def make(lines: str) -> WorkerProcess:
        script = tmp_path / f"worker-{len(made)}.py"
        script.write_text(HEAD + lines, encoding="utf-8")
        made.append(WorkerProcess((sys.executable, str(script)), makeTimer=timers))
        return made[-1]

    yield make
    for process in made:
        process.close()
