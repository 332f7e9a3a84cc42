"""The findings as a table node, for other modules and for the saved scene."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import slicer
import vtk

from u2ad.review import table as review_table
from U2ADSlicerLib.scene.case import CaseNodes, putBeside

if TYPE_CHECKING:
    from u2ad.review.review import Listed


class FindingsTable:
    """Keeps the table node in line with a list of findings, in its order; columns as in the exported table.

    Args:
        nodes: of the scan; the table node is made with the first finding.
    """

    def __init__(self, nodes: CaseNodes) -> None:
        self._nodes = nodes
        self._rows: list[tuple] | None = None
        self._stamp = 0

    def update(self, listed: Sequence[Listed]) -> None:
        """Shows a list of findings; an unchanged one costs nothing."""
        if not listed and self._nodes.table is None:
            return
        rows = [tuple(row.values()) for row in review_table.rows(listed)]
        node = self._node()
        if rows == self._rows and node.GetTable().GetMTime() == self._stamp:
            return
        with slicer.util.NodeModify(node):
            node.RemoveAllColumns()
            for index, name in enumerate(review_table.COLUMNS):
                node.AddColumn(_column(name, [row[index] for row in rows]))
        self._rows, self._stamp = rows, node.GetTable().GetMTime()

    def _node(self):
        if self._nodes.table is None:
            volume = self._nodes.volume
            name = f"{volume.GetName()} table of findings"
            self._nodes.table = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTableNode", name)
            putBeside(self._nodes.table, volume)
        return self._nodes.table


TEXTS = frozenset({"level", "origin", "decision", "reason", "comment", "reader", "time_utc", "edited"})
"""Columns that hold words; all others hold numbers, NaN where there is none."""


def _column(name: str, values: Sequence) -> vtk.vtkAbstractArray:
    isText = name in TEXTS
    column = vtk.vtkStringArray() if isText else vtk.vtkIntArray() if name == "number" else vtk.vtkDoubleArray()
    column.SetName(name)
    column.SetNumberOfValues(len(values))
    for row, value in enumerate(values):
        column.SetValue(row, _oneLine(value) if isText else float("nan") if value is None else value)
    return column


def _oneLine(text: str) -> str:
    """Text without what breaks the file that Slicer saves a table in: tabs, line breaks and double quotes."""
    return " ".join(text.replace('"', "'").split())
