"""What an adaptation has made: before and after side by side, the guard's verdict, and Keep or Discard."""

from __future__ import annotations

import qt
from slicer.i18n import tr as _

from U2ADSlicerLib.adaptation import Proposal, proposalOf
from U2ADSlicerLib.panels.impression import mustWait
from U2ADSlicerLib.panels.messages import toldToReader
from U2ADSlicerLib.panels.words import levelWord, modelWord
from U2ADSlicerLib.scene import layout
from U2ADSlicerLib.scene.comparison import endComparison, isCompared, showComparison


class ProposalSection:
    """A proposal waits beside the review of its scan, also over a restart of Slicer.

    Args:
        ui: the named widgets.
        workspace: the panel's state.
        onDetect: starts a detection in the chosen scan.
        showLayout: shows the review layout.
    """

    def __init__(self, ui, workspace, onDetect, showLayout) -> None:
        self.ui = ui
        self.workspace = workspace
        self.onDetect = onDetect
        self.showLayout = showLayout
        self._session = None
        self._proposal: Proposal | None = None
        self._filled: Proposal | None = None
        table = ui.adaptFiguresTable
        table.setColumnCount(3)
        table.setHorizontalHeaderLabels([_("Measure"), _("Before"), _("After")])
        for column, mode in enumerate((qt.QHeaderView.Stretch, *2 * (qt.QHeaderView.ResizeToContents,))):
            table.horizontalHeader().setSectionResizeMode(column, mode)
        ui.adaptKeepButton.connect("clicked()", self.onKeep)
        ui.adaptDiscardButton.connect("clicked()", self.onDiscard)
        ui.adaptCompareButton.connect("clicked()", self.onCompare)
        ui.adaptReportButton.connect("clicked()", self.onReport)
        ui.adaptAgainButton.connect("clicked()", self.onAgain)

    @property
    def isThere(self) -> bool:
        """Whether a proposal waits for the reader."""
        return self._look() is not None

    def lookAgain(self) -> None:
        """One may have come."""
        self._session = None

    def _look(self) -> Proposal | None:
        session = self.workspace.session
        if session is None:
            return None
        if session is not self._session:
            self._session, self._proposal = session, proposalOf(session)
        return self._proposal

    def refresh(self) -> None:
        proposal, session = self._look(), self.workspace.session
        self.ui.adaptResultBox.setVisible(proposal is not None)
        self._showAgain(session)
        if proposal is None:
            self._filled = None
            return
        if proposal is not self._filled:
            self._fill(proposal)
            self._filled = proposal
        locked = self.workspace.models.lock is not None
        self.ui.adaptKeepButton.setEnabled(proposal.mayBeKept and not locked)
        self.ui.adaptKeepButton.setToolTip(self._keepWords(proposal, locked))
        self.ui.adaptCompareButton.setEnabled(not mustWait(self.workspace))
        self.ui.adaptCompareButton.setChecked(isCompared(session.nodes))
        self.ui.adaptReportButton.setEnabled(proposal.page.is_file())

    def _keepWords(self, proposal: Proposal, locked: bool) -> str:
        if locked:
            return _("The models of this site are locked.")
        if not proposal.mayBeKept:
            return "\n".join(proposal.reasons)
        return _("From now on detections use the adapted model; the present one stays and can be taken back.")

    def _fill(self, proposal: Proposal) -> None:
        self.ui.adaptVerdictLabel.setText("\n".join(verdictWords(proposal)))
        rows = figureRows(proposal)
        table = self.ui.adaptFiguresTable
        table.setRowCount(len(rows))
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                table.setItem(row, column, qt.QTableWidgetItem(text))
        self.ui.adaptChangesLabel.setText("\n".join(changeWords(proposal)))

    def _showAgain(self, session) -> None:
        other = session is not None and session.hasResult and isOfOtherModel(session, self.workspace.models)
        self.ui.adaptAgainBar.setVisible(other)
        if other:
            self.ui.adaptAgainLabel.setText(otherModelWords(session, self.workspace.models))

    # What the reader does

    def onKeep(self) -> None:
        with toldToReader():
            proposal = self._look()
            self.workspace.models.store.keep(proposal.folder)
            self._finish(proposal)
        self.workspace.models.lookAgain()
        self.workspace.changed()

    def onDiscard(self) -> None:
        with toldToReader():
            self._finish(self._look())
        self.workspace.changed()

    def _finish(self, proposal: Proposal) -> None:
        self.endComparison()
        proposal.remove()
        self.lookAgain()

    def onCompare(self) -> None:
        with toldToReader():
            session = self.workspace.session
            if self.ui.adaptCompareButton.isChecked():
                self.showLayout()
                before, after = (self._look().result(when, session.grid).maps for when in ("before", "after"))
                showComparison(session.nodes, before.anomaly, after.anomaly)
            else:
                self.endComparison()
        self.workspace.changed()

    def endComparison(self) -> None:
        """The views show the maps of the review again, as its switches say."""
        session = self.workspace.session
        if session is not None and isCompared(session.nodes):
            endComparison(session.nodes)
            layout.setMapsVisible(session.nodes, self.workspace.parameters.showMaps)

    def onReport(self) -> None:
        qt.QDesktopServices.openUrl(qt.QUrl.fromLocalFile(str(self._look().page)))

    def onAgain(self) -> None:
        self.ui.pages.setCurrentWidget(self.ui.detectPage)
        self.onDetect()


