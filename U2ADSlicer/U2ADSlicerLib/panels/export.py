"""The page Export: what will be written and what cannot be, the writing in the worker, and where the files are."""

from __future__ import annotations

from pathlib import Path

import qt
from slicer.i18n import tr as _

from u2ad.export.formats import Format
from u2ad.export.plan import Plan
from u2ad.export.product import Product
from U2ADSlicerLib.export import planOf, reviewedOf, targetIn
from U2ADSlicerLib.panels.impression import mustWait
from U2ADSlicerLib.panels.messages import toldToReader
from U2ADSlicerLib.panels.sending import Sendable, SendSection
from U2ADSlicerLib.process.ending import FINISHED, STOPPED
from U2ADSlicerLib.process.exporting import ExportRun
from U2ADSlicerLib.process.run import State
from U2ADSlicerLib.scene.saving import saveAside

PRODUCTS = {
    "exportSegmentationCheck": (Format.SEG_NRRD,),
    "exportReportCheck": (Format.REPORT_HTML, Format.REPORT_PDF),
    "exportTableCheck": (Format.CSV, Format.JSON),
    "exportNiftiCheck": (Format.NIFTI,),
    "exportDicomSegCheck": (Format.DICOM_SEG,),
    "exportDicomSrCheck": (Format.DICOM_SR,),
    "exportDicomPmCheck": (Format.DICOM_PM,),
    "exportDicomPdfCheck": (Format.DICOM_PDF,),
    "exportJournalCheck": (Format.JOURNAL,),
    "exportSceneCheck": (Format.MRB,),
}
"""Check boxes, with what each of them adds to an export."""

OPTIONS = ("exportConfirmedCheck", "exportDeidentifyCheck")
MEGABYTE = 1e6
FEW = 3
"""Files of a product that are named one by one."""


