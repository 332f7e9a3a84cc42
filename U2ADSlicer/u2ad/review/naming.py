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
        self._own: dict[str, dict[str, str]] = {}

    def named(self, action: Action) -> tuple[Change, ...]:
        """The changes of the next action, by the log's names."""
        own = self._own.setdefault(action.session, {})
        return tuple(self._named(own, change) for change in action.changes)

    def _named(self, own: dict[str, str], change: Change) -> Change:
        """One change by the log's names; ``own`` tells them by those of its session."""
        if isinstance(change, Hold):
            if change.key not in own:
                own[change.key] = self._name_for(change, own)
            self.voxels[own[change.key]] = change.voxels
        elif not isinstance(change, Drop | Judge):
            return change
        name = own.get(change.key, change.key)
        return change if name == change.key else replace(change, key=name)

    def _name_for(self, hold: Hold, own: dict[str, str]) -> str:
        known = self.voxels.get(hold.key)
        if known is None or (hold.key not in own.values() and known.meets(hold.voxels)):
            return hold.key
        return next_key(self.voxels)


def next_key(keys: Iterable[str]) -> str:
    """The key after the highest of ``keys``."""
    return key_of(1 + max(map(number_of, keys), default=0))
