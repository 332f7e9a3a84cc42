"""Vertebral levels: where they come from, and one click, or a few, that put them right."""

from __future__ import annotations

import slicer
from slicer.i18n import tr as _

from u2ad.cord.levels import DISCS, VERTEBRAE, LevelSource
from U2ADSlicerLib.panels.messages import toldToReader
from U2ADSlicerLib.panels.placing import Placing
from U2ADSlicerLib.scene import anatomy

UPPERMOST = "C2/C3"
"""The disc below the dens: the one that nobody takes for another."""


class LevelsSection:
    """Marked vertebrae name all others at once, without a new detection."""

    def __init__(self, ui, workspace, placing: Placing) -> None:
        self.ui = ui
        self.workspace = workspace
        self.placing = placing
        self._levels = None
        self._observations: list = []
        self._naming = ""
        ui.levelCombo.addItems(list(VERTEBRAE))
        ui.levelCombo.setCurrentIndex(VERTEBRAE.index("C2"))
        ui.discPlaceButton.connect("clicked()", self.onPlaceDisc)
        ui.levelPlaceButton.connect("clicked()", self.onPlaceVertebra)
        ui.levelClearButton.connect("clicked()", self.onClear)

    def refresh(self) -> None:
        session = self.workspace.session
        for name in ("discPlaceButton", "levelPlaceButton", "levelCombo"):
            getattr(self.ui, name).setEnabled(session is not None)
        points = anatomy.levelPoints(session.nodes) if session is not None else {}
        self.ui.levelClearButton.setEnabled(bool(points))
        self.ui.levelsLabel.setText(levelsWords(session, points))
        self._follow(session.nodes.levels if session is not None else None)

    def onPlaceDisc(self) -> None:
        self._place(self.ui.discPlaceButton, UPPERMOST)

    def onPlaceVertebra(self) -> None:
        self._place(self.ui.levelPlaceButton, self.ui.levelCombo.currentText)

    def _place(self, button, name: str) -> None:
        with toldToReader():
            if self.placing.isOn(button):
                self.placing.stop()
                return
            self._naming = name
            node = anatomy.levelsForPlacing(self.workspace.session.nodes)
            node.SetControlPointLabelFormat(name)
            self._follow(node)
            self.placing.start(button, node, many=False)

    def onClear(self) -> None:
        anatomy.clearLevels(self.workspace.session.nodes)
        self._use()

    def onPointPlaced(self, _caller, _event) -> None:
        """A click has placed a point: name it, offer the next one, use the levels."""
        with toldToReader():
            anatomy.nameLastPoint(self.workspace.session.nodes, self._naming)
            following = anatomy.nextLevel(self.workspace.session.nodes)
            self.ui.levelCombo.setCurrentIndex(VERTEBRAE.index(following))
            self.placing.stop()
            self._use()

    def onPointsMoved(self, _caller, _event) -> None:
        with toldToReader():
            self._use()

    def _use(self) -> None:
        try:
            self.workspace.session.useLevels()
        finally:
            self.workspace.changed()

    def _follow(self, node) -> None:
        if node is self._levels:
            return
        self._forget()
        self._levels = node
        if node is not None:
            events = slicer.vtkMRMLMarkupsNode
            self._observations = [
                node.AddObserver(events.PointPositionDefinedEvent, self.onPointPlaced),
                node.AddObserver(events.PointEndInteractionEvent, self.onPointsMoved),
            ]

    def _forget(self) -> None:
        for observation in self._observations:
            self._levels.RemoveObserver(observation)
        self._levels, self._observations = None, []


def levelsWords(session, points) -> str:
    """Where the levels come from, or why there are none.

    Args:
        session: of the review; None where no scan is chosen.
        points: what the reader has marked, by name.
    """
    names = ", ".join(name for name in (*VERTEBRAE, *DISCS) if name in points)
    if session is None or session.case.line is None:
        text = _("Levels: found by the detection. You may also mark them first: click C2/C3.")
        return text + (" " + _("Marked: {names}.").format(names=names) if names else "")
    if session.levelsProblem:
        return "\u26a0 " + _("Levels: {problem}").format(problem=session.levelsProblem)
    levels = session.case.levels
    if levels.source is LevelSource.REPAIRED:
        return _("Levels: found from your click on {names}.").format(names=names)
    if levels.source is LevelSource.MARKED:
        return _("Levels: from {names}; those between follow the usual spacing.").format(names=names)
    if levels.source is LevelSource.AUTOMATIC:
        first, last = levels.bodies[0].name, levels.bodies[-1].name
        return _(
            "Levels: {first} to {last}, found automatically. Look at one; if they are shifted, click C2/C3: all others "
            "follow."
        ).format(first=first, last=last)
    return "\u26a0 " + _("Levels: they could not be told with certainty. Click C2/C3: all others follow.")
