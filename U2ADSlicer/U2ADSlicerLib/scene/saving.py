"""The scene as it is open, saved to one file beside the reader's own: afterwards it is as unsaved as it was before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import slicer

from u2ad.errors import OutputError


def saveAside(path: Path) -> None:
    """Saves the whole scene as a bundle, in the main thread; Slicer waits meanwhile.

    Slicer would take the bundle for the place of the scene from now on, and everything in it for saved: address, files
    and the marks of what is not saved yet are put back as they were.

    Args:
        path: ends in .mrb; its folder exists.

    Raises:
        OutputError: if Slicer could not write it.
    """
    with slicer.util.WaitCursor(), _asBefore(slicer.mrmlScene):
        saved = slicer.util.saveScene(str(path), {})
    if not saved or not path.is_file():
        raise OutputError(
            "Slicer could not save the scene, so nothing was written.",
            "Free some space, or export the other formats; the error log of Slicer may say more.",
        )


def expectedSize() -> int:
    """Bytes of all images in the scene; its file is compressed, and usually smaller."""
    images = (node.GetImageData() for node in slicer.util.getNodesByClass("vtkMRMLVolumeNode"))
    return sum(1024 * image.GetActualMemorySize() for image in images if image is not None)


@dataclass(frozen=True)
class _Kept:
    """How a node was stored: where, if anywhere, and whether it has changed since."""

    node: slicer.vtkMRMLStorableNode
    storage: slicer.vtkMRMLStorageNode | None
    file: str | None
    modified: bool

    @classmethod
    def of(cls, node: slicer.vtkMRMLStorableNode) -> _Kept:
        storage = node.GetStorageNode()
        return cls(node, storage, storage.GetFileName() if storage else None, bool(node.GetModifiedSinceRead()))

    def restore(self) -> None:
        present = self.node.GetStorageNode()
        if present is not None and self.storage is None:
            self.node.SetAndObserveStorageNodeID(None)
            self.node.GetScene().RemoveNode(present)
        elif self.storage is not None:
            self.storage.SetFileName(self.file)
        if self.modified:
            self.node.StorableModified()


@contextmanager
def _asBefore(scene: slicer.vtkMRMLScene) -> Iterator[None]:
    address, root = scene.GetURL(), scene.GetRootDirectory()
    kept = [_Kept.of(node) for node in slicer.util.getNodesByClass("vtkMRMLStorableNode", scene)]
    try:
        yield
    finally:
        scene.SetURL(address)
        scene.SetRootDirectory(root)
        for one in kept:
            one.restore()
