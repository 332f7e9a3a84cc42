"""Files into nodes and nodes into files."""

from __future__ import annotations

import os
from pathlib import Path

import slicer

from U2ADSlicerLib.scene.errors import SceneError

LABEL_MAP = 1  # vtkSlicerVolumesLogic::LoadingOptions


def loadVolume(path: str | os.PathLike, name: str):
    """A scalar volume node of an image file.

    Raises:
        SceneError: if the file cannot be read as a volume.
    """
    return _load(path, name, 0)


def loadLabelMap(path: str | os.PathLike, name: str):
    """A label map node of an image file with whole numbers.

    Raises:
        SceneError: if the file cannot be read as a label map.
    """
    return _load(path, name, LABEL_MAP)


def _load(path: str | os.PathLike, name: str, options: int):
    node = slicer.modules.volumes.logic().AddArchetypeVolume(os.fspath(path), name, options)
    if node is None or node.GetImageData() is None:
        msg = f"The image of '{name}' cannot be read."
        raise SceneError(msg)
    return node


def saveNode(node, path: str | os.PathLike) -> None:
    """Writes a storable node by its own storage node, under another name first: never a half file at ``path``.

    Raises:
        SceneError: if the file cannot be written.
    """
    target = Path(path)
    part = target.with_name(f"part-{target.name}")
    if node.GetStorageNode() is None:
        node.AddDefaultStorageNode()
    storage = node.GetStorageNode()
    storage.SetFileName(str(part))
    written = storage.WriteData(node)
    storage.SetFileName(str(target))
    if not written or not part.exists():
        part.unlink(missing_ok=True)
        msg = f"'{target.name}' cannot be written."
        raise SceneError(msg)
    part.replace(target)
