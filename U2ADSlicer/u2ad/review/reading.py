"""What a reader has said of a scan: its journal, looked up by the scan's voxels or given as a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from u2ad.errors import UnreadableInputError
from u2ad.home import default_root
from u2ad.review.action import Action, unique
from u2ad.review.journal import Journal, actions_in, case_folder, voxel_key
from u2ad.review.mirroring import is_left_handed, mirrored
from u2ad.review.state import State
from u2ad.scan import Grid, Scan

KEY = re.compile(r"[0-9a-f]{64}")
"""Form of the folder in which a journal lies: the key of its scan's voxels."""


@dataclass(frozen=True)
class Kept:
    """A journal as it was read.

    Args:
        actions: its steps in their order, with voxels counted as in the scan.
        text: the journal as it is, JSON lines; empty where there is none.
    """

    actions: tuple[Action, ...] = ()
    text: str = ""


def read_decisions(scan: Scan | None, grid: Grid, reviews: Path | None) -> Kept:
    """The journal of a scan; nothing where there is none.

    Args:
        scan: by whose voxels the journal is found; None where the scan is not at hand.
        grid: of the scan.
        reviews: data folder with the journals, or the journal itself; this user's own data folder where None.

    Raises:
        UnreadableInputError: if a journal is there but cannot be read, is none, or belongs to another scan; if
            journals were asked for that cannot be looked up without the scan.
    """
    if reviews is not None and not reviews.exists():
        raise UnreadableInputError("There is no such journal or data folder.", "Check the spelling of the path.")
    if reviews is not None and reviews.is_file():
        return _given(reviews, scan, grid)
    if scan is not None:
        return _looked_up(scan, reviews or default_root())
    if reviews is not None:
        raise UnreadableInputError(
            "Which journal belongs to the result cannot be told without the scan.",
            "Give the scan, or the journal itself.",
            option="--source",
        )
    return Kept()


def expect_inside(state: State, grid: Grid) -> None:
    """A journal whose findings or cord lie outside of the scan is that of another.

    Raises:
        UnreadableInputError: if they do.
    """
    drawn = [*(held.voxels for held in state.held.values()), *([] if state.cord is None else [state.cord])]
    if any((voxels.kji >= np.array(grid.shape)).any() for voxels in drawn):
        raise of_another_scan()


def of_another_scan() -> UnreadableInputError:
    """Of a journal whose voxels are not those of the scan."""
    return UnreadableInputError("The journal is of another scan.", "Give the journal of this scan.")


def _looked_up(scan: Scan, root: Path) -> Kept:
    """By the voxels as Slicer has them, then as the file has them."""
    for turned in (True, False) if is_left_handed(scan.grid) else (False,):
        actions = Journal(case_folder(root, _key(scan, turned=turned))).read()
        if actions:
            return _kept(actions, scan.grid, turned=turned)
    return Kept()


def _given(path: Path, scan: Scan | None, grid: Grid) -> Kept:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableInputError("The journal cannot be read.", "Check that you may read it.") from error
    actions, damaged = actions_in(data)
    if damaged and not actions:
        raise UnreadableInputError(
            "The file is no journal of a review.", "Give the journal.jsonl that a review has written."
        )
    key, turned = path.parent.name, is_left_handed(grid)
    if scan is not None and KEY.fullmatch(key):
        is_turned = key == _key(scan, turned=True)
        if not is_turned and key != _key(scan, turned=False):
            raise of_another_scan()
        turned = turned and is_turned
    return _kept(unique(actions), grid, turned=turned)


def _key(scan: Scan, *, turned: bool) -> str:
    return voxel_key(scan.array[::-1] if turned else scan.array)


def _kept(actions: tuple[Action, ...], grid: Grid, *, turned: bool) -> Kept:
    text = "".join(f"{action.to_json()}\n" for action in actions)
    try:
        return Kept(mirrored(actions, grid.shape[0]) if turned else actions, text)
    except ValueError as error:  # voxels outside of so many slices
        raise of_another_scan() from error
