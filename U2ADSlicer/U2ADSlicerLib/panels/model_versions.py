"""The versions of the model that this site has: which is in use, and going back."""

from __future__ import annotations

import qt
import slicer
from slicer.i18n import tr as _

from u2ad.models.versions import STARTER
from U2ADSlicerLib.panels.messages import toldToReader
from U2ADSlicerLib.panels.words import lockWords, modelWord, whenWord


class VersionsSection:
    """The table of versions, and what may be done with the marked one."""

    def __init__(self, ui, workspace) -> None:
        self.ui = ui
        self.workspace = workspace
        self._shown = None
        table = ui.versionsTable
        table.setColumnCount(4)
        table.setHorizontalHeaderLabels([_("Model"), _("Made"), _("From"), _("C / R / U")])
        table.horizontalHeader().setSectionResizeMode(qt.QHeaderView.ResizeToContents)
        table.horizontalHeader().setStretchLastSection(True)
        table.connect("itemSelectionChanged()", self.onSelection)
        ui.versionUseButton.connect("clicked()", self.onUse)
        ui.versionBackButton.connect("clicked()", self.onRollBack)
        ui.versionDeleteButton.connect("clicked()", self.onDelete)

    def refresh(self) -> None:
        listing = self.workspace.models.listing
        if listing is not self._shown:
            self._fill(listing)
            self._shown = listing
        self._enable()

    def _fill(self, listing) -> None:
        table = self.ui.versionsTable
        former = self._shown.active if self._shown is not None else None
        marked = self._marked if listing.active == former else None
        blocked = table.blockSignals(True)
        table.setRowCount(len(listing.versions))
        for row, version in enumerate(listing.versions):
            for column, text in enumerate(versionCells(version, listing.active)):
                table.setItem(row, column, qt.QTableWidgetItem(text))
        names = [version.id for version in listing.versions]
        wanted = marked if marked in names else listing.active
        table.setCurrentCell(names.index(wanted) if wanted in names else -1, 0)
        table.blockSignals(blocked)
        self.ui.versionsLabel.setText("\n".join(stateWords(listing, self.workspace.models.problem)))

    @property
    def _marked(self) -> str | None:
        row = self.ui.versionsTable.currentRow()
        versions = self._shown.versions if self._shown is not None else ()
        return versions[row].id if 0 <= row < len(versions) else None

    def onSelection(self) -> None:
        self._enable()

    def _enable(self) -> None:
        models, marked = self.workspace.models, self._marked
        free = models.lock is None
        other = marked is not None and marked != models.active
        active = models.version(models.active)
        self.ui.versionUseButton.setEnabled(free and other)
        self.ui.versionBackButton.setEnabled(free and active is not None and active.parent is not None)
        self.ui.versionDeleteButton.setEnabled(free and other and marked != STARTER)

    def onUse(self) -> None:
        self._change(lambda store: store.use(self._marked))

    def onRollBack(self) -> None:
        self._change(lambda store: store.roll_back())

    def onDelete(self) -> None:
        name = self._marked
        if slicer.util.confirmOkCancelDisplay(
            _("The {model} is removed from this computer for good.").format(model=modelWord(name)),
            windowTitle=_("U2AD"),
        ):
            self._change(lambda store: store.discard(name))

    def _change(self, step) -> None:
        with toldToReader():
            step(self.workspace.models.store)
        self.workspace.models.lookAgain()
        self.workspace.changed()


def versionCells(version, active: str) -> tuple[str, str, str, str]:
    """Name, date, parent and decisions of a version, as they are shown; a mark on the one in use."""
    mark = "\u25cf " if version.id == active else ""
    told = version.adaptation
    if version.id == STARTER:
        return f"{mark}{STARTER}", "-", "-", "-"
    made = whenWord(told["created"]) if told.get("created") else "-"
    scans = told.get("scans", ())
    decisions = " / ".join(str(sum(scan[kind] for scan in scans)) for kind in ("confirmed", "rejected", "undecided"))
    return f"{mark}{version.id}", made, version.parent or "-", decisions


def stateWords(listing, problem: str):
    """What must be known of the site's models."""
    if problem:
        yield "\u26a0 " + problem
        return
    yield _("In use: {model}.").format(model=modelWord(listing.active))
    if listing.lock is not None:
        yield "\u26a0 " + lockWords(listing.lock)
    if listing.damaged:
        yield "\u26a0 " + _("Damaged and left out: {names}.").format(names=", ".join(listing.damaged))
