"""The page Detect: start, watch, cancel; what must be installed first; and what became of a run."""

from __future__ import annotations

from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

from U2ADSlicerLib import requirements
from U2ADSlicerLib.panels.messages import toldToReader
from U2ADSlicerLib.panels.words import modelWord, stepWord
from U2ADSlicerLib.process.detection import DetectionRun, Options
from U2ADSlicerLib.process.ending import FINISHED, STOPPED, Ending
from U2ADSlicerLib.process.run import State, Status
from U2ADSlicerLib.session import ReviewSession

LOAD_AFTER = 300
"""Milliseconds after the start of a run: its button has changed by then, and its worker still loads much more."""


class DetectPage:
    """Runs detections and hands their results to the review; the listener of its :class:`DetectionRun`.

    Args:
        ui: the named widgets.
        workspace: the panel's state.
        settings: of this user.
        input: the section that knows the checks of the chosen volume.
        onDone: called when maps and findings are in the scene.
    """

    def __init__(self, ui, workspace, settings, input, onDone) -> None:
        self.ui = ui
        self.workspace = workspace
        self.settings = settings
        self.input = input
        self.onDone = onDone
        self.run = DetectionRun()
        workspace.runs.append(self.run)
        self._volume = None
        self._shown = None
        self._message = ""
        self._refused = None
        self._missing: tuple[str, ...] | None = None
        self._loading = qt.QTimer()
        self._loading.setSingleShot(True)
        self._loading.setInterval(LOAD_AFTER)
        self._loading.connect("timeout()", loadForResult)
        ui.detectButton.connect("clicked()", self.onDetect)
        ui.anywayCheck.connect("toggled(bool)", self.onAnyway)
        ui.threadsSpin.setValue(settings.threads or 0)
        ui.threadsSpin.connect("valueChanged(int)", self.onThreads)
        ui.installButton.connect("clicked()", self.onInstall)
        ui.installFolderButton.connect("clicked()", self.onInstallFromFolder)

    @property
    def isRunning(self) -> bool:
        """Whether a detection is under way or being ended."""
        return self.run.state is not State.IDLE

    # What is shown

    def refresh(self) -> None:
        if self.workspace.volume is not self._shown:  # what was said of the former scan is no word on this one
            self._shown, self._message = self.workspace.volume, ""
        self._showButton()
        self._showStatus(self.run.status)
        self._showMissing()
        self._showModel()
        overridable = self._overridable()
        self.ui.anywayCheck.setVisible(overridable)
        if not overridable and self.ui.anywayCheck.isChecked():
            self.ui.anywayCheck.setChecked(False)

    def _showButton(self) -> None:
        button = self.ui.detectButton
        if self.isRunning:
            cancelling = self.run.state is State.CANCELLING
            button.setText(_("Cancelling ...") if cancelling else _("Cancel"))
            button.setEnabled(self.run.state in (State.RUNNING, State.PREPARING))
            button.setToolTip(_("Stop the detection; nothing of it remains."))
            return
        reasons = self._reasons()
        button.setText(_("Detect hyperintensities"))
        button.setEnabled(not reasons)
        button.setToolTip(
            "\n".join(reasons) or _("Look for places of the cord that are brighter than expected. Takes a few seconds.")
        )

    def _showModel(self) -> None:
        """Which model the next detection uses."""
        models, parameters = self.workspace.models, self.workspace.parameters
        if parameters is not None and parameters.detector != "u2ad":
            text = _("Model: none, this detector compares the cord with itself.")
        elif models.problem:
            text = "\u26a0 " + models.problem
        else:
            text = _("Model: {model} (page Adapt).").format(model=modelWord(models.active))
        self.ui.modelLabel.setText(text)

    def _reasons(self) -> list[str]:
        """Everything that speaks against starting now."""
        old = requirements.whyTooOld()
        if old:
            return [old]
        if self.workspace.volume is None:
            return [_("Choose a scan first.")]
        if self.workspace.isBusyBut(self.run):
            return [_("An adaptation is running: wait until it has ended, or cancel it (page Adapt).")]
        if self.ui.anywayCheck.isChecked():
            refusals = [check for check in self.input.refusals if not check.overridable]
        else:
            refusals = list(self.input.refusals)
        return [f"{check.sentence} {check.remedy}".strip() for check in refusals]

    def _overridable(self) -> bool:
        """Whether a refusal, before or in the run, can be overridden by the reader."""
        refusals = self.input.refusals
        before = bool(refusals) and all(check.overridable for check in refusals)
        return self.workspace.session is not None and (before or self._refused is self.workspace.volume)

    def _showStatus(self, status: Status) -> None:
        self.ui.detectProgress.setVisible(self.isRunning)
        self.ui.detectProgress.setValue(int(100 * status.fraction))
        text = self._message if not self.isRunning else self._runWords(status)
        self.ui.detectStatus.setVisible(bool(text))
        self.ui.detectStatus.setText(text)

    def _runWords(self, status: Status) -> str:
        if self.workspace.volume is self._volume or not slicer.mrmlScene.IsNodePresent(self._volume):
            return runWords(status)
        return f"{self._volume.GetName()}: {runWords(status)}"

    def _showMissing(self) -> None:
        if self._missing is None:
            self._missing = requirements.missing()
        self.ui.installBar.setVisible(bool(self._missing))
        if self._missing:
            self.ui.installLabel.setText(
                _("Once, before the first detection, this must be installed into Slicer: {names}.").format(
                    names=", ".join(self._missing)
                )
            )

    # Installing

    def onInstall(self) -> None:
        self._install(None)

    def onInstallFromFolder(self) -> None:
        folder = qt.QFileDialog.getExistingDirectory(
            slicer.util.mainWindow(),
            _("Folder with the packages (wheel files)"),
            str(self.settings.packageFolder or ""),
        )
        if folder:
            self.settings.packageFolder = Path(folder)
            self._install(Path(folder))

    def _install(self, folder) -> None:
        with toldToReader():
            requirements.install(folder)
        self._missing = None
        self.workspace.changed()

    # Running

    def onAnyway(self, _checked) -> None:
        self.workspace.changed()

    def onThreads(self, count) -> None:
        self.settings.threads = count or None

    def onDetect(self) -> None:
        if self.isRunning:
            self.run.cancel()
            return
        self._message = ""
        with toldToReader():
            if self._missing:
                self._install(self.settings.packageFolder)
            if self._missing:
                return
            self._start(self.workspace.session)
        self.workspace.changed()

    def _start(self, session) -> None:
        self._volume = session.volume
        try:
            session.startDetection(self.run, self._options(), self)
        except BaseException:
            self._volume = None
            raise
        self._loading.start()

    def _options(self) -> Options:
        parameters = self.workspace.parameters
        return Options(
            detector=parameters.detector,
            seed=parameters.seed,
            draws=parameters.draws,
            threads=self.settings.threads,
            anyway=self.ui.anywayCheck.isChecked(),
        )

    # What the run tells

    def onStatus(self, status) -> None:
        self._showButton()
        self._showStatus(status)

    def onResult(self, folder) -> None:
        """The result goes to the scan for which it was asked, whatever is chosen by now."""
        if not slicer.mrmlScene.IsNodePresent(self._volume):
            return
        if self.workspace.session is not None and self.workspace.volume is self._volume:
            session = self.workspace.session
            session.takeResult(session.resultIn(folder))
            return
        session = ReviewSession(self._volume, reader=self.workspace.reader)
        session.takeResult(session.resultIn(folder))
        session.close()

    def onEnd(self, ending) -> None:
        volume, self._volume = self._volume, None
        gone = not slicer.mrmlScene.IsNodePresent(volume)
        chosen = self.workspace.volume is volume
        self._refused = volume if ending.overridable and not gone else None
        if ending.cause == "missing":
            self._missing = None
        self._message = endWords(ending, "" if chosen or gone else volume.GetName(), gone)
        self.workspace.changed()
        if ending.kind == FINISHED and chosen and not gone:
            self.onDone()

    def abandon(self) -> None:
        """The scene is closing: the run ends at once, and its result is dropped."""
        self._loading.stop()
        self.run.close()
        self._volume, self._message, self._refused = None, "", None

    def close(self) -> None:
        """The panel goes away."""
        self.abandon()


