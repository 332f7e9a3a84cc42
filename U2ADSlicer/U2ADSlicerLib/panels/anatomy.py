"""Correcting the anatomy: the cord by brush, by points or by another tool's segment, and the vertebral levels."""

from __future__ import annotations

from slicer.i18n import tr as _

from U2ADSlicerLib.panels.cord_points import CordPointsSection
from U2ADSlicerLib.panels.cord_segment import CordSegmentSection
from U2ADSlicerLib.panels.levels import LevelsSection
from U2ADSlicerLib.panels.messages import toldToReader
from U2ADSlicerLib.panels.placing import Placing
from U2ADSlicerLib.panels.segment_editor import SegmentEditor
from U2ADSlicerLib.scene import anatomy


class AnatomySection:
    """The reader's corrections win over the model; the next detection uses them."""

    def __init__(self, ui, workspace) -> None:
        self.ui = ui
        self.workspace = workspace
        self.editor = SegmentEditor(ui.cordEditorPlace, "U2AD.cord", self.onCordPainted)
        self.placing = Placing()
        self.points = CordPointsSection(ui, workspace, self.placing)
        self.segment = CordSegmentSection(ui, workspace)
        self.levels = LevelsSection(ui, workspace, self.placing)
        ui.cordSeenButton.connect("clicked()", self.onCordSeen)
        ui.cordEditButton.connect("clicked()", self.onEditCord)

    def refresh(self) -> None:
        session = self.workspace.session
        hasCord = session is not None and session.nodes.cord is not None
        self.ui.cordLabel.setText(self._cordWords(session, hasCord))
        self.ui.cordSeenButton.setEnabled(hasCord and not session.anatomy.cordSeen)
        self.ui.cordEditButton.setEnabled(session is not None)
        self.ui.cordEditButton.setChecked(self.editor.isOpen)
        self.ui.cordEditButton.setText(_("Done") if self.editor.isOpen else _("Correct the cord"))
        for section in (self.points, self.segment, self.levels):
            section.refresh()

    def _cordWords(self, session, hasCord: bool) -> str:
        if not hasCord:
            return _("Cord: marked automatically by the detection. You may also draw it first.")
        if session.anatomy.wasTaken:
            return "\u26a0 " + _("Cord: taken from a segment, not looked at yet. Does the yellow outline follow it?")
        if session.anatomy.cordIsCorrected:
            return _("Cord: corrected by you. Detect again to use the correction.")
        if session.anatomy.cordSeen:
            return _("Cord: looked at by a reader.")
        return "\u26a0 " + _("Cord: marked automatically, not looked at yet. Does the yellow outline follow it?")

    # Cord

    def onCordSeen(self) -> None:
        self.workspace.session.confirmCord()
        self.workspace.changed()

    def onEditCord(self) -> None:
        with toldToReader():
            wasOpen = self.editor.isOpen
            self.finish()
            if not wasOpen:
                segmentation = anatomy.cordForEditing(self.workspace.session.nodes)
                self.editor.open(segmentation, anatomy.CORD_SEGMENT, self.workspace.volume)
        self.workspace.changed()

    def onCordPainted(self) -> None:
        self.workspace.session.cordPainted()

    def finish(self) -> None:
        """The brush is put away, and clicks place no points any more."""
        if self.editor.isOpen:
            self.editor.close()
        self.placing.stop()
