"""The journal of one scan: every step of its review, one line each, on the disk before anything else happens."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path

import numpy as np

from u2ad.errors import OutputError, UnreadableInputError
from u2ad.locking import locked
from u2ad.review.action import Action, unique
from u2ad.scan.output import OUT_OF_SPACE

NAME = "journal.jsonl"


class Journal:
    """A file to which lines are only ever added.

    Each line is on the disk (fsync) when :meth:`append` returns. A program that is killed while it writes leaves at
    most a torn last line, which is overlooked; the next line starts on a line of its own. Several programs may write
    to one journal at the same time.

    Args:
        folder: where ``journal.jsonl`` lies, or will lie once there is something to write.

    Attributes:
        damaged: lines that the last :meth:`read` could not understand, torn ones included.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self.damaged = 0
        self._pending: dict[str, Action] = {}
        self._kept: set[str] = set()
        self._told = False

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / NAME

    @property
    def pending(self) -> tuple[Action, ...]:
        """What could not be written so far; it goes with the next :meth:`append` or :meth:`flush`."""
        return tuple(self._pending.values())

    def read(self) -> tuple[Action, ...]:
        """All actions in the order of the file, each once; what is pending comes last.

        Raises:
            UnreadableInputError: if there is a journal, but the disk does not give it.
        """
        actions, self.damaged = actions_in(self._bytes())
        self._kept.update(action.id for action in actions)
        return unique([*actions, *self.pending])

    def append(self, action: Action) -> None:
        """Write one action; :meth:`extend` says what is raised."""
        self.extend([action])

    def extend(self, actions: Iterable[Action]) -> None:
        """Write those actions that are not in the journal yet.

        What cannot be written stays in :attr:`pending`, and is tried again each time.

        Raises:
            OutputError: if the disk cannot be written; only the first time in a row, so that a reader is told once.
        """
        self._pending.update((action.id, action) for action in actions if action.id not in self._kept)
        try:
            self.flush()
        except OutputError:
            if not self._told:
                self._told = True
                raise

    def flush(self) -> None:
        """Write what is pending.

        Raises:
            OutputError: if the disk still cannot be written.
        """
        if not self._pending:
            return
        lines = "".join(f"{action.to_json()}\n" for action in self._pending.values())
        try:
            _add(self.path, lines.encode())
        except OSError as error:
            raise _refusal(error) from error
        self._kept.update(self._pending)
        self._pending.clear()
        self._told = False

    def set_aside(self) -> None:
        """Go on with an empty journal; the former one stays beside it under the present time.

        Raises:
            OutputError: if the disk cannot be written.
        """
        now = datetime.now(timezone.utc).strftime("%Y%m%d-%H%M%S-%f")
        try:
            self.path.rename(self.path.with_name(f"journal-{now}.jsonl"))
        except FileNotFoundError:
            pass
        except OSError as error:
            raise _refusal(error) from error
        self._kept.clear()

    def _bytes(self) -> bytes:
        try:
            return self.path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return b""
        except OSError as error:
            raise UnreadableInputError(
                "The journal with the earlier decisions on this scan cannot be read.",
                "Check that the disk is connected and that you may read your data folder.",
            ) from error


def merged(first: Sequence[Action], second: Sequence[Action]) -> tuple[Action, ...]:
    """Two logs of one scan as one: each action once, and each log in its own order.

    Only between what stands in one log alone does the clock decide, the first log on a tie.
    """
    logs = [list(unique(first)), list(unique(second))]
    ids = [{action.id for action in log} for log in logs]
    out: dict[str, Action] = {}
    places = [0, 0]
    while places[0] < len(logs[0]) and places[1] < len(logs[1]):
        one, other = logs[0][places[0]], logs[1][places[1]]
        if one.id in out or other.id in out:
            places[0 if one.id in out else 1] += 1
            continue
        waits = one.id in ids[1] and other.id not in ids[0]
        later = one.id not in ids[1] and other.id not in ids[0] and one.at > other.at
        turn = 1 if waits or later else 0
        action = (one, other)[turn]
        out[action.id] = action
        places[turn] += 1
    rest = [*logs[0][places[0] :], *logs[1][places[1] :]]
    return unique([*out.values(), *rest])


def voxel_key(array: np.ndarray) -> str:
    """The name of a scan's journal: SHA-256 over shape and voxel values as float32, in hexadecimal.

    The grid is no part of it: a scan that is moved by a transform keeps its journal. Names no patient.

    Args:
        array: the scan's voxels, KJI.
    """
    digest = hashlib.sha256(repr(tuple(int(side) for side in array.shape)).encode())
    for part in array:
        digest.update(np.ascontiguousarray(part, dtype="<f4").data)
    return digest.hexdigest()


def case_folder(root: Path, key: str) -> Path:
    """Where the journal of a scan lies.

    Args:
        root: the data folder, such as :func:`u2ad.home.default_root`.
        key: from :func:`voxel_key`.
    """
    return Path(root) / "cases" / key[:2] / key


def actions_in(data: bytes) -> tuple[list[Action], int]:
    """The actions in the bytes of a journal, and how many lines are none."""
    actions, damaged = [], 0
    for line in data.split(b"\n"):
        if not line.strip():
            continue
        try:
            actions.append(Action.from_json(line.decode("utf-8")))
        except ValueError:
            damaged += 1
    return actions, damaged


def _add(path: Path, lines: bytes) -> None:
    """Add whole lines to a file, and wait until the disk has them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
    try:
        with locked(file):
            _write(file, lines if _ends_whole(file) else b"\n" + lines)
            os.fsync(file)
    finally:
        os.close(file)
    if is_new:
        _keep_name(path.parent)


def _ends_whole(file: int) -> bool:
    """Whether the file is empty or its last line has an end: what a killed program began stays a line of its own."""
    if os.lseek(file, 0, os.SEEK_END) == 0:
        return True
    os.lseek(file, -1, os.SEEK_END)
    return os.read(file, 1) == b"\n"


def _write(file: int, data: bytes) -> None:
    while data:
        written = os.write(file, data)
        if written == 0:
            raise OSError(errno.ENOSPC, "nothing was written")
        data = data[written:]


def _keep_name(folder: Path) -> None:
    """Make the disk remember that there is a new file, where the system can be told so."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _refusal(error: OSError) -> OutputError:
    if error.errno in OUT_OF_SPACE:
        return OutputError(
            "The disk is full: what you decide is kept in memory only.", "Free some space, or save the scene elsewhere."
        )
    return OutputError(
        "The journal cannot be written: what you decide is kept in memory only.",
        "Save the scene, and check that you may write to your data folder.",
    )
