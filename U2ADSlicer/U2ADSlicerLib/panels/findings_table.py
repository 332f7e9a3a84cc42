"""The table of findings: rows, order, and which are chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import qt
from slicer.i18n import tr as _

from u2ad.review.decision import Decision
from U2ADSlicerLib.panels.words import confidenceWord, decisionWord, levelWord
from U2ADSlicerLib.scene.bands import bandWord
from U2ADSlicerLib.scene.colors import EPISTEMIC


@dataclass(frozen=True)
class Column:
    """One column: its heading, what stands in it, and by what it is sorted."""

    heading: str
    toolTip: str
    text: Callable
    order: Callable


def columns() -> tuple[Column, ...]:
    """All columns, in the words of the present language.

    Words that stand in every row are looked up once, here: Slicer's translation takes its time.
    """
    decisions = {decision: decisionWord(decision) for decision in Decision}
    doubts = doubtWords()
    return (
        Column("#", _("Number of the finding"), lambda f: str(f.number), lambda f: f.number),
        Column(_("Level"), _("Vertebral level"), lambda f: levelWord(f.figures.level), lambda f: f.figures.along),
        Column(
            _("mm"),
            _("Length along the cord in mm"),
            lambda f: f"{f.figures.extent[0]:.0f}",
            lambda f: f.figures.extent[0],
        ),
        Column("mm\u00b3", _("Volume in mm\u00b3"), lambda f: f"{f.figures.volume:.0f}", lambda f: f.figures.volume),
        Column(_("Peak"), _("Highest anomaly"), lambda f: f"{f.figures.peak:.1f}", lambda f: f.figures.peak),
        Column(
            _("Real"),
            _(
                "Of ten such candidates so many were real in simulated scans (confidence). - : not calibrated for this "
                "model, or painted by a reader"
            ),
            lambda f: confidenceWord(f.figures.confidence),
            lambda f: -1.0 if f.figures.confidence is None else f.figures.confidence,
        ),
        Column(
            _("Uncert."),
            _("Epistemic uncertainty, mean of the finding: where it is high, trust the anomaly less. - : not computed"),
            lambda f: doubts[bandWord(EPISTEMIC, f.figures.epistemic)],
            lambda f: f.figures.epistemic or 0.0,
        ),
        Column(
            _("Decision"),
            _("What you decided"),
            lambda f: decisions[f.judgement.decision],
            lambda f: f.judgement.decision.value,
        ),
    )


def doubtWords() -> dict[str, str]:
    """What the grades of a mean epistemic uncertainty are called; a dash where the detector has none."""
    return {
        "none": _("very low"),
        "low": _("low"),
        "middle": _("middle"),
        "high": _("high"),
        "very high": _("very high"),
        "": "-",
    }


class FindingsTable:
    """A QTableWidget with one row a finding; by falling score until a heading is clicked.

    Args:
        table: the widget.
        onChosen: told the key of the row that the reader turned to.
    """

    def __init__(self, table, onChosen: Callable[[str], None]) -> None:
        self.table = table
        self.columns = columns()
        self.keys: list[str] = []
        self._onChosen = onChosen
        self._sortedBy: tuple[int, bool] | None = None
        self._listed: Sequence = ()
        self._shown: list[tuple[str, ...]] = []
        self._makeHeader()
        table.connect("itemSelectionChanged()", self.onSelection)

    def _makeHeader(self) -> None:
        self.table.setColumnCount(len(self.columns))
        for index, column in enumerate(self.columns):
            item = qt.QTableWidgetItem(column.heading)
            item.setToolTip(column.toolTip)
            self.table.setHorizontalHeaderItem(index, item)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(qt.QHeaderView.ResizeToContents)
        header.setStretchLastSection(True)
        header.connect("sectionClicked(int)", self.onHeading)

    @property
    def chosen(self) -> list[str]:
        """Keys of the rows that the reader has marked, from top to bottom."""
        rows = sorted({item.row() for item in self.table.selectedItems()})
        return [self.keys[row] for row in rows if row < len(self.keys)]

    def neighbor(self, key: str | None, step: int) -> str | None:
        """The key one row below (1) or above (-1), round the ends; the first where none is chosen."""
        if not self.keys:
            return None
        if key not in self.keys:
            return self.keys[0]
        return self.keys[(self.keys.index(key) + step) % len(self.keys)]

    def show(self, listed: Sequence, selected: str | None) -> None:
        """Brings the rows in line with the findings; the marked rows stay marked where they still exist."""
        self._listed = listed
        rows = self._ordered(listed)
        texts = [tuple(column.text(finding) for column in self.columns) for finding in rows]
        keys = [finding.key for finding in rows]
        marked = self.chosen
        blocked = self.table.blockSignals(True)
        self._fill(texts)
        if keys != self.keys or selected not in marked:
            self.keys = keys
            self._mark(marked if selected in marked else [selected])
        self.table.blockSignals(blocked)

    def onSelection(self) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self.keys):
            self._onChosen(self.keys[row])

    def onHeading(self, index) -> None:
        """First click: from high to low, numbers and words from low to high; second click: the other way."""
        descending = index not in (0, 1, len(self.columns) - 1)
        if self._sortedBy is not None and self._sortedBy[0] == index:
            descending = not self._sortedBy[1]
        self._sortedBy = (index, descending)
        header = self.table.horizontalHeader()
        header.setSortIndicatorShown(True)
        header.setSortIndicator(index, qt.Qt.DescendingOrder if descending else qt.Qt.AscendingOrder)
        self.show(self._listed, self.chosen[0] if self.chosen else None)

    def _ordered(self, listed: Sequence) -> list:
        if self._sortedBy is None:
            return list(listed)
        index, descending = self._sortedBy
        return sorted(listed, key=self.columns[index].order, reverse=descending)

    def _fill(self, texts: list[tuple[str, ...]]) -> None:
        if len(texts) != len(self._shown):
            self.table.setRowCount(len(texts))
            self._shown = self._shown[: len(texts)]
        for row, cells in enumerate(texts):
            before = self._shown[row] if row < len(self._shown) else ()
            if cells == before:
                continue
            for column, cell in enumerate(cells):
                if not before or before[column] != cell:
                    self.table.setItem(row, column, self._item(cell))
        self._shown = texts

    @staticmethod
    def _item(text: str):
        item = qt.QTableWidgetItem(text)
        item.setTextAlignment(qt.Qt.AlignCenter)
        return item

    def _mark(self, keys) -> None:
        self.table.clearSelection()
        rows = [self.keys.index(key) for key in keys if key in self.keys]
        if not rows:
            self.table.setCurrentCell(-1, -1)
            return
        self.table.setCurrentCell(rows[0], 0)
        for row in rows[1:]:
            for column in range(len(self.columns)):
                self.table.item(row, column).setSelected(True)
        self.table.scrollToItem(self.table.item(rows[0], 0))
