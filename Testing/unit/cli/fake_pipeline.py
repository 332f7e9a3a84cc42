"""A detection that takes no time: it answers what a test tells it to."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from u2ad.findings import AnomalyCurve, Finding, Findings
from u2ad.progress import Progress
from u2ad.scan import Check, Grid


@dataclass(frozen=True)
class FakeOutcome:
    output: Path
    checks: tuple[Check, ...]
    findings: Findings
    problems: tuple[str, ...]
    cord_doubt: str
    standing: str = "The scores are not calibrated."
    model: str | None = "starter"


class FakePipeline(ModuleType):
    """Stands where ``u2ad.pipeline`` stands and notes what it was asked."""

    Request = SimpleNamespace

    def __init__(self) -> None:
        super().__init__("u2ad.pipeline")
        self.requests: list[Any] = []
        self.answer: Callable[[Any, Progress], FakeOutcome] = lambda request, progress: outcome(request.output)

    def run(self, request: Any, progress: Progress) -> FakeOutcome:
        self.requests.append(request)
        return self.answer(request, progress)


def finding(label: int, score: float, level: str) -> Finding:
    return Finding(
        label=label,
        score=score,
        centre=(-1.25, 20.5, -33.0),
        along=40.0,
        extent=(9.5, 3.0, 4.5),
        volume=61.6,
        mean=4.0,
        peak=7.0,
        epistemic=0.1,
        aleatoric=0.2,
        level=level,
    )


def outcome(
    output: Path,
    ranked: tuple[Finding, ...] = (),
    checks: tuple[Check, ...] = (),
    problems: tuple[str, ...] = (),
    cord_doubt: str = "",
) -> FakeOutcome:
    grid = Grid((2, 2, 2), np.eye(4))
    curve = AnomalyCurve(np.zeros(1), np.zeros(1), ("unknown",))
    score = max((one.score for one in ranked), default=0.0)
    findings = Findings(grid, np.zeros(grid.shape, np.int16), ranked, curve, score, threshold=3.0)
    return FakeOutcome(output, checks, findings, problems, cord_doubt)
