"""qMRMLNodeComboBox: chooses one node among those of the scene that meet its conditions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import slicer
import vtk

from EmbeddedSlicer.desktop.native import Property, QtGui, QtWidgets, Signal
from EmbeddedSlicer.desktop.qmrml_widgets.mrml_widget import SceneAware
from EmbeddedSlicer.desktop.qmrml_widgets.node_filter import NodeFilter
from EmbeddedSlicer.desktop.qmrml_widgets.observations import Observations
from EmbeddedSlicer.desktop.registry import standIn

Scene = slicer.vtkMRMLScene


def _filtered(kind: type | str, name: str) -> Property:
    """A property that is a condition of the filter."""

    def read(self: qMRMLNodeComboBox) -> Any:
        return getattr(self._filter, name)

    def write(self: qMRMLNodeComboBox, value: Any) -> None:
        setattr(self._filter, name, tuple(value) if kind == "QStringList" else value)
        self._update()

    return Property(kind, read, write)


def _kept(kind: type | str, name: str) -> Property:
    """A property that only decides what the list offers besides nodes."""

    def read(self: qMRMLNodeComboBox) -> Any:
        return self._options[name]

    def write(self: qMRMLNodeComboBox, value: Any) -> None:
        self._options[name] = value
        self._update()

    return Property(kind, read, write)


@standIn
class qMRMLNodeComboBox(SceneAware, QtWidgets.QWidget):
    """Follows the scene: lists nodes as they come, change their names and go.

    Without ``noneEnabled`` it takes the first node that fits, until a node or None is set by the program.

    As in Slicer (qMRMLSceneModel), where QComboBox decides what is current after rows have gone:

    - the row of a node goes just before the node does, and the next one, or the last, becomes current;
    - nodes that are imported are listed when the import is complete. Then, and when the scene was closed, all rows go
      and come anew, so that none is current.
    """

    currentNodeChanged = Signal(object)
    currentNodeValidChanged = Signal(bool)
    currentNodeIDChanged = Signal(str)
    nodeActivated = Signal(object)
    nodeAdded = Signal(object)
    nodeAddedByUserAction = Signal(object)
    nodeAboutToBeRemoved = Signal(object)
    CPP_SIGNALS = {  # noqa: RUF012
        "currentNodeChanged(vtkMRMLNode*)": "currentNodeChanged(PyObject)",
        "currentNodeChanged(bool)": "currentNodeValidChanged(bool)",
        "nodeActivated(vtkMRMLNode*)": "nodeActivated(PyObject)",
        "nodeAdded(vtkMRMLNode*)": "nodeAdded(PyObject)",
        "nodeAddedByUser(vtkMRMLNode*)": "nodeAdded(PyObject)",
        "nodeAddedByUserAction(vtkMRMLNode*)": "nodeAddedByUserAction(PyObject)",
        "nodeAboutToBeRemoved(vtkMRMLNode*)": "nodeAboutToBeRemoved(PyObject)",
    }

    nodeTypes = _filtered("QStringList", "nodeTypes")
    showChildNodeTypes = _filtered(bool, "showChildNodeTypes")
    hideChildNodeTypes = _filtered("QStringList", "hideChildNodeTypes")
    showHidden = _filtered(bool, "showHidden")
    noneEnabled = _kept(bool, "noneEnabled")
    noneDisplay = _kept(str, "noneDisplay")
    addEnabled = _kept(bool, "addEnabled")
    removeEnabled = _kept(bool, "removeEnabled")
    renameEnabled = _kept(bool, "renameEnabled")
    editEnabled = _kept(bool, "editEnabled")
    selectNodeUponCreation = _kept(bool, "selectNodeUponCreation")
    baseName = _kept(str, "baseName")
    interactionNodeSingletonTag = _kept(str, "interactionNodeSingletonTag")

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        QtWidgets.QWidget.__init__(self, parent)
        self._filter = NodeFilter()
        self._options = {
            "noneEnabled": False,
            "noneDisplay": "None",
            "addEnabled": True,
            "removeEnabled": True,
            "renameEnabled": False,
            "editEnabled": False,
            "selectNodeUponCreation": True,
            "baseName": "",
            "interactionNodeSingletonTag": "Singleton",
        }
        self._typeLabels: dict[str, str] = {}
        self._actions: list[QtGui.QAction] = []
        self._ofScene, self._ofNodes = Observations(), Observations()
        self._currentID, self._noneWasSet = "", False
        self._going: set[str] = set()
        self._beforeImport: set[str] | None = None
        self._box = QtWidgets.QComboBox(self)
        self._box.setSizeAdjustPolicy(QtWidgets.QComboBox.AdjustToMinimumContentsLengthWithIcon)
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._box)
        self._box.activated.connect(self._onActivated)
        self.setFocusProxy(self._box)
        self.destroyed.connect(self._ofScene.clear)
        self.destroyed.connect(self._ofNodes.clear)

    # The scene

    def _onSceneSet(self) -> None:
        self._ofScene.clear()
        self._going, self._beforeImport = set(), None
        if self._scene is not None:
            self._ofScene.add(self._scene, Scene.NodeAddedEvent, self._onNodeAdded, 10.0)
            self._ofScene.add(self._scene, Scene.NodeAboutToBeRemovedEvent, self._onNodeAboutToBeRemoved, -10.0)
            self._ofScene.add(self._scene, Scene.NodeRemovedEvent, self._onNodeRemoved, 10.0)
            self._ofScene.add(self._scene, Scene.StartImportEvent, self._onImportStarted)
            self._ofScene.add(self._scene, Scene.EndImportEvent, self._onSceneReplaced)
            self._ofScene.add(self._scene, Scene.EndCloseEvent, self._onSceneReplaced)
        self._update()

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def _onNodeAdded(self, _scene, _event, node) -> None:
        if not self._scene.IsImporting() and self._filter.isOfType(node):
            self._update()
            if self._filter.accepts(node):
                self.nodeAdded.emit(node)

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def _onNodeAboutToBeRemoved(self, _scene, _event, node) -> None:
        if self._scene.IsClosing() or not self._filter.accepts(node):
            return
        self.nodeAboutToBeRemoved.emit(node)
        listed = [other.GetID() for other in self._nodes()]
        self._going.add(node.GetID())
        if node.GetID() == self._currentID:
            others = [other for other in listed if other != node.GetID()]
            row = listed.index(node.GetID())
            self._choose(others[min(row, len(others) - 1)] if others else "")
        self._update()

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def _onNodeRemoved(self, _scene, _event, node) -> None:
        self._going.discard(node.GetID())
        if not self._scene.IsClosing() and self._filter.isOfType(node):
            self._update()

    def _onImportStarted(self, _scene, _event) -> None:
        self._beforeImport = {node.GetID() for node in self._nodes()}

    def _onSceneReplaced(self, _scene, _event) -> None:
        self._beforeImport = None
        self._going.clear()
        self._choose("")
        self._update()

    def _onNodeModified(self, node, _event) -> None:
        """The name or an attribute may have changed."""
        if self._scene.IsImporting() or self._scene.IsClosing():
            return
        row = self._box.findData(node.GetID())
        if self._filter.accepts(node) != (row >= 0):
            self._update()
        elif row >= 0 and self._box.itemText(row) != node.GetName():
            self._box.setItemText(row, node.GetName())

    # The list

    def _candidates(self) -> list[slicer.vtkMRMLNode]:
        if self._scene is None:
            return []
        nodes = (self._scene.GetNthNode(index) for index in range(self._scene.GetNumberOfNodes()))
        return [node for node in nodes if self._filter.isOfType(node)]

    def _nodes(self) -> list[slicer.vtkMRMLNode]:
        return [node for node in self._candidates() if self._filter.accepts(node) and self._isListed(node.GetID())]

    def _isListed(self, nodeID: str) -> bool:
        return nodeID not in self._going and (self._beforeImport is None or nodeID in self._beforeImport)

    def _update(self) -> None:
        """Lists anew, and chooses what is current now."""
        self._ofNodes.clear()
        for node in self._candidates():
            self._ofNodes.add(node, vtk.vtkCommand.ModifiedEvent, self._onNodeModified)
        nodes = self._nodes()
        self._fillBox(nodes)
        known = {node.GetID() for node in nodes}
        chosen = self._currentID if self._currentID in known else ""
        if not chosen and nodes and not self.noneEnabled and not self._noneWasSet:
            chosen = nodes[0].GetID()
        self._choose(chosen)

    def _fillBox(self, nodes: list[slicer.vtkMRMLNode]) -> None:
        self._box.clear()
        self._box.addItem(self.noneDisplay if self.noneEnabled else "Select a node", "")
        for node in nodes:
            self._box.addItem(node.GetName(), node.GetID())
        if actions := self._menu():
            self._box.insertSeparator(self._box.count)
            for text, action in actions:
                self._box.addItem(text, action)

    def _menu(self) -> list[tuple[str, Callable[[], object]]]:
        if self._scene is None:
            return []
        actions = [
            (f"Create new {self.nodeTypeLabel(kind)}", lambda kind=kind: self._addByUser(kind))
            for kind in self.nodeTypes
            if self.addEnabled
        ]
        if self.removeEnabled and self.currentNode() is not None:
            actions.append(("Delete current node", self.removeCurrentNode))
        return actions + [(action.text, action.trigger) for action in self._actions]

    def _onActivated(self, row: int) -> None:
        data = self._box.itemData(row)
        if callable(data):
            self._box.setCurrentIndex(self._box.findData(self._currentID))
            data()
            return
        self._noneWasSet = not data
        self._choose(data or "")
        self.nodeActivated.emit(self.currentNode())

    def _choose(self, nodeID: str) -> None:
        self._box.setCurrentIndex(max(0, self._box.findData(nodeID) if nodeID else 0))
        if nodeID != self._currentID:
            self._currentID = nodeID
            node = self.currentNode()
            self.currentNodeChanged.emit(node)
            self.currentNodeValidChanged.emit(node is not None)
            self.currentNodeIDChanged.emit(nodeID)

    # What PythonQt reaches

    def currentNode(self) -> slicer.vtkMRMLNode | None:
        return self._scene.GetNodeByID(self._currentID) if self._scene is not None and self._currentID else None

    def setCurrentNode(self, node: slicer.vtkMRMLNode | str | None) -> None:
        self.setCurrentNodeID(node.GetID() if isinstance(node, slicer.vtkMRMLNode) else node)

    def setCurrentNodeID(self, nodeID: str | None) -> None:
        """An unknown node is no node; None stays when nodes come later."""
        known = {node.GetID() for node in self._nodes()}
        chosen = nodeID if nodeID in known else ""
        self._noneWasSet = not chosen
        self._choose(chosen)

    currentNodeID = Property(str, lambda self: self._currentID, setCurrentNodeID, notify=currentNodeIDChanged)

    def setCurrentNodeIndex(self, index: int) -> None:
        self.setCurrentNode(self.nodeFromIndex(index))

    def nodeCount(self) -> int:
        return len(self._nodes())

    def nodeFromIndex(self, index: int) -> slicer.vtkMRMLNode | None:
        nodes = self._nodes()
        return nodes[index] if 0 <= index < len(nodes) else None

    def addAttribute(self, nodeType: str, name: str, value: Any = None) -> None:
        self._filter.attributes[nodeType, name] = value
        self._update()

    def removeAttribute(self, nodeType: str, name: str) -> None:
        self._filter.attributes.pop((nodeType, name), None)
        self._update()

    def nodeTypeLabel(self, nodeType: str) -> str:
        return self._typeLabels.get(nodeType) or nodeType.removeprefix("vtkMRML").removesuffix("Node")

    def setNodeTypeLabel(self, label: str, nodeType: str) -> None:
        self._typeLabels[nodeType] = label
        self._update()

    def addMenuAction(self, action: QtGui.QAction) -> None:
        self._actions.append(action)
        self._update()

    def addNode(self, nodeType: str = "") -> slicer.vtkMRMLNode | None:
        """A new node of one of the types, by default the first; with the attributes that the filter asks for."""
        nodeType = nodeType or self.nodeTypes[0]
        if nodeType not in self.nodeTypes:
            return None
        node = self._scene.CreateNodeByClass(nodeType)
        node.UnRegister(None)
        for (wanted, name), value in self._filter.attributes.items():
            if node.IsA(wanted):
                node.SetAttribute(name, "" if value is None else str(value))
        node.SetName(self._scene.GetUniqueNameByString(self.baseName or node.GetNodeTagName()))
        node = self._scene.AddNode(node)
        if self.selectNodeUponCreation:
            self.setCurrentNode(node)
        return node

    def _addByUser(self, nodeType: str) -> None:
        self.nodeAddedByUserAction.emit(self.addNode(nodeType))

    def removeCurrentNode(self) -> None:
        if self.currentNode() is not None:
            self._scene.RemoveNode(self.currentNode())
