"""What went wrong where nobody could catch it: exceptions in Qt slots, VTK observers and threads, and VTK's errors."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Iterator
from types import TracebackType

from EmbeddedSlicer.log import VtkLog

WITHOUT_PLUGINS = ("ResolveUnresolvedItems: Failed", "ResolveSubjectHierarchy: Failed")
"""What the subject hierarchy says now and then of a scene that is read while an older one was cleared: slicer-core has
none of the plugins that give nodes their items, and builds the hierarchy anew."""


class Complaints:
    """All complaints since the last :meth:`clear`.

    Python prints exceptions that reach C++ and goes on, as desktop Slicer does; here they are kept as well.

    Attributes:
        exceptions: tracebacks as text.
    """

    def __init__(self, log: VtkLog) -> None:
        self.exceptions: list[str] = []
        self._log = log

    def listen(self) -> None:
        """Takes over from Python's own hooks."""
        sys.excepthook = self._keep
        threading.excepthook = lambda failed: self._keep(failed.exc_type, failed.exc_value, failed.exc_traceback)

    def _keep(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self.exceptions.append("".join(traceback.format_exception(kind, error, trace)))
        sys.__excepthook__(kind, error, trace)

    @property
    def vtkErrors(self) -> list[str]:
        return [error for error in self._log.errors if not any(known in error for known in WITHOUT_PLUGINS)]

    @property
    def vtkWarnings(self) -> list[str]:
        return self._log.warnings

    def clear(self) -> None:
        for kept in (self.exceptions, self._log.errors, self._log.warnings):
            kept.clear()

    def __iter__(self) -> Iterator[str]:
        """Exceptions and VTK's errors; not its warnings."""
        return iter((*self.exceptions, *self.vtkErrors))

    def __len__(self) -> int:
        return len(self.exceptions) + len(self.vtkErrors)
