"""The voxels of a finding as the image of a segment, and back."""

from __future__ import annotations

import numpy as np
import slicer
import vtk

from u2ad.review.voxels import Voxels
from U2ADSlicerLib.scene.masks import maskOf, voxelsIn
from U2ADSlicerLib.scene.placement import localMatrixOf

BINARY = slicer.vtkSegmentationConverter.GetBinaryLabelmapRepresentationName()
SURFACE = slicer.vtkSegmentationConverter.GetClosedSurfaceRepresentationName()


def imageOf(voxels: Voxels, volume):
    """A label map of its own for one segment, value 1, no larger than the voxels.

    Args:
        voxels: none give an image without voxels.
        volume: the scan's volume node, whose grid they are on.
    """
    k, j, i = voxels.box
    image = slicer.vtkOrientedImageData()
    image.SetExtent(i.start, i.stop - 1, j.start, j.stop - 1, k.start, k.stop - 1)
    image.SetGeometryFromImageToWorldMatrix(localMatrixOf(volume))
    image.AllocateScalars(vtk.VTK_UNSIGNED_CHAR, 1)
    if len(voxels):
        voxelsIn(image)[:] = voxels.mask
    return image


def draw(node, segmentId: str, image) -> None:
    """Gives a segment an image of its own; nobody is told that somebody has painted.

    A closed surface that it has is taken away; an image that it shared with others loses its voxels.
    """
    segment = node.GetSegmentation().GetSegment(segmentId)
    former = segment.GetRepresentation(BINARY)
    if former is not None and not former.IsEmpty():
        layer = voxelsIn(former)
        layer[layer == segment.GetLabelValue()] = 0
    segment.RemoveRepresentation(SURFACE)
    segment.SetLabelValue(1)
    segment.AddRepresentation(BINARY, image)


def read(node, segmentId: str, volume) -> Voxels:
    """The voxels of a segment on the grid of the scan; what lies outside the scan is cut off.

    Args:
        node: segmentation node, under the same transform as the volume.
        segmentId: of a segment; one that is not there has no voxels.
        volume: the scan's volume node.
    """
    if node.GetSegmentation().GetSegment(segmentId) is None:
        return Voxels(np.zeros((0, 3), np.int32))
    mask = maskOf(node, segmentId, volume)
    flat = np.flatnonzero(mask)  # ten times as fast as argwhere on a scan that is nearly empty
    return Voxels(np.stack(np.unravel_index(flat, mask.shape), axis=1))


def stamp(node, segmentId: str) -> int:
    """Changes whenever the image of a segment does; VTK gives no two changes the same stamp."""
    image = node.GetSegmentation().GetSegmentRepresentation(segmentId, BINARY)
    return image.GetMTime() if image is not None else 0
