"""A table view as a widget: shows the table of a vtkMRMLTableViewNode."""

from __future__ import annotations

import vtk

from EmbeddedSlicer.desktop.native import QtWidgets


class TableWidget(QtWidgets.QWidget):
    """Stands in for qMRMLTableWidget; the cells cannot be edited.

    Args:
        node: table view node.
        parent: widget.
    """

    def __init__(self, node, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"qMRMLTableWidget{node.GetLayoutName()}")
        self._node, self._followed = node, None
        self._tag = node.AddObserver(vtk.vtkCommand.ModifiedEvent, self._onViewModified)
        self._view = QtWidgets.QTableWidget(self)
        self._view.setEditTriggers(QtWidgets.QAbstractItemView.EditTrigger.NoEditTriggers)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self._onViewModified()

    def tableView(self) -> QtWidgets.QTableWidget:
        return self._view

    def mrmlTableViewNode(self):
        return self._node

    def release(self) -> None:
        """Follows the nodes no longer."""
        self._node.RemoveObserver(self._tag)
        self._follow(None)

    def _onViewModified(self, *_: object) -> None:
        self._follow(self._node.GetTableNode())
        self._fill()

    def _follow(self, table) -> None:
        if self._followed is not None:
            node, tag = self._followed
            node.RemoveObserver(tag)
        self._followed = table and (table, table.AddObserver(vtk.vtkCommand.ModifiedEvent, self._fill))

    def _fill(self, *_: object) -> None:
        table = self._node.GetTableNode()
        rows, columns = (table.GetNumberOfRows(), table.GetNumberOfColumns()) if table else (0, 0)
        self._view.setRowCount(rows)
        self._view.setColumnCount(columns)
        self._view.setHorizontalHeaderLabels([table.GetColumnName(column) for column in range(columns)])
        for row in range(rows):
            for column in range(columns):
                self._view.setItem(row, column, QtWidgets.QTableWidgetItem(table.GetCellText(row, column)))
