"""A whole adaptation: detect, measure, train, measure, detect again, judge."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from typing import Protocol

import numpy as np

from u2ad.adaptation.case import AdaptationCase, Decisions
from u2ad.adaptation.changes import Changes, compare, lost_pieces
from u2ad.adaptation.cohort import CrossFitted, cross_fit, parts_of
from u2ad.adaptation.cost import Around, Cost, estimate, peak_megabytes
from u2ad.adaptation.figures import Figures, figures_of
from u2ad.adaptation.guard import Effect, Verdict, judge
from u2ad.adaptation.sampling import may_be_learned
from u2ad.adaptation.settings import AdaptationSettings
from u2ad.adaptation.training import CurvePoint, Trained, train
from u2ad.adaptation.within import Within
from u2ad.calibration.yardstick import Yardstick
from u2ad.cord.straight_cord import straighten_cord
from u2ad.detection import Anatomy
from u2ad.errors import RefusedInputError
from u2ad.findings import Findings
from u2ad.models.autoencoder import Autoencoder, named
from u2ad.models.manifest import Manifest
from u2ad.models.masked_autoencoder import MaskedAutoencoder
from u2ad.models.versions import ADAPTATION
from u2ad.progress import Progress
from u2ad.scan import Check, Scan
from u2ad.scan.pieces import connected_pieces
from u2ad.walk import Method as Looking
from u2ad.walk import Walk, Walked

BEFORE, MEASURE = "Detect with the present model", "Measure the present model"
JUDGED_SHARE = 0.5
"""A candidate of which at least this share was rejected is the finding that was rejected."""

NOT_CALIBRATED = "Not calibrated for the adapted model: thresholds are those of the model before."
MEASURE_AGAIN, AFTER = "Measure the adapted model", "Detect with the adapted model"


@dataclass(frozen=True, eq=False)
class Subject:
    """One scan of an adaptation.

    Args:
        scan: the scan.
        anatomy: its cord.
        decisions: of its reader; what the present model finds beside them is left out as undecided.
        checks: of the scan and of its cord.
        healthy: whether it is a normal scan, which is not trained on: what is found in it are false alarms.
        barren: whether it has too little cord without findings to learn from; :func:`prepare` finds out.
    """

    scan: Scan
    anatomy: Anatomy
    decisions: Decisions
    checks: tuple[Check, ...] = ()
    healthy: bool = False
    barren: bool = False

    @property
    def is_learned(self) -> bool:
        """Whether it is trained on, and measured by how well it is rebuilt."""
        return not (self.healthy or self.barren)


@dataclass(frozen=True)
class Method:
    """How scans are adapted to and detected in.

    Args:
        settings: of the adaptation.
        draws: how often each patch of cord is rebuilt in a detection.
        folds: into how many parts a cohort is cut for cross-fitting; 0 for none.
    """

    settings: AdaptationSettings
    draws: int = 10
    folds: int = 0


class Listener(Protocol):
    """Told of an adaptation, beside its progress."""

    def estimated(self, cost: Cost) -> None:
        """What it will take."""

    def learned(self, point: CurvePoint) -> None:
        """Another step was taken."""


@dataclass(frozen=True, eq=False)
class Adapted:
    """What an adaptation has brought.

    Args:
        model: the adapted network.
        parent: what it was adapted from.
        subjects: the scans, with the decisions that counted.
        before: a detection of each with the parent.
        after: a detection of each with the adapted network, by the same yardstick.
        figures: of the cords, before and after.
        verdict: whether the network may be kept.
        trained: the curve and why it ended.
        cost: what it took.
        cross_fitted: figures of scans that the network had not seen; None where that was not asked for.
    """

    model: Autoencoder
    parent: Autoencoder
    subjects: tuple[Subject, ...]
    before: tuple[Walked, ...]
    after: tuple[Walked, ...]
    figures: tuple[Figures, Figures]
    verdict: Verdict
    trained: Trained
    cost: Cost
    cross_fitted: CrossFitted | None

    @property
    def changes(self) -> tuple[Changes, ...]:
        """Of the findings of each scan."""
        return tuple(
            compare(a.detection.findings, b.detection.findings) for a, b in zip(self.before, self.after, strict=True)
        )

    @property
    def false_alarms(self) -> tuple[int, int] | None:
        """Findings in all healthy scans before and after; None where there is none."""
        healthy = [change for subject, change in zip(self.subjects, self.changes, strict=True) if subject.healthy]
        return (sum(c.before for c in healthy), sum(c.after for c in healthy)) if healthy else None


def prepare(
    subjects: Sequence[Subject], parent: Autoencoder, method: Method, progress: Progress
) -> tuple[tuple[Subject, ...], tuple[Walked, ...], list[AdaptationCase]]:
    """Detect with the present model, and leave out what nobody has decided on.

    Returns:
        The subjects with all that is undecided, their detections, and the cases of those that are trained on. What is
        left of a cord may be too little; the others are adapted to without it.

    Raises:
        RefusedInputError: if there is no scan to train on, too little cord in all of them, or too few scans for the
            parts of cross-fitting.
    """
    if all(subject.healthy for subject in subjects):
        raise RefusedInputError("There is no scan to adapt to.", "Give at least one that is not among the normal ones.")
    _expect_parts(sum(not subject.healthy for subject in subjects), method)
    walk = _walk(parent, method)
    yardsticks = [walk.yardstick_for(subject.anatomy.cord) for subject in subjects]
    before = _detect_all(BEFORE, subjects, walk, yardsticks, progress)
    found = [walked.detection.findings for walked in before]
    known = [_with_candidates(*pair) for pair in zip(subjects, found, strict=True)]
    cases = [None if subject.healthy else _case(subject) for subject in known]
    learned = [case is not None and may_be_learned(case, parent.network.size) for case in cases]
    if not any(learned):
        raise too_little_cord()
    _expect_parts(sum(learned), method)
    known = [
        replace(subject, barren=not (subject.healthy or is_learned))
        for subject, is_learned in zip(known, learned, strict=True)
    ]
    return tuple(known), before, [case for case, is_learned in zip(cases, learned, strict=True) if case and is_learned]


def too_little_cord() -> RefusedInputError:
    """Of scans whose cords are nearly all findings."""
    return RefusedInputError(
        "There is too little cord without findings to adapt to.", "Give more scans, or a longer stretch of cord."
    )


def forecast(
    parent: Autoencoder,
    cases: Sequence[AdaptationCase],
    before: Sequence[Walked],
    method: Method,
    progress: Progress,
) -> Cost:
    """What the rest of an adaptation will take, of which :func:`prepare` has made ``cases`` and ``before``."""
    detection = before[-1].provenance.seconds / len(before)  # the walk through all of them began with the first
    return estimate(parent.network, cases, method.settings, Around(len(before), detection, method.folds), progress)


def adapt_to(
    subjects: Sequence[Subject], parent: Autoencoder, method: Method, progress: Progress, listener: Listener
) -> Adapted:
    """Adapt a network to some scans; nothing is written.

    Raises:
        RefusedInputError: as :func:`prepare`, or if there is no room for a painted lesion.
        Cancelled: if the progress says so.
    """
    started, settings = time.monotonic(), method.settings
    known, before, cases = prepare(subjects, parent, method, progress)
    try:
        listener.estimated(forecast(parent, cases, before, method, progress))
        figures_before = _measured(MEASURE, parent, cases, settings, progress)
        trained = train(parent.network, cases, settings, progress, listener.learned)
    except ValueError as error:
        raise too_little_cord() from error
    model = named(trained.network, _manifest(parent, known, settings))
    figures = figures_before, _measured(MEASURE_AGAIN, model, cases, settings, progress)
    same = [_uncalibrated(walked.yardstick) for walked in before]
    after = _detect_all(AFTER, known, _walk(model, method), same, progress)
    crossed = _crossed(known, before, parent, cases, method, progress) if method.folds else None
    cost = Cost(round(time.monotonic() - started, 1), peak_megabytes())
    verdict = judge(*figures, _effect(known, before, after))
    return Adapted(model, parent, known, before, after, figures, verdict, trained, cost, crossed)


def _crossed(
    subjects: Sequence[Subject],
    before: Sequence[Walked],
    parent: Autoencoder,
    cases: Sequence[AdaptationCase],
    method: Method,
    progress: Progress,
) -> CrossFitted:
    trained_on = [pair for pair in zip(subjects, before, strict=True) if pair[0].is_learned]

    def changes(network: MaskedAutoencoder, number: int) -> Changes:
        subject, walked = trained_on[number]
        walk = _walk(named(network, parent.manifest), method)
        yardstick = _uncalibrated(walked.yardstick)
        found = walk.look(subject.scan, subject.anatomy, subject.checks, yardstick, Within(progress))
        return compare(walked.detection.findings, found.detection.findings)

    return cross_fit(parent, cases, method.settings, method.folds, changes, progress)


def _expect_parts(scans: int, method: Method) -> None:
    if method.folds:
        parts_of(scans, method.folds, method.settings.seed)


def _case(subject: Subject) -> AdaptationCase:
    anatomy = subject.anatomy
    return AdaptationCase.of(straighten_cord(subject.scan, anatomy.cord, anatomy.line), subject.decisions)


def _with_candidates(subject: Subject, found: Findings) -> Subject:
    """A candidate that the reader has seen is what the reader said; all others are undecided.

    A candidate that shares a voxel with a confirmed finding belongs to it whole. One that the reader has rejected by
    less than half has not been judged: the rest of it stays undecided.
    """
    said = subject.decisions
    confirmed, undecided = said.confirmed.copy(), said.undecided.copy()
    for finding in found.ranked:
        voxels = found.labels == finding.label
        if said.confirmed[voxels].any():
            confirmed |= voxels
        elif said.rejected[voxels].mean() < JUDGED_SHARE:
            undecided |= voxels
    return replace(subject, decisions=Decisions(confirmed, said.rejected, undecided & ~said.rejected))


def _walk(model: Autoencoder, method: Method) -> Walk:
    return Walk(Looking(draws=method.draws, seed=method.settings.seed), model)


def _uncalibrated(yardstick: Yardstick) -> Yardstick:
    """The same measure for the adapted model, so that findings can be compared; its confidence nobody knows yet."""
    return replace(yardstick, note=NOT_CALIBRATED, confidence=None, reference=None)


def _detect_all(
    step: str, subjects: Sequence[Subject], walk: Walk, yardsticks: Sequence[Yardstick], progress: Progress
) -> tuple[Walked, ...]:
    progress.step(step, len(subjects))
    found = []
    for subject, yardstick in zip(subjects, yardsticks, strict=True):
        found.append(walk.look(subject.scan, subject.anatomy, subject.checks, yardstick, Within(progress)))
        progress.advance()
    return tuple(found)


def _measured(
    step: str, model: Autoencoder, cases: list[AdaptationCase], settings: AdaptationSettings, progress: Progress
) -> Figures:
    progress.step(step, len(cases))
    return figures_of(model.network, cases, settings.seed, progress)


def _effect(subjects: Sequence[Subject], before: Sequence[Walked], after: Sequence[Walked]) -> Effect:
    """What the adaptation has done to what readers know."""
    lost, alarms = 0, 0
    for subject, was, now in zip(subjects, before, after, strict=True):
        old, new = was.detection.findings, now.detection.findings
        lost += lost_pieces(subject.decisions.confirmed, old, new)
        alarms += (len(new.ranked) - len(old.ranked)) if subject.healthy else 0
    return Effect(lost, alarms)


def _manifest(parent: Autoencoder, subjects: Sequence[Subject], settings: AdaptationSettings) -> Manifest:
    told = {
        "created": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "scans": [_scan(subject) for subject in subjects],
        "settings": {**asdict(settings), "guidance": settings.guidance.value},
    }
    training = {**parent.manifest.training, ADAPTATION: told}
    return replace(parent.manifest, sha256="", training=training, parent=parent.manifest.sha256)


def _scan(subject: Subject) -> dict[str, object]:
    said = subject.decisions
    counts = {name: _pieces(getattr(said, name)) for name in ("confirmed", "rejected", "undecided")}
    return {"sha256": subject.scan.digest, "healthy": subject.healthy, "learned": subject.is_learned, **counts}


def _pieces(mask: np.ndarray) -> int:
    return connected_pieces(mask)[1]
