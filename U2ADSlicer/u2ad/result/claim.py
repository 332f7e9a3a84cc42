"""A claim on a name: at most one run at a time writes to one result folder, and a dead run holds nothing."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

from u2ad.errors import OutputError

if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


_HELD = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}
"""What the systems say of a file that another process has locked; anything else means a disk that knows no locks."""


class Claim:
    """A locked file. The operating system frees the lock when the process ends, however it ends.

    Args:
        path: the file; made when claimed, removed when given back.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def take(self) -> None:
        """Claim the name.

        Raises:
            OutputError: if another run holds it.
            OSError: if the file cannot be made.
        """
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        if not self._is_ours(file):
            os.close(file)
            raise OutputError(
                "Another run is writing to the same folder.", "Wait until it is done, or choose another folder."
            )
        self._file = file

    def give_back(self) -> None:
        """Free the name; harmless where it was never taken."""
        if self._file is None:
            return
        if sys.platform == "win32":  # Windows removes no open file; elsewhere the name must go while it is still held
            os.close(self._file)
            with suppress(OSError):
                self._path.unlink()
        else:
            self._path.unlink(missing_ok=True)
            os.close(self._file)
        self._file = None

    def _is_ours(self, file: int) -> bool:
        try:
            _lock(file)
        except OSError as error:
            return error.errno not in _HELD
        with suppress(OSError):
            return os.path.samestat(os.fstat(file), self._path.stat())
        return False  # the run that held it has just removed it