def isOfOtherModel(session, models) -> bool:
    """Whether the shown result comes from another model than the one in use; not where it needs none."""
    return bool(session.model and models.active) and session.model != models.active


def otherModelWords(session, models) -> str:
    """That the shown result comes from another model than the one in use."""
    return _(
        "The shown result comes from the {model}; the {active} is in use now: detect again to see its own."
    ).format(model=modelWord(session.model), active=modelWord(models.active))


def verdictWords(proposal: Proposal):
    """What the guard says."""
    if proposal.mayBeKept:
        yield "\u2713 " + _("It may be kept; you decide.")
    else:
        yield "\u2715 " + _("It cannot be kept; the present model stays.")
    yield from proposal.reasons
    stopped = proposal.report.get("stopped")
    if stopped:
        yield str(stopped)


def figureRows(proposal: Proposal) -> list[tuple[str, str, str]]:
    """Measure, before and after, as they are shown."""
    words = {
        "residual": _("Error, normal cord"),
        "residual_aside": _("Error, cord set aside"),
        "painted": _("Painted lesions against cord"),
        "findings": _("Findings against cord"),
    }
    before, after = (proposal.report.get("figures", {}).get(when, {}) for when in ("before", "after"))
    rows = [(word, _number(before.get(name)), _number(after.get(name))) for name, word in words.items()]
    for told in _changes(proposal):
        rows.append((_("Findings in this scan"), _number(told.get("before")), _number(told.get("after"))))
    alarms = proposal.report.get("false_alarms")
    if alarms:
        name = _("False alarms in {count} normal scans").format(count=alarms["scans"])
        rows.append((name, _number(alarms.get("before")), _number(alarms.get("after"))))
    return [*rows, *_crossRows(proposal.report.get("cross_fitted"))]


def _crossRows(crossed):
    """The same of scans by models that have not seen them, where that was asked for."""
    if not crossed:
        return
    words = {
        "residual": _("Scans not seen: error, normal cord"),
        "painted": _("Scans not seen: painted lesions against cord"),
    }
    before, after = (crossed.get(when, {}) for when in ("before", "after"))
    for name, word in words.items():
        yield word, _number(before.get(name)), _number(after.get(name))
    found = [sum(told[when] for told in crossed.get("findings", ())) for when in ("before", "after")]
    yield _("Scans not seen: findings"), *(_number(count) for count in found)


def changeWords(proposal: Proposal):
    """Which findings of this scan are gained and lost."""
    for told in _changes(proposal):
        for name, when in (("gained", "after"), ("lost", "before")):
            labels = told.get(name) or ()
            known = {finding["label"]: finding for finding in proposal.findings(when)} if labels else {}
            places = ", ".join(_place(known[label]) for label in labels if label in known) or _("none")
            yield (
                _("Findings gained: {places}").format(places=places)
                if name == "gained"
                else _("Findings lost: {places}").format(places=places)
            )


def _changes(proposal: Proposal):
    """What has changed in the findings of the first scan, the one that was chosen."""
    return [scan["findings"] for scan in proposal.report.get("scans", ())[:1]]


def _place(finding) -> str:
    level = levelWord(finding["level"])
    peak = _("peak {peak:.1f}").format(peak=finding["peak"])
    return f"{level} ({peak})" if level else peak


def _number(value) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.3g}"
