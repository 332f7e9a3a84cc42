"""Scan and maps as they are shown in slice views."""

from __future__ import annotations

import numpy as np
import slicer
import vtk
from vtk.util.numpy_support import vtk_to_numpy

from U2ADSlicerLib.scene.colors import MapStyle, colorNode
from U2ADSlicerLib.scene.matrices import asArray, asMatrix

GREY_PERCENTILES = (0.5, 99.0)
CORD_GREY = 0.45  # where between black and white the cord's median lies; CSF is then at or near white


def voxelsOf(node) -> np.ndarray:
    """A view on the voxels of a scalar volume or label map node, KJI; the node's own memory."""
    image = node.GetImageData()
    return vtk_to_numpy(image.GetPointData().GetScalars()).reshape(image.GetDimensions()[::-1])


def affineOf(node) -> np.ndarray:
    """(4, 4) matrix from voxel indices IJK to RAS mm."""
    matrix = vtk.vtkMatrix4x4()
    node.GetIJKToRASMatrix(matrix)
    return asArray(matrix)


def pointsIn(labelMap, label: int | None = None) -> np.ndarray:
    """RAS in mm of the voxel centres with a label, or with any where None, shape (N, 3)."""
    labels = voxelsOf(labelMap)
    kji = np.argwhere(labels > 0 if label is None else labels == label)
    affine = affineOf(labelMap)
    return kji[:, ::-1] @ affine[:3, :3].T + affine[:3, 3]


def showScan(scan, cord=None) -> None:
    """Grey window of a scan in which the cord is a middle grey: what is brighter than it can be seen in every scan.

    Args:
        scan: scalar volume node.
        cord: label map node on the scan's grid, or None for a window from percentiles of the whole image.
    """
    _setWindow(scan, voxelsOf(cord) > 0 if cord is not None else None)


def suggestWindow(scan, mask: np.ndarray) -> None:
    """As :func:`showScan` for a cord mask, bool, KJI; a grey window that a person has chosen stays."""
    scan.CreateDefaultDisplayNodes()
    if scan.GetDisplayNode().GetAutoWindowLevel():
        _setWindow(scan, mask)


def _setWindow(scan, mask: np.ndarray | None) -> None:
    lower, upper = _greyWindow(voxelsOf(scan), mask)
    scan.CreateDefaultDisplayNodes()
    display = scan.GetDisplayNode()
    display.SetAndObserveColorNodeID("vtkMRMLColorTableNodeGrey")
    display.AutoWindowLevelOff()
    display.SetWindowLevelMinMax(float(lower), float(max(upper, lower + 1e-6)))


def _greyWindow(voxels: np.ndarray, mask: np.ndarray | None) -> tuple[float, float]:
    lower, upper = np.percentile(voxels[:, ::2, ::2], GREY_PERCENTILES)  # a quarter of the voxels says as much
    inside = voxels[mask] if mask is not None else np.empty(0)
    if inside.size and np.median(inside) > lower:
        upper = lower + (np.median(inside) - lower) / CORD_GREY
    return lower, upper


def showMap(volume, style: MapStyle) -> None:
    """Fixed window and colours of a map; values below the style's ``hideBelow`` are not drawn."""
    volume.CreateDefaultDisplayNodes()
    display = volume.GetDisplayNode()
    display.SetAndObserveColorNodeID(colorNode(style).GetID())
    display.AutoWindowLevelOff()
    display.SetWindowLevelMinMax(style.lower, style.upper)
    display.SetThreshold(style.hideBelow, max(style.upper, float(voxelsOf(volume).max())))
    display.ApplyThresholdOn()
    display.SetInterpolate(False)


def addVolume(array: np.ndarray, affine: np.ndarray, name: str):
    """A scalar volume node of an array, KJI, and its affine IJK to RAS mm; the voxels are copied.

    Where the axes are left-handed, the slices are taken in the opposite order: Slicer's reader does so too, and voxels
    of a saved scene would change their numbers when it is opened.
    """
    array, affine = rightHanded(array, affine)
    return slicer.util.addVolumeFromArray(np.ascontiguousarray(array), ijkToRAS=asMatrix(affine), name=name)


def rightHanded(array: np.ndarray, affine: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same voxels at the same places, with right-handed axes: the order of the slices turned if need be."""
    if np.linalg.det(affine[:3, :3]) > 0:
        return array, affine
    turned = np.diag([1.0, 1.0, -1.0, 1.0])
    turned[2, 3] = len(array) - 1
    return array[::-1], affine @ turned
