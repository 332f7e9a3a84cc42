"""The slice views of the review as MRML nodes, with or without a window that draws them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import slicer
import vtk

from u2ad.scan import Grid
from U2ADSlicerLib.scene.colors import STYLES, Rgb
from U2ADSlicerLib.scene.matrices import asArray, asMatrix
from U2ADSlicerLib.scene.placement import gridOf

AXIAL_HEIGHT = 70.0
"""mm that the axial view shows: the cord with the canal and the bone around it."""

Place = tuple[np.ndarray, tuple[float, ...]]
"""Matrix from the slice to RAS, (4, 4), and the field of view in mm."""


@dataclass(frozen=True)
class ReviewView:
    """One slice view.

    Args:
        name: layout name and singleton tag of its nodes.
        orientation: "Sagittal" or "Axial"; the scan's own axis next to it is used.
        label: letter on its bar.
        color: of its bar.
        group: views of one group move together.
        role: of the map that it shows over the scan.
        legend: whether it carries the map's legend.
    """

    name: str
    orientation: str
    label: str
    color: Rgb
    group: int
    role: str
    legend: bool = True


SAGITTAL_GROUP, AXIAL_GROUP = 2104, 2105

VIEWS = (
    ReviewView("U2ADAnomaly", "Sagittal", "A", STYLES["anomaly"].scale[2], SAGITTAL_GROUP, "anomaly"),
    ReviewView("U2ADEpistemic", "Sagittal", "E", STYLES["epistemic"].scale[2], SAGITTAL_GROUP, "epistemic"),
    ReviewView("U2ADAleatoric", "Sagittal", "U", STYLES["aleatoric"].scale[2], SAGITTAL_GROUP, "aleatoric"),
    ReviewView("U2ADAxial", "Axial", "X", (0.45, 0.70, 0.45), AXIAL_GROUP, "anomaly", legend=False),
)
ANOMALY_VIEW = VIEWS[0]


def findSliceNode(view: ReviewView):
    """The view's slice node, None where the view was never shown."""
    return slicer.mrmlScene.GetSingletonNode(view.name, "vtkMRMLSliceNode")


def findComposite(view: ReviewView):
    """The view's composite node, which says what is shown; None where the view was never shown."""
    return slicer.mrmlScene.GetSingletonNode(view.name, "vtkMRMLSliceCompositeNode")


def sliceNodeOf(view: ReviewView):
    """The view's slice node, made where there is none."""
    node = findSliceNode(view)
    if node is None:
        node = _addViewNode("vtkMRMLSliceNode", view.name)
        node.SetOrientation(view.orientation)
    node.SetDefaultOrientation(view.orientation)
    node.SetLayoutLabel(view.label)
    node.SetLayoutColor(*view.color)
    node.SetViewGroup(view.group)
    return node


def compositeOf(view: ReviewView):
    """The view's composite node, made where there is none: linked, and deaf to volumes that are loaded elsewhere."""
    node = findComposite(view)
    if node is None:
        node = _addViewNode("vtkMRMLSliceCompositeNode", view.name)
    node.SetDoPropagateVolumeSelection(False)
    node.SetLinkedControl(True)
    node.SetHotLinkedControl(True)
    return node


def _addViewNode(className: str, name: str):
    node = slicer.mrmlScene.CreateNodeByClass(className)
    node.UnRegister(None)
    node.SetName(name)
    node.SetLayoutName(name)
    return slicer.mrmlScene.AddNode(node)


def fit(view: ReviewView, volume, middle: np.ndarray) -> None:
    """Turns a view to the scan's own axes and frames the cord.

    Sagittal views show the whole height of the image with the cord in the middle of the width: cervical images are
    tall, and what lies beside the neck may go. The axial view is drawn near.

    Args:
        view: which one.
        volume: the scan's volume node.
        middle: RAS in mm of the cord's middle.
    """
    grid = gridOf(volume)
    node = sliceNodeOf(view)
    with slicer.util.NodeModify(node):
        turn(view, volume)
        _, up, normal = axesOf(node)
        place = middle.copy()
        if view.orientation == "Sagittal":
            place += ((grid.corners().mean(axis=0) - middle) @ up) * up
            height = float(np.ptp(grid.corners() @ up)) + _voxelAlong(grid, up)
        else:
            height = AXIAL_HEIGHT
        _setHeight(node, height, _voxelAlong(grid, normal))
        centre(view, grid, place)


def turn(view: ReviewView, volume) -> None:
    """Turns a view to the scan's axis next to its orientation, and makes that the view's own meaning of the word.

    Its bar then says "Sagittal" instead of "Reformat", which also is an orientation that Slicer cannot read again
    from a saved scene without complaining.
    """
    node, orientation = sliceNodeOf(view), view.orientation
    matrix = vtk.vtkMatrix3x3()
    getattr(node, f"Get{orientation}SliceToRASMatrix")(matrix)
    _setPreset(node, orientation, matrix)
    node.RotateToVolumePlane(volume)
    toRas = node.GetSliceToRAS()
    for row in range(3):
        for column in range(3):
            matrix.SetElement(row, column, toRas.GetElement(row, column))
    _setPreset(node, orientation, matrix)


def _setPreset(node, orientation: str, matrix) -> None:
    if node.HasSliceOrientationPreset(orientation):
        node.RemoveSliceOrientationPreset(orientation)
    node.AddSliceOrientationPreset(orientation, matrix)
    node.SetOrientation(orientation)


def placeOf(view: ReviewView) -> Place:
    """Where a view is now."""
    node = sliceNodeOf(view)
    return asArray(node.GetSliceToRAS()), node.GetFieldOfView()


def goBack(view: ReviewView, volume, place: Place) -> None:
    """Puts a view where it was before the layout was built, which turns views to their default orientation."""
    node = sliceNodeOf(view)
    with slicer.util.NodeModify(node):
        turn(view, volume)
        node.GetSliceToRAS().DeepCopy(asMatrix(place[0]))
        node.SetFieldOfView(*place[1])
        node.UpdateMatrices()


def centre(view: ReviewView, grid: Grid, ras: np.ndarray) -> None:
    """Puts a point into the middle of a view, in the acquired slice that is nearest to it; the zoom stays.

    Args:
        view: which one.
        grid: of the scan.
        ras: the point in mm.
    """
    node = findSliceNode(view)
    if node is not None:
        node.JumpSliceByCentering(*onSlice(grid, axesOf(node)[2], np.asarray(ras, dtype=float)))


def onSlice(grid: Grid, normal: np.ndarray, ras: np.ndarray) -> np.ndarray:
    """The point moved along the scan's axis next to ``normal`` into the middle of the nearest slice of the scan."""
    axis = int(np.abs(grid.directions @ normal).argmax())
    kji = grid.to_kji(ras)
    kji[axis] = np.clip(np.round(kji[axis]), 0, grid.shape[axis] - 1)
    return grid.to_ras(kji)


def axesOf(sliceNode) -> np.ndarray:
    """Unit vectors in RAS to the screen's right, to its top and towards the viewer, one a row, shape (3, 3)."""
    return asArray(sliceNode.GetSliceToRAS())[:3, :3].T


def _voxelAlong(grid: Grid, direction: np.ndarray) -> float:
    """Size in mm of a voxel along the scan's axis next to a direction."""
    axis = int(np.abs(grid.directions @ direction).argmax())
    return float(grid.spacing[axis])


def _setHeight(node, height: float, thickness: float) -> None:
    columns, rows, _ = node.GetDimensions()
    node.SetFieldOfView(height * columns / max(rows, 1), height, thickness)
