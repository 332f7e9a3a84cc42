"""Observers of VTK objects that a widget takes away again."""

from __future__ import annotations

from collections.abc import Callable

import vtk


class Observations:
    """Observers that are removed together."""

    def __init__(self) -> None:
        self._observed: list[tuple[vtk.vtkObject, int]] = []

    def add(self, subject: vtk.vtkObject, event: int | str, callback: Callable, priority: float = 0.0) -> None:
        self._observed.append((subject, subject.AddObserver(event, callback, priority)))

    def clear(self) -> None:
        for subject, tag in self._observed:
            subject.RemoveObserver(tag)
        self._observed = []
