"""Editing a finding in place, and adding one that the model missed: every stroke is written down."""

from __future__ import annotations

from slicer.i18n import tr as _

from U2ADSlicerLib.panels.messages import toldToReader
from U2ADSlicerLib.panels.segment_editor import SegmentEditor


class EditingSection:
    """The buttons Edit and Add, and the brush that they bring."""

    def __init__(self, ui, workspace) -> None:
        self.ui = ui
        self.workspace = workspace
        self.editor = SegmentEditor(ui.findingEditorPlace, "U2AD.findings", self.onStroke)
        self._key: str | None = None
        self._keeping = False
        ui.editButton.connect("clicked()", self.onEdit)
        ui.addButton.connect("clicked()", self.onAdd)

    @property
    def isOpen(self) -> bool:
        """Whether a finding is being painted on."""
        return self._key is not None

    def refresh(self) -> None:
        session = self.workspace.session
        ready = session is not None and session.hasFindingsNode
        self.ui.editButton.setEnabled(ready and (self.isOpen or self.workspace.selected is not None))
        self.ui.addButton.setEnabled(ready)
        self.ui.editButton.setChecked(self.isOpen and not self._isNew)
        self.ui.addButton.setChecked(self.isOpen and self._isNew)
        self.ui.editButton.setText(_("Done") if self.ui.editButton.isChecked() else _("Edit"))
        self.ui.addButton.setText(_("Done") if self.ui.addButton.isChecked() else _("Add"))

    _isNew = False

    def onEdit(self) -> None:
        with toldToReader():
            if self.isOpen:
                self.finish()
            elif self.workspace.selected is not None:
                self._open(self.workspace.selected, new=False)
        self.workspace.changed()

    def onAdd(self) -> None:
        with toldToReader():
            if self.isOpen:
                self.finish()
            else:
                self._open(self.workspace.session.beginFinding(), new=True)
        self.workspace.changed()

    def _open(self, key: str, new: bool) -> None:
        session = self.workspace.session
        self._key, self._isNew = key, new
        session.painting = key
        session.show(key)
        self.editor.open(session.nodes.findings, key, session.volume)

    def onStroke(self) -> None:
        """The segment's voxels have changed: keep them before anything else can happen."""
        if self._keeping or self._key is None:
            return
        self._keeping = True
        try:
            with toldToReader():
                self.workspace.session.keepPainted(self._key)
                if self.workspace.session.has(self._key):
                    self.workspace.selected = self._key
                self.workspace.changed()
        finally:
            self._keeping = False

    def finish(self) -> None:
        """The brush is put away; what was painted has been kept stroke by stroke."""
        if self._key is None:
            return
        self.editor.close()
        self._key = None
        session = self.workspace.session
        if session is not None:
            session.endPainting()
            self.workspace.changed()

    def finishUnless(self, key: str) -> None:
        """The reader turns to a finding; painting goes on only if it is the one being painted."""
        if key != self._key:
            self.finish()
