"""One effect of the Segment Editor: its name and its parameters."""

from __future__ import annotations

from collections.abc import Callable

import slicer

EFFECT_NAMES = (
    "Threshold",
    "Paint",
    "Draw",
    "Erase",
    "Level tracing",
    "Grow from seeds",
    "Fill between slices",
    "Margin",
    "Hollow",
    "Smoothing",
    "Scissors",
    "Islands",
    "Logical operators",
    "Mask volume",
)
"""Effects of desktop Slicer, in the order of its buttons."""


class SegmentEditorEffect:
    """Keeps its parameters on the editor node, as Slicer's effects do.

    Args:
        name: as in :data:`EFFECT_NAMES`.
        editorNode: gives the current editor node.
    """

    def __init__(self, name: str, editorNode: Callable[[], slicer.vtkMRMLSegmentEditorNode]) -> None:
        self.name = name
        self._editorNode = editorNode

    def parameter(self, name: str) -> str:
        return self._editorNode().GetAttribute(f"{self.name}.{name}") or ""

    def setParameter(self, name: str, value: object) -> None:
        self._editorNode().SetAttribute(f"{self.name}.{name}", str(value))