class ExportPage:
    """Files of the review, in a folder that the reader names; the listener of its :class:`ExportRun`."""

    def __init__(self, ui, workspace) -> None:
        self.ui = ui
        self.workspace = workspace
        self.run = ExportRun()
        workspace.runs.append(self.run)
        self._target: Path | None = None
        self._message = ""
        self.sending = SendSection(ui, workspace)
        self._sendable: Sendable | None = None
        ui.exportFolderButton.directory = qt.QDir.homePath()
        for name in (*PRODUCTS, *OPTIONS):
            getattr(ui, name).connect("toggled(bool)", self.onChoice)
        ui.exportButton.connect("clicked()", self.onExport)
        ui.exportOpenButton.connect("clicked()", self.onOpen)

    @property
    def isRunning(self) -> bool:
        """Whether an export is under way or being ended."""
        return self.run.state is not State.IDLE

    # What is shown

    def refresh(self) -> None:
        if self.ui.pages.currentWidget().objectName != "exportPage":
            return  # shown when the reader turns to it
        self.sending.refresh()
        self._showStatus(self.run.status)
        if self.isRunning:
            return
        reasons = self._reasons()
        plan = None if reasons else self._plan()
        self.ui.exportPreview.setText("\n".join(reasons) if plan is None else _told(plan))
        self.ui.exportPreview.setToolTip("" if plan is None else "\n".join(_namesIn(plan)))
        ready = plan is not None and bool(plan.possible)
        self.ui.exportButton.setText(_("Export"))
        self.ui.exportButton.setEnabled(ready)
        self.ui.exportButton.setToolTip(
            _("Write these files into a new folder.") if ready else self.ui.exportPreview.text
        )

    def _reasons(self) -> list[str]:
        """Everything that speaks against exporting now."""
        session = self.workspace.session
        if session is None:
            return [_("No scan is chosen.")]
        if mustWait(self.workspace):
            return [_("Your own impression comes first: see the page Review.")]
        if not session.hasResult:
            return [_("No maps are there: run a detection first.")]
        if self.workspace.isBusyBut(self.run):
            return [_("Something else is running: wait until it has ended, or cancel it.")]
        return []

    def _plan(self) -> Plan:
        return planOf(reviewedOf(self.workspace.session), self._formats(), *self._options())

    def _formats(self) -> tuple[Format, ...]:
        return tuple(one for name, formats in PRODUCTS.items() if getattr(self.ui, name).checked for one in formats)

    def _options(self) -> tuple[bool, bool]:
        """Whether all findings go, and whether the patient stays out of it."""
        return not self.ui.exportConfirmedCheck.checked, self.ui.exportDeidentifyCheck.checked

    def _showStatus(self, status) -> None:
        self.ui.exportProgress.setVisible(self.isRunning)
        self.ui.exportProgress.setValue(int(100 * status.fraction))
        text = status.step if self.isRunning else self._message
        self.ui.exportStatus.setVisible(bool(text))
        self.ui.exportStatus.setText(text)
        if self.isRunning:
            self.ui.exportButton.setText(_("Cancel"))
            self.ui.exportButton.setToolTip(_("Stop the export; nothing of it remains."))
            self.ui.exportButton.setEnabled(self.run.state in (State.RUNNING, State.PREPARING))

    # What the reader does

    def onChoice(self, _checked) -> None:
        self.refresh()

    def onExport(self) -> None:
        if self.isRunning:
            self.run.cancel()
            return
        self._message = ""
        with toldToReader():
            self._start()
        self.workspace.changed()

    def _start(self) -> None:
        reviewed, options = reviewedOf(self.workspace.session), self._options()
        plan = planOf(reviewed, self._formats(), *options)
        self._target = targetIn(Path(self.ui.exportFolderButton.directory))
        self.ui.exportOpenButton.setEnabled(False)
        self.sending.offer(None)
        self._sendable = self._sendableOf(plan)
        possible = tuple(product.format for product in plan.possible)
        self.run.start(reviewed, possible, self._target, self, *options, saveScene=saveAside)

    def _sendableOf(self, plan: Plan) -> Sendable | None:
        """What may be sent when it is written; nothing where there are no DICOM objects."""
        if not any(product.format.is_dicom for product in plan.possible):
            return None
        names = tuple(name for name, _value in plan.identifying)
        deidentified = self.ui.exportDeidentifyCheck.checked
        actions = self.workspace.session.review.actions
        return Sendable(self._target, self.workspace.volume, actions, names, deidentified)

    def onOpen(self) -> None:
        if self._target is not None:
            qt.QDesktopServices.openUrl(qt.QUrl.fromLocalFile(str(self._target)))

    # What the run tells

    def onStatus(self, status) -> None:
        self._showStatus(status)

    def onResult(self, folder) -> None:
        """The files are where the reader wanted them, or else the end of the run says why not."""

    def onEnd(self, ending) -> None:
        written = ending.kind == FINISHED and self._target is not None and self._target.is_dir()
        self.ui.exportOpenButton.setEnabled(written)
        if written:
            self.sending.offer(self._sendable)
            self._message = _("Written into the folder {name}.").format(name=self._target.name)
        elif ending.kind == STOPPED:
            self._message = _("Stopped; nothing was written.")
        else:
            self._message = f"{ending.problem} {ending.remedy}".strip()
        self.workspace.changed()

    def abandon(self) -> None:
        """The scene is closing: the run ends at once, and nothing of it remains. Sending needs no scene and goes on."""
        self.run.close()
        self._message = ""

    def close(self) -> None:
        """The panel goes away for good."""
        self.abandon()
        self.sending.close()


def _namesIn(plan: Plan) -> list[str]:
    return [part.name for product in plan.possible for part in product.parts]


def _filesOf(product: Product) -> str:
    """Names where they are few: a page of names would push what must be known out of sight."""
    names = [part.name for part in product.parts]
    if len(names) <= FEW:
        return ", ".join(names)
    return _("{number} files ({what})").format(number=len(names), what=product.format.title)


def _told(plan: Plan) -> str:
    """The plan, line by line: files, what cannot be written and why, and what should be known."""
    files = ", ".join(_filesOf(product) for product in plan.possible) or _("nothing")
    lines = [_("Will be written, about {size} MB: {files}").format(size=f"{plan.size / MEGABYTE:.1f}", files=files)]
    lines += [f"\u2715 {product.format.title}: {product.obstacle}" for product in plan.impossible]
    lines += [f"\u26a0 {hint.fact} {hint.remedy}".strip() for hint in plan.hints]
    if plan.identifying:
        told = ", ".join(f"{name} {value}" for name, value in plan.identifying)
        lines.append("\u26a0 " + _("DICOM objects name the patient: {told}").format(told=told))
    return "\n".join(lines)
