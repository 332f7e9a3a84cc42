"""Where a review stands: what all the steps of its log add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from u2ad.findings.finding import Finding
from u2ad.review.action import KINDS, Action, unique
from u2ad.review.changes import (
    Assess,
    Assessment,
    Change,
    Drop,
    Hold,
    Impress,
    Impression,
    Judge,
    Marks,
    Opened,
    Outline,
    Place,
    Seen,
    Shown,
    Threshold,
)
from u2ad.review.decision import UNJUDGED, Judgement, Origin
from u2ad.review.history import history_of
from u2ad.review.naming import Names
from u2ad.review.voxels import Voxels


@dataclass(frozen=True)
class Held:
    """A finding that no threshold and no new detection changes.

    Args:
        key: its name, such as "finding-3".
        voxels: what it consists of.
        figures: as they were when it got these voxels.
        origin: who saw it first.
        edited: whether a reader has changed its voxels.
        judgement: what the reader said of it.
    """

    key: str
    voxels: Voxels
    figures: Finding
    origin: Origin
    edited: bool
    judgement: Judgement = UNJUDGED


@dataclass(frozen=True)
class State:
    """What counts of a log.

    Args:
        held: the held findings by key, in the order in which they came to be.
        threshold: where the reader or the detection has put it, None where neither has.
        impression: the last first impression, None where there is none.
        assessment: the reading of the whole cord, None where there is none.
        run: the detection that was taken up last, empty where none was.
        marks: the marked vertebrae by name, empty where they were taken away, None where none was ever marked.
        cord: the whole cord as the reader has drawn it, None where it is the detection's own.
        taken: whether that cord was taken from elsewhere and nobody has looked at it since.
        seen: the detections whose cord mask a person has looked at.
        shown: the detections whose maps and findings were on the screen.
        known: every key that was ever held, undone or not, with the voxels that it had last; no part of equality.
    """

    held: Mapping[str, Held] = field(default_factory=lambda: MappingProxyType({}))
    threshold: float | None = None
    impression: Impression | None = None
    assessment: Assessment | None = None
    run: str = ""
    marks: Mapping[str, Place] | None = None
    cord: Voxels | None = None
    taken: bool = False
    seen: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    known: Mapping[str, Voxels] = field(default_factory=lambda: MappingProxyType({}), compare=False)


def fold(actions: Iterable[Action]) -> State:
    """Add up a log, in its own order.

    What is undone or of an unknown kind does not count; what is there twice counts once.
    """
    actions = unique(actions)
    undone = history_of(actions).undone
    names, held, state = Names(), {}, State()
    for action in actions:
        if action.kind not in KINDS:
            continue
        for change in names.named(action):
            if action.id not in undone:
                state = _applied(state, held, change)
    return replace(state, held=MappingProxyType(held), known=MappingProxyType(names.voxels))


def _applied(state: State, held: dict[str, Held], change: Change) -> State:
    """One more change; those of findings go into ``held``."""
    match change:
        case Hold(key, voxels, figures, origin, edited):
            judgement = held[key].judgement if key in held else UNJUDGED
            held[key] = Held(key, voxels, figures, origin, edited, judgement)
        case Drop(key):
            held.pop(key, None)
        case Judge(key, judgement):
            if key in held:
                held[key] = replace(held[key], judgement=judgement)
        case Threshold(value):
            return replace(state, threshold=value)
        case Impress(impression):
            blind = impression.blind and not state.shown  # two logs that became one know better than each alone
            return replace(state, impression=replace(impression, blind=blind))
        case Assess(assessment):
            return replace(state, assessment=assessment)
        case Opened(run, threshold):
            return replace(state, run=run, threshold=threshold)
        case Marks() | Outline() | Seen() | Shown():
            return _anatomy(state, change)
    return state


def _anatomy(state: State, change: Marks | Outline | Seen | Shown) -> State:
    """What was marked and drawn, and what a person has looked at."""
    match change:
        case Marks(points):
            return replace(state, marks=points)
        case Outline(voxels, True):
            return replace(state, cord=voxels, taken=True, seen=frozenset())
        case Outline(voxels):
            return replace(state, cord=voxels, taken=state.taken and voxels is not None)
        case Seen(run):
            return replace(state, taken=False, seen=state.seen | {run})
        case Shown(run):
            return replace(state, shown=state.shown | {run})
