"""How many injected lesions each detector finds, at how many false alarms a scan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from u2ad.cord.levels import Levels
from u2ad.detection import Anatomy, detect, find_cord
from u2ad.detectors.detector import Detector
from u2ad.detectors.registry import NAMES, make_detector
from u2ad.findings import CandidateSettings, Finding, Findings
from u2ad.progress import Progress
from u2ad.scan import Grid, Scan
from u2ad.scan.resampling import acquire_thick, sagittal_grid
from u2ad.simulation import inject_lesions

THICK = 3.3
"""Slice thickness in mm of the thick-slice cases, with 0.6 mm pixels."""

NOISE = 0.03
"""Standard deviation of the noise added to every case, as a share of the cord's signal."""

EXTRACTION = CandidateSettings(threshold=2.0, low=2.0)
"""Candidates are extracted this generously; the curve of sensitivity comes from ranking them by score."""


@dataclass(frozen=True, eq=False)
class Case:
    """A scan with what is truly in it.

    Args:
        scan: with or without lesions.
        cord: cord fraction to be given to the detectors, None to have it marked automatically.
        lesions: label map of the lesions, 0 outside.
    """

    scan: Scan
    cord: np.ndarray | None
    lesions: np.ndarray


@dataclass(frozen=True)
class Answer:
    """What a detector said of one case.

    Args:
        hits: the best score among the candidates on each lesion, 0 for a missed one.
        alarms: scores of the candidates on no lesion.
        alarm_peaks: their highest anomalies.
    """

    hits: tuple[float, ...]
    alarms: tuple[float, ...]
    alarm_peaks: tuple[float, ...]


@dataclass(frozen=True)
class Row:
    """What the benchmark says of one detector.

    Args:
        detector: its name.
        at_one: share of the lesions found at one false alarm a scan, and its 95 % interval.
        at_two: the same at two.
        behind: how much more the first detector finds at one false alarm a scan, and its 95 % interval (paired).
        healthy_alarms: candidates a lesion-free scan at the detector's own threshold.
        healthy_silent: share of the lesion-free scans without a candidate at that threshold.
    """

    detector: str
    at_one: tuple[float, float, float]
    at_two: tuple[float, float, float]
    behind: tuple[float, float, float]
    healthy_alarms: float
    healthy_silent: float


def cases_of(
    scan: Scan, cord: np.ndarray, seeds: Sequence[int], lesions: int, slices: str, give_cord: bool
) -> Iterator[Case]:
    """Scans with injected lesions, each followed by the same scan without.

    Every seed has its own lesions and noise; thick slices also fall elsewhere and tilt otherwise.

    Args:
        scan: lesion-free, about 1 mm isotropic.
        cord: its cord fraction.
        seeds: one pair of cases each.
        lesions: how many in each scan that has some.
        slices: "stored", or "thick" for sagittal slices of 3.3 mm, a little oblique.
        give_cord: whether detectors get the cord or mark it themselves.
    """
    for seed in seeds:
        rng = np.random.default_rng((seed, 3))
        injected = inject_lesions(scan, cord, lesions, rng)
        grid = _thick_grid(scan.grid, rng) if slices == "thick" else scan.grid
        noise = rng.normal(0, NOISE * np.median(scan.array[cord >= 0.5]), grid.shape).astype(np.float32)
        given = _taken(cord, scan.grid, grid) if give_cord else None
        yield Case(_noisy(injected.scan, grid, noise), given, _labels_on(injected.labels, scan.grid, grid))
        yield Case(_noisy(scan, grid, noise), given, np.zeros(grid.shape, np.int16))


def run(cases: Iterable[Case], progress: Progress, names: Sequence[str] = NAMES) -> list[Row]:
    """Ask every detector about every case; all see the same cord mask of a case."""
    detectors = [make_detector(name) for name in names]
    answers: dict[str, list[Answer]] = {name: [] for name in names}
    for case in cases:
        cord, line = find_cord(case.scan, case.cord, progress)
        anatomy = Anatomy(cord, line, Levels.unknown())
        for detector in detectors:
            findings = detect(case.scan, anatomy, detector, progress, EXTRACTION).findings
            answers[detector.name].append(compare(findings, case.lesions))
    return [_row(detector, answers[detector.name], answers[names[0]]) for detector in detectors]


