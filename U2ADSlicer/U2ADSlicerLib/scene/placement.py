"""Where a volume's voxels lie in the world, and nodes that follow it there."""

from __future__ import annotations

import numpy as np
import vtk

from u2ad.errors import RefusedInputError
from u2ad.scan import Grid
from u2ad.scan.itk import LARGEST_SHEAR, no_place_in_patient, sheared
from U2ADSlicerLib.scene.matrices import asArray
from U2ADSlicerLib.scene.volumes import affineOf

RIGID = 1e-3
"""Largest deviation of a transform from a turn and a shift: 0.2 mm over a field of view of 200 mm."""


def gridOf(volume) -> Grid:
    """The grid of a volume in the world: its own place, moved by the transforms above it.

    Raises:
        RefusedInputError: if its axes are singular or sheared, or a transform does more than turn and shift it.
    """
    columns, rows, slices = volume.GetImageData().GetDimensions()
    try:
        grid = Grid((slices, rows, columns), worldTransformOf(volume) @ affineOf(volume))
    except ValueError:
        raise no_place_in_patient() from None
    if grid.skew > LARGEST_SHEAR:
        raise sheared()
    return grid.squared()


def worldTransformOf(node) -> np.ndarray:
    """(4, 4) matrix from a transformable node's own RAS to the world's.

    Raises:
        RefusedInputError: if the transforms above the node do more than turn and shift it.
    """
    parent = node.GetParentTransformNode()
    if parent is None:
        return np.eye(4)
    if not parent.IsTransformToWorldLinear():
        raise _transformRefused("bends the scan")
    matrix = vtk.vtkMatrix4x4()
    parent.GetMatrixTransformToWorld(matrix)
    world = asArray(matrix)
    turn = world[:3, :3]
    if np.abs(turn.T @ turn - np.eye(3)).max() > RIGID or np.linalg.det(turn) < 0:
        raise _transformRefused("stretches, shears or mirrors the scan")
    return world


def follow(node, volume) -> None:
    """Puts a transformable node under the same transform as a volume."""
    parent = volume.GetParentTransformNode()
    node.SetAndObserveTransformNodeID(parent.GetID() if parent is not None else None)


def placementOf(volume) -> tuple[str | None, bytes]:
    """What makes a volume lie where it lies: the transform above it, and its own matrix.

    Another one may leave it at the same place in the world, as where a transform is hardened.
    """
    return volume.GetTransformNodeID(), affineOf(volume).tobytes()


def localMatrixOf(volume):
    """From voxel indices IJK to the volume's own RAS, as VTK's matrix."""
    matrix = vtk.vtkMatrix4x4()
    volume.GetIJKToRASMatrix(matrix)
    return matrix


def _transformRefused(whatItDoes: str) -> RefusedInputError:
    return RefusedInputError(
        f"The transform of this volume {whatItDoes}; sizes and places would be wrong.",
        "Harden the transform (in the Data module, right-click the transform column), or take it away.",
    )
