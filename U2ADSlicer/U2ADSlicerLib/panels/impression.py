"""Blind first read: the reader's own impression before anything is shown."""

from __future__ import annotations

from slicer.i18n import tr as _

from U2ADSlicerLib.panels.messages import toldToReader
from U2ADSlicerLib.panels.words import impressionWord

KEYS = ("normal", "suspicious", "unsure")


class ImpressionSection:
    """Stands in front of the findings until an impression is written down."""

    def __init__(self, ui, workspace) -> None:
        self.ui = ui
        self.workspace = workspace
        ui.impressionCombo.addItem(_("choose"), "")
        for key in KEYS:
            ui.impressionCombo.addItem(impressionWord(key), key)
        ui.impressionCombo.connect("currentIndexChanged(int)", self.onChosen)
        ui.impressionButton.connect("clicked()", self.onRecord)
        self.onChosen(0)

    def refresh(self) -> None:
        waiting = mustWait(self.workspace)
        self.ui.impressionBox.setVisible(waiting)
        self.ui.reviewBody.setVisible(not waiting)
        if not waiting:
            self.ui.impressionCombo.setCurrentIndex(0)
            self.ui.impressionEdit.clear()

    def onChosen(self, index) -> None:
        self.ui.impressionButton.setEnabled(index > 0)

    def onRecord(self) -> None:
        with toldToReader():
            key = self.ui.impressionCombo.itemData(self.ui.impressionCombo.currentIndex)
            self.workspace.session.recordImpression(key, self.ui.impressionEdit.text.strip())
            self.workspace.changed()


def mustWait(workspace) -> bool:
    """Whether maps and findings stay hidden because a blind first read was asked for and is not written yet."""
    session, parameters = workspace.session, workspace.parameters
    if session is None or parameters is None or not session.hasResult:
        return False
    return parameters.blindFirstRead and session.review.impression is None
