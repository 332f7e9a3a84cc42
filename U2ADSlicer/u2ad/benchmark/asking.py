"""Asking detectors about a case, and holding what they say against the truth."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from monai.metrics.regression import compute_ssim_and_cs
from scipy import ndimage

from u2ad.benchmark.answers import Answer, Hit, Question, Segment, counted
from u2ad.benchmark.cases import Case
from u2ad.benchmark.trial import Cohort, Trial
from u2ad.benchmark.variants import Variant
from u2ad.cord.centreline import Centreline
from u2ad.cord.levels import Levels
from u2ad.cord.straight_cord import StraightCord, straighten_cord
from u2ad.detection import Anatomy, examine, find_cord
from u2ad.detectors.maps import Maps
from u2ad.errors import RefusedInputError
from u2ad.findings import CandidateSettings, Findings
from u2ad.findings.candidates import pieces_of
from u2ad.findings.suspicion import Suspicion
from u2ad.progress import Silent
from u2ad.scan import SagittalView

GIVEN, AUTOMATIC = "given", "automatic"

EXTRACTION = CandidateSettings(threshold=2.0, low=2.0)
"""Candidates are extracted this generously; the curve of sensitivity comes from ranking them by score."""

SEGMENTS = ("C2", "C3", "C4", "C5", "C6", "C7", "T1")
"""Vertebrae between whose middles the segments lie (U2AD, Fig. 2)."""

SSIM_WINDOW, SSIM_SIGMA = 7, 1.5
"""Pixels of the Gaussian window: about 4 mm in the plane, less than the cord's width."""

NOBODY = Cohort("nobody", tuple)
"""No other scans."""

LESION_MARGIN = 2
"""Voxels in the plane around a lesion that count as neither lesion nor healthy cord."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A case with its cord mask, ready for every detector.

    Args:
        case: the case.
        masks: "given" or "automatic".
        anatomy: cord, centreline and true levels.
        straight: the straightened cord.
    """

    case: Case
    masks: str
    anatomy: Anatomy
    straight: StraightCord


@dataclass(frozen=True, eq=False)
class Said:
    """What a detector made of a case.

    Args:
        maps: its maps.
        findings: candidates, extracted generously.
        candidates: how many there are at the threshold that a user meets.
        seconds: that it took.
    """

    maps: Maps
    findings: Findings
    candidates: int
    seconds: float


def answers_of(
    pair: Sequence[Case],
    masks: str,
    asked: Sequence[tuple[Variant, str]],
    seed: int,
    draws: int,
    others: Cohort = NOBODY,
    reference: bool = False,
) -> Iterator[Answer]:
    """The answers of some variants about a lesion-free scan and, if it is there, the same with lesions.

    Args:
        pair: the scan without lesions first.
        masks: "given" for the true cord mask, "automatic" for the one that the package makes.
        asked: variants with the fingerprints of their weights.
        seed: of the Monte-Carlo masks.
        draws: how often each patch of cord is rebuilt.
        others: scans that a variant may learn from.
        reference: whether the cases only serve to choose a cut.
    """
    for case in pair:
        try:
            prepared = prepare(case, masks)
        except RefusedInputError:
            yield from (_silence(case, _question(case, masks, variant, mark), reference) for variant, mark in asked)
            continue
        for variant, mark in asked:
            said = ask(prepared, variant, seed, draws, others)
            question = _question(case, masks, variant, mark)
            yield judged(prepared, said, question, pair[0].scan.array, reference)


def prepare(case: Case, masks: str) -> Prepared:
    """Find or take the cord of a case and straighten it.

    Raises:
        RefusedInputError: if there is no usable stretch of cord.
    """
    cord, line = find_cord(case.scan, case.cord if masks == GIVEN else None, Silent())
    straight = straighten_cord(case.scan, cord, line)
    return Prepared(case, masks, Anatomy(cord, line, _levels(case, line)), straight)


def ask(prepared: Prepared, variant: Variant, seed: int, draws: int, others: Cohort = NOBODY) -> Said:
    """Let a variant look at a case."""
    started = time.perf_counter()
    detector, anatomy = variant.make(Trial(prepared.straight, seed, draws, others)), prepared.anatomy
    yardstick = variant.yardstick(anatomy.cord)
    seen = examine(prepared.straight, anatomy, detector, Silent(), EXTRACTION, yardstick)
    seconds = time.perf_counter() - started
    usual = yardstick.settings(detector.threshold)
    candidates = pieces_of(Suspicion.of(seen.maps, anatomy.cord), seen.maps.grid, usual).above(usual)
    return Said(seen.maps, seen.findings, len(candidates), seconds)


def judged(prepared: Prepared, said: Said, question: Question, free: np.ndarray, reference: bool) -> Answer:
    """Hold what was said against the truth; ``free`` is the scan without lesions, on the same grid."""
    case, findings = prepared.case, said.findings
    hits, alarms = compared(findings, case)
    anomaly = said.maps.anomaly * said.maps.certainty
    return Answer(
        question=question,
        kind=case.plan.kind.value,
        source=case.plan.source,
        seed=case.plan.seed,
        reference=reference,
        hits=hits,
        alarms=alarms,
        patient_score=findings.patient_score,
        candidates=said.candidates,
        segments=_segments(prepared, findings),
        lesion_voxels=counted(anomaly[case.labels > 0]),
        other_voxels=counted(anomaly[(case.cord >= 0.5) & (case.labels == 0)]) if case.lesions else (),
        ssim=_similarity(prepared, said.maps),
        restored=_restored(case, said.maps, free),
        refused=False,
        seconds=said.seconds,
    )


