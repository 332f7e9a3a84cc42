"""A stroke of the brush on a segment: what Slicer's Paint and Erase effects do to the binary labelmap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import slicer
import vtk
from vtk.util.numpy_support import vtk_to_numpy

Logic = slicer.vtkSlicerSegmentationsModuleLogic


@dataclass(frozen=True)
class Stroke:
    """The way of a spherical brush, from where it is set down to where it is lifted.

    Attributes:
        path: places in RAS mm, in the world; the brush goes straight from each to the next.
        radius: in mm; the voxels that the places lie in always belong to the stroke.
        erases: whether voxels are taken away.
    """

    path: tuple[tuple[float, float, float], ...]
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
        stroke: where and how large; what lies outside of the volume has no effect.
        segmentation: node of the segment.
        segmentID: which segment; others keep their voxels.
        volume: source volume, whose grid the segment is painted on.

    Raises:
        RuntimeError: if Slicer cannot change the segment.
    """
    modifier = Logic.CreateOrientedImageDataFromVolumeNode(volume, segmentation.GetParentTransformNode())
    modifier.UnRegister(None)
    affine = _imageToWorld(modifier, segmentation.GetParentTransformNode())
    box = _Box.around(stroke, affine, modifier.GetExtent())
    if box.isEmpty:
        return
    modifier.SetExtent(box.extent)
    modifier.AllocateScalars(vtk.VTK_UNSIGNED_CHAR, 1)
    inside = _inside(stroke, affine, box)
    voxels = vtk_to_numpy(modifier.GetPointData().GetScalars()).reshape(inside.shape)
    voxels[:] = ~inside if stroke.erases else inside
    mode = Logic.MODE_MERGE_MIN if stroke.erases else Logic.MODE_MERGE_MAX
    if not Logic.SetBinaryLabelmapToSegment(modifier, segmentation, segmentID, mode):
        msg = f"The segment {segmentID} could not be changed."
        raise RuntimeError(msg)
    _markInProgress(segmentation.GetSegmentation().GetSegment(segmentID))


def _imageToWorld(image: slicer.vtkOrientedImageData, transform) -> np.ndarray:
    """IJK to RAS in the world of an image below a transform node, (4, 4)."""
    matrix = vtk.vtkMatrix4x4()
    image.GetImageToWorldMatrix(matrix)
    toWorld = vtk.vtkMatrix4x4()
    slicer.vtkMRMLTransformNode.GetMatrixTransformBetweenNodes(transform, None, toWorld)
    return slicer.util.arrayFromVTKMatrix(toWorld) @ slicer.util.arrayFromVTKMatrix(matrix)


@dataclass(frozen=True)
class _Box:
    """Part of an image: first and last index of each axis, in the order IJK."""

    first: tuple[int, int, int]
    last: tuple[int, int, int]

    @classmethod
    def around(cls, stroke: Stroke, affine: np.ndarray, extent: tuple[int, ...]) -> _Box:
        """Where a stroke can reach voxels of the image."""
        places = _indices(stroke, affine)
        # A sphere of radius 1 mm reaches along an index axis as far as the length of that axis's row of the inverse.
        reach = stroke.radius * np.linalg.norm(np.linalg.inv(affine[:3, :3]), axis=1) + 0.5
        first = np.maximum(np.ceil(places.min(axis=0) - reach), extent[::2]).astype(int)
        last = np.minimum(np.floor(places.max(axis=0) + reach), extent[1::2]).astype(int)
        return cls(tuple(first.tolist()), tuple(last.tolist()))

    @property
    def isEmpty(self) -> bool:
        return any(last < first for first, last in zip(self.first, self.last, strict=True))

    @property
    def extent(self) -> tuple[int, ...]:
        """As VTK has it: first and last of I, then of J, then of K."""
        return tuple(index for pair in zip(self.first, self.last, strict=True) for index in pair)


def _indices(stroke: Stroke, affine: np.ndarray) -> np.ndarray:
    """Continuous IJK of the stroke's places, shape (N, 3)."""
    inverse = np.linalg.inv(affine)
    return np.asarray(stroke.path) @ inverse[:3, :3].T + inverse[:3, 3]


def _inside(stroke: Stroke, affine: np.ndarray, box: _Box) -> np.ndarray:
    """Voxels of the box that the brush covers, shape (K, J, I)."""
    ranges = [np.arange(first, last + 1) for first, last in zip(box.first, box.last, strict=True)]
    i, j, k = (axis.reshape(shape) for axis, shape in zip(ranges, ((1, 1, -1), (1, -1, 1), (-1, 1, 1)), strict=True))
    points = np.stack([row[0] * i + row[1] * j + row[2] * k + row[3] for row in affine[:3]], axis=-1)
    inside = np.zeros(points.shape[:3], bool)
    for start, end in _sections(stroke):
        inside |= _squaredDistance(points, start, end) <= stroke.radius**2
    nearest = np.rint(_indices(stroke, affine)).astype(int) - box.first
    nearest = nearest[np.all((nearest >= 0) & (nearest < inside.shape[::-1]), axis=1)]
    inside[tuple(nearest[:, ::-1].T)] = True
    return inside


def _sections(stroke: Stroke) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    path = [np.asarray(place, float) for place in stroke.path]
    return zip(path, path[1:] or path, strict=False)


def _squaredDistance(points: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """From points, shape (..., 3), to the straight line between two of them."""
    along = end - start
    share = np.clip((points - start) @ along / max(along @ along, np.finfo(float).tiny), 0, 1)
    return np.sum((points - start - share[..., None] * along) ** 2, axis=-1)


def _markInProgress(segment: slicer.vtkSegment) -> None:
    if Logic.GetSegmentStatus(segment) == Logic.NotStarted:
        Logic.SetSegmentStatus(segment, Logic.InProgress)
