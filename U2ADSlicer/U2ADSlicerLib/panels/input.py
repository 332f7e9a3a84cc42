"""The scan: what was noticed about it, and what this computer remembers of it."""

from __future__ import annotations

import slicer
import vtk
from slicer.i18n import tr as _

from u2ad.scan.verdict import Check, Verdict, worst
from U2ADSlicerLib.panels.messages import toldToReader
from U2ADSlicerLib.panels.watch import Watch
from U2ADSlicerLib.panels.words import whenWord
from U2ADSlicerLib.scene.dicom_facts import INSTANCES_ATTRIBUTE
from U2ADSlicerLib.scene.input import checksOf, knowsWeighting, versionOf
from U2ADSlicerLib.scene.placement import placementOf

EVENTS = (
    slicer.vtkMRMLVolumeNode.ImageDataModifiedEvent,
    slicer.vtkMRMLTransformableNode.TransformModifiedEvent,
    vtk.vtkCommand.ModifiedEvent,  # the only one where a transform is hardened, or a script sets voxels
)
"""After which a volume may be another."""

MOST = 4
"""Sentences that are shown at once; the others would push the pages off the screen."""


class InputSection:
    """Checks of the chosen volume, and the offer to restore its review.

    Args:
        ui: the named widgets.
        workspace: the panel's state.
        onRestored: called when the review is back.
    """

    def __init__(self, ui, workspace, onRestored) -> None:
        self.ui = ui
        self.workspace = workspace
        self.onRestored = onRestored
        self.checks: tuple[Check, ...] = ()
        self._checked = None
        self._knowsWeighting = False
        self._gone = False
        self._watch = Watch(workspace.lookAgain, self._isOther)
        ui.restoreButton.connect("clicked()", self.onRestore)
        ui.startAfreshButton.connect("clicked()", self.onStartAfresh)

    @property
    def refusals(self) -> tuple[Check, ...]:
        """Checks that speak against running at all."""
        return tuple(check for check in self.checks if check.verdict is Verdict.REFUSE)

    def refresh(self) -> None:
        self._watch.follow(self.workspace.volume, EVENTS)
        self._check(self.workspace.volume)
        self.ui.checksLabel.setText(self._words())
        self._showToolTip()
        self._showOffer()

    def tellVolumeIsGone(self) -> None:
        """The scan under review was removed from the scene."""
        self._gone = True

    def onRestore(self) -> None:
        with toldToReader():
            self.workspace.session.restore()
            self.workspace.changed()
            self.onRestored()

    def onStartAfresh(self) -> None:
        with toldToReader():
            self.workspace.session.startAfresh()
            self.workspace.changed()

    def close(self) -> None:
        """The panel goes away."""
        self._watch.follow(None, EVENTS)

    def _isOther(self) -> bool:
        """Whether voxels, place or DICOM images of the volume have changed since it was checked."""
        return self._checked != _stateOf(self.workspace.volume)

    def _check(self, volume) -> None:
        """Checks a volume once, and again when its voxels or its place have changed: Slicer may read files for it."""
        state = _stateOf(volume)
        if state == self._checked:
            return
        self._checked = state
        self.checks = checksOf(volume) if volume is not None else ()
        self._knowsWeighting = volume is not None and knowsWeighting(volume)
        self._gone = self._gone and volume is None

    def _words(self) -> str:
        if self.workspace.volume is None:
            if self._gone:
                return _(
                    "The scan was removed from the scene. What you decided is kept on this computer: load it again."
                )
            return _("Load a sagittal T2-weighted scan of the cervical spine (File, Add Data), or choose one here.")
        noticed = [check for check in self.checks if check.verdict is not Verdict.OK]
        if not noticed and not self._knowsWeighting:
            return "\u2713 " + _(
                "Its form is right. The file does not say how it was weighted, nor where: the detection looks at that."
            )
        if not noticed:
            return "\u2713 " + _("Nothing speaks against this scan.")
        mark = "\u2715 " if worst(noticed) is Verdict.REFUSE else "\u26a0 "
        sentences = [f"{check.sentence} {check.remedy}".strip() for check in noticed]
        if len(sentences) > MOST:
            more = _("... and {count} more: rest the mouse here.").format(count=len(sentences) - MOST + 1)
            sentences = [*sentences[: MOST - 1], more]
        return mark + "\n".join(sentences)

    def _showToolTip(self) -> None:
        noticed = [check for check in self.checks if check.verdict is not Verdict.OK]
        sentences = [f"{check.sentence} {check.remedy}".strip() for check in noticed]
        self.ui.checksLabel.setToolTip(
            "\n".join(sentences) or _("What was noticed about this scan before anything was run.")
        )

    def _showOffer(self) -> None:
        offer = self.workspace.session.offer if self.workspace.session else None
        self.ui.restoreBar.setVisible(offer is not None)
        if offer is not None:
            words = _(
                "This computer keeps a review of this scan that is not shown. Findings decided, edited or added: "
                "{decisions}. Last change: {when}."
            ).format(decisions=offer.decisions, when=whenWord(offer.last))
            if offer.anatomy:
                words += " " + _("Cord or levels were corrected, too.")
            self.ui.restoreLabel.setText(words)


def _stateOf(volume):
    """Which volume it is, with which voxels, where, and of which DICOM images."""
    if volume is None:
        return None
    return volume.GetID(), versionOf(volume), placementOf(volume), volume.GetAttribute(INSTANCES_ATTRIBUTE)
