"""What this computer remembers of a scan: the journal of its review and its last result; and what of it is offered."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from u2ad.errors import OutputError, UnreadableInputError
from u2ad.review.action import ANATOMY, Action
from u2ad.review.changes import Shown
from u2ad.review.journal import Journal
from u2ad.worker.result import FINDINGS

PASSING = ("open", "threshold", "shown")
"""Kinds of actions that nobody misses where a scene lacks them."""


@dataclass(frozen=True)
class Offer:
    """What this computer remembers of a scan and the scene does not show.

    Args:
        decisions: how many findings were decided, edited, added, or set back.
        last: when the last of it happened, ISO UTC.
        anatomy: whether vertebrae were marked, or the cord drawn or looked at.
    """

    decisions: int
    last: str
    anatomy: bool = False


def offerOf(kept: Sequence[Action], inScene: Iterable[Action], result: Path | None) -> Offer | None:
    """What is worth restoring, None where there is nothing.

    Args:
        kept: the journal of the scan, on this computer.
        inScene: the actions that the scene has.
        result: folder of the detection that is kept, where the scene shows none.
    """
    ids = {action.id for action in inScene}
    missing = [action for action in kept if action.id not in ids]
    if any(action.kind not in PASSING for action in missing):
        anatomy = any(action.kind in ANATOMY for action in missing)
        return Offer(len(_touched(missing, kept)), missing[-1].at, anatomy)
    time = _timeOf(result) if result is not None else ""
    return Offer(0, time) if time else None


def wasShown(kept: Iterable[Action]) -> bool:
    """Whether maps and findings of a scan were on the screen of this computer."""
    return any(isinstance(change, Shown) for action in kept for change in action.changes)


def _touched(missing: Iterable[Action], kept: Iterable[Action]) -> set[str]:
    """Keys of the findings that actions decide or change, or whose decisions and changes they take back."""
    byId = {action.id: action for action in kept}
    meant = (byId.get(action.target, action) if action.target else action for action in missing)
    return {change.key for action in meant for change in action.changes if hasattr(change, "key")}


def _timeOf(result: Path) -> str:
    try:
        document = json.loads((result / FINDINGS).read_text(encoding="utf-8"))
        return document["provenance"]["started_utc"]
    except (OSError, ValueError, KeyError):
        return ""


class WatchedJournal(Journal):
    """A journal that a disk which refuses does not stop: what was not written is kept, tried again, and told.

    Attributes:
        problem: what the disk refused, and what to do about it; empty where everything is written.
    """

    problem = ""

    def read(self) -> tuple[Action, ...]:
        """As the journal is; where the disk does not give it, what is still to be written."""
        try:
            return super().read()
        except UnreadableInputError as error:
            self.problem = _inWords(error)
            return self.pending

    def extend(self, actions: Iterable[Action]) -> None:
        with suppress(OutputError):
            super().extend(actions)

    def flush(self) -> None:
        try:
            super().flush()
        except OutputError as error:
            self.problem = _inWords(error)
            raise
        self.problem = ""


def _inWords(error: OutputError | UnreadableInputError) -> str:
    return f"{error.problem} {error.remedy}".strip()
