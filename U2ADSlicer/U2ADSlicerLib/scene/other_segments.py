"""Segments that other tools have made of a cord: which there are, and their voxels on the grid of the scan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import slicer

from u2ad.errors import U2ADError
from U2ADSlicerLib.scene.case import isResult
from U2ADSlicerLib.scene.masks import voxelsIn
from U2ADSlicerLib.scene.matrices import asMatrix
from U2ADSlicerLib.scene.placement import gridOf

CORD_WORDS = ("cord", "medulla")
"""In the names that TotalSpineSeg, SCT and readers give to the cord."""

BINARY = slicer.vtkSegmentationConverter.GetBinaryLabelmapRepresentationName()


@dataclass(frozen=True)
class OtherSegment:
    """A segment of the scene that U2AD has not made.

    Args:
        node: its segmentation node.
        id: of the segment.
        name: of node and segment, as a reader knows them.
    """

    node: Any
    id: str
    name: str

    @property
    def soundsLikeCord(self) -> bool:
        """Whether its name says that it is a cord."""
        return any(word in self.name.lower() for word in CORD_WORDS)


def otherSegments() -> tuple[OtherSegment, ...]:
    """All segments of the scene that U2AD has not made; those that sound like a cord first."""
    found = [segment for node in slicer.util.getNodesByClass("vtkMRMLSegmentationNode") for segment in _of(node)]
    return tuple(sorted(found, key=lambda segment: not segment.soundsLikeCord))


def segmentOnScan(segment: OtherSegment, volume) -> np.ndarray:
    """The voxels of a segment on the grid of a scan, bool, KJI, wherever both lie in the world.

    Raises:
        U2ADError: if nothing of it lies in the scan.
        RefusedInputError: if the scan lies under a transform that does more than turn and shift it.
    """
    grid = gridOf(volume)
    segmentation = segment.node.GetSegmentation()
    if not segmentation.ContainsRepresentation(BINARY):
        segmentation.CreateRepresentation(BINARY)
    image, reference = slicer.vtkOrientedImageData(), slicer.vtkOrientedImageData()
    logic = slicer.vtkSlicerSegmentationsModuleLogic
    logic.GetSegmentBinaryLabelmapRepresentation(segment.node, segment.id, image, True)
    reference.SetDimensions(*grid.shape[::-1])
    reference.SetGeometryFromImageToWorldMatrix(asMatrix(grid.affine))
    mask = np.zeros(grid.shape, bool)
    if not image.IsEmpty():
        onScan = slicer.vtkOrientedImageData()
        slicer.vtkOrientedImageDataResample.ResampleOrientedImageToReferenceOrientedImage(image, reference, onScan)
        mask = voxelsIn(onScan) > 0
    if not mask.any():
        raise U2ADError("Nothing of this segment lies in the scan.", "Choose another segment, or another scan.")
    return mask


def _of(node) -> Iterator[OtherSegment]:
    if isResult(node) or node.GetHideFromEditors():
        return
    segmentation = node.GetSegmentation()
    for index in range(segmentation.GetNumberOfSegments()):
        id_ = segmentation.GetNthSegmentID(index)
        yield OtherSegment(node, id_, f"{node.GetName()}: {segmentation.GetSegment(id_).GetName()}")
