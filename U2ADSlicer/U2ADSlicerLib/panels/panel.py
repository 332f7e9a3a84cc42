"""The panel as a whole: which pages there are, and what each of Slicer's events means to them."""

from __future__ import annotations

import qt

from U2ADSlicerLib.panels.adapt import AdaptPage
from U2ADSlicerLib.panels.anatomy import AnatomySection
from U2ADSlicerLib.panels.detect import DetectPage
from U2ADSlicerLib.panels.display import DisplaySection
from U2ADSlicerLib.panels.editing import EditingSection
from U2ADSlicerLib.panels.export import ExportPage
from U2ADSlicerLib.panels.impression import ImpressionSection
from U2ADSlicerLib.panels.input import InputSection
from U2ADSlicerLib.panels.review import ReviewPage
from U2ADSlicerLib.panels.shortcuts import Shortcuts
from U2ADSlicerLib.panels.words import howToRead
from U2ADSlicerLib.scene.input import onlyFitting
from U2ADSlicerLib.settings import Settings
from U2ADSlicerLib.workspace import Workspace


class Panel:
    """Owns the workspace and the pages.

    Args:
        ui: the named widgets of U2ADSlicer.ui.
        root: the widget that holds them all.
        resourcePath: from a name below Resources to its path.
    """

    def __init__(self, ui, root, resourcePath) -> None:
        self.ui = ui
        self.settings = Settings()
        self.workspace = Workspace(self.refresh)
        self.workspace.setReader(self.settings.readerName)
        self._entered = False
        self._refreshing = False
        self._looking = qt.QTimer()  # a volume node is added before its voxels are there
        self._looking.setSingleShot(True)
        self._looking.setInterval(0)
        self._looking.connect("timeout()", self.nodesChanged)
        setIcons(ui, resourcePath)
        ui.legendLabel.setText(howToRead())
        self.input = InputSection(ui, self.workspace)
        self.detect = DetectPage(ui, self.workspace, self.settings, self.input, self.showReview)
        self.anatomy = AnatomySection(ui, self.workspace)
        self.display = DisplaySection(ui, self.workspace)
        self.editing = EditingSection(ui, self.workspace)
        self.review = ReviewPage(ui, self.workspace, self.settings, self.editing)
        self.impression = ImpressionSection(ui, self.workspace)
        self.adapt = AdaptPage(ui, self.workspace)
        self.export = ExportPage(ui, self.workspace)
        self.sections = (
            self.input,
            self.detect,
            self.anatomy,
            self.impression,
            self.display,
            self.review,
            self.editing,
            self.adapt,
            self.export,
        )
        self.shortcuts = Shortcuts(ui, root, self.settings)
        ui.pages.connect("currentChanged(int)", self.onPage)
        ui.keysCheck.setChecked(self.settings.shortcutsEnabled)
        ui.keysCheck.connect("toggled(bool)", self.onKeys)
        self.refresh()

    def onPage(self, _index) -> None:
        """The reader has turned to another page."""
        self.review.keepNotes()
        self.refresh()

    def onKeys(self, enabled) -> None:
        """The reader wants single keys, or none."""
        self.settings.shortcutsEnabled = enabled
        if self._entered:
            self.shortcuts.install()

    def refresh(self) -> None:
        """Brings every page in line with the workspace; each knows by itself what that takes."""
        if self._refreshing:
            return
        self._refreshing = True
        try:
            for section in self.sections:
                section.refresh()
        finally:
            self._refreshing = False

    def enter(self) -> None:
        """The module is shown."""
        self._entered = True
        self.shortcuts.install()
        self.nodesChanged()

    def exit(self) -> None:
        """Another module is shown; a running detection goes on."""
        self._entered = False
        self.shortcuts.remove()
        self.review.keepNotes()
        self.editing.finish()
        self.anatomy.finish()

    def close(self) -> None:
        """The panel goes away for good."""
        self._looking.stop()
        self.exit()
        self.detect.close()
        self.input.close()
        self.workspace.forgetSession()

    def useParameters(self, parameters) -> None:
        """Another parameter node, or none."""
        self.workspace.parameters = parameters

    def parametersChanged(self) -> None:
        """A value of the parameter node is different."""
        self.workspace.useVolume(self.workspace.parameters.inputVolume)
        self.refresh()

    def lookAtNodesSoon(self) -> None:
        """As :meth:`nodesChanged`, once Slicer has finished what it is doing."""
        self._looking.start()

    def nodesChanged(self) -> None:
        """Nodes came or went: choose the scan where only one fits, and notice where the chosen one is gone."""
        parameters = self.workspace.parameters
        if parameters is None:
            return
        if parameters.inputVolume is None and self.workspace.session is not None:
            self.editing.drop()
            self.workspace.forgetSession()
            self.input.tellVolumeIsGone()
            self.refresh()
        if parameters.inputVolume is None:
            volume = onlyFitting()
            if volume is not None:
                parameters.inputVolume = volume

    def pauseForImport(self) -> None:
        """A scene is read into this one: what is being painted ends here."""
        self.editing.finish()
        self.anatomy.finish()

    def leaveScene(self) -> None:
        """The scene is about to close: stop what runs, let go of every node."""
        self._looking.stop()
        self.editing.drop()
        self.anatomy.drop()
        self.detect.abandon()
        self.workspace.forgetSession()
        self.refresh()

    def sceneReplaced(self) -> None:
        """A scene was opened, imported or closed."""
        self.nodesChanged()
        self.refresh()
        if self._entered and self.workspace.session is not None and self.workspace.session.hasResult:
            self.showReview()

    def showReview(self) -> None:
        """Turns to the review of what is there."""
        self.ui.pages.setCurrentWidget(self.ui.reviewPage)
        self.display.showLayout()
        self.review.selectFirst()


ICONS = {
    "detectButton": "detect",
    "confirmButton": "confirm",
    "rejectButton": "reject",
    "unsureButton": "unsure",
    "undoButton": "undo",
    "redoButton": "redo",
    "previousButton": "previous",
    "nextButton": "next",
    "editButton": "edit",
    "addButton": "add",
    "mergeButton": "merge",
    "splitButton": "split",
    "mapsButton": "maps",
}


def setIcons(ui, resourcePath) -> None:
    """Icons of the buttons; the words stay, so that nothing has to be guessed."""
    for name, icon in ICONS.items():
        getattr(ui, name).setIcon(qt.QIcon(resourcePath(f"Icons/{icon}.svg")))
