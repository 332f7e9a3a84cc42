"""The private folder of a job: only its owner may look in, and it does not outlive its owner. Standard library only."""

from __future__ import annotations

import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from u2ad.worker.alive import is_alive

PREFIX = "u2ad-job-"
JOB = "job.json"
SCAN = "scan.npy"
CORD = "cord.npy"
OUTPUT = "result"
STOP = "stop"

ATTEMPTS = 5
"""How often a removal is tried: virus scanners on Windows hold new files for a moment."""


def make(owner: int) -> Path:
    """A new empty folder that only this user may read (mode 0700), named after the process that owns it.

    Raises:
        OSError: if none can be made.
    """
    return Path(tempfile.mkdtemp(prefix=f"{PREFIX}{owner}-"))


def is_private(folder: Path) -> bool:
    """Whether a folder is one that :func:`make` made."""
    return owner_of(folder) is not None


def owner_of(folder: Path) -> int | None:
    """The process that owns a folder; None where it is no private folder of a job."""
    owner, separator, _ = folder.name.removeprefix(PREFIX).partition("-")
    ours = folder.name.startswith(PREFIX) and separator and owner.isdecimal()
    return int(owner) if ours and folder.is_dir() and not folder.is_symlink() else None


def remove(folder: Path) -> bool:
    """Remove a private folder with all that it holds; whether it is gone."""
    for attempt in range(ATTEMPTS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return True
        if attempt < ATTEMPTS - 1:
            time.sleep(0.02)
    return False


def sweep() -> None:
    """Remove what owners left behind that were killed: no scan stays on the disk for good."""
    with suppress(OSError):
        for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
            owner = owner_of(folder)
            if owner is not None and not is_alive(owner):
                shutil.rmtree(folder, ignore_errors=True)
