"""A review of a straight cord with four bright places."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from reviewed_cord import make_case

from u2ad.review import Action, Case, Journal, Review
from u2ad.review.changes import Threshold


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A second later each time."""
    start = datetime(2026, 3, 1, 9, tzinfo=timezone.utc)
    ticks: Iterator[int] = iter(range(10**9))
    return lambda: start + timedelta(seconds=next(ticks))


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "case")


@pytest.fixture
def review(case: Case, journal: Journal, clock: Callable[[], datetime]) -> Review:
    return Review(case, journal, reader="Reader One", clock=clock)


@pytest.fixture
def make_action() -> Callable[..., Action]:
    """``make_action("a", 3)``: the third action of session a, a threshold of 3."""

    def make(session: str, number: int, at: str = "2026-03-01T09:00:00Z") -> Action:
        return Action(f"{session}-{number}", at, "", "threshold", (Threshold(float(number)),))

    return make
