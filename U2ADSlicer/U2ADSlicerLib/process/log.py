"""The last lines that a worker wrote beside its events, free of paths."""

from __future__ import annotations

import re
from collections import deque

LINES = 200
LONGEST_LINE = 400

_WORD = r"""[^\s"'<>|:;,)\]]*"""
_PATH = re.compile(rf"""(?<!\w)(?:[A-Za-z]:[\\/]|~?[\\/]{{1,2}}(?=[^\s\\/])){_WORD}(?: {_WORD}[\\/]{_WORD})*""")
"""From a root on; a word after a space belongs to it where it holds a separator."""
_CODE = re.compile(r"([\w.-]+\.py)$")


class LogTail:
    """Keeps the newest lines; older ones are forgotten, however many come."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=LINES)

    def add(self, line: str) -> None:
        """A line came; an empty one counts for nothing."""
        if line.strip():
            self._lines.append(line.rstrip()[:LONGEST_LINE])

    @property
    def text(self) -> str:
        """The lines, with every path replaced; the names of program files stay."""
        return "\n".join(withoutPaths(line) for line in tuple(self._lines))


def withoutPaths(line: str) -> str:
    """A line in which paths of any system have become ``<path>``, or ``<path>/name.py`` for a program file."""
    return _PATH.sub(_shortened, line)


def _shortened(path: re.Match[str]) -> str:
    code = _CODE.search(path.group())
    return f"<path>/{code.group(1)}" if code else "<path>"
