"""qMRMLTableView: shows a table node."""

from __future__ import annotations

import slicer
import vtk

from EmbeddedSlicer.desktop.native import Property, QtGui, QtWidgets, Signal
from EmbeddedSlicer.desktop.qmrml_widgets.mrml_widget import SceneAware
from EmbeddedSlicer.desktop.qmrml_widgets.observations import Observations
from EmbeddedSlicer.desktop.registry import standIn


@standIn
class qMRMLTableView(SceneAware, QtWidgets.QTableView):
    """Follows the node; cells are text, read only where the node is locked."""

    selectionChangedByUser = Signal()
    CPP_SIGNALS = {"selectionChanged()": "selectionChangedByUser()"}  # noqa: RUF012

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        QtWidgets.QTableView.__init__(self, parent)
        self._node: slicer.vtkMRMLTableNode | None = None
        self._ofNode = Observations()
        self._model = QtGui.QStandardItemModel(self)
        self._filling = False
        self.setModel(self._model)
        self._model.itemChanged.connect(self._onItemChanged)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selectionChangedByUser.emit())
        self.destroyed.connect(self._ofNode.clear)

    def mrmlTableNode(self) -> slicer.vtkMRMLTableNode | None:
        return self._node

    def setMRMLTableNode(self, node: slicer.vtkMRMLTableNode | None) -> None:
        self._ofNode.clear()
        self._node = node
        if node is not None:
            self._ofNode.add(node, vtk.vtkCommand.ModifiedEvent, lambda *_: self._fill())
        self._fill()

    def tableModel(self) -> QtGui.QStandardItemModel:
        return self._model

    def _fill(self) -> None:
        self._filling = True
        self._model.clear()
        node = self._node
        if node is not None:
            columns = range(node.GetNumberOfColumns())
            self._model.setHorizontalHeaderLabels([node.GetColumnName(column) for column in columns])
            for row in range(node.GetNumberOfRows()):
                self._model.appendRow([self._itemAt(row, column) for column in columns])
        self._filling = False

    def _itemAt(self, row: int, column: int) -> QtGui.QStandardItem:
        item = QtGui.QStandardItem(self._node.GetCellText(row, column))
        item.setEditable(not self._node.GetLocked())
        return item

    def _onItemChanged(self, item: QtGui.QStandardItem) -> None:
        if not self._filling and self._node is not None:
            self._node.SetCellText(item.row(), item.column(), item.text())

    transposed = Property(bool, lambda self: False)
