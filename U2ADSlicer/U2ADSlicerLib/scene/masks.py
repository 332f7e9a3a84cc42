"""Segments as masks on the grid of the scan, and masks as segments."""

from __future__ import annotations

import numpy as np
import slicer
import vtk
from vtk.util.numpy_support import vtk_to_numpy

from U2ADSlicerLib.scene.matrices import asArray, asImage
from U2ADSlicerLib.scene.placement import localMatrixOf
from U2ADSlicerLib.scene.volumes import affineOf

ON_GRID = 1e-3
"""Deviation in voxels up to which two images have the same voxels."""


def setMask(node, segmentId: str, mask: np.ndarray, volume) -> None:
    """Makes a segment of a segmentation exactly what a mask says.

    Args:
        node: segmentation node, under the same transform as the volume.
        segmentId: of a segment that it has.
        mask: bool, KJI, on the grid of the volume.
        volume: the scan's volume node.
    """
    image = slicer.vtkOrientedImageData()
    image.DeepCopy(asImage(mask.astype(np.uint8)))
    image.SetGeometryFromImageToWorldMatrix(localMatrixOf(volume))
    slicer.vtkSlicerSegmentationsModuleLogic.SetBinaryLabelmapToSegment(image, node, segmentId)


def maskOf(node, segmentId: str, volume) -> np.ndarray:
    """The voxels of a segment, bool, KJI, on the grid of a volume; nothing of it is left out but what lies outside.

    Args:
        node: segmentation node, under the same transform as the volume.
        segmentId: of a segment that it has.
        volume: the scan's volume node.
    """
    mask = np.zeros(volume.GetImageData().GetDimensions()[::-1], bool)
    image = slicer.vtkOrientedImageData()
    node.GetBinaryLabelmapRepresentation(segmentId, image)
    if image.IsEmpty():
        return mask
    corner = _cornerOnGrid(image, volume)
    if corner is None:
        image = _resampled(image, volume)
        corner = np.zeros(3, int)
    part = voxelsIn(image) > 0
    first, last = np.maximum(corner, 0), np.minimum(corner + part.shape, mask.shape)
    if (last > first).all():
        inside = tuple(slice(start, end) for start, end in zip(first, last, strict=True))
        mask[inside] = part[tuple(slice(s - c, e - c) for s, e, c in zip(first, last, corner, strict=True))]
    return mask


def boxAround(mask: np.ndarray, margin: int = 0) -> tuple[slice, slice, slice]:
    """The smallest box with all of a mask in it, KJI, wider by a margin where the array allows; empty for no mask."""
    sides = []
    for axis, size in enumerate(mask.shape):
        filled = np.flatnonzero(mask.any(axis=tuple(other for other in range(mask.ndim) if other != axis)))
        first, last = (filled[0] - margin, filled[-1] + 1 + margin) if filled.size else (0, 0)
        sides.append(slice(max(int(first), 0), min(int(last), size)))
    return tuple(sides)


def voxelsIn(image) -> np.ndarray:
    """A view on the voxels of a VTK image, KJI."""
    return vtk_to_numpy(image.GetPointData().GetScalars()).reshape(image.GetDimensions()[::-1])


def _cornerOnGrid(image, volume) -> np.ndarray | None:
    """KJI of an oriented image's first voxel in a volume; None where their voxels do not coincide."""
    own = vtk.vtkMatrix4x4()
    image.GetImageToWorldMatrix(own)
    between = np.linalg.inv(affineOf(volume)) @ asArray(own)
    shift = between[:3, 3] + np.array(image.GetExtent()[::2])
    if np.abs(between[:3, :3] - np.eye(3)).max() > ON_GRID or np.abs(shift - shift.round()).max() > ON_GRID:
        return None
    return shift.round().astype(int)[::-1]


def _resampled(image, volume):
    reference = slicer.vtkOrientedImageData()
    reference.SetDimensions(*volume.GetImageData().GetDimensions())
    reference.SetGeometryFromImageToWorldMatrix(localMatrixOf(volume))
    resampled = slicer.vtkOrientedImageData()
    slicer.vtkOrientedImageDataResample.ResampleOrientedImageToReferenceOrientedImage(image, reference, resampled)
    return resampled
