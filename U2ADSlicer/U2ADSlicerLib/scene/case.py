"""All nodes of one scan hang on its volume node by node references: scenes, imports and second scans just work."""

from __future__ import annotations

import slicer

ROLE_ATTRIBUTE = "U2AD.Role"
"""Attribute of every node that U2AD made: its role. What has it is no scan to be looked at."""


class NodeRole:
    """One node reference of a volume, named after the attribute that it stands in."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, nodes: CaseNodes | None, owner: type):
        return self if nodes is None else nodes.volume.GetNodeReference(roleOf(self._name))

    def __set__(self, nodes: CaseNodes, node) -> None:
        if node is not None:
            node.SetAttribute(ROLE_ATTRIBUTE, self._name)
        nodes.volume.SetNodeReferenceID(roleOf(self._name), node.GetID() if node is not None else None)


class CaseNodes:
    """The nodes of one scan; each is None where there is none. Setting one replaces the reference only.

    Args:
        volume: the scan's scalar volume node.

    Attributes:
        anomaly: map, scalar volume.
        epistemic: map, scalar volume.
        aleatoric: map, scalar volume.
        certainty: weight of each voxel, hidden scalar volume.
        reconstruction: expected signal, hidden scalar volume.
        cordFraction: share of each voxel that is cord as the detection used it, hidden scalar volume.
        acceptedFraction: the same as the reader has accepted it for the next detection, hidden scalar volume.
        anomalyBands: grades of the anomaly, label map.
        epistemicBands: grades of the epistemic uncertainty, label map.
        aleatoricBands: grades of the aleatoric uncertainty, label map.
        findings: segmentation.
        cord: segmentation, which the reader may correct.
        cordPoints: points that the reader has clicked along the cord, point list.
        cordPreview: the cord that follows from them, segmentation.
        levels: vertebrae that the reader has marked, point list.
        levelNames: names of all known vertebrae beside the cord, locked point list.
        table: findings, table.
        curveTable: anomaly along the cord, table.
        levelTable: borders of the vertebral levels along the cord, hidden table.
        chart: plot chart of the curve.
        curveSeries: plot series of the curve.
        thresholdSeries: plot series of the threshold.
        peakSeries: plot series of the findings.
        levelSeries: plot series of the levels' borders.
        anomalyBefore: map of a model before it was adapted, hidden scalar volume.
        anomalyAfter: map of the adapted model, hidden scalar volume.
        learningTable: how an adaptation learns, hidden table.
        learningChart: plot chart of it.
        lossSeries: plot series of the error in training.
        asideSeries: plot series of the error on cord set aside.
        journal: what the reader did, text.
        document: what the detection said, JSON text.
    """

    anomaly = NodeRole()
    epistemic = NodeRole()
    aleatoric = NodeRole()
    certainty = NodeRole()
    reconstruction = NodeRole()
    cordFraction = NodeRole()
    acceptedFraction = NodeRole()
    anomalyBands = NodeRole()
    epistemicBands = NodeRole()
    aleatoricBands = NodeRole()
    findings = NodeRole()
    cord = NodeRole()
    cordPoints = NodeRole()
    cordPreview = NodeRole()
    levels = NodeRole()
    levelNames = NodeRole()
    table = NodeRole()
    curveTable = NodeRole()
    levelTable = NodeRole()
    chart = NodeRole()
    curveSeries = NodeRole()
    thresholdSeries = NodeRole()
    peakSeries = NodeRole()
    levelSeries = NodeRole()
    anomalyBefore = NodeRole()
    anomalyAfter = NodeRole()
    learningTable = NodeRole()
    learningChart = NodeRole()
    lossSeries = NodeRole()
    asideSeries = NodeRole()
    journal = NodeRole()
    document = NodeRole()

    def __init__(self, volume) -> None:
        self.volume = volume

    @property
    def hasResult(self) -> bool:
        """Whether the maps of a detection are there, complete enough to derive findings from."""
        needed = (self.anomaly, self.certainty, self.cordFraction)
        return all(node is not None and node.GetImageData() is not None for node in needed)

    @property
    def isInScene(self) -> bool:
        """Whether the scan is still in a scene that may be changed."""
        return slicer.mrmlScene.IsNodePresent(self.volume) and not slicer.mrmlScene.IsClosing()

    def remove(self, name: str) -> None:
        """Takes the node of one role out of the scene, with its display and storage nodes."""
        node = getattr(self, name)
        if node is None:
            return
        setattr(self, name, None)
        for own in (*_displayNodes(node), _storageNode(node), node):
            if own is not None:
                slicer.mrmlScene.RemoveNode(own)


NODES = tuple(name for name, value in vars(CaseNodes).items() if isinstance(value, NodeRole))
"""Names of all roles."""


def roleOf(name: str) -> str:
    """The role of a node reference from the volume."""
    return f"U2AD.{name}"


def isResult(node) -> bool:
    """Whether U2AD made this node."""
    return node.GetAttribute(ROLE_ATTRIBUTE) is not None


def putBeside(node, volume) -> None:
    """Lists a node beside the scan in the subject hierarchy: under the same study, if there is one.

    Nothing happens where the scan is not listed, as without Slicer's window.
    """
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(slicer.mrmlScene)
    item = hierarchy.GetItemByDataNode(volume) if hierarchy is not None else 0
    if not item:
        return
    parent = hierarchy.GetItemParent(item)
    own = hierarchy.GetItemByDataNode(node)
    if own:
        hierarchy.SetItemParent(own, parent)
    else:
        hierarchy.CreateItem(parent, node)


def _displayNodes(node) -> list:
    if not node.IsA("vtkMRMLDisplayableNode"):
        return []
    return [node.GetNthDisplayNode(index) for index in range(node.GetNumberOfDisplayNodes())]


def _storageNode(node):
    return node.GetStorageNode() if node.IsA("vtkMRMLStorableNode") else None
