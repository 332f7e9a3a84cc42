"""Where the voxels of a segment lie, whatever grid its node has."""

import numpy as np
import slicer
import vtk
from vtk.util.numpy_support import vtk_to_numpy

from u2ad.review.voxels import Voxels
from u2ad.scan import Grid


def voxels_of(node, key: str, grid: Grid) -> Voxels:
    """The voxels of a segment on a grid, by where they lie in space."""
    segment = node.GetSegmentation().GetSegment(key)
    image = segment.GetRepresentation("Binary labelmap")
    i, _, j, _, k, _ = image.GetExtent()
    matrix = vtk.vtkMatrix4x4()
    image.GetImageToWorldMatrix(matrix)
    own = Grid((1, 1, 1), slicer.util.arrayFromVTKMatrix(matrix))
    shape = image.GetDimensions()[::-1]
    values = vtk_to_numpy(image.GetPointData().GetScalars()).reshape(shape)
    ras = own.to_ras(np.argwhere(values == segment.GetLabelValue()) + np.array((k, j, i)))
    return Voxels(np.round(grid.to_kji(ras)).astype(int))
