"""What the pages of the panel share: the scan in hand, its review, and the finding that is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import slicer

from U2ADSlicerLib.session import ReviewSession


class Workspace:
    """The panel's one state; pages read it, change it by its methods, and are told by ``onChanged``.

    Attributes:
        parameters: the parameter node's wrapper, None while there is no scene to speak of.
        session: the review of the chosen volume, None where none is chosen.
        selected: key of the finding that is looked at, None where there is none.
    """

    def __init__(self, onChanged: Callable[[], None]) -> None:
        self.parameters: Any = None
        self.session: ReviewSession | None = None
        self.selected: str | None = None
        self.reader = ""
        self._onChanged = onChanged

    @property
    def volume(self):
        """The chosen volume node, None where there is none in the scene."""
        return self.session.volume if self.session else None

    def useVolume(self, volume) -> None:
        """Takes up the review of a volume, or of none; the same volume again changes nothing."""
        if self.session is not None and self.session.volume is volume and slicer.mrmlScene.IsNodePresent(volume):
            return
        if self.session is not None:
            self.session.close()
        self.session = ReviewSession(volume, reader=self.reader) if volume is not None else None
        self.selected = None
        self.changed()

    def forgetSession(self) -> None:
        """Without a word to the scene, which may be closing."""
        if self.session is not None:
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

    def changed(self) -> None:
        """Tells the pages that something is different."""
        self._onChanged()
