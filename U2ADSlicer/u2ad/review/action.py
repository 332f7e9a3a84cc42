"""One step of a review: one line of its journal."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

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
    Seen,
    Shown,
    Threshold,
    from_plain,
    to_plain,
)

UNDOABLE = frozenset({"decide", "edit", "add", "merge", "split", "threshold", "assess"})
"""What a reader can take back. A first impression stays: it would not be blind a second time.

Marked levels and the drawn cord are taken back by what they are made with: the markups, the Segment Editor.
"""

ANATOMY = frozenset({"levels", "cord", "seen"})
"""What a reader does to the anatomy: marks vertebrae, draws on the cord, looks at its mask."""

KINDS = UNDOABLE | ANATOMY | {"open", "impression", "shown", "undo", "redo"}
"""All that this version understands; others are kept as they are, and ignored."""


@dataclass(frozen=True)
class Action:
    """Something that a reader did.

    Holds no name but the one that the reader has typed, and no path.

    Args:
        id: unique; ``<session>-<number>``, where a session is one opening of one scan in one program.
        at: when, ISO 8601 in UTC to the second. The order of steps is that of the journal, not that of clocks.
        reader: the name that the reader has typed, or empty.
        kind: one of :data:`KINDS`, or what a newer version has written.
        changes: what it changed, in this order; without those that this version does not understand.
        target: id of the action that is undone or redone.
        line: what it was read from, so that nothing of a newer version is lost when it is written again.
    """

    id: str
    at: str
    reader: str
    kind: str
    changes: tuple[Change, ...] = ()
    target: str | None = None
    line: str | None = field(default=None, compare=False, repr=False)

    @property
    def session(self) -> str:
        """Who wrote it: the same for all actions of one opening of one scan."""
        return self.id.rpartition("-")[0] or self.id

    def to_json(self) -> str:
        """One line of JSON in ASCII, without its end.

        Raises:
            ValueError: if a number is not finite.
        """
        if self.line is not None:
            return self.line
        plain = {
            "id": self.id,
            "at": self.at,
            "reader": self.reader,
            "kind": self.kind,
            "changes": [to_plain(change) for change in self.changes],
            "target": self.target,
        }
        return json.dumps(plain, allow_nan=False, default=float, separators=(",", ":"))

    @classmethod
    def from_json(cls, line: str) -> Action:
        """The action that :meth:`to_json` has written.

        Raises:
            ValueError: if the line is damaged.
        """
        try:
            plain: dict[str, Any] = json.loads(line)
            id_, at, reader, kind = (plain[name] for name in ("id", "at", "reader", "kind"))
            target = plain.get("target")
            changes = [from_plain(change) for change in plain["changes"]] if kind in KINDS else []
        except (KeyError, TypeError, RecursionError):
            raise ValueError("expected an action with id, at, reader, kind and changes") from None
        if not all(isinstance(text, str) for text in (id_, at, reader, kind)) or not isinstance(target, str | None):
            raise ValueError("expected id, at, reader, kind and target as text")
        return cls(
            id_, at, reader, kind, tuple(change for change in changes if change is not None), target, line.strip()
        )


def unique(actions: Iterable[Action]) -> tuple[Action, ...]:
    """Each action once, where it comes first."""
    once: dict[str, Action] = {}
    for action in actions:
        once.setdefault(action.id, action)
    return tuple(once.values())


__all__ = [
    "ANATOMY",
    "KINDS",
    "UNDOABLE",
    "Action",
    "Assess",
    "Assessment",
    "Change",
    "Drop",
    "Hold",
    "Impress",
    "Impression",
    "Judge",
    "Marks",
    "Opened",
    "Outline",
    "Seen",
    "Shown",
    "Threshold",
    "unique",
]
