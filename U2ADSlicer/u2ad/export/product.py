"""What one format would write: known, and shown, before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from u2ad.errors import U2ADError
from u2ad.export.formats import Format

Write = Callable[[Path], None]
"""Writes one file to the path that it is given."""

WriteElsewhere = Callable[[Path, Callable[[], None]], None]
"""The same in another process; calls its last argument several times a second, which raises to end it."""


@dataclass(frozen=True)
class Part:
    """One file.

    Args:
        name: in the folder of the export, with forward slashes.
        size: expected bytes; an estimate for what is compressed.
        write: writes it.
        elsewhere: writes it in another process, in place of ``write``.
    """

    name: str
    size: int
    write: Write | None = None
    elsewhere: WriteElsewhere | None = None


@dataclass(frozen=True)
class Product:
    """What becomes of one format.

    Args:
        format: which.
        parts: the files that will be written; none where it cannot be.
        obstacle: why it cannot be written, with its remedy; None where it can.
    """

    format: Format
    parts: tuple[Part, ...] = ()
    obstacle: U2ADError | None = None

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is written in another process."""
        return any(part.elsewhere is not None for part in self.parts)

    @property
    def size(self) -> int:
        """Expected bytes of all its files."""
        return sum(part.size for part in self.parts)