def compare(findings: Findings, lesions: np.ndarray) -> Answer:
    """Which lesions were found: a lesion is found by a candidate that shares a voxel with it."""
    hits = dict.fromkeys(range(1, int(lesions.max()) + 1), 0.0)
    alarms: list[Finding] = []
    for finding in findings.ranked:
        touched = np.unique(lesions[findings.labels == finding.label])
        touched = touched[touched > 0]
        for lesion in touched:
            hits[int(lesion)] = max(hits[int(lesion)], finding.score)
        if not touched.size:
            alarms.append(finding)
    return Answer(tuple(hits.values()), tuple(a.score for a in alarms), tuple(a.peak for a in alarms))


def sensitivity(answers: Sequence[Answer], false_alarms: float) -> float:
    """Share of the lesions found when the score's cut lets ``false_alarms`` a scan pass; NaN without lesions."""
    scores = np.array([score for answer in answers for score in answer.hits])
    return float((scores > cut_for(answers, false_alarms)).mean()) if scores.size else float("nan")


def cut_for(answers: Sequence[Answer], false_alarms: float) -> float:
    """Smallest cut of the score that at most ``false_alarms`` a scan exceed, on average."""
    alarms = sorted((score for answer in answers for score in answer.alarms), reverse=True)
    allowed = int(np.floor(false_alarms * len(answers)))
    return alarms[allowed] if allowed < len(alarms) else 0.0


def interval(
    measure: Callable[[list[int]], float], pairs: int, resamples: int = 1000, seed: int = 0
) -> tuple[float, float]:
    """95 % bootstrap interval over the pairs of a scan with lesions and the same scan without.

    Args:
        measure: of the pairs with these numbers, which may repeat.
        pairs: how many there are.
        resamples: how many times they are drawn anew.
        seed: of the drawing.
    """
    rng = np.random.default_rng(seed)
    values = [measure(draw.tolist()) for draw in rng.integers(pairs, size=(resamples, pairs))]
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)


def _of_pairs(answers: Sequence[Answer], chosen: Sequence[int]) -> list[Answer]:
    return [answers[2 * pair + member] for pair in chosen for member in (0, 1)]


def _row(detector: Detector, answers: list[Answer], best: list[Answer]) -> Row:
    pairs = len(answers) // 2
    healthy = [sum(peak >= detector.threshold for peak in answer.alarm_peaks) for answer in answers[1::2]]

    def found(rate: float) -> tuple[float, float, float]:
        return sensitivity(answers, rate), *interval(
            lambda chosen: sensitivity(_of_pairs(answers, chosen), rate), pairs
        )

    def less(chosen: Sequence[int]) -> float:
        return sensitivity(_of_pairs(best, chosen), 1) - sensitivity(_of_pairs(answers, chosen), 1)

    difference = less(range(pairs)), *interval(less, pairs)
    return Row(
        detector.name, found(1), found(2), difference, float(np.mean(healthy)), float(np.mean(np.equal(healthy, 0)))
    )


def _thick_grid(grid: Grid, rng: np.random.Generator) -> Grid:
    """Sagittal slices of 3.3 mm, tilted a little and shifted by up to half a slice."""
    thick = sagittal_grid(grid, 0.6, THICK, float(rng.uniform(-6, 6)))
    affine = thick.affine.copy()
    affine[:3, 3] = thick.to_ras(np.array([rng.uniform(-0.5, 0.5), 0, 0]))
    return Grid(thick.shape, affine)


def _taken(array: np.ndarray, source: Grid, target: Grid) -> np.ndarray:
    return array if target is source else acquire_thick(Scan(array.astype(np.float32), source), target).array


def _noisy(scan: Scan, grid: Grid, noise: np.ndarray) -> Scan:
    return Scan(np.abs(_taken(scan.array, scan.grid, grid) + noise), grid, scan.facts)


def _labels_on(labels: np.ndarray, source: Grid, target: Grid) -> np.ndarray:
    """The label that fills most of each voxel, where it fills at least a quarter of it."""
    shares = [np.full(target.shape, 0.25, np.float32)]
    shares += [_taken(labels == label, source, target) for label in range(1, int(labels.max()) + 1)]
    return np.argmax(shares, axis=0).astype(np.int16)
