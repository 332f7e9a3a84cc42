"""Correcting the anatomy: the cord mask, and the vertebral levels from two clicks."""

from __future__ import annotations

import slicer
from slicer.i18n import tr as _

from u2ad.cord.levels import VERTEBRAE
from U2ADSlicerLib.panels.messages import toldToReader
from U2ADSlicerLib.panels.segment_editor import SegmentEditor
from U2ADSlicerLib.scene import anatomy


class AnatomySection:
    """The reader's corrections win over the model; the next detection uses them."""

    def __init__(self, ui, workspace) -> None:
        self.ui = ui
        self.workspace = workspace
        self.editor = SegmentEditor(ui.cordEditorPlace, "U2AD.cord", self.onCordPainted)
        self._levels = None
        self._observations: list = []
        self._placing = None
        ui.levelCombo.addItems(list(VERTEBRAE))
        ui.levelCombo.setCurrentIndex(VERTEBRAE.index("C2"))
        ui.cordSeenButton.connect("clicked()", self.onCordSeen)
        ui.cordEditButton.connect("clicked()", self.onEditCord)
        ui.levelPlaceButton.connect("clicked()", self.onPlaceLevel)
        ui.levelClearButton.connect("clicked()", self.onClearLevels)

    def refresh(self) -> None:
        session = self.workspace.session
        hasCord = session is not None and session.nodes.cord is not None
        self.ui.cordLabel.setText(self._cordWords(session, hasCord))
        self.ui.cordSeenButton.setEnabled(hasCord and not session.anatomy.cordSeen)
        self.ui.cordEditButton.setEnabled(session is not None)
        self.ui.cordEditButton.setChecked(self.editor.isOpen)
        self.ui.cordEditButton.setText(_("Done") if self.editor.isOpen else _("Correct the cord"))
        self.ui.levelPlaceButton.setEnabled(session is not None)
        self.ui.levelCombo.setEnabled(session is not None)
        points = anatomy.levelPoints(session.nodes) if session is not None else {}
        self.ui.levelClearButton.setEnabled(bool(points))
        self.ui.levelsLabel.setText(self._levelWords(points))
        self._followLevels(session.nodes.levels if session is not None else None)

    def _cordWords(self, session, hasCord: bool) -> str:
        if not hasCord:
            return _("Cord: marked automatically by the detection. You may also draw it first.")
        if session.anatomy.cordIsCorrected:
            return _("Cord: corrected by you. Detect again to use the correction.")
        if session.anatomy.cordSeen:
            return _("Cord: looked at by a reader.")
        return _("Cord: marked automatically, not looked at yet. Does the yellow outline follow it?")

    def _levelWords(self, points) -> str:
        names = ", ".join(name for name in VERTEBRAE if name in points)
        if len(points) < 2:
            text = _("Levels: mark the middle of at least two vertebrae, such as C2 and T1.")
            return text + (" " + _("Marked: {names}.").format(names=names) if names else "")
        return _("Levels: from {names}; those between follow the usual spacing.").format(names=names)

    # Cord

    def onCordSeen(self) -> None:
        self.workspace.session.confirmCord()
        self.workspace.changed()

    def onEditCord(self) -> None:
        with toldToReader():
            if self.editor.isOpen:
                self.finish()
            else:
                segmentation = anatomy.cordForEditing(self.workspace.session.nodes)
                self.editor.open(segmentation, anatomy.CORD_SEGMENT, self.workspace.volume)
        self.workspace.changed()

    def onCordPainted(self) -> None:
        self.workspace.session.cordPainted()

    # Levels

    def onPlaceLevel(self) -> None:
        with toldToReader():
            if not self.ui.levelPlaceButton.isChecked():
                self._stopPlacing()
                return
            node = anatomy.levelsForPlacing(self.workspace.session.nodes)
            self._followLevels(node)
            slicer.modules.markups.logic().SetActiveListID(node)
            slicer.modules.markups.logic().StartPlaceMode(False)
            self._followPlacing(slicer.app.applicationLogic().GetInteractionNode())

    def onClearLevels(self) -> None:
        anatomy.clearLevels(self.workspace.session.nodes)
        self._useLevels()

    def onPointPlaced(self, _caller, _event) -> None:
        """A click has placed a point: name it, offer the next one, use the levels."""
        with toldToReader():
            anatomy.nameLastPoint(self.workspace.session.nodes, self.ui.levelCombo.currentText)
            following = anatomy.nextLevel(self.workspace.session.nodes)
            self.ui.levelCombo.setCurrentIndex(VERTEBRAE.index(following))
            self._stopPlacing()
            self._useLevels()

    def onPointsMoved(self, _caller, _event) -> None:
        with toldToReader():
            self._useLevels()

    def _useLevels(self) -> None:
        try:
            self.workspace.session.useLevels()
        finally:
            self.workspace.changed()

    def onInteractionMode(self, interaction, _event) -> None:
        """Esc, or the toolbar, has ended the placing."""
        if interaction.GetCurrentInteractionMode() != slicer.vtkMRMLInteractionNode.Place:
            self._followPlacing(None)
            self.ui.levelPlaceButton.setChecked(False)

    def _followPlacing(self, interaction) -> None:
        if self._placing is not None:
            node, observation = self._placing
            node.RemoveObserver(observation)
        event = slicer.vtkMRMLInteractionNode.InteractionModeChangedEvent
        self._placing = (interaction, interaction.AddObserver(event, self.onInteractionMode)) if interaction else None

    def _stopPlacing(self) -> None:
        self._followPlacing(None)
        self.ui.levelPlaceButton.setChecked(False)
        interaction = slicer.app.applicationLogic().GetInteractionNode()
        if interaction is not None:
            interaction.SetCurrentInteractionMode(slicer.vtkMRMLInteractionNode.ViewTransform)

    def _followLevels(self, node) -> None:
        if node is self._levels:
            return
        self._forgetLevels()
        self._levels = node
        if node is not None:
            events = slicer.vtkMRMLMarkupsNode
            self._observations = [
                node.AddObserver(events.PointPositionDefinedEvent, self.onPointPlaced),
                node.AddObserver(events.PointEndInteractionEvent, self.onPointsMoved),
            ]

    def _forgetLevels(self) -> None:
        for observation in self._observations:
            self._levels.RemoveObserver(observation)
        self._levels, self._observations = None, []

    def finish(self) -> None:
        """The brush is put away."""
        if self.editor.isOpen:
            self.editor.close()
        if self.ui.levelPlaceButton.isChecked():
            self._stopPlacing()

    def drop(self) -> None:
        """The nodes are going away."""
        self._followPlacing(None)
        self.editor.close()
        self._forgetLevels()
