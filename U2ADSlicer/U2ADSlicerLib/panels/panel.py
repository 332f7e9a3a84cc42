"""The panel as a whole: which pages there are, and what each of Slicer's events means to them."""

from __future__ import annotations

import qt
import slicer

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
from U2ADSlicerLib.panels.watch import Watch
from U2ADSlicerLib.panels.words import howToRead
from U2ADSlicerLib.scene import layout
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
        self.workspace = Workspace(self.refresh, self.finishByHand)
        self.workspace.setReader(self.settings.readerName)
        self._entered = False
        self._refreshing = False
        self._choosing, self._replaced = False, layout.isShown()  # a scene that was saved in review may be open
        self._painting = Watch(self.onPainted)
        self._looking = qt.QTimer()  # a volume node is added before its voxels are there
        self._looking.setSingleShot(True)
        self._looking.setInterval(0)
        self._looking.connect("timeout()", self.nodesChanged)
        setIcons(ui, resourcePath)
        ui.legendLabel.setText(howToRead())
        layout.register()  # before a scene that was saved with it is opened
        self.input = InputSection(ui, self.workspace, self.showReview)
        self.detect = DetectPage(ui, self.workspace, self.settings, self.input, self.showReview)
        self.anatomy = AnatomySection(ui, self.workspace)
        self.display = DisplaySection(ui, self.workspace)
        self.editing = EditingSection(ui, self.workspace)
        self.review = ReviewPage(ui, self.workspace, self.settings, self.editing)
        self.impression = ImpressionSection(ui, self.workspace, self.settings)
        self.adapt = AdaptPage(ui, self.workspace, self.settings, self.detect.onDetect, self.display.showLayout)
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
        self._fitPages()
        self.refresh()

    def _fitPages(self) -> None:
        """The panel is as tall as the page in front needs, and not as the tallest of all."""
        pages, policy = self.ui.pages, qt.QSizePolicy
        for index in range(pages.count):
            wanted = policy.Preferred if index == pages.currentIndex else policy.Ignored
            pages.widget(index).setSizePolicy(policy.Preferred, wanted)

    def onPage(self, _index) -> None:
        """The reader has turned to another page."""
        self._fitPages()
        self.review.keepNotes()
        self.workspace.models.lookAgain()
        if self.ui.pages.currentWidget() != self.ui.adaptPage:
            self.adapt.leave()
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
            self._followFindings()
        finally:
            self._refreshing = False

    def _followFindings(self) -> None:
        session = self.workspace.session
        node = session.nodes.findings if session is not None else None
        self._painting.follow(
            node.GetSegmentation() if node is not None else None, (slicer.vtkSegmentation.SourceRepresentationModified,)
        )

    def onPainted(self) -> None:
        """Somebody has painted on findings, maybe in Slicer's own Segment Editor: it is kept like any other stroke."""
        if self.workspace.session is not None and self.workspace.session.takePainted():
            self.workspace.changed()

    def enter(self) -> None:
        """The module is shown."""
        self._entered = True
        self.shortcuts.install()
        self.workspace.models.lookAgain()
        self._choosing = True
        self.nodesChanged()

    def exit(self) -> None:
        """Another module is shown; a running detection goes on."""
        self._entered = False
        self.shortcuts.remove()
        self.finishByHand()

    def finishByHand(self) -> None:
        """What the reader is writing or painting is kept, and ends here."""
        self.review.keepNotes()
        self.editing.finish()
        self.anatomy.finish()
        self.adapt.leave()

    def close(self) -> None:
        """The panel goes away for good."""
        self.detect.close()
        self.adapt.abandon()
        self.export.close()
        if self._entered:
            self.exit()
        self.workspace.useVolume(None)
        self.input.close()
        self._looking.stop()

    def useParameters(self, parameters) -> None:
        """Another parameter node, or none."""
        self.workspace.parameters = parameters

    def parametersChanged(self) -> None:
        """A value of the parameter node is different."""
        self._useChosenVolume()
        self.refresh()

    def _useChosenVolume(self) -> None:
        if self.workspace.volumeIsGone:
            self.input.tellVolumeIsGone()
        self.workspace.useVolume(self.workspace.parameters.inputVolume)

    def letVolumeGo(self) -> None:
        """The scan under review is about to be removed: no other is taken for it."""
        self.input.tellVolumeIsGone()
        self.workspace.parameters.inputVolume = None

    def lookAtNodesSoon(self, choose: bool) -> None:
        """As :meth:`nodesChanged`, once Slicer has finished what it is doing.

        Args:
            choose: whether a scan may be chosen: one has come, and not just another gone.
        """
        self._choosing = self._choosing or choose
        self._looking.start()

    def nodesChanged(self) -> None:
        """Nodes came or went: choose the scan where only one fits, and notice what others did to the chosen one."""
        if self.workspace.parameters is None or slicer.mrmlScene.IsBatchProcessing():
            return  # asked for again when the batch ends
        choosing, self._choosing = self._choosing, False
        replaced, self._replaced = self._replaced, False
        self._useChosenVolume()
        if self.workspace.volume is not None:
            self.workspace.lookAgain()
        elif choosing:
            self._chooseVolume()
        session = self.workspace.session
        if replaced and self._entered and session is not None and session.hasResult:
            self.showReview()

    def _chooseVolume(self) -> None:
        volume = onlyFitting()
        if volume is not None:
            self.workspace.parameters.inputVolume = volume

    def leaveScene(self) -> None:
        """The scene is about to close: keep what is being written, stop what runs, let go of every node."""
        self._looking.stop()
        self.detect.abandon()
        self.adapt.abandon()
        self.export.abandon()
        self.workspace.useVolume(None)

    def sceneReplaced(self) -> None:
        """A scene was opened, imported or closed."""
        self._choosing = self._replaced = True
        self.nodesChanged()

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
