"""A stroke of the brush on a segment: what Slicer's Paint and Erase effects do to the binary labelmap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import slicer
import vtk
from vtk.util.numpy_support import vtk_to_numpy

Logic = slicer.vtkSlicerSegmentationsModuleLogic


@dataclass(frozen=True)
class Stroke:
    """One dab of a spherical brush.

    Attributes:
        centre: RAS in mm, in the world.
        radius: in mm; the voxel at the centre always belongs to the stroke.
        erases: whether voxels are taken away.
    """

    centre: tuple[float, float, float]
    radius: float
    erases: bool = False


def applyStroke(
    stroke: Stroke,
    segmentation: slicer.vtkMRMLSegmentationNode,
    segmentID: str,
    volume: slicer.vtkMRMLScalarVolumeNode,
) -> None:
    """Changes one segment on the grid of a volume, as one modification of the segmentation.

    Args:
        stroke: where and how large.
        segmentation: node of the segment.
        segmentID: which segment; others keep their voxels.
        volume: source volume, whose grid the segment is painted on.

    Raises:
        RuntimeError: if Slicer cannot change the segment.
    """
    modifier = Logic.CreateOrientedImageDataFromVolumeNode(volume, segmentation.GetParentTransformNode())
    modifier.UnRegister(None)
    modifier.AllocateScalars(vtk.VTK_UNSIGNED_CHAR, 1)
    inside = _inside(stroke, modifier, segmentation.GetParentTransformNode())
    voxels = vtk_to_numpy(modifier.GetPointData().GetScalars()).reshape(inside.shape)
    voxels[:] = ~inside if stroke.erases else inside
    mode = Logic.MODE_MERGE_MIN if stroke.erases else Logic.MODE_MERGE_MAX
    if not Logic.SetBinaryLabelmapToSegment(modifier, segmentation, segmentID, mode):
        msg = f"The segment {segmentID} could not be changed."
        raise RuntimeError(msg)
    _markInProgress(segmentation.GetSegmentation().GetSegment(segmentID))


def _inside(stroke: Stroke, image: slicer.vtkOrientedImageData, transform) -> np.ndarray:
    """Voxels of the image that the brush covers, shape (K, J, I)."""
    matrix = vtk.vtkMatrix4x4()
    image.GetImageToWorldMatrix(matrix)
    toWorld = vtk.vtkMatrix4x4()
    slicer.vtkMRMLTransformNode.GetMatrixTransformBetweenNodes(transform, None, toWorld)
    affine = slicer.util.arrayFromVTKMatrix(toWorld) @ slicer.util.arrayFromVTKMatrix(matrix)
    i0, i1, j0, j1, k0, k1 = image.GetExtent()
    k, j, i = np.ogrid[k0 : k1 + 1, j0 : j1 + 1, i0 : i1 + 1]
    squares = [
        (row[0] * i + row[1] * j + row[2] * k + row[3] - at) ** 2
        for row, at in zip(affine[:3], stroke.centre, strict=True)
    ]
    distance = sum(squares)
    inside = distance <= stroke.radius**2
    nearest = np.rint(np.linalg.solve(affine, (*stroke.centre, 1)))[:3] - (i0, j0, k0)
    if np.all(nearest >= 0) and np.all(nearest < inside.shape[::-1]):
        inside[tuple(nearest[::-1].astype(int))] = True
    return inside


def _markInProgress(segment: slicer.vtkSegment) -> None:
    if Logic.GetSegmentStatus(segment) == Logic.NotStarted:
        Logic.SetSegmentStatus(segment, Logic.InProgress)
