"""Where output may go: asked before a long run, not after it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from u2ad.errors import OutputError

LEFT_BY_SYSTEMS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""Files that file managers put into a folder unasked; nobody misses them."""

OUT_OF_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NOT_ALLOWED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_LONGEST_SIBLING = ".{}.part-00000000"
"""The longest of the hidden names under which a folder is prepared beside its place."""


def expect_writable(folder: Path) -> None:
    """Look whether a folder can be made, or replaced, at its place. Nothing is written.

    Raises:
        OutputError: if its name is too long, or the nearest parent that exists is a file or may not be written to.
    """
    folder = Path(folder).expanduser().absolute()
    missing = [folder, *(parent for parent in folder.parents if not os.path.lexists(parent))]
    nearest = missing[-1].parent
    with in_words():
        _expect_short(folder)
        for part in missing:
            _expect_short(nearest / _LONGEST_SIBLING.format(part.name))
        if not nearest.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "not a folder")
        if not os.access(nearest, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "not permitted")


@contextmanager
def in_words() -> Iterator[None]:
    """Turn what the disk refuses into an OutputError that says it in words."""
    try:
        yield
    except OSError as error:
        raise _refusal(error) from error


def _expect_short(path: Path) -> None:
    try:
        path.lstat()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise


def _refusal(error: OSError) -> OutputError:
    if error.errno in OUT_OF_SPACE:
        return OutputError(
            "The disk is full, so the output was not written.", "Free some space, or choose a folder on another disk."
        )
    if error.errno in _NOT_ALLOWED:
        return OutputError("You may not write where the output should go.", "Choose a folder that you may write to.")
    if error.errno == errno.ENAMETOOLONG:
        return OutputError("The name of the output folder is too long.", "Choose a shorter one.")
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return OutputError(
            "A part of the path to the output folder is a file, not a folder.", "Choose another place for the output."
        )
    return OutputError("The output cannot be written there.", "Check that the disk is connected, or choose another.")
