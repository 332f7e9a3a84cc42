"""Thirty findings on a scan of 20 x 512 x 512 voxels follow the reader's hand, also while four views watch."""

import time

import numpy as np
import pytest
from listed_findings import add_scan, judged, listed

from u2ad.review.decision import Decision
from u2ad.review.voxels import Voxels
from U2ADSlicerLib.scene.case import CaseNodes
from U2ADSlicerLib.scene.findings_view import FindingsView

SHAPE = (20, 512, 512)
SECONDS = 0.05


def disc(k: int, j: int, i: int, radius: int) -> Voxels:
    """A disc over three slices."""
    _, row, column = grid = np.indices((3, 2 * radius + 1, 2 * radius + 1))
    inside = np.hypot(row - radius, column - radius) <= radius
    return Voxels(grid[:, inside].T + np.array((k - 1, j - radius, i - radius)))


def findings(smaller=()):
    return tuple(listed(n, disc(4 + n % 12, 16 * n, 240 + n, 5 if n in smaller else 6), "C4") for n in range(1, 31))


@pytest.fixture
def view(runtime) -> FindingsView:
    return FindingsView(CaseNodes(add_scan(shape=SHAPE)))


def best_of_three(view, *updates) -> float:
    """Shortest time of an update, from a scene that shows the full list."""
    times = []
    for _ in range(3):
        view.update(findings())
        started = time.perf_counter()
        view.update(*updates)
        times.append(time.perf_counter() - started)
    return min(times)


CHANGES = {
    "threshold": (findings(range(1, 31, 2)),),
    "decision": ((judged(findings()[0], Decision.CONFIRMED), *findings()[1:]),),
    "selection": (findings(), "finding-7"),
    "vanished": (findings()[::2],),
}


@pytest.mark.parametrize("change", CHANGES)
def test_update_is_quick(view, change):
    assert best_of_three(view, *CHANGES[change]) < SECONDS


def test_first_update_is_quick(view):
    started = time.perf_counter()
    view.update(findings())
    assert time.perf_counter() - started < 2 * SECONDS


def test_threshold_is_quick_while_four_views_watch(view, make_view):
    for _ in range(4):
        make_view("Sagittal", (400, 500)).show(view.nodes.volume)
    assert best_of_three(view, *CHANGES["threshold"]) < 4 * SECONDS
