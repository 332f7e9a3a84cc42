"""The page Export: what will be written where, what will be missing, and the writing itself."""

from __future__ import annotations

from pathlib import Path

import qt
from slicer.i18n import tr as _

from U2ADSlicerLib.export import Choice, Plan, export, planOf
from U2ADSlicerLib.panels.impression import mustWait
from U2ADSlicerLib.panels.messages import toldToReader

CHECKS = {
    "segmentation": "exportSegmentationCheck",
    "nifti": "exportNiftiCheck",
    "table": "exportTableCheck",
    "journal": "exportJournalCheck",
    "confirmedOnly": "exportConfirmedCheck",
}


class ExportPage:
    """Files of the review, in a folder that the reader names."""

    def __init__(self, ui, workspace) -> None:
        self.ui = ui
        self.workspace = workspace
        self._written: Path | None = None
        ui.exportFolderButton.directory = qt.QDir.homePath()
        for name in CHECKS.values():
            getattr(ui, name).connect("toggled(bool)", self.onChoice)
        ui.exportButton.connect("clicked()", self.onExport)
        ui.exportOpenButton.connect("clicked()", self.onOpen)

    def refresh(self) -> None:
        if self.ui.pages.currentWidget().objectName != "exportPage":
            return  # shown when the reader turns to it
        plan = planOf(self.workspace.session, self._choice())
        if mustWait(self.workspace):
            plan = Plan((), (_("Your own impression comes first: see the page Review."),))
        lines = [_("Will be written: {files}").format(files=", ".join(plan.files) or _("nothing"))]
        self.ui.exportPreview.setText("\n".join([*lines, *("\u26a0 " + hint for hint in plan.hints)]))
        self.ui.exportButton.setEnabled(bool(plan.files))
        self.ui.exportButton.setToolTip(
            _("Write these files into a new folder.") if plan.files else "\n".join(plan.hints)
        )

    def onChoice(self, _checked) -> None:
        self.refresh()

    def onExport(self) -> None:
        with toldToReader():
            self._written = export(self.workspace.session, Path(self.ui.exportFolderButton.directory), self._choice())
            self.ui.exportOpenButton.setEnabled(True)
            self.ui.exportPreview.setText(_("Written into the folder {name}.").format(name=self._written.name))

    def onOpen(self) -> None:
        if self._written is not None:
            qt.QDesktopServices.openUrl(qt.QUrl.fromLocalFile(str(self._written)))

    def _choice(self) -> Choice:
        return Choice(**{field: getattr(self.ui, name).checked for field, name in CHECKS.items()})
