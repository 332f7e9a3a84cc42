"""The scan: what was noticed about it, and what this computer remembers of it."""

from __future__ import annotations

import qt
import slicer
import vtk
from slicer.i18n import tr as _

from u2ad.scan.verdict import Check, Verdict, worst
from U2ADSlicerLib.panels.messages import toldToReader
from U2ADSlicerLib.panels.words import whenWord
from U2ADSlicerLib.scene.input import checksOf, versionOf


class InputSection:
    """Checks of the chosen volume, and the offer to restore its review."""

    def __init__(self, ui, workspace) -> None:
        self.ui = ui
        self.workspace = workspace
        self.checks: tuple[Check, ...] = ()
        self._checked = None
        self._gone = False
        self._followed = None
        self._observations: list = []
        self._again = qt.QTimer()  # a volume that is being painted on changes many times a second
        self._again.setSingleShot(True)
        self._again.setInterval(300)
        self._again.connect("timeout()", workspace.lookAgain)
        ui.restoreButton.connect("clicked()", self.onRestore)
        ui.startAfreshButton.connect("clicked()", self.onStartAfresh)

    @property
    def refusals(self) -> tuple[Check, ...]:
        """Checks that speak against running at all."""
        return tuple(check for check in self.checks if check.verdict is Verdict.REFUSE)

    def refresh(self) -> None:
        self._follow(self.workspace.volume)
        self._check(self.workspace.volume)
        self.ui.checksLabel.setText(self._words())
        self._showOffer()

    def tellVolumeIsGone(self) -> None:
        """The scan under review was removed from the scene."""
        self._gone = True

    def onRestore(self) -> None:
        with toldToReader():
            self.workspace.session.restore()
            self.workspace.changed()

    def onStartAfresh(self) -> None:
        with toldToReader():
            self.workspace.session.startAfresh()
            self.workspace.changed()

    def close(self) -> None:
        """The panel goes away."""
        self._follow(None)

    def onVolumeModified(self, _caller, _event) -> None:
        """Its voxels or its place in the scene may have changed."""
        if self._checked != _stateOf(self._followed):
            self._again.start()

    def _follow(self, volume) -> None:
        if volume is self._followed:
            return
        self._again.stop()
        for observation in self._observations:
            self._followed.RemoveObserver(observation)
        self._followed, self._observations = volume, []
        if volume is not None:
            events = (
                slicer.vtkMRMLVolumeNode.ImageDataModifiedEvent,
                slicer.vtkMRMLTransformableNode.TransformModifiedEvent,
                vtk.vtkCommand.ModifiedEvent,  # the only one where a transform is hardened, or a script sets voxels
            )
            self._observations = [volume.AddObserver(event, self.onVolumeModified) for event in events]

    def _check(self, volume) -> None:
        """Checks a volume once, and again when its voxels or its place have changed."""
        state = _stateOf(volume)
        if state == self._checked:
            return
        self._checked = state
        self.checks = checksOf(volume) if volume is not None else ()
        self._gone = self._gone and volume is None

    def _words(self) -> str:
        if self.workspace.volume is None:
            if self._gone:
                return _(
                    "The scan was removed from the scene. What you decided is kept on this computer: load it again."
                )
            return _("Load a sagittal T2-weighted scan of the cervical spine (File, Add Data), or choose one here.")
        noticed = [check for check in self.checks if check.verdict is not Verdict.OK]
        if not noticed:
            return "\u2713 " + _("Nothing speaks against this scan.")
        mark = "\u2715 " if worst(noticed) is Verdict.REFUSE else "\u26a0 "
        return mark + "\n".join(f"{check.sentence} {check.remedy}".strip() for check in noticed)

    def _showOffer(self) -> None:
        offer = self.workspace.session.offer if self.workspace.session else None
        self.ui.restoreBar.setVisible(offer is not None)
        if offer is not None:
            self.ui.restoreLabel.setText(
                _(
                    "This computer keeps a review of this scan that is not shown: findings decided, edited or added: "
                    "{decisions}; last change {when}."
                ).format(decisions=offer.decisions, when=whenWord(offer.last))
            )


def _stateOf(volume):
    """Which volume it is, with which voxels, and where."""
    return None if volume is None else (volume.GetID(), versionOf(volume))
