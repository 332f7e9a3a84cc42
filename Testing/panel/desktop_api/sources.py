"""The code and the form that run inside desktop Slicer."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

MODULE = Path(__file__).resolve().parents[3] / "U2ADSlicer"
FORM = MODULE / "Resources" / "UI" / "U2ADSlicer.ui"
WAIVER = "# desktop API:"
"""A line that ends with this and a reason is not judged."""


@dataclass(frozen=True)
class Source:
    """One Python file, read and parsed."""

    name: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def module(self) -> str:
        """Dotted name by which other files import it."""
        return self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def waived(self, line: int) -> bool:
        lines = self.text.splitlines()
        return 0 < line <= len(lines) and bool(lines[line - 1].partition(WAIVER)[2].strip())


def desktop_sources() -> list[Source]:
    """U2ADSlicer.py and the library beside it."""
    files = [MODULE / "U2ADSlicer.py", *sorted((MODULE / "U2ADSlicerLib").rglob("*.py"))]
    return [Source(file.relative_to(MODULE).as_posix(), file.read_text(encoding="utf-8")) for file in files]


def shown_sources() -> list[Source]:
    """Those that speak to the reader: the pages, and all that translate anything."""
    pages = ("U2ADSlicer.py", "U2ADSlicerLib/panels/")
    return [s for s in desktop_sources() if s.name.startswith(pages) or "from slicer.i18n import" in s.text]
