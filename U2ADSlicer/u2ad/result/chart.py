"""The anomaly curve laid out for drawing: every position in the units of the picture, no figures left to compute."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from u2ad.cord.levels import UNKNOWN

WIDTH, PLOT_HEIGHT = 1000.0, 190.0
LEFT, RIGHT, BOTTOM = 46.0, 12.0, 58.0
LANE, MARK_RADIUS = 24.0, 10.0
MOST_TICKS = 5
STEPS = np.array([0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000])


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: its place and its text."""

    at: float
    text: str


@dataclass(frozen=True)
class Stretch:
    """A vertebra's part of the horizontal axis, from disc to disc."""

    start: float
    end: float
    name: str

    @property
    def middle(self) -> float:
        """Where its name stands."""
        return (self.start + self.end) / 2


@dataclass(frozen=True)
class Gap:
    """A part of the horizontal axis where nothing was searched."""

    start: float
    end: float


@dataclass(frozen=True)
class Mark:
    """The number of a finding above the curve, and where the curve peaks within that finding."""

    x: float
    y: float
    foot: float
    label: int


@dataclass(frozen=True)
class Chart:
    """The curve as a picture; y runs down.

    Args:
        width: of the picture.
        height: of the picture.
        left: of the plot.
        right: of the plot.
        top: of the plot.
        base: of the plot, where the anomaly is 0.
        lines: the unbroken pieces of the curve, each as the ``points`` of an SVG polyline.
        gaps: between the pieces, where nothing was searched.
        threshold: height of the threshold.
        across: ticks of the horizontal axis, mm.
        up: ticks of the vertical axis, anomaly.
        stretches: vertebrae, empty where levels are unknown.
        marks: findings.
    """

    width: float
    height: float
    left: float
    right: float
    top: float
    base: float
    lines: tuple[str, ...]
    gaps: tuple[Gap, ...]
    threshold: float
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    stretches: tuple[Stretch, ...]
    marks: tuple[Mark, ...]


def chart_of(document: dict[str, Any]) -> Chart | None:
    """Lay out the curve of a document; None where there is no cord to draw it along."""
    along, value = (np.array(document["curve"][key], dtype=np.float64) for key in ("along_mm", "value"))
    if len(along) < 2:
        return None
    half = (along[1] - along[0]) / 2
    first, last = along[0] - half, along[-1] + half
    highest = 1.1 * max(np.nanmax(value, initial=0), document["threshold"])
    peaks = {finding["label"]: _peak(finding, along, value) for finding in document["findings"]}
    xs = {label: _across(place, first, last) for label, (place, _) in peaks.items()}
    lanes = _lanes(xs)
    top = 8 + LANE * (1 + max(lanes.values(), default=-1))
    base = top + PLOT_HEIGHT

    def height(anomaly: float) -> float:
        return round(base - PLOT_HEIGHT * float(anomaly) / highest, 1)

    marks = tuple(
        Mark(xs[label], top - LANE * (lanes[label] + 0.5), height(anomaly), label)
        for label, (_, anomaly) in peaks.items()
    )
    return Chart(
        WIDTH,
        base + BOTTOM,
        LEFT,
        WIDTH - RIGHT,
        top,
        base,
        tuple(
            " ".join(f"{_across(x, first, last):.1f},{height(y)}" for x, y in zip(place, anomaly, strict=True))
            for place, anomaly in _unbroken(along, value, half)
        ),
        tuple(Gap(_across(start, first, last), _across(end, first, last)) for start, end in _gaps(along, value, half)),
        height(document["threshold"]),
        tuple(Tick(_across(x, first, last), f"{x:.0f}") for x in _round_values(first, last, 12)),
        tuple(Tick(height(y), f"{y:g}") for y in _round_values(0, highest, MOST_TICKS)),
        _stretches(document, first, last),
        marks,
    )


def _peak(finding: dict[str, Any], along: np.ndarray, value: np.ndarray) -> tuple[float, float]:
    """Where the curve is highest within a finding, nearest to its centre, and how high; 0 where there is no curve."""
    distance = np.abs(along - finding["along_mm"])
    inside = ~np.isnan(value) & (distance <= max(finding["extent_mm"]["along_cord"] / 2, distance.min()))
    if not inside.any():
        return finding["along_mm"], 0.0
    best = np.lexsort((distance[inside], -value[inside]))[0]
    return float(along[inside][best]), float(value[inside][best])


def _unbroken(along: np.ndarray, value: np.ndarray, half: float) -> list[tuple[np.ndarray, np.ndarray]]:
    """The pieces of the curve between gaps; a single section becomes as long as it is, else nothing would be seen."""
    pieces = [(along[run], value[run]) for run in np.ma.clump_unmasked(np.ma.masked_invalid(value))]
    return [
        (place + np.array([-half, half]), np.repeat(anomaly, 2)) if len(place) == 1 else (place, anomaly)
        for place, anomaly in pieces
    ]


def _gaps(along: np.ndarray, value: np.ndarray, half: float) -> list[tuple[float, float]]:
    """Starts and ends of the stretches that were not searched, mm."""
    runs = np.ma.clump_masked(np.ma.masked_invalid(value))
    return [(along[run][0] - half, along[run][-1] + half) for run in runs]


def _across(along: Any, first: float, last: float) -> Any:
    return LEFT + (WIDTH - RIGHT - LEFT) * (np.clip(along, first, last) - first) / (last - first)


def _round_values(first: float, last: float, most: int) -> np.ndarray:
    step = next((step for step in STEPS if (last - first) / step <= most), STEPS[-1])
    return np.arange(np.ceil(first / step), np.floor(last / step) + 1) * step


def _lanes(xs: dict[int, float]) -> dict[int, int]:
    """Heights at which numbers do not cover each other; the most suspicious stand lowest, next to the curve."""
    lanes: dict[int, int] = {}
    for label, x in xs.items():
        taken = {lanes[other] for other in lanes if abs(xs[other] - x) < 2 * MARK_RADIUS + 2}
        lanes[label] = next(lane for lane in range(len(xs)) if lane not in taken)
    return lanes


def _stretches(document: dict[str, Any], first: float, last: float) -> tuple[Stretch, ...]:
    """Vertebrae from the middle of the disc above to the middle of the disc below, as far as the curve reaches."""
    places = zip(document["curve"]["along_mm"], document["curve"]["level"], strict=True)
    runs = [(name, [along for along, _ in run]) for name, run in groupby(places, key=lambda place: place[1])]
    half = (last - first) / len(document["curve"]["along_mm"]) / 2
    stretches = []
    for above, (name, along), below in zip([None, *runs[:-1]], runs, [*runs[1:], None], strict=True):
        if name != UNKNOWN and "/" not in name:
            ends = (_middle_of_disc(above, along[0] - half), _middle_of_disc(below, along[-1] + half))
            stretches.append(Stretch(_across(ends[0], first, last), _across(ends[1], first, last), name))
    return tuple(stretches)


def _middle_of_disc(run: tuple[str, list[float]] | None, otherwise: float) -> float:
    if run is None or "/" not in run[0]:
        return otherwise
    return (run[1][0] + run[1][-1]) / 2