def compared(findings: Findings, case: Case) -> tuple[tuple[Hit, ...], tuple[float, ...]]:
    """The lesions with the best candidate on each, and the scores of the candidates on none.

    A lesion is found by a candidate that shares a voxel with it.
    """
    best = dict.fromkeys((lesion.label for lesion in case.lesions), 0.0)
    alarms = []
    for finding in findings.ranked:
        touched = np.unique(case.labels[findings.labels == finding.label])
        touched = touched[touched > 0]
        for label in touched:
            best[int(label)] = max(best[int(label)], finding.score)
        if not touched.size:
            alarms.append(finding.score)
    hits = tuple(Hit(lesion.contrast, lesion.length, best[lesion.label]) for lesion in case.lesions)
    return hits, tuple(alarms)


def _question(case: Case, masks: str, variant: Variant, version: str) -> Question:
    return Question(variant.name, version, masks, case.plan.name)


def _silence(case: Case, question: Question, reference: bool) -> Answer:
    """Of a scan in which no cord was found, every detector says nothing, and misses every lesion."""
    hits = tuple(Hit(lesion.contrast, lesion.length, 0.0) for lesion in case.lesions)
    zeros = np.zeros(case.labels.shape, np.float32)
    return Answer(
        question=question,
        kind=case.plan.kind.value,
        source=case.plan.source,
        seed=case.plan.seed,
        reference=reference,
        hits=hits,
        alarms=(),
        patient_score=0.0,
        candidates=0,
        segments=(),
        lesion_voxels=counted(zeros[case.labels > 0]),
        other_voxels=counted(zeros[(case.cord >= 0.5) & (case.labels == 0)]) if case.lesions else (),
        ssim=None,
        restored=None,
        refused=True,
        seconds=0.0,
    )


def _levels(case: Case, line: Centreline) -> Levels:
    """True levels; unknown where none are known, or where the cord that was found lies somewhere else."""
    try:
        return Levels.from_points(case.levels, line) if case.levels else Levels.unknown()
    except RefusedInputError:
        return Levels.unknown()


def _segments(prepared: Prepared, findings: Findings) -> tuple[Segment, ...]:
    bodies = [body for body in prepared.anatomy.levels.bodies if body.name in SEGMENTS]
    line = prepared.anatomy.line
    lesions = [float(line.along(np.array(lesion.centre))) for lesion in prepared.case.lesions]
    segments = []
    for above, below in pairwise(bodies):
        inside = [finding.score for finding in findings.ranked if above.along <= finding.along < below.along]
        lesion = any(above.along <= along < below.along for along in lesions)
        segments.append(Segment(f"{above.name}/{below.name}", lesion, max(inside, default=0.0)))
    return tuple(segments)


def _similarity(prepared: Prepared, maps: Maps) -> float | None:
    """Mean structural similarity in the cord's core away from lesions; the unit is the cord-to-CSF contrast."""
    view = SagittalView.from_grid(maps.grid)
    core, labels = view.apply(maps.certainty) >= EXTRACTION.seed_certainty, view.apply(prepared.case.labels)
    near = ndimage.binary_dilation(labels > 0, np.ones((1, 3, 3), bool), LESION_MARGIN)
    healthy = core & ~np.asarray(near, bool)
    if not healthy.any():
        return None
    unit = prepared.straight.contrast * float(np.median(prepared.straight.median))
    inside = view.apply(maps.certainty) > 0
    box = (slice(None), *(_around(np.asarray(inside.any(axis=(0, other)))) for other in (2, 1)))
    scan, rebuilt = (view.apply(array)[box] for array in (prepared.case.scan.array, maps.reconstruction))
    similarity = _ssim(scan, np.where(inside[box], rebuilt, scan), unit)
    return float(similarity[healthy[box]].mean())


def _around(filled: np.ndarray) -> slice:
    """From the first to the last that is filled, and half a window more."""
    places = np.flatnonzero(filled)
    return slice(max(0, int(places[0]) - SSIM_WINDOW // 2), int(places[-1]) + 1 + SSIM_WINDOW // 2)


def _ssim(first: np.ndarray, second: np.ndarray, unit: float) -> np.ndarray:
    """Structural similarity of every pixel, slice by slice."""
    edge = SSIM_WINDOW // 2
    pictures = (np.pad(array, ((0, 0), (edge, edge), (edge, edge)), mode="edge") for array in (first, second))
    one, other = (torch.from_numpy(np.ascontiguousarray(picture / unit, np.float32))[:, None] for picture in pictures)
    window, sigma = (SSIM_WINDOW, SSIM_WINDOW), (SSIM_SIGMA, SSIM_SIGMA)
    similarity, _ = compute_ssim_and_cs(one, other, 2, window, sigma)
    return similarity[:, 0].numpy()


def _restored(case: Case, maps: Maps, free: np.ndarray) -> float | None:
    """Share of the lesions' added signal that is missing in the reconstruction: 1 is a healthy one, 0 a copy."""
    inside = (case.labels > 0) & (maps.certainty >= 0.5)
    added = float((case.scan.array - free)[inside].sum())
    return float((case.scan.array - maps.reconstruction)[inside].sum() / added) if added > 0 else None
