"""The page Adapt: what a model is adapted with, what that costs, start and cancel, and the live curve."""

from __future__ import annotations

import qt
import slicer
from slicer.i18n import tr as _

from u2ad.review.decision import Decision
from U2ADSlicerLib import requirements
from U2ADSlicerLib.adaptation import PROPOSAL, inputOf, otherScans
from U2ADSlicerLib.panels.detect import runWords
from U2ADSlicerLib.panels.impression import mustWait
from U2ADSlicerLib.panels.messages import toldToReader
from U2ADSlicerLib.panels.model_versions import VersionsSection
from U2ADSlicerLib.panels.proposal import ProposalSection
from U2ADSlicerLib.panels.words import lockWords, modelWord
from U2ADSlicerLib.process.adaptation import AdaptationRun, AdaptOptions
from U2ADSlicerLib.process.ending import FINISHED, STOPPED
from U2ADSlicerLib.process.run import State, Status
from U2ADSlicerLib.scene import layout, learning
from U2ADSlicerLib.scene.case import CaseNodes

FOLDS = 3
"""Parts into which several scans are divided so that each is scored by a model that has not seen it."""


class AdaptPage:
    """Runs adaptations; nothing of the site's model changes before the reader keeps what came of one.

    Args:
        ui: the named widgets.
        workspace: the panel's state.
        settings: of this user.
        onDetect: starts a detection in the chosen scan.
        showLayout: shows the review layout.
    """

    def __init__(self, ui, workspace, settings, onDetect, showLayout) -> None:
        self.ui = ui
        self.workspace = workspace
        self.settings = settings
        self.showLayout = showLayout
        self.run = AdaptationRun()
        workspace.runs.append(self.run)
        self.proposal = ProposalSection(ui, workspace, onDetect, showLayout)
        self.versions = VersionsSection(ui, workspace)
        self._volume = None
        self._others: tuple = ()
        self._missing: tuple[str, ...] | None = None
        self._isEstimate = False
        self._estimated = None
        self._curve: list[learning.Point] = []
        self._message = ""
        self._shown = None
        ui.adaptButton.connect("clicked()", self.onAdapt)
        ui.adaptEstimateButton.connect("clicked()", self.onEstimate)
        ui.adaptFoldsCheck.connect("toggled(bool)", self.onFolds)
        ui.adaptScansTable.setColumnCount(2)
        ui.adaptScansTable.setHorizontalHeaderLabels([_("Scan"), _("Decisions")])
        ui.adaptScansTable.horizontalHeader().setStretchLastSection(True)

    @property
    def isRunning(self) -> bool:
        """Whether an adaptation or an estimate is under way or being ended."""
        return self.run.state is not State.IDLE

    @property
    def _isInFront(self) -> bool:
        return self.ui.pages.currentWidget().objectName == "adaptPage"

    # What is shown

    def refresh(self) -> None:
        if self.workspace.volume is not self._shown:
            self._shown, self._message, self._estimated = self.workspace.volume, "", None
        if not self._isInFront:
            return
        self.ui.adaptLabel.setText("\n\n".join(self._sentences()))
        self._showOthers()
        self._showButtons()
        self._showCost()
        self._showStatus(self.run.status)
        self.proposal.refresh()
        self.versions.refresh()

    def _sentences(self):
        yield _(
            "Adapts the model to your scanner, on this computer and only when you start it. What comes of it is "
            "compared with the present model first; you keep it or discard it, and can go back at any time."
        )
        if self.workspace.models.lock is not None:
            yield "\u26a0 " + lockWords(self.workspace.models.lock)
        session = self.workspace.session
        if session is None or not session.hasResult:
            yield _("Detect and review this scan first: your decisions say what the model may learn.")
            return
        yield _("Shown result: {model}. In use: {active}.").format(
            model=modelWord(session.model), active=modelWord(self.workspace.models.active)
        )
        if not session.anatomy.cordSeen:
            yield "\u26a0 " + _("Nobody has looked at the cord mask yet: the model learns what lies inside it.")
        counts = session.review.counts
        yield _(
            "From this scan: confirmed findings ({confirmed}) are never trained on, rejected ones ({rejected}) are "
            "learned as normal, undecided and unsure ones ({undecided}) are left out; the rest of the cord is learned."
        ).format(
            confirmed=counts[Decision.CONFIRMED],
            rejected=counts[Decision.REJECTED],
            undecided=counts[Decision.UNDECIDED] + counts[Decision.UNSURE],
        )

    def _showOthers(self) -> None:
        others = otherScans(self.workspace.volume)
        self.ui.adaptScansSection.setVisible(bool(others))
        if others == self._others:
            return
        kept = {other.volume for other in self._chosenOthers()}
        self._others = others
        table = self.ui.adaptScansTable
        table.setRowCount(len(others))
        for row, other in enumerate(others):
            item = qt.QTableWidgetItem(other.volume.GetName())
            item.setFlags(qt.Qt.ItemIsEnabled | qt.Qt.ItemIsUserCheckable)
            item.setCheckState(qt.Qt.Checked if other.volume in kept else qt.Qt.Unchecked)
            table.setItem(row, 0, item)
            table.setItem(row, 1, qt.QTableWidgetItem(otherWords(other)))

    def _chosenOthers(self) -> list:
        items = ((self.ui.adaptScansTable.item(row, 0), other) for row, other in enumerate(self._others))
        return [other for item, other in items if item is not None and item.checkState() == qt.Qt.Checked]

    def _showButtons(self) -> None:
        reasons = self._reasons()
        button = self.ui.adaptButton
        if self.isRunning:
            cancelling = self.run.state is State.CANCELLING
            button.setText(_("Cancelling ...") if cancelling else _("Cancel"))
            button.setEnabled(self.run.state in (State.RUNNING, State.PREPARING))
            button.setToolTip(_("Stop it; the model stays as it is, and nothing remains."))
        else:
            button.setText(_("Adapt the model"))
            button.setEnabled(not reasons)
            button.setToolTip(
                "\n".join(reasons) or _("Takes about a minute and a half for one scan. Slicer stays usable.")
            )
        self.ui.adaptEstimateButton.setEnabled(not self.isRunning and not reasons)

    def _reasons(self) -> list[str]:
        """Everything that speaks against starting now."""
        session, models = self.workspace.session, self.workspace.models
        reasons = []
        if models.problem:
            reasons.append(models.problem)
        elif models.lock is not None:
            reasons.append(lockWords(models.lock))
        if session is None or not session.hasResult:
            reasons.append(_("Detect and review this scan first."))
        elif mustWait(self.workspace):
            reasons.append(_("Your own impression comes first: see the page Review."))
        elif self.proposal.isThere:
            reasons.append(_("Keep or discard what the last adaptation has made first."))
        if self._missing is None:
            self._missing = requirements.missing()
        if self._missing:
            reasons.append(_("What the model needs is not installed yet: see the page Detect."))
        if self.workspace.isBusyBut(self.run):
            reasons.append(_("A detection is running: wait until it has ended."))
        return reasons

    def _showCost(self) -> None:
        text = costWords(self._estimated)
        self.ui.adaptCostLabel.setText(text)

    def _showStatus(self, status: Status) -> None:
        self.ui.adaptProgress.setVisible(self.isRunning)
        self.ui.adaptProgress.setValue(int(100 * status.fraction))
        text = self._runWords(status) if self.isRunning else self._message
        self.ui.adaptStatus.setVisible(bool(text))
        self.ui.adaptStatus.setText(text)

    def _runWords(self, status: Status) -> str:
        words = runWords(status)
        if self.workspace.volume is not self._volume and slicer.mrmlScene.IsNodePresent(self._volume):
            words = f"{self._volume.GetName()}: {words}"
        if self._curve:
            step, loss, aside = self._curve[-1]
            words += "\n" + _("Step {step}: error {error:.4f}").format(
                step=step, error=loss if aside is None else aside
            )
        return words

    # Running

    def onAdapt(self) -> None:
        if self.isRunning:
            self.run.cancel()
            return
        with toldToReader():
            self._start(estimate=False)
        self.workspace.changed()

    def onEstimate(self) -> None:
        with toldToReader():
            self._start(estimate=True)
        self.workspace.changed()

    def onFolds(self) -> None:
        """What was estimated without the cross-fitting, or with it, is not what comes."""
        self._estimated = None
        self._showCost()

    def _start(self, estimate: bool) -> None:
        session = self.workspace.session
        self.workspace.models.store.expect_unlocked()
        inputs = [inputOf(session), *(other.input() for other in self._chosenOthers())]
        trained = sum(not given.healthy for given in inputs)
        folds = min(FOLDS, trained) if self.ui.adaptFoldsCheck.isChecked() and trained > 1 else 0
        options = AdaptOptions(
            seed=self.workspace.parameters.seed,
            draws=self.workspace.parameters.draws,
            threads=self.settings.threads,
            folds=folds,
        )
        self._volume, self._isEstimate, self._message, self._curve = session.volume, estimate, "", []
        try:
            if estimate:
                self.run.estimate(inputs, options, self)
            else:
                self.showLayout()
                self.run.start(inputs, options, self, keep=session.folder / PROPOSAL)
        except BaseException:
            self._volume = None
            raise

    # What the run tells

    def onStatus(self, status) -> None:
        if self._isInFront:
            self._showButtons()
            self._showStatus(status)

    def onEstimated(self, estimated) -> None:
        self._estimated = estimated
        self._showCost()

    def onLearned(self, learned) -> None:
        self._curve.append((learned.step, learned.loss, learned.aside))
        if self._isInFront and self.workspace.volume is self._volume and slicer.mrmlScene.IsNodePresent(self._volume):
            learning.showLearning(CaseNodes(self._volume), self._curve)
        self._showStatus(self.run.status)

    def onResult(self, folder) -> None:
        """The proposal lies beside the review of its scan; the page shows it from there."""

    def onEnd(self, ending) -> None:
        volume, self._volume = self._volume, None
        said = f"{ending.problem} {ending.remedy}".strip()
        if ending.kind == STOPPED:
            said = _("Cancelled. The model is as it was.")
        elif ending.kind == FINISHED and not self._isEstimate and not said and self.workspace.volume is not volume:
            said = _("The adaptation is done: choose its scan to keep or discard it.")
        self._message = said
        self.workspace.models.lookAgain()
        self.proposal.lookAgain()
        self.workspace.changed()

    def leave(self) -> None:
        """The reader turns to another page: the views show the review again."""
        self._missing = None  # it may be installed there
        session = self.workspace.session
        if session is None:
            return
        self.proposal.endComparison()
        if learning.isLearningShown(session.nodes):
            learning.endLearning(session.nodes)
            layout.setCurveVisible(session.nodes, not mustWait(self.workspace))

    def abandon(self) -> None:
        """The scene is closing: the run ends at once, and the model stays as it is."""
        self.run.close()
        self._volume, self._message, self._curve = None, "", []


def otherWords(other) -> str:
    """What another scan brings along."""
    if other.normal:
        return _("read as normal: false alarms are counted in it, nothing is learned from it")
    return _("confirmed {confirmed}, rejected {rejected}").format(confirmed=other.confirmed, rejected=other.rejected)


def costWords(estimated) -> str:
    """What an adaptation will cost, as far as it is known."""
    if estimated is None:
        return _("Time and memory: not estimated yet for this scan.")
    seconds = round(estimated.seconds)
    if estimated.megabytes is None:
        return _("Expected: about {seconds} s.").format(seconds=seconds)
    megabytes = 10 * round(estimated.megabytes / 10)
    return _("Expected: about {seconds} s and {megabytes} MB of memory.").format(seconds=seconds, megabytes=megabytes)
