"""What one format would write: known, and shown, before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from u2ad.errors import U2ADError
from u2ad.export.formats import Format

Write = Callable[[Path], None]
"""Writes one file or folder to the path that it is given."""


@dataclass(frozen=True)
class Part:
    """One file.

    Args:
        name: in the folder of the export, with forward slashes.
        size: expected bytes; an estimate for what is compressed.
        write: writes it.
    """

    name: str
    size: int
    write: Write


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
    def size(self) -> int:
        """Expected bytes of all its files."""
        return sum(part.size for part in self.parts)
