"""One name for one finding, also where two programs have written about the same scan without knowing of each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from u2ad.review.action import Action
from u2ad.review.changes import Change, Drop, Hold, Judge, key_of, number_of
from u2ad.review.voxels import Voxels


class Names:
    """Follows a log and gives every finding its name in it.

    Each session counts its findings for itself. Where one calls a finding by a name that another session has given to
    other voxels, it gets the next free name, and so does all else that this session says of it. Undone steps count
    too: a name depends on nothing but what stands before it in the log.

    Attributes:
        voxels: for each name, the voxels that were last held under it.
    """

    def __init__(self) -> None:
        self.voxels: dict[str, Voxels] = {}
        self._holders: dict[str, str] = {}
        self._own: dict[tuple[str, str], str] = {}

    def named(self, action: Action) -> tuple[Change, ...]:
        """The changes of the next action, by the log's names."""
        return tuple(self._named(action.session, change) for change in action.changes)

    def _named(self, session: str, change: Change) -> Change:
        if isinstance(change, Hold):
            name = self._own.setdefault((session, change.key), self._name_for(session, change))
            self.voxels[name], self._holders[name] = change.voxels, session
        elif isinstance(change, Drop | Judge):
            name = self._own.get((session, change.key), change.key)
        else:
            return change
        return change if name == change.key else replace(change, key=name)

    def _name_for(self, session: str, hold: Hold) -> str:
        if self._holders.get(hold.key, session) == session or self.voxels[hold.key].meets(hold.voxels):
            return hold.key
        return next_key(self.voxels)


def next_key(keys: Iterable[str]) -> str:
    """The key after the highest of ``keys``."""
    return key_of(1 + max(map(number_of, keys), default=0))
