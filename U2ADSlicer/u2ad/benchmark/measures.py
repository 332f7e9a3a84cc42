"""What answers are worth: every measure of one detector, for the scans as they are and as they are drawn anew.

A measure takes ``weights`` of shape (draws, units): how often each unit counts in each draw of the bootstrap. A unit is
a scan without lesions together with the same scan with lesions; all ones is the measure itself. Average precision and
areas are those of scikit-learn (a test holds them together), computed for a thousand draws at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from u2ad.benchmark.answers import BINS, Answer
from u2ad.benchmark.cases import FAINT

SPECIFICITY = 0.95
"""Share of the lesion-free training-side scans whose patient score stays below the cut of the F1 scores."""


@dataclass(frozen=True, eq=False)
class Column:
    """Values with the unit that each belongs to; both shape (N,)."""

    value: np.ndarray
    unit: np.ndarray

    @classmethod
    def of(cls, pairs: Sequence[tuple[float, int]]) -> Column:
        """From (value, unit) pairs."""
        return cls(np.array([value for value, _ in pairs], float), np.array([unit for _, unit in pairs], int))

    def mean(self, weights: np.ndarray) -> np.ndarray:
        """Weighted mean of each draw, NaN without values."""
        share = weights[:, self.unit]
        return _ratio(share @ self.value, share.sum(axis=1))


@dataclass(frozen=True, eq=False)
class Sample:
    """All answers of one detector about some cases, by unit.

    Args:
        units: how many there are.
        clusters: which units are drawn together, (units,): those of one person, where there are several people.
        scans: a 1 for every scan.
        hits: score of every lesion.
        faint: whether it is a faint one, (lesions,).
        alarms: score of every candidate on no lesion.
        free: patient score of the lesion-free scans.
        single: of those with one lesion.
        several: of those with more.
        candidates: candidates of the lesion-free scans at the default threshold.
        segments: best score of every segment.
        affected: whether it holds a lesion, (segments,).
        lesion_voxels: voxels in lesions by bin of their anomaly, (units, BINS).
        other_voxels: the other ones of the cord, in scans with lesions, (units, BINS).
        ssim: similarity of every scan.
        restored: restored share of every scan with lesions.
        cut: of the patient's score; NaN where there are no reference scans.
        refused: in how many scans no cord was found.
    """

    units: int
    clusters: np.ndarray
    scans: Column
    hits: Column
    faint: np.ndarray
    alarms: Column
    free: Column
    single: Column
    several: Column
    candidates: Column
    segments: Column
    affected: np.ndarray
    lesion_voxels: np.ndarray
    other_voxels: np.ndarray
    ssim: Column
    restored: Column
    cut: float
    refused: int

    @classmethod
    def of(cls, answers: Sequence[Answer]) -> Sample:
        """From the answers of one detector, reference cases among them."""
        asked = [answer for answer in answers if not answer.reference]
        names = sorted({(answer.source, answer.seed) for answer in asked})
        unit = {name: number for number, name in enumerate(names)}
        of = {id(answer): unit[answer.source, answer.seed] for answer in asked}
        hits = [(hit.score, of[id(a)], hit.contrast < FAINT) for a in asked for hit in a.hits]
        segments = [(segment.score, of[id(a)], segment.lesion) for a in asked for segment in a.segments]

        def scores(wanted: Callable[[int], bool]) -> Column:
            return Column.of([(a.patient_score, of[id(a)]) for a in asked if wanted(len(a.hits))])

        return cls(
            units=len(names),
            clusters=_clusters([source for source, _ in names]),
            scans=Column.of([(1.0, of[id(a)]) for a in asked]),
            hits=Column.of([(score, place) for score, place, _ in hits]),
            faint=np.array([faint for *_, faint in hits], bool),
            alarms=Column.of([(score, of[id(a)]) for a in asked for score in a.alarms]),
            free=scores(lambda lesions: lesions == 0),
            single=scores(lambda lesions: lesions == 1),
            several=scores(lambda lesions: lesions > 1),
            candidates=Column.of([(a.candidates, of[id(a)]) for a in asked if not a.hits]),
            segments=Column.of([(score, place) for score, place, _ in segments]),
            affected=np.array([affected for *_, affected in segments], bool),
            lesion_voxels=_by_bin([(of[id(a)], a.lesion_voxels) for a in asked], len(names)),
            other_voxels=_by_bin([(of[id(a)], a.other_voxels) for a in asked], len(names)),
            ssim=Column.of([(a.ssim, of[id(a)]) for a in asked if a.ssim is not None]),
            restored=Column.of([(a.restored, of[id(a)]) for a in asked if a.restored is not None]),
            cut=_cut([answer.patient_score for answer in answers if answer.reference]),
            refused=sum(answer.refused for answer in asked),
        )


Measure = Callable[[Sample, np.ndarray], np.ndarray]


def sensitivity(sample: Sample, weights: np.ndarray, false_alarms: float, faint: bool | None = None) -> np.ndarray:
    """Share of the lesions found where the score's cut lets ``false_alarms`` a scan pass; (draws,).

    Args:
        sample: of the detector.
        weights: (draws, units).
        false_alarms: a scan, on average over scans with and without lesions.
        faint: only faint lesions or only the others; all where None.
    """
    chosen = np.ones(len(sample.faint), bool) if faint is None else sample.faint == faint
    found = sample.hits.value[chosen] > cut_for(sample, weights, false_alarms)[:, None]
    counted = weights[:, sample.hits.unit[chosen]]
    return _ratio((found * counted).sum(axis=1), counted.sum(axis=1))


def cut_for(sample: Sample, weights: np.ndarray, false_alarms: float) -> np.ndarray:
    """Smallest cut of the score that at most ``false_alarms`` a scan exceed, on average; (draws,), 0 where all may."""
    order = np.argsort(-sample.alarms.value, kind="stable")
    falling = np.append(sample.alarms.value[order], 0.0)
    passed = weights[:, sample.alarms.unit[order]].cumsum(axis=1)
    allowed = np.floor(false_alarms * weights[:, sample.scans.unit].sum(axis=1) + 1e-9)
    return falling[(passed <= allowed[:, None]).sum(axis=1)]


def average_precision(sample: Sample, weights: np.ndarray) -> np.ndarray:
    """Average precision of the voxels of the whole cord, over the scans with lesions; (draws,)."""
    lesion = (weights @ sample.lesion_voxels)[:, ::-1]
    other = (weights @ sample.other_voxels)[:, ::-1]
    found, wrong = lesion.cumsum(axis=1), other.cumsum(axis=1)
    precision = found / np.maximum(found + wrong, 1)
    return _ratio((lesion * precision).sum(axis=1), found[:, -1])


def area(sample: Sample, weights: np.ndarray, affected: str) -> np.ndarray:
    """Area under the curve of lesion-free scans against those with a "single" or "several" lesions; (draws,)."""
    ill, free = getattr(sample, affected), sample.free
    difference = ill.value[:, None] - free.value[None]
    wins = (difference > 0) + 0.5 * (difference == 0)
    of_ill, of_free = weights[:, ill.unit], weights[:, free.unit]
    return _ratio(((of_ill @ wins) * of_free).sum(axis=1), of_ill.sum(axis=1) * of_free.sum(axis=1))


def patient_f1(sample: Sample, weights: np.ndarray) -> np.ndarray:
    """F1 of the patient's score at the cut of the reference scans; (draws,)."""
    ill = weights[:, np.concatenate([sample.single.unit, sample.several.unit])]
    above = np.concatenate([sample.single.value, sample.several.value]) > sample.cut
    free = weights[:, sample.free.unit]
    return _f1(ill @ above, free @ (sample.free.value > sample.cut), ill @ ~above, sample.cut)


