"""An error that nobody foresaw, told without its own text, which may hold a name or a path."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from u2ad import __version__

FULL_MEMORY = "The computer's memory is full."
ROOM_IN_MEMORY = "Close other programs, or crop the scan around the cervical spine."

_ALLOCATION = ("can't allocate memory", "not enough memory", "out of memory")
"""What PyTorch writes into a RuntimeError when its own allocation fails."""


def is_full_memory(error: BaseException) -> bool:
    """Whether memory ran out, in Python or in PyTorch, whose errors are RuntimeErrors."""
    if isinstance(error, MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error).lower() for words in _ALLOCATION)


def fault_of(error: BaseException) -> str:
    """One sentence with the kind of error, its place in the code and the versions; nothing of the error's text."""
    steps = traceback.extract_tb(error.__traceback__)
    place = f" in {'/'.join(Path(steps[-1].filename).parts[-3:])}, line {steps[-1].lineno}" if steps else ""
    return (
        f"u2ad stopped on a fault of its own, not of your scan: {type(error).__name__}{place} "
        f"(u2ad {__version__}, Python {sys.version.split()[0]})."
    )