def loadForResult() -> None:
    """Loads what a result needs to be shown, half a second or more, so that it is on the screen as soon as it comes."""
    from scipy import interpolate, ndimage, spatial  # noqa: F401


def runWords(status: Status) -> str:
    """Step and time left."""
    if status.state is State.CANCELLING:
        return _("Cancelling ...")
    if status.state is State.IMPORTING:
        return _("Showing the result ...")
    step = stepWord(status.step)
    if status.secondsLeft is None:
        return step
    return _("{step}; about {seconds} s left").format(step=step, seconds=max(1, round(status.secondsLeft)))


def endWords(ending: Ending, elsewhere: str, gone: bool) -> str:
    """What has become of a run, as far as the scene does not show it by itself.

    Args:
        ending: of the run.
        elsewhere: name of the scan, where another one is chosen by now; else empty.
        gone: whether the scan was removed from the scene.
    """
    said = f"{ending.problem} {ending.remedy}".strip()
    if ending.kind == STOPPED:
        said = _("Cancelled. Nothing was changed.")
    elif ending.kind == FINISHED and gone:
        said = said or _("The scan was removed meanwhile; its result is kept on this computer.")
    elif ending.kind == FINISHED and elsewhere:
        said = f"{_('The detection is done: choose this scan to review it.')} {said}".strip()
    return f"{elsewhere}: {said}" if elsewhere and said else said
