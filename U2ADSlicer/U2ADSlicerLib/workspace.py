"""What the pages of the panel share: the scan in hand, its review, and the finding that is looked at."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import slicer

from u2ad.errors import RefusedInputError
from U2ADSlicerLib.process.run import Run, State
from U2ADSlicerLib.session import ReviewSession
from U2ADSlicerLib.site_models import SiteModels


class Workspace:
    """The panel's one state; pages read it, change it by its methods, and are told by ``onChanged``.

    Args:
        onChanged: called when something is different.
        onLeaving: called while the present session is still there, before another takes its place.

    Attributes:
        parameters: the parameter node's wrapper, None while there is no scene to speak of.
        volume: the chosen volume node, None where none is chosen.
        session: the review of the chosen volume, None where none is chosen or it is refused for good.
        selected: key of the finding that is looked at, None where there is none.
        blind: whether the reader wants to write an own impression before anything is shown.
        models: the versions of the model that this site has.
        runs: the jobs of all pages; one at a time is under way.
    """

    def __init__(self, onChanged: Callable[[], None], onLeaving: Callable[[], None] = lambda: None) -> None:
        self.parameters: Any = None
        self.volume: Any = None
        self.session: ReviewSession | None = None
        self.selected: str | None = None
        self.reader = ""
        self.blind = False
        self.models = SiteModels()
        self.runs: list[Run] = []
        self._onChanged = onChanged
        self._onLeaving = onLeaving

    @property
    def volumeIsGone(self) -> bool:
        """Whether the chosen volume is no longer in the scene."""
        return self.volume is not None and not slicer.mrmlScene.IsNodePresent(self.volume)

    def useVolume(self, volume) -> None:
        """Takes up the review of a volume, or of none; the same volume again changes nothing."""
        if volume is self.volume:
            return
        self._leave()
        self.volume = volume
        self._open()
        self.changed()

    def lookAgain(self) -> None:
        """The chosen volume may have been changed by others: its voxels, its place, or its result."""
        if self.volume is None or self.volumeIsGone:
            return
        if not self._keptUp():
            self._leave()
            self._open()
        self.changed()

    def _keptUp(self) -> bool:
        try:
            return self.session is not None and self.session.keepUp()
        except RefusedInputError:
            return False

    def _open(self) -> None:
        """What is refused for good has no review; the checks beside it say why."""
        if self.volume is not None:
            with suppress(RefusedInputError):
                self.session = ReviewSession(self.volume, reader=self.reader)

    def _leave(self) -> None:
        if self.session is not None:
            self._onLeaving()
            self.session.close()
        self.session, self.selected = None, None

    def select(self, key: str | None) -> None:
        """Which finding is looked at from now on."""
        if key != self.selected:
            self.selected = key
            self.changed()

    def setReader(self, name: str) -> None:
        """The name that goes with decisions from now on."""
        self.reader = name
        if self.session is not None:
            self.session.reader = name

    def isBusyBut(self, run: Run) -> bool:
        """Whether another job than this is under way."""
        return any(other.state is not State.IDLE for other in self.runs if other is not run)

    def changed(self) -> None:
        """Tells the pages that something is different."""
        self._onChanged()
