"""Whether a calibration keeps its word on people that it was not fitted to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from u2ad.calibration import ScanClass
from u2ad.recalibration.evidence import Evidence

EDGES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
"""Of the confidences that are looked at together; narrow where most candidates are, and where a reader relies on it."""


@dataclass(frozen=True)
class Bin:
    """Candidates of about the same confidence.

    Args:
        low: their lowest confidence.
        high: and what it stays below.
        candidates: how many.
        told: their mean confidence.
        real: the share that was real.
        interval: 95 % interval of that share, by Wilson.
    """

    low: float
    high: float
    candidates: int
    told: float
    real: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Reliability:
    """How a class of scans did.

    Args:
        kind: its name.
        scans: how many, and how many of those are free of lesions.
        bins: those that hold candidates.
        error: expected calibration error: mean distance of share and confidence, by candidates.
        quiet: share of the lesion-free scans with at most one candidate at the threshold, and its 95 % interval.
        alarms: candidates of a lesion-free scan at the threshold, on average.
        found: share of the lesions that a candidate at the threshold touches.
        found_at_one: the same at one false alarm a scan, ranked by score and by confidence.
    """

    kind: str
    scans: tuple[int, int]
    bins: tuple[Bin, ...]
    error: float
    quiet: tuple[float, float, float]
    alarms: float
    found: float
    found_at_one: tuple[float, float]


def reliability_of(kind: ScanClass, evidence: Sequence[Evidence]) -> Reliability:
    """Hold a class of a calibration against scans of known truth.

    Args:
        kind: the class.
        evidence: of scans of this class, extracted with its scale.
    """
    told = np.array([kind.confidence.of(finding) for one in evidence for finding in one.candidates])
    real = np.array([is_real for one in evidence for is_real in one.real], dtype=bool)
    bins = bins_of(told, real)
    free = [sum(reach >= kind.threshold for reach in one.reach) for one in evidence if not one.lesions]
    calm = sum(count <= 1 for count in free)
    return Reliability(
        kind.name,
        (len(evidence), len(free)),
        bins,
        error_of(bins),
        (calm / len(free), *wilson(calm, len(free))) if free else (np.nan, np.nan, np.nan),
        float(np.mean(free)) if free else np.nan,
        _found(evidence, [one.reach for one in evidence], kind.threshold),
        (
            found_at(evidence, [[finding.score for finding in one.candidates] for one in evidence]),
            found_at(evidence, [[kind.confidence.of(finding) for finding in one.candidates] for one in evidence]),
        ),
    )


def bins_of(told: np.ndarray, real: np.ndarray) -> tuple[Bin, ...]:
    """Candidates by their confidence.

    Args:
        told: their confidences, shape (N,).
        real: whether each is real, shape (N,).
    """
    bins = []
    for low, high in pairwise(EDGES):
        inside = (told >= low) & ((told < high) | (high == EDGES[-1]))
        count, hits = int(inside.sum()), int(real[inside].sum())
        if count:
            bins.append(Bin(low, high, count, float(told[inside].mean()), hits / count, wilson(hits, count)))
    return tuple(bins)


def error_of(bins: Sequence[Bin]) -> float:
    """Expected calibration error: mean distance between confidence and share of real ones, by candidates."""
    total = sum(one.candidates for one in bins)
    return sum(one.candidates * abs(one.told - one.real) for one in bins) / total if total else float("nan")


def wilson(hits: int, count: int) -> tuple[float, float]:
    """95 % interval of a share, by Wilson; candidates of one scan count as if they were of several."""
    z = 1.959964
    middle = (hits + z**2 / 2) / (count + z**2)
    half = z / (count + z**2) * np.sqrt(hits * (count - hits) / count + z**2 / 4)
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def found_at(evidence: Sequence[Evidence], ranks: Sequence[Sequence[float]], alarms: float = 1.0) -> float:
    """Share of the lesions found where so many false alarms a scan are let through.

    Args:
        evidence: of scans with and without lesions.
        ranks: by which the candidates of each scan are ranked.
        alarms: false alarms a scan, on average.
    """
    paired = (zip(row, one.real, strict=True) for one, row in zip(evidence, ranks, strict=True))
    false = sorted((rank for row in paired for rank, is_real in row if not is_real), reverse=True)
    allowed = int(np.floor(alarms * len(evidence)))
    return _found(evidence, ranks, np.nextafter(false[allowed], np.inf) if allowed < len(false) else 0.0)


def _found(evidence: Sequence[Evidence], ranks: Sequence[Sequence[float]], cut: float) -> float:
    lesions = sum(one.lesions for one in evidence)
    found = 0
    for one, row in zip(evidence, ranks, strict=True):
        passing = [labels for labels, rank in zip(one.touched, row, strict=True) if rank >= cut]
        found += len({label for labels in passing for label in labels})
    return found / lesions if lesions else float("nan")


def write_reliability(results: Sequence[Reliability], folder: Path) -> None:
    """Write reliability.json and, for the eye, reliability.png into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps([asdict(one) for one in results], indent=1)
    (folder / "reliability.json").write_text(text + "\n", encoding="utf-8")
    draw(results, folder / "reliability.png")


def draw(results: Sequence[Reliability], file: Path) -> None:
    """Share of real candidates over their confidence, a panel a class; on the line, a calibration keeps its word."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3.6 * len(results), 3.8), layout="constrained")
    panels = figure.subplots(1, len(results), squeeze=False)[0]
    for axes, one in zip(panels, results, strict=True):
        told, real = [part.told for part in one.bins], [part.real for part in one.bins]
        below = [part.real - part.interval[0] for part in one.bins]
        above = [part.interval[1] - part.real for part in one.bins]
        axes.plot((0, 1), (0, 1), color="0.7", linewidth=1)
        axes.errorbar(told, real, yerr=(below, above), fmt="o", color="#1f5fa8", markersize=4, capsize=2)
        for part in one.bins:
            axes.annotate(str(part.candidates), (part.told, part.real), (4, -9), textcoords="offset points", fontsize=6)
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), xlabel="confidence", ylabel="share that was real")
        axes.set_title(f"{one.kind}\nexpected calibration error {one.error:.3f}", fontsize=7)
    figure.savefig(file, dpi=90)