def segment_f1(sample: Sample, weights: np.ndarray) -> np.ndarray:
    """F1 over all segments of C2 to T1 at the same cut; (draws,)."""
    above, counted = sample.segments.value > sample.cut, weights[:, sample.segments.unit]
    right, wrong = counted @ (above & sample.affected), counted @ (above & ~sample.affected)
    return _f1(right, wrong, counted @ (~above & sample.affected), sample.cut)


def alarms_at_default(sample: Sample, weights: np.ndarray) -> np.ndarray:
    """Candidates of a lesion-free scan at the default threshold; (draws,)."""
    return sample.candidates.mean(weights)


def share_with_at_most(sample: Sample, weights: np.ndarray, candidates: int) -> np.ndarray:
    """Share of the lesion-free scans with at most so many candidates at the default threshold; (draws,)."""
    few = (sample.candidates.value <= candidates).astype(float)
    return Column(few, sample.candidates.unit).mean(weights)


def _at(false_alarms: float, faint: bool | None = None) -> Measure:
    return lambda sample, weights: sensitivity(sample, weights, false_alarms, faint)


MEASURES: Mapping[str, Measure] = {
    "voxel AP": average_precision,
    "found at 0.5 FA/scan": _at(0.5),
    "found at 1 FA/scan": _at(1),
    "found at 2 FA/scan": _at(2),
    "clear, at 0.5": _at(0.5, faint=False),
    "clear, at 1": _at(1, faint=False),
    "clear, at 2": _at(2, faint=False),
    "faint, at 0.5": _at(0.5, faint=True),
    "faint, at 1": _at(1, faint=True),
    "faint, at 2": _at(2, faint=True),
    "AUC, 4 lesions": lambda sample, weights: area(sample, weights, "several"),
    "AUC, 1 lesion": lambda sample, weights: area(sample, weights, "single"),
    "patient F1": patient_f1,
    "segment F1": segment_f1,
    "candidates, lesion-free": alarms_at_default,
    "at most 1 candidate": lambda sample, weights: share_with_at_most(sample, weights, 1),
    "no candidate": lambda sample, weights: share_with_at_most(sample, weights, 0),
    "SSIM": lambda sample, weights: sample.ssim.mean(weights),
    "restored": lambda sample, weights: sample.restored.mean(weights),
}
"""All measures, by the heading of their column."""


def _clusters(sources: Sequence[str]) -> np.ndarray:
    """Units of one real person are drawn together where there are several; a simulated person has one unit."""
    people = sorted({source for source in sources if source != "simulated"})
    if len(people) < 2:
        return np.arange(len(sources))
    return np.array([len(sources) + people.index(s) if s in people else n for n, s in enumerate(sources)])


def _by_bin(voxels: Sequence[tuple[int, tuple[tuple[int, int], ...]]], units: int) -> np.ndarray:
    table = np.zeros((units, BINS))
    for unit, counts in voxels:
        for place, count in counts:
            table[unit, place] += count
    return table


def _cut(scores: Sequence[float]) -> float:
    return float(np.quantile(scores, SPECIFICITY)) if scores else float("nan")


def _f1(right: np.ndarray, wrong: np.ndarray, missed: np.ndarray, cut: float) -> np.ndarray:
    return np.full(len(right), np.nan) if np.isnan(cut) else _ratio(2 * right, 2 * right + wrong + missed)


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=np.asarray(whole) > 0)
