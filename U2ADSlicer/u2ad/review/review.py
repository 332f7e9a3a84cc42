"""The review of one scan: findings and candidates as they stand, and every step that a reader takes."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone

from u2ad.errors import U2ADError
from u2ad.findings.finding import AnomalyCurve
from u2ad.review.action import Action, unique
from u2ad.review.case import Case
from u2ad.review.changes import (
    READINGS,
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
    key_of,
    number_of,
    place_of,
)
from u2ad.review.decision import UNJUDGED, Decision, Judgement, Origin
from u2ad.review.history import history_of
from u2ad.review.journal import Journal
from u2ad.review.listing import Listed, Listing
from u2ad.review.merging import judgement_of_all
from u2ad.review.state import State, fold
from u2ad.review.voxels import Voxels

SAME_PLACE = 0.01
"""Voxels by which a point may differ and be the same: what a scene rounds when it is saved."""


class Review:
    """The findings of one scan under review.

    Held findings are those that the reader has decided, annotated, edited, added, merged or split: their voxels stay
    whatever the threshold and the maps do. All others are candidates, derived anew from the maps.

    Every step is written into the journal before the method returns. Where that fails with an OutputError the step has
    been taken all the same, and :attr:`Journal.pending` holds what is not on the disk.

    Args:
        case: what the findings are derived from.
        journal: where steps are written; None to keep them in memory only.
        reader: the name that the reader has typed; may be empty, and may be changed at any time.
        clock: tells the present time.
        actions: the log to begin with; what the journal holds where None.

    Raises:
        UnreadableInputError: if the journal is there but cannot be read.
    """

    def __init__(
        self,
        case: Case,
        journal: Journal | None = None,
        reader: str = "",
        clock: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
        actions: Iterable[Action] | None = None,
    ) -> None:
        self.reader = reader
        self._journal = journal
        self._clock = clock
        self._session = secrets.token_hex(6)
        self._steps = 0
        if actions is None:
            actions = journal.read() if journal is not None else ()
        self._actions = list(unique(actions))
        self._listing = Listing(case)
        self._catch_up()
        self._threshold = self._settled

    # What there is

    @property
    def actions(self) -> tuple[Action, ...]:
        """The whole log, what was undone included."""
        return tuple(self._actions)

    @property
    def state(self) -> State:
        """What the log adds up to."""
        return self._state

    @property
    def case(self) -> Case:
        """What the findings are derived from."""
        return self._listing.case

    @property
    def findings(self) -> tuple[Listed, ...]:
        """Held findings and candidates, by falling score; see :meth:`u2ad.review.listing.Listing.of`."""
        if self._listed is None:
            self._listed = self._listing.of(self._state, self._threshold)
        return self._listed

    @property
    def counts(self) -> Mapping[Decision, int]:
        """How many findings of the list have each decision."""
        decisions = [finding.judgement.decision for finding in self.findings]
        return {decision: decisions.count(decision) for decision in Decision}

    @property
    def patient_score(self) -> float:
        """The highest score in the list, without rejected findings; 0 where there is none."""
        kept = (f.figures.score for f in self.findings if f.judgement.decision is not Decision.REJECTED)
        return max(kept, default=0.0)

    @property
    def curve(self) -> AnomalyCurve:
        """The anomaly along the cord; empty where there are no maps."""
        return self.case.curve

    @property
    def impression(self) -> Impression | None:
        """The last first impression, None where there is none."""
        return self._state.impression

    @property
    def assessment(self) -> Assessment | None:
        """The reading of the whole cord, None where there is none."""
        return self._state.assessment

    @property
    def run(self) -> str:
        """The detection that was taken up last, empty where none was."""
        return self._state.run

    @property
    def marks(self) -> Mapping[str, Place] | None:
        """The marked vertebrae by name, KJI; empty where they were taken away, None where none was ever marked."""
        return self._state.marks

    @property
    def cord(self) -> Voxels | None:
        """The whole cord as the reader has drawn it, None where it is the detection's own."""
        return self._state.cord

    @property
    def cord_seen(self) -> bool:
        """Whether a person has looked at the cord mask of the detection that was taken up last."""
        return self.run in self._state.seen

    @property
    def shown(self) -> bool:
        """Whether maps and findings of any detection were on the screen so far."""
        return bool(self._state.shown)

    @property
    def next_number(self) -> int:
        """The number that the next added finding will have."""
        _ = self.findings  # gives the candidates theirs
        return self._listing.next_number

    # Threshold and case

    @property
    def threshold(self) -> float:
        """Anomaly that a candidate reaches, as it stands now."""
        return self._threshold

    def move_threshold(self, value: float) -> None:
        """Derive the candidates anew; nothing is written until :meth:`settle_threshold`.

        Raises:
            ValueError: if it is not a number above 0.
        """
        self._threshold, self._listed = _positive(value), None

    def settle_threshold(self) -> None:
        """Write down where the threshold has come to rest."""
        if self._threshold != self._settled:
            self._record("threshold", Threshold(self._threshold))

    def change_case(self, case: Case) -> None:
        """Go on with corrected levels, another cord or a new detection; the log stays, and so do held findings."""
        self._listing.use(case)
        self._listed = None

    def open(self, run: str, threshold: float | None = None) -> None:
        """Take up a detection; one that was taken up before changes nothing.

        Args:
            run: names the detection; no path and no name of a patient.
            threshold: that it brings along; the present one where None.
        """
        if run != self._state.run:
            self._record("open", Opened(run, self._threshold if threshold is None else _positive(threshold)))

    # Decisions

    def decide(self, key: str, decision: Decision, reason: str = "", comment: str = "") -> None:
        """Judge a finding; a candidate is held from now on.

        Undecided, without reason and comment, makes what nobody has edited a candidate again.

        Raises:
            U2ADError: if there is no such finding (any more).
        """
        finding = self._finding(key)
        said = (finding.judgement.decision, finding.judgement.reason, finding.judgement.comment)
        if said == (decision, reason, comment) and self.reader == finding.judgement.reader:
            return
        if (decision, reason, comment) == (Decision.UNDECIDED, "", ""):
            self._take_back(finding)
        else:
            self._record("decide", *_held(finding), Judge(key, self._judgement(decision, reason, comment)))

    def note(self, key: str, reason: str, comment: str) -> None:
        """Write down why; the decision stays. What has notes is held, whether it is decided or not.

        Raises:
            U2ADError: if there is no such finding (any more).
        """
        judgement = self._finding(key).judgement
        if (reason, comment) != (judgement.reason, judgement.comment):
            self.decide(key, judgement.decision, reason, comment)

    def impress(self, suspicious: str, text: str = "", *, unblinded: bool = False) -> None:
        """Write down a first impression, which cannot be undone. It is blind only where nothing was shown before.

        Args:
            suspicious: one of :data:`READINGS`.
            text: the reader's own words.
            unblinded: whether something was shown of which this log does not know.

        Raises:
            ValueError: if it is none of :data:`READINGS`.
        """
        _expect_reading(suspicious)
        blind = not (unblinded or self.shown)
        self._record("impression", Impress(Impression(suspicious, text, self.reader, self._now(), blind)))

    def assess(self, decision: str, comment: str = "") -> None:
        """Write down the reading of the whole cord; an empty one takes it back.

        Raises:
            ValueError: if it is neither empty nor one of :data:`READINGS`.
        """
        _expect_reading(decision or READINGS[0])
        self._record("assess", Assess(Assessment(decision, comment, self.reader, self._now())))

    # Anatomy, which is not undone here: the tools that mark and draw have their own way back

    def mark_levels(self, points: Mapping[str, Sequence[float]]) -> None:
        """Write down the marked vertebrae, all of them; nothing where they are where they were.

        Args:
            points: fractional array indices KJI by name, which no transform above the scan changes.

        Raises:
            ValueError: if a place is not three finite numbers.
        """
        places = {name: place_of(place) for name, place in points.items()}
        if not _are_same(places, self.marks or {}):
            self._record("levels", Marks(places))

    def outline_cord(self, voxels: Voxels | None, *, taken: bool = False) -> None:
        """Write down the whole cord as the reader has drawn it; nothing where it is as before.

        Args:
            voxels: the cord; None where it is the detection's own (again).
            taken: whether it was taken from elsewhere as it is, so that nobody has looked at it yet.
        """
        if voxels != self.cord:
            self._record("cord", Outline(voxels, taken))

    def see_cord(self, run: str | None = None) -> None:
        """Write down, once, that a person has looked at the cord mask of a detection.

        Args:
            run: the detection; the one that was taken up last where None.
        """
        run = self.run if run is None else run
        if run not in self._state.seen:
            self._record("seen", Seen(run))

    def mark_shown(self, run: str | None = None) -> None:
        """Write down, once, that maps and findings of a detection were on the screen.

        Args:
            run: the detection; the one that was taken up last where None.
        """
        run = self.run if run is None else run
        if run not in self._state.shown:
            self._record("shown", Shown(run))

    # Voxels

    def edit(self, key: str, voxels: Voxels) -> None:
        """Give a finding other voxels; its judgement stays.

        Raises:
            U2ADError: if there is no such finding (any more), or nothing would be left of it.
        """
        finding = self._finding(key)
        _expect_some(voxels, "Nothing is left of this finding.", "Undo, and reject it instead.")
        if voxels != finding.voxels:
            self._record("edit", self._hold(key, voxels, finding.origin, edited=True))

    def reserve_number(self) -> int:
        """A number for a finding that is only being painted; candidates that appear meanwhile get others."""
        assert self.findings is not None  # all candidates have their numbers
        return self._listing.reserve_number()

    def add(self, voxels: Voxels, number: int | None = None) -> str:
        """Hold a finding that the model has missed, and return its key.

        Args:
            voxels: what it consists of.
            number: from :meth:`reserve_number`; the next one where None.

        Raises:
            U2ADError: if there are no voxels.
        """
        _expect_some(voxels, "Nothing is painted yet.", "Paint the finding first.")
        key = key_of(self.next_number if number is None else number)
        self._record("add", self._hold(key, voxels, Origin.READER, edited=False))
        return key

    def merge(self, keys: Sequence[str]) -> str:
        """Make one finding of several, under the lowest of their numbers, and return its key.

        Where all that is decided of them says the same, the whole is decided like that; else it is undecided.

        Raises:
            U2ADError: if these are not two or more findings of the list.
        """
        parts = sorted((self._finding(key) for key in dict.fromkeys(keys)), key=lambda part: part.number)
        if len(parts) < 2:
            raise U2ADError("Merging needs two findings.", "Choose two or more in the list.")
        first, *others = parts
        by_model = any(part.origin is Origin.MODEL for part in parts)
        whole = first.voxels.union(*(part.voxels for part in others))
        changes: list[Change] = [self._hold(first.key, whole, Origin.MODEL if by_model else Origin.READER, edited=True)]
        judgement = judgement_of_all([part.judgement for part in parts])
        if judgement != first.judgement:
            changes.append(Judge(first.key, judgement))
        changes += [Drop(part.key) for part in others if part.held]
        self._record("merge", *changes)
        return first.key

    def split(self, key: str) -> tuple[str, ...]:
        """Make a finding of each separate piece, the largest first, and return their keys.

        The largest keeps its number; all keep the judgement.

        Raises:
            U2ADError: if there is no such finding (any more), or it is all one piece.
        """
        finding = self._finding(key)
        pieces = finding.voxels.parts()
        if len(pieces) < 2:
            raise U2ADError("This finding is all one piece.", "Erase what connects its parts, then split it.")
        keys = (key, *(key_of(self.next_number + place) for place in range(len(pieces) - 1)))
        changes: list[Change] = []
        for name, piece in zip(keys, pieces, strict=True):
            changes.append(self._hold(name, piece, finding.origin, edited=True))
            if finding.judgement != UNJUDGED:
                changes.append(Judge(name, finding.judgement))
        self._record("split", *changes)
        return keys

    # Undo and redo

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._history.done)

    @property
    def can_redo(self) -> bool:
        """Whether a step was taken back, and none was taken since."""
        return bool(self._history.redoable)

    def undo(self) -> str | None:
        """Take the last step back that counts, of this session or an earlier one, and return its kind; None if none."""
        return self._again("undo", self._history.done)

    def redo(self) -> str | None:
        """Take the step again that was taken back last, and return its kind; None if there is none."""
        return self._again("redo", self._history.redoable)

    def _again(self, kind: str, stack: Sequence[str]) -> str | None:
        if not stack:
            return None
        target = next(action for action in self._actions if action.id == stack[-1])
        self._record(kind, target=target.id)
        return target.kind

    # The log

    def _record(self, kind: str, *changes: Change, target: str | None = None) -> None:
        self._steps += 1
        action = Action(f"{self._session}-{self._steps}", self._now(), self.reader, kind, changes, target)
        self._actions.append(Action.from_json(action.to_json()))  # what counts is what another day would read
        before = self._settled
        self._catch_up()
        if self._settled != before or kind == "open":
            self._threshold = self._settled
        if self._journal is not None:
            self._journal.extend(self._actions)

    def _catch_up(self) -> None:
        self._state: State = fold(self._actions)
        self._history = history_of(self._actions)
        self._listed: tuple[Listed, ...] | None = None

    @property
    def _settled(self) -> float:
        """The threshold of the log."""
        told = self._state.threshold
        return self.case.settings.threshold if told is None else told

    def _now(self) -> str:
        return self._clock().astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _judgement(self, decision: Decision, reason: str, comment: str) -> Judgement:
        return Judgement(decision, reason, comment, self.reader, self._now())

    # The list

    def _finding(self, key: str) -> Listed:
        for finding in self.findings:
            if finding.key == key:
                return finding
        raise U2ADError("This finding is no longer in the list.", "Choose another, or lower the threshold.")

    def _take_back(self, finding: Listed) -> None:
        if finding.held and not finding.edited and finding.origin is Origin.MODEL:
            self._record("decide", Drop(finding.key))
        elif finding.judgement != UNJUDGED:
            self._record("decide", Judge(finding.key, UNJUDGED))

    def _hold(self, key: str, voxels: Voxels, origin: Origin, *, edited: bool) -> Hold:
        figures = replace(self.case.measure(voxels), label=number_of(key))
        if origin is Origin.READER:  # the share of real ones among the model's candidates says nothing of it
            figures = replace(figures, confidence=None)
        return Hold(key, voxels, figures, origin, edited)


def _held(finding: Listed) -> tuple[Hold, ...]:
    """What turns a candidate into a held finding; nothing for one that is held already."""
    if finding.held:
        return ()
    return (Hold(finding.key, finding.voxels, finding.figures, finding.origin, finding.edited),)


def _expect_some(voxels: Voxels, problem: str, remedy: str) -> None:
    if not len(voxels):
        raise U2ADError(problem, remedy)


def _are_same(places: Mapping[str, Place], known: Mapping[str, Place]) -> bool:
    if places.keys() != known.keys():
        return False
    return all(math.dist(place, known[name]) < SAME_PLACE for name, place in places.items())


def _expect_reading(reading: str) -> None:
    if reading not in READINGS:
        msg = f"expected one of {READINGS}, got {reading!r}"
        raise ValueError(msg)


def _positive(value: float) -> float:
    value = float(value)
    if not (math.isfinite(value) and value > 0):
        msg = f"expected a threshold above 0, got {value!r}"
        raise ValueError(msg)
    return value


__all__ = ["Listed", "Review"]
