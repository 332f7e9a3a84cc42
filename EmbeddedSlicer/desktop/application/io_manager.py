"""``slicer.app.coreIOManager()``: loads and saves by Slicer's own readers and writers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import slicer
import vtk

from EmbeddedSlicer.runtime import EmbeddedRuntime

SUFFIX_TYPES = {
    ".mrb": "SceneFile",
    ".mrml": "SceneFile",
    ".seg.nrrd": "SegmentationFile",
    ".seg.nhdr": "SegmentationFile",
    ".mrk.json": "MarkupsFile",
    ".csv": "TableFile",
    ".tsv": "TableFile",
    ".ctbl": "ColorTableFile",
    ".h5": "TransformFile",
    ".tfm": "TransformFile",
    ".txt": "TextFile",
    ".json": "TextFile",
    ".vtk": "ModelFile",
    ".ply": "ModelFile",
    ".stl": "ModelFile",
}
"""File types by the end of the name, longer ends first where one ends like another; anything else is a volume."""

NODE_CLASSES = {
    "SegmentationFile": ("vtkMRMLSegmentationNode", "vtkMRMLSegmentationStorageNode"),
    "MarkupsFile": ("vtkMRMLMarkupsFiducialNode", "vtkMRMLMarkupsFiducialStorageNode"),
    "TableFile": ("vtkMRMLTableNode", "vtkMRMLTableStorageNode"),
    "ColorTableFile": ("vtkMRMLColorTableNode", "vtkMRMLColorTableStorageNode"),
    "TransformFile": ("vtkMRMLTransformNode", "vtkMRMLTransformStorageNode"),
    "TextFile": ("vtkMRMLTextNode", "vtkMRMLTextStorageNode"),
    "ModelFile": ("vtkMRMLModelNode", "vtkMRMLModelStorageNode"),
}
"""Node and storage node that a file of each type becomes."""

LABELMAP = slicer.vtkSlicerVolumesLogic.LabelMap
SINGLE_FILE = slicer.vtkSlicerVolumesLogic.SingleFile


class IoManager:
    """Stand-in for qSlicerCoreIOManager with the methods that ``slicer.util`` calls."""

    def __init__(self, runtime: EmbeddedRuntime) -> None:
        self._runtime = runtime

    def fileType(self, fileName: str) -> str:
        """The type by the file's name alone."""
        lower = str(fileName).lower()
        return next((kind for suffix, kind in SUFFIX_TYPES.items() if lower.endswith(suffix)), "VolumeFile")

    def loadNodes(
        self,
        fileType: str,
        properties: Mapping[str, Any],
        loadedNodes: vtk.vtkCollection | None = None,
        userMessages: slicer.vtkMRMLMessageCollection | None = None,
    ) -> bool:
        """Loads a file into the scene; what went wrong is told in ``userMessages``."""
        path = Path(properties["fileName"])
        if not path.exists():
            _complain(userMessages, f"The file does not exist: {path}")
            return False
        if fileType == "SceneFile":
            return self._loadScene(path, bool(properties.get("clear", False)), loadedNodes, userMessages)
        load = self._loadVolume if fileType == "VolumeFile" else self._loadByStorage(fileType)
        node = load(path, properties)
        if node is None:
            _complain(userMessages, f"The file could not be read: {path}")
            return False
        if loadedNodes is not None:
            loadedNodes.AddItem(node)
        return True

    def _loadScene(self, path: Path, clear: bool, loadedNodes, userMessages) -> bool:
        """Adds to the scene unless it is told to clear it, as Slicer does."""
        scene = self._runtime.scene
        before = {node.GetID() for node in _nodesOf(scene)}
        if path.suffix.lower() == ".mrb":
            success = scene.ReadFromMRB(str(path.absolute()), clear, userMessages)
        else:
            scene.SetURL(str(path.absolute()))
            success = scene.Connect(userMessages) if clear else scene.Import(userMessages)
        if success and loadedNodes is not None:
            for node in _nodesOf(scene):
                if node.GetID() not in before:
                    loadedNodes.AddItem(node)
        return bool(success)

    def _loadVolume(self, path: Path, properties: Mapping[str, Any]):
        options = LABELMAP * bool(properties.get("labelmap")) + SINGLE_FILE * bool(properties.get("singleFile"))
        name = properties.get("name") or path.name.split(".")[0]
        files = vtk.vtkStringArray()
        for each in properties.get("fileNames", ()):
            files.InsertNextValue(str(each))
        logic = slicer.modules.volumes.logic()
        node = logic.AddArchetypeVolume(str(path), name, options, files if files.GetNumberOfValues() else None)
        if node is not None and properties.get("show", True):
            self._show(node)
        return node

    def _show(self, node: slicer.vtkMRMLVolumeNode) -> None:
        logic = self._runtime.applicationLogic
        if node.IsA("vtkMRMLLabelMapVolumeNode"):
            logic.GetSelectionNode().SetActiveLabelVolumeID(node.GetID())
        else:
            logic.GetSelectionNode().SetActiveVolumeID(node.GetID())
        logic.PropagateVolumeSelection()

    def _loadByStorage(self, fileType: str) -> Callable[[Path, Mapping[str, Any]], Any]:
        nodeClass, storageClass = NODE_CLASSES[fileType]

        def load(path: Path, properties: Mapping[str, Any]):
            scene = self._runtime.scene
            storage = scene.AddNewNodeByClass(storageClass)
            storage.SetFileName(str(path))
            node = scene.AddNewNodeByClass(nodeClass, properties.get("name") or path.name.split(".")[0])
            if not storage.ReadData(node):
                scene.RemoveNode(node)
                scene.RemoveNode(storage)
                return None
            node.SetAndObserveStorageNodeID(storage.GetID())
            if hasattr(node, "CreateDefaultDisplayNodes"):
                node.CreateDefaultDisplayNodes()
            return node

        return load

    def fileWriterFileType(self, node: slicer.vtkMRMLNode, _format: str = "") -> str:
        return node.GetClassName()

    def fileWriterExtensions(self, node: slicer.vtkMRMLStorableNode) -> tuple[str, ...]:
        """Formats as in the save dialog, such as "NRRD (.nrrd)"."""
        formats = _storageOf(node).GetSupportedWriteFileTypes()
        return tuple(formats.GetValue(index) for index in range(formats.GetNumberOfValues()))

    def extractKnownExtension(self, fileName: str, node: slicer.vtkMRMLStorableNode) -> str:
        return _storageOf(node).GetSupportedFileExtension(str(fileName))

    def saveNodes(
        self,
        fileType: str,
        properties: Mapping[str, Any],
        userMessages: slicer.vtkMRMLMessageCollection | None = None,
    ) -> bool:
        """Writes a node or the whole scene."""
        path = Path(properties["fileName"])
        if fileType == "SceneFile":
            return self._saveScene(path, userMessages)
        node = self._runtime.scene.GetNodeByID(properties["nodeID"])
        storage = _storageOf(node)
        storage.SetFileName(str(path))
        storage.SetUseCompression(bool(properties.get("useCompression", True)))
        return bool(storage.WriteData(node))

    def _saveScene(self, path: Path, userMessages) -> bool:
        scene = self._runtime.scene
        scene.SetURL(str(path.absolute()))
        scene.SetRootDirectory(str(path.absolute().parent))
        if path.suffix.lower() == ".mrb":
            return bool(scene.WriteToMRB(str(path.absolute()), None, userMessages))
        if path.suffix.lower() == ".mrml":
            return bool(scene.Commit(str(path.absolute()), userMessages))
        path.mkdir(parents=True, exist_ok=True)
        return bool(scene.SaveSceneToSlicerDataBundleDirectory(str(path.absolute()), None, userMessages))

    def exportNodes(
        self,
        nodeIDs: list[str],
        fileNames: list[str],
        properties: Mapping[str, Any],
        hardenTransform: bool,
        userMessages: slicer.vtkMRMLMessageCollection | None = None,
    ) -> bool:
        """Writes copies of nodes, so that the nodes in the scene keep their files."""
        nodes = [self._runtime.scene.GetNodeByID(nodeID) for nodeID in nodeIDs]
        return all(
            self._export(node, fileName, properties, hardenTransform)
            for node, fileName in zip(nodes, fileNames, strict=True)
        )

    def _export(self, node, fileName: str, properties: Mapping[str, Any], hardenTransform: bool) -> bool:
        scene = slicer.vtkMRMLScene()
        copied = scene.AddNewNodeByClass(node.GetClassName(), node.GetName())
        copied.CopyContent(node)
        if hardenTransform and node.GetParentTransformNode() is not None:
            matrix = vtk.vtkMatrix4x4()
            node.GetParentTransformNode().GetMatrixTransformToWorld(matrix)
            copied.ApplyTransformMatrix(matrix)
        storage = _storageOf(copied)
        storage.SetFileName(str(fileName))
        storage.SetUseCompression(bool(properties.get("useCompression", True)))
        return bool(storage.WriteData(copied))


def _nodesOf(scene: slicer.vtkMRMLScene) -> Iterator[slicer.vtkMRMLNode]:
    return (scene.GetNthNode(index) for index in range(scene.GetNumberOfNodes()))


def _storageOf(node: slicer.vtkMRMLStorableNode) -> slicer.vtkMRMLStorageNode:
    if node.IsA("vtkMRMLTextNode"):
        node.SetForceCreateStorageNode(node.CreateStorageNodeAlways)  # short texts have none otherwise
    if node.GetStorageNode() is None:
        node.AddDefaultStorageNode()
    return node.GetStorageNode()


def _complain(userMessages: slicer.vtkMRMLMessageCollection | None, text: str) -> None:
    if userMessages is not None:
        userMessages.AddMessage(vtk.vtkCommand.ErrorEvent, text)
