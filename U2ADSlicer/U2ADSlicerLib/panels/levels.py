"""Vertebral levels: where they come from, and one click, or a few, that put them right."""

from __future__ import annotations

import slicer
from slicer.i18n import tr as _

from u2ad.cord.levels import VERTEBRAE
from U2ADSlicerLib.panels.messages import toldToReader
from U2ADSlicerLib.panels.placing import Placing
from U2ADSlicerLib.scene import anatomy


class LevelsSection:
    """Marked vertebrae name all others at once, without a new detection."""

    def __init__(self, ui, workspace, placing: Placing) -> None:
        self.ui = ui
        self.workspace = workspace
        self.placing = placing
        self._levels = None
        self._observations: list = []
        ui.levelCombo.addItems(list(VERTEBRAE))
        ui.levelCombo.setCurrentIndex(VERTEBRAE.index("C2"))
        ui.levelPlaceButton.connect("clicked()", self.onPlace)
        ui.levelClearButton.connect("clicked()", self.onClear)

    def refresh(self) -> None:
        session = self.workspace.session
        self.ui.levelPlaceButton.setEnabled(session is not None)
        self.ui.levelCombo.setEnabled(session is not None)
        points = anatomy.levelPoints(session.nodes) if session is not None else {}
        self.ui.levelClearButton.setEnabled(bool(points))
        self.ui.levelsLabel.setText(self._words(points))
        self._follow(session.nodes.levels if session is not None else None)

    def _words(self, points) -> str:
        names = ", ".join(name for name in VERTEBRAE if name in points)
        if len(points) < 2:
            text = _("Levels: mark the middle of at least two vertebrae, such as C2 and T1.")
            return text + (" " + _("Marked: {names}.").format(names=names) if names else "")
        return _("Levels: from {names}; those between follow the usual spacing.").format(names=names)

    def onPlace(self) -> None:
        with toldToReader():
            if self.placing.isOn(self.ui.levelPlaceButton):
                self.placing.stop()
                return
            node = anatomy.levelsForPlacing(self.workspace.session.nodes)
            self._follow(node)
            self.placing.start(self.ui.levelPlaceButton, node, many=False)

    def onClear(self) -> None:
        anatomy.clearLevels(self.workspace.session.nodes)
        self._use()

    def onPointPlaced(self, _caller, _event) -> None:
        """A click has placed a point: name it, offer the next one, use the levels."""
        with toldToReader():
            anatomy.nameLastPoint(self.workspace.session.nodes, self.ui.levelCombo.currentText)
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
