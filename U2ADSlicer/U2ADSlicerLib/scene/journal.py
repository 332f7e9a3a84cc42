"""The journal of a review in the scene, so that a saved scene is enough to go on with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import slicer

from u2ad.review.action import Action, unique
from U2ADSlicerLib.scene.case import CaseNodes, putBeside


def writeJournal(nodes: CaseNodes, actions: Sequence[Action]) -> None:
    """Makes the text node of a scan's journal hold these actions, one JSON line each.

    The text stands in the scene file itself: a scene and its journal cannot be torn apart.

    Args:
        nodes: of the scan; the text node is made with the first action.
        actions: the whole log.
    """
    if nodes.journal is None:
        if not actions:
            return
        nodes.journal = _addNode(nodes)
    nodes.journal.SetText("".join(f"{action.to_json()}\n" for action in actions))


def readJournal(nodes: CaseNodes) -> tuple[Action, ...]:
    """The actions in the scene, in their order, each once; lines that are damaged are left out."""
    if nodes.journal is None:
        return ()
    _keepInSceneFile(nodes.journal)
    return unique(tuple(_understood(nodes.journal.GetText() or "")))


def _understood(text: str) -> Iterator[Action]:
    for line in filter(str.strip, text.split("\n")):
        try:
            yield Action.from_json(line)
        except ValueError:
            continue


def _addNode(nodes: CaseNodes):
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTextNode", f"{nodes.volume.GetName()} journal")
    _keepInSceneFile(node)
    putBeside(node, nodes.volume)
    return node


def _keepInSceneFile(node) -> None:
    """However long the text is. A scene that is opened has forgotten it, and would write a file beside itself."""
    node.SetForceCreateStorageNode(slicer.vtkMRMLTextNode.CreateStorageNodeNever)
