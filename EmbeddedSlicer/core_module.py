"""What ``slicer.modules.<name>`` is for a module of Slicer's core that has a logic and no widget here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class CoreModule:
    """Stand-in for qSlicerLoadableModule.

    Attributes:
        name: as in Slicer, such as "Volumes".
    """

    name: str
    _logic: Any

    @property
    def title(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Such a module is part of slicer-core: it has no file of its own."""
        return ""

    def logic(self) -> Any:
        """The module's C++ logic."""
        return self._logic

    def widgetRepresentation(self) -> None:
        """Widgets of Slicer's own modules exist in desktop Slicer only."""
