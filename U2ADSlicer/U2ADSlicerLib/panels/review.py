"""The review: the ranked table of findings, the way through it, and the reader's decisions."""

from __future__ import annotations

import qt
from slicer.i18n import tr as _

from u2ad.review.decision import REASONS, Decision
from U2ADSlicerLib.panels.findings_table import FindingsTable
from U2ADSlicerLib.panels.impression import KEYS
from U2ADSlicerLib.panels.messages import toldToReader
from U2ADSlicerLib.panels.proposal import isOfOtherModel, otherModelWords
from U2ADSlicerLib.panels.words import impressionWord, reasonWord, standingWords
from U2ADSlicerLib.scene import layout

TYPED = 1000
"""Milliseconds without a key after which a comment is written down."""


class ReviewPage:
    """Decisions on findings and on the whole cord."""

    def __init__(self, ui, workspace, settings, editing) -> None:
        self.ui = ui
        self.workspace = workspace
        self.settings = settings
        self.editing = editing
        self.table = FindingsTable(ui.findingsTable, self.onTableSelection)
        self._noted = None
        self._assessed = None
        self._typing = qt.QTimer()  # what is typed is kept although nobody presses Enter
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPED)
        self._typing.connect("timeout()", self.keepNotes)
        ui.readerEdit.setText(settings.readerName)
        self._fillPatientCombo()
        self._connect()

    def _connect(self) -> None:
        ui = self.ui
        ui.confirmButton.connect("clicked()", self.onConfirm)
        ui.rejectButton.connect("clicked()", self.onReject)
        ui.unsureButton.connect("clicked()", self.onUnsure)
        ui.nextButton.connect("clicked()", self.onNext)
        ui.previousButton.connect("clicked()", self.onPrevious)
        ui.undoButton.connect("clicked()", self.onUndo)
        ui.redoButton.connect("clicked()", self.onRedo)
        ui.mergeButton.connect("clicked()", self.onMerge)
        ui.splitButton.connect("clicked()", self.onSplit)
        ui.reasonCombo.connect("activated(int)", self.onReason)
        ui.commentEdit.connect("editingFinished()", self.keepNotes)
        ui.commentEdit.connect("textEdited(QString)", self.onTyped)
        ui.patientEdit.connect("textEdited(QString)", self.onTyped)
        ui.readerEdit.connect("textChanged(QString)", self.onReader)
        for edit in (ui.commentEdit, ui.readerEdit, ui.patientEdit):
            edit.connect("returnPressed()", self.onEntered)
        ui.patientCombo.connect("activated(int)", self.onPatient)
        ui.patientEdit.connect("editingFinished()", self.onPatientComment)

    def refresh(self) -> None:
        session = self.workspace.session
        listed = self._listed()
        if self.workspace.selected not in {finding.key for finding in listed}:
            self.workspace.selected = None
        self.table.show(listed, self.workspace.selected)
        self._showScore(session)
        self._showChosen()
        self._showPatient()
        self._enable(session)
        if session is not None:
            session.show(self.workspace.selected)

    def selectFirst(self) -> None:
        """Looks at the most suspicious finding, if none is looked at."""
        listed = self._listed()
        if listed and self.workspace.selected is None:
            self._look(self.table.keys[0])

    # Moving through the list

    def onTableSelection(self, key) -> None:
        self.keepNotes()
        self._look(key)
        self._enable(self.workspace.session)

    def onNext(self) -> None:
        self.keepNotes()
        self._look(self.table.neighbor(self.workspace.selected, 1))

    def onPrevious(self) -> None:
        self.keepNotes()
        self._look(self.table.neighbor(self.workspace.selected, -1))

    def _look(self, key) -> None:
        if key is None:
            return
        self.editing.finishUnless(key)
        self.workspace.select(key)
        with toldToReader():
            layout.jump(self.workspace.session.nodes, self.workspace.session.placeOf(key))

    # Decisions

    def onConfirm(self) -> None:
        self._decide(Decision.CONFIRMED)

    def onReject(self) -> None:
        self._decide(Decision.REJECTED)

    def onUnsure(self) -> None:
        self._decide(Decision.UNSURE)

    def _decide(self, decision) -> None:
        """On the chosen finding, or on all that are marked in the table."""
        if self.workspace.selected is None:
            return
        with toldToReader():
            self.keepNotes()
            self.editing.finish()
            self._noted = None
            for key in self.table.chosen or [self.workspace.selected]:
                before = self._finding(key).judgement
                reason = before.reason if before.decision is decision else ""
                self.workspace.session.decide(key, decision, reason, before.comment)
            self.workspace.changed()

    def onTyped(self, _text) -> None:
        self._typing.start()

    def onEntered(self) -> None:
        """The keys are keys again, and no letters."""
        self.ui.findingsTable.setFocus()

    def onReason(self, index) -> None:
        self.keepNotes()

    def keepNotes(self) -> None:
        """Writes down what stands in the fields and is new: on the chosen finding, and on the whole cord."""
        self._typing.stop()
        self._assess()
        chosen = self._chosen()
        if chosen is None or self._noted is None or self._noted[0] != chosen.key:
            return
        reason = self.ui.reasonCombo.itemData(max(self.ui.reasonCombo.currentIndex, 0)) or ""
        notes = (chosen.key, reason, self.ui.commentEdit.text.strip())
        if notes == self._noted:
            return
        self._noted = notes
        with toldToReader():
            self.workspace.session.note(*notes)
            self.workspace.changed()

    def onUndo(self) -> None:
        self._step(lambda session: session.undo())

    def onRedo(self) -> None:
        self._step(lambda session: session.redo())

    def _step(self, step) -> None:
        """Back or forth in the log; the finding that it changed is looked at."""
        with toldToReader():
            self.keepNotes()
            self.editing.finish()
            session = self.workspace.session
            before = {finding.key: finding for finding in session.findings}
            self._noted = None
            step(session)
            changed = [f.key for f in session.findings if f.held and not _same(f, before.get(f.key))]
            changed += [f.key for f in session.findings if not f.held and f.key in before and before[f.key].held]
            if changed:
                self.workspace.selected = changed[0]
            self.workspace.changed()

    def onMerge(self) -> None:
        with toldToReader():
            self.editing.finish()
            self.workspace.selected = self.workspace.session.merge(self.table.chosen)
            self.workspace.changed()

    def onSplit(self) -> None:
        with toldToReader():
            self.editing.finish()
            self.workspace.selected = self.workspace.session.split(self.workspace.selected)[0]
            self.workspace.changed()

    def onReader(self, text) -> None:
        self.settings.readerName = text.strip()
        self.workspace.setReader(text.strip())

    # The whole cord

    def _fillPatientCombo(self) -> None:
        self.ui.patientCombo.addItem(_("not read yet"), "")
        for key in KEYS:
            self.ui.patientCombo.addItem(impressionWord(key), key)

    def onPatient(self, index) -> None:
        self._assess()

    def onPatientComment(self) -> None:
        self._assess()

    def _assess(self) -> None:
        session = self.workspace.session
        if session is not self._assessed:
            return  # what stands in the fields is said of another scan
        key = self.ui.patientCombo.itemData(self.ui.patientCombo.currentIndex) or ""
        comment = self.ui.patientEdit.text.strip()
        if session is None or (key, comment) == session.reading:
            return
        with toldToReader():
            session.assess(key, comment)
            self.workspace.changed()

    def _showPatient(self) -> None:
        session = self.workspace.session
        key, comment = session.reading if session is not None else ("", "")
        self.ui.patientCombo.setCurrentIndex(self.ui.patientCombo.findData(key))
        if session is not self._assessed or not self.ui.patientEdit.hasFocus():
            self.ui.patientEdit.setText(comment)
        self._assessed = session

    # What is shown

    def _listed(self):
        session, parameters = self.workspace.session, self.workspace.parameters
        if session is None or parameters is None:
            return ()
        wanted = parameters.reviewFilter.value
        return tuple(
            finding
            for finding in session.findings
            if wanted in ("all", finding.judgement.decision.value) or finding.key == self.workspace.selected
        )

    def _chosen(self):
        return self._finding(self.workspace.selected)

    def _finding(self, key):
        session = self.workspace.session
        if session is None:
            return None
        return next((finding for finding in session.findings if finding.key == key), None)

    def _showScore(self, session) -> None:
        self.ui.scoreLabel.setText("\n".join(scoreSentences(session, self.workspace.models)))

    def _showChosen(self) -> None:
        chosen = self._chosen()
        notes = (chosen.key, chosen.judgement.reason, chosen.judgement.comment) if chosen else None
        if notes == self._noted:
            return
        self._noted = notes
        self._fillReasons(chosen)
        self.ui.commentEdit.setText(chosen.judgement.comment if chosen else "")

    def _fillReasons(self, chosen) -> None:
        combo = self.ui.reasonCombo
        combo.clear()
        combo.addItem(_("none given"), "")
        if chosen is None:
            return
        reasons = list(REASONS[chosen.judgement.decision])
        if chosen.judgement.reason and chosen.judgement.reason not in reasons:
            reasons.append(chosen.judgement.reason)
        for reason in reasons:
            combo.addItem(reasonWord(reason), reason)
        combo.setCurrentIndex(max(0, combo.findData(chosen.judgement.reason)))

    def _enable(self, session) -> None:
        ui, chosen = self.ui, self._chosen()
        listed = bool(self.table.keys)
        for name in ("confirmButton", "rejectButton", "unsureButton", "commentEdit", "splitButton"):
            getattr(ui, name).setEnabled(chosen is not None)
        ui.reasonCombo.setEnabled(chosen is not None and chosen.judgement.decision is not Decision.UNDECIDED)
        ui.nextButton.setEnabled(listed)
        ui.previousButton.setEnabled(listed)
        ui.mergeButton.setEnabled(len(self.table.chosen) > 1)
        ui.undoButton.setEnabled(session is not None and session.review.can_undo)
        ui.redoButton.setEnabled(session is not None and session.review.can_redo)
        ui.patientSection.setEnabled(session is not None)


def _same(finding, before) -> bool:
    """Whether nothing of a finding has changed."""
    return before is not None and finding.judgement == before.judgement and finding.voxels == before.voxels


def scoreSentences(session, models):
    """What is said of the patient above the table."""
    if session is None or not session.hasResult:
        yield _("Nothing was detected in this scan yet: see the page Detect.")
        return
    counts = session.review.counts
    yield _(
        "Patient score {score:.1f} (highest of the findings not rejected; no probability). "
        "Findings: {all}, undecided: {undecided}."
    ).format(score=session.review.patient_score, all=sum(counts.values()), undecided=counts[Decision.UNDECIDED])
    yield standingWords(session.document)
    if not sum(counts.values()):
        yield _("No candidate reaches the threshold. That does not make it a normal scan.")
    for refusal in session.refusals:
        yield "\u2715 " + _("Detected in spite of a refusal: {reason}").format(reason=refusal)
    if not session.anatomy.cordSeen:
        yield "\u26a0 " + _("Nobody has looked at the cord mask yet: check the yellow outline (page Detect).")
    if isOfOtherModel(session, models):
        yield "\u26a0 " + otherModelWords(session, models)
    if session.problem:
        yield "\u26a0 " + session.problem
