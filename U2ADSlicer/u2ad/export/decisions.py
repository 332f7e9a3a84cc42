"""What a reader has said of a scan: its journal, looked up by the scan's voxels or given as a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from u2ad.errors import UnreadableInputError
from u2ad.home import default_root
from u2ad.review.action import Action
from u2ad.review.journal import Journal, actions_in, case_folder, voxel_key
from u2ad.scan import Scan

KEY = re.compile(r"[0-9a-f]{64}")
"""Form of the folder in which a journal lies: the key of its scan's voxels."""

NO_JOURNAL = UnreadableInputError(
    "The file is no journal of a review.", "Give the journal.jsonl that a review has written."
)


@dataclass(frozen=True)
class Kept:
    """A journal as it was read.

    Args:
        actions: its steps in their order.
        text: the same as JSON lines; empty where there are none.
    """

    actions: tuple[Action, ...] = ()

    @property
    def text(self) -> str:
        return "".join(f"{action.to_json()}\n" for action in self.actions)


def read_decisions(scan: Scan | None, reviews: Path | None) -> Kept:
    """The journal of a scan; nothing where there is none.

    Args:
        scan: by whose voxels the journal is found; None where the scan is not at hand.
        reviews: data folder with the journals, or the journal itself; this user's own data folder where None.

    Raises:
        UnreadableInputError: if a journal is there but cannot be read, is none, or belongs to another scan; if
            journals were asked for that cannot be looked up without the scan.
    """
    if reviews is not None and not reviews.exists():
        raise UnreadableInputError("There is no such journal or data folder.", "Check the spelling of the path.")
    if reviews is not None and reviews.is_file():
        return Kept(_given(reviews, scan))
    if scan is None:
        if reviews is not None:
            raise UnreadableInputError(
                "Which journal belongs to the result cannot be told without the scan.",
                "Give the scan with --source, or the journal itself.",
            )
        return Kept()
    return Kept(Journal(case_folder(reviews or default_root(), voxel_key(scan.array))).read())


def _given(path: Path, scan: Scan | None) -> tuple[Action, ...]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableInputError("The journal cannot be read.", "Check that you may read it.") from error
    actions, damaged = actions_in(data)
    if damaged and not actions:
        raise NO_JOURNAL
    key = path.parent.name
    if scan is not None and KEY.fullmatch(key) and key != voxel_key(scan.array):
        raise UnreadableInputError("The journal is of another scan.", "Give the journal of this scan.")
    return tuple(actions)
