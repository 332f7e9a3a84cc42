"""What can be undone and redone, read from the log itself: undoing is one more step, nothing is ever taken out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from u2ad.review.action import UNDOABLE, Action


@dataclass(frozen=True)
class History:
    """Ids of actions.

    Args:
        done: what counts and can be undone, the oldest first.
        redoable: what was undone and nothing was done since, the first undone first.
        undone: all that does not count.
    """

    done: tuple[str, ...] = ()
    redoable: tuple[str, ...] = ()
    undone: frozenset[str] = frozenset()


def history_of(actions: Iterable[Action]) -> History:
    """What undo and redo have left of a log; an undo of what is undone already, or not there, changes nothing."""
    done: dict[str, None] = {}
    redoable: dict[str, None] = {}
    undone: set[str] = set()
    for action in actions:
        target = action.target or ""
        if action.kind in UNDOABLE:
            done[action.id] = None
            redoable.clear()
        elif action.kind == "undo" and target in done:
            del done[target]
            redoable[target] = None
            undone.add(target)
        elif action.kind == "redo" and target in undone:
            redoable.pop(target, None)
            done[target] = None
            undone.discard(target)
    return History(tuple(done), tuple(redoable), frozenset(undone))
