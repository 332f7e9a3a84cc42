"""Blind first read: the reader's own impression before anything is shown."""

from __future__ import annotations

from slicer.i18n import tr as _

from U2ADSlicerLib.panels.messages import toldToReader
from U2ADSlicerLib.panels.words import impressionWord

KEYS = ("normal", "suspicious", "unsure")


class ImpressionSection:
    """Stands in front of the findings until an impression is written down."""

    def __init__(self, ui, workspace, settings) -> None:
        self.ui = ui
        self.workspace = workspace
        self.settings = settings
        self._volume = None
        ui.impressionCombo.addItem(_("choose"), "")
        for key in KEYS:
            ui.impressionCombo.addItem(impressionWord(key), key)
        ui.impressionCombo.connect("currentIndexChanged(int)", self.onChosen)
        ui.impressionButton.connect("clicked()", self.onRecord)
        workspace.blind = settings.blindFirstRead
        ui.blindCheck.setChecked(settings.blindFirstRead)
        ui.blindCheck.connect("toggled(bool)", self.onBlind)
        self.onChosen(0)

    def refresh(self) -> None:
        waiting = mustWait(self.workspace)
        other = self.workspace.volume is not self._volume
        self._volume = self.workspace.volume
        self.ui.impressionBox.setVisible(waiting)
        self.ui.reviewBody.setVisible(not waiting)
        if other or not waiting:  # what was begun for one scan is no word on another
            self.ui.impressionCombo.setCurrentIndex(0)
            self.ui.impressionEdit.clear()

    def onChosen(self, index) -> None:
        self.ui.impressionButton.setEnabled(index > 0)

    def onBlind(self, wanted) -> None:
        self.settings.blindFirstRead = wanted
        self.workspace.blind = wanted
        self.workspace.changed()

    def onRecord(self) -> None:
        with toldToReader():
            key = self.ui.impressionCombo.itemData(self.ui.impressionCombo.currentIndex)
            self.workspace.session.recordImpression(key, self.ui.impressionEdit.text.strip())
            self.workspace.changed()


def mustWait(workspace) -> bool:
    """Whether maps and findings stay hidden because a blind first read was asked for and is not written yet.

    What was on the screen once cannot be unseen: a scan whose maps were shown is not read blind any more.
    """
    session = workspace.session
    if not workspace.blind or session is None or not session.hasResult:
        return False
    return session.review.impression is None and not session.shown
