"""Taking turns at one file, so that two programs never write into each other's lines."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

if sys.platform == "win32":
    import msvcrt

    FAR = 1 << 30
    """Windows locks bytes against reading too: one far behind the end disturbs nobody."""

    def _lock(file: int) -> None:
        os.lseek(file, FAR, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

    def _unlock(file: int) -> None:
        os.lseek(file, FAR, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


_HELD = frozenset({errno.EAGAIN, errno.EACCES, errno.EDEADLK})
"""What the systems say of a file that another program has locked; anything else means a disk that knows no locks."""

PATIENCE = 2.0
"""Seconds after which it is written without a lock: a program that hangs must not stop another reader's review."""


@contextmanager
def locked(file: int, patience: float = PATIENCE) -> Iterator[bool]:
    """Hold an open file alone for a few milliseconds; true where the lock was got."""
    got = _got(file, time.monotonic() + patience)
    try:
        yield got
    finally:
        if got:
            with suppress(OSError):  # closing the file frees it too
                _unlock(file)


def _got(file: int, deadline: float) -> bool:
    while True:
        try:
            _lock(file)
        except OSError as error:
            if error.errno not in _HELD or time.monotonic() > deadline:
                return False
            time.sleep(0.005)
        else:
            return True
