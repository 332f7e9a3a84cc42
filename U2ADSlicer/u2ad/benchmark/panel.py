"""How fast the panel of the Slicer module answers: measured in a child process, because this package knows no desktop.

Standard library only: both sides of the child process import it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median

from u2ad.errors import U2ADError

CHILD = "EmbeddedSlicer.desktop.benchmark"


@dataclass(frozen=True)
class Workload:
    """What the panel is given to do.

    Args:
        shape: voxels of the scan: slices, rows, columns.
        candidates: bright spots in its cord.
        steps: how often each key is pressed, and how many steps the threshold takes.
        openings: in how many fresh processes the module is imported and its panel set up.
    """

    shape: tuple[int, int, int] = (20, 512, 512)
    candidates: int = 30
    steps: int = 40
    openings: int = 3


@dataclass(frozen=True)
class Measured:
    """One thing that a reader waits for.

    Args:
        name: what it is.
        aim: median seconds that it may take; None where nothing was asked for.
        answered: seconds until panel and scene are in line, one for each time.
        drawn: seconds until every view is drawn as well, of the same times; empty where nothing is to be drawn.
        frames: how many pictures the views drew, all together.
    """

    name: str
    aim: float | None
    answered: tuple[float, ...]
    drawn: tuple[float, ...] = ()
    frames: int = 0

    @property
    def met(self) -> str:
        """Whether the median keeps to the aim: "yes", "without drawing" or "no"; empty where there is no aim."""
        if self.aim is None:
            return ""
        if median(self.drawn or self.answered) < self.aim:
            return "yes"
        return "without drawing" if median(self.answered) < self.aim else "no"


@dataclass(frozen=True)
class PanelResult:
    """All figures of one run.

    Args:
        machine: facts of the computer in words by what they are; no name of it.
        findings: how many findings stood in the table.
        lines: the figures, in the order of the reader's hour.
    """

    machine: Mapping[str, str]
    findings: int
    lines: tuple[Measured, ...]

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> PanelResult:
        """The result of :meth:`to_json`.

        Raises:
            ValueError: if the text is no such result.
        """
        try:
            told = json.loads(text)
            return cls(told["machine"], told["findings"], tuple(_line(line) for line in told["lines"]))
        except (KeyError, TypeError) as error:
            msg = f"expected the figures of a panel, got {text[:80]!r}"
            raise ValueError(msg) from error


def measure(workload: Workload, child: Sequence[str] = ("-m", CHILD)) -> PanelResult:
    """Let a child process open the panel in a window that no screen shows, and work with it.

    Args:
        workload: what it is given to do.
        child: what Python runs, before the workload's options.

    Raises:
        U2ADError: if the panel cannot be opened here.
    """
    given = {**asdict(workload), "shape": "x".join(map(str, workload.shape))}
    options = [f"--{name}={value}" for name, value in given.items()]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run(
        [sys.executable, *child, *options], env=environment, capture_output=True, text=True, check=False
    )
    said = done.stdout.strip().splitlines()
    if done.returncode != 0 or not said:
        raise U2ADError(
            "The panel could not be opened for measuring.",
            'It needs the source tree, and the libraries of the try-out window (pip install "u2ad[review]"). '
            f"If both are there, python -m {CHILD} says what is wrong.",
        )
    return PanelResult.from_json(said[-1])


def _line(told: Mapping) -> Measured:
    return Measured(**{**told, "answered": tuple(told["answered"]), "drawn": tuple(told["drawn"])})
