"""Import of the module and set-up of its panel, each time in a fresh process that has Slicer's own names already."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator

from u2ad.benchmark.panel import Measured

FILE = "The module's file is imported"
STARTED = "Slicer has started: sample scan and terms are there"
LIBRARY = "The panel's library is imported"
SET_UP = "The panel is set up"
IMPORT = "Module import, all three"
SECONDS = 0.5
"""What import and set-up may take, each."""


def openings(times: int) -> Iterator[Measured]:
    """The figures of several openings. The first process of all leaves compiled Python files behind, and counts too."""
    told = [_inFreshProcess() for _ in range(times)]
    parts = {name: tuple(one[name] for one in told) for name in (FILE, STARTED, LIBRARY)}
    for name, seconds in parts.items():
        yield Measured(name, None, seconds)
    yield Measured(IMPORT, SECONDS, tuple(map(sum, zip(*parts.values(), strict=True))))
    yield Measured(SET_UP, SECONDS, tuple(one[SET_UP] for one in told))


def _inFreshProcess() -> dict[str, float]:
    search = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(
        [sys.executable, "-m", __name__],
        env={**os.environ, "PYTHONPATH": search},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.strip().splitlines()[-1])


def _open() -> dict[str, float]:
    """What one process measures of itself."""
    from EmbeddedSlicer.desktop import start
    from EmbeddedSlicer.desktop.modules.loading import importFile
    from EmbeddedSlicer.desktop.native import application
    from EmbeddedSlicer.desktop.review import MODULE, openEmptyWindow, showModule

    desktop, window = openEmptyWindow(start(testing=True))
    window.show()
    application().processEvents()

    def importLibrary() -> None:
        import U2ADSlicerLib.panels.panel  # noqa: F401

    def setUp() -> None:
        showModule(desktop, window, desktop.modules[0].name)
        application().processEvents()

    steps = {
        FILE: lambda: importFile(MODULE),
        STARTED: lambda: desktop.loadModule(MODULE, enter=False),
        LIBRARY: importLibrary,
        SET_UP: setUp,
    }
    return {name: _seconds(step) for name, step in steps.items()}


def _seconds(step) -> float:
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


if __name__ == "__main__":
    print(json.dumps(_open()))
    sys.stdout.flush()
    os._exit(0)  # nothing of this process is needed any more
