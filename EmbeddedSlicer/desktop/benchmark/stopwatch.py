"""Times what a reader waits for: first the panel's and the scene's answer, then the pictures."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import vtk

from EmbeddedSlicer.desktop.native import application

LONGEST = 60.0
"""Seconds after which views that still are not drawn count as a fault."""


@dataclass(frozen=True)
class Turn:
    """One thing that was done.

    Args:
        answered: seconds until the code that was called returned.
        drawn: seconds until every view in sight was drawn, and Qt had nothing left to do.
        frames: pictures that were drawn for it.
    """

    answered: float
    drawn: float
    frames: int


class Stopwatch:
    """Times single actions.

    Args:
        layoutManager: whose views are waited for.
    """

    def __init__(self, layoutManager) -> None:
        self._layoutManager = layoutManager
        self._watched: set = set()
        self._frames = 0

    def time(self, act: Callable[[], object]) -> Turn:
        """Does something, and waits until it can be seen."""
        before = self._frames
        started = time.perf_counter()
        act()
        answered = time.perf_counter() - started
        self.settle()
        return Turn(answered, time.perf_counter() - started, self._frames - before)

    def settle(self) -> None:
        """Lets Qt work until no view has anything left to draw.

        Raises:
            TimeoutError: if that never comes.
        """
        end = time.perf_counter() + LONGEST
        self._watch()
        application().processEvents()
        while self._isDue():
            if time.perf_counter() > end:
                msg = "the views are drawn again and again"
                raise TimeoutError(msg)
            application().processEvents()

    def _isDue(self) -> bool:
        return any(view.isDrawingDue for view in self._layoutManager.renderViews())

    def _watch(self) -> None:
        """Counts the pictures of views that are new."""
        for window in {view.renderWindow() for view in self._layoutManager.renderViews()} - self._watched:
            window.AddObserver(vtk.vtkCommand.EndEvent, self._count)
            self._watched.add(window)

    def _count(self, *_: object) -> None:
        self._frames += 1
