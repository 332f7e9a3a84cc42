"""VTK's matrices and images as arrays, and back."""

from __future__ import annotations

import numpy as np
import vtk
from vtk.util.numpy_support import numpy_to_vtk


def asArray(matrix: vtk.vtkMatrix4x4) -> np.ndarray:
    """A VTK matrix as an array, shape (4, 4)."""
    return np.array([[matrix.GetElement(row, column) for column in range(4)] for row in range(4)])


def asMatrix(array: np.ndarray) -> vtk.vtkMatrix4x4:
    """An array, shape (4, 4), as a VTK matrix."""
    matrix = vtk.vtkMatrix4x4()
    matrix.DeepCopy(np.asarray(array, dtype=float).ravel())
    return matrix


def asImage(array: np.ndarray) -> vtk.vtkImageData:
    """A VTK image with a copy of an array, KJI; origin 0 and spacing 1, as MRML's volumes want it."""
    image = vtk.vtkImageData()
    image.SetDimensions(*array.shape[::-1])
    image.GetPointData().SetScalars(numpy_to_vtk(np.ascontiguousarray(array).ravel(), deep=True))
    return image
