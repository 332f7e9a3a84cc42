"""Slicer's own slice view, drawn off-screen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import slicer
import vtk

from EmbeddedSlicer.offscreen import OffscreenWindow
from EmbeddedSlicer.runtime import EmbeddedRuntime

DISPLAYABLE_MANAGERS = (
    "vtkMRMLVolumeGlyphSliceDisplayableManager",
    "vtkMRMLModelSliceDisplayableManager",
    "vtkMRMLCrosshairDisplayableManager",
    "vtkMRMLSegmentationsDisplayableManager2D",
    "vtkMRMLMarkupsDisplayableManager",
)
ANATOMICAL_LETTERS = (("R", "L"), ("A", "P"), ("S", "I"))  # positive and negative end of each RAS axis
OBLIQUE = 0.35  # sine of the tilt (20 degrees) from which a direction carries a second letter


class SliceView:
    """One off-screen slice view: a slice node, its logic, and the window that Slicer's displayable managers draw in.

    Args:
        runtime: the running core.
        name: layout name of the slice node, such as "Red"; the scene's node of that name is taken if there is one.
        orientation: "Axial", "Sagittal" or "Coronal"; empty to leave the node's own.
        size: width and height in pixels.
        managers: classes of displayable managers that draw here.

    Attributes:
        offscreen: the window.
        logic: the slice logic, with the slice's and the layers' nodes.
        managers: the displayable managers.

    Raises:
        NoGraphicsError: if this computer has no library to draw with.
    """

    def __init__(
        self,
        runtime: EmbeddedRuntime,
        name: str,
        orientation: str,
        size: tuple[int, int],
        managers: Sequence[str] = DISPLAYABLE_MANAGERS,
    ) -> None:
        self._orientation = orientation
        self._applicationLogic = runtime.applicationLogic
        self.offscreen = OffscreenWindow(size)
        self.offscreen.renderer.GetActiveCamera().ParallelProjectionOn()
        factory = slicer.vtkMRMLSliceViewDisplayableManagerFactory.GetInstance()
        self.managers = self.offscreen.addDisplayableManagers(factory, runtime.applicationLogic, managers)
        self.logic = self._makeLogic(runtime.scene, name)
        if orientation:
            self.node.SetOrientation(orientation)
        self._addSliceImage()  # before what lies over it: translucent fills blend with what was drawn first
        self.managers.SetMRMLDisplayableNode(self.node)
        self.logic.ResizeSliceNode(*size)

    def _makeLogic(self, scene: slicer.vtkMRMLScene, name: str) -> slicer.vtkMRMLSliceLogic:
        logic = slicer.vtkMRMLSliceLogic()
        logic.SetMRMLApplicationLogic(self._applicationLogic)
        self._applicationLogic.GetSliceLogics().AddItem(logic)
        logic.SetMRMLScene(scene)
        existing = scene.GetSingletonNode(name, "vtkMRMLSliceNode")
        if existing is None:
            logic.AddSliceNode(name)
        else:
            # AddSliceNode would give the logic a node of its own, which the scene does not keep.
            logic.SetSliceNode(existing)
        return logic

    @property
    def node(self) -> slicer.vtkMRMLSliceNode:
        """The slice node: where the slice lies and how much of it is in sight."""
        return self.logic.GetSliceNode()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.offscreen.size

    def _addSliceImage(self) -> None:
        """Puts the logic's blended picture behind what the displayable managers draw, as qMRMLSliceView does."""
        self._mapper = vtk.vtkImageMapper()
        self._mapper.SetColorWindow(255)
        self._mapper.SetColorLevel(127.5)
        self._image = vtk.vtkActor2D()
        self._image.SetMapper(self._mapper)
        self._image.GetProperty().SetDisplayLocationToBackground()
        self.offscreen.renderer.AddViewProp(self._image)
        self._observation = self.logic.AddObserver(vtk.vtkCommand.ModifiedEvent, self._updateSliceImage)
        self._updateSliceImage()

    def _updateSliceImage(self, _caller=None, _event=None) -> None:
        connection = self.logic.GetImageDataConnection()
        self._mapper.SetInputConnection(connection)
        self._image.SetVisibility(connection is not None)

    def close(self) -> None:
        """Takes the view out of the scene and gives its window back; it cannot be used afterwards."""
        nodes = (self.logic.GetSliceCompositeNode(), self.node)
        self.release()
        scene = nodes[0].GetScene()
        for node in nodes:
            scene.RemoveNode(node)

    def release(self) -> None:
        """Gives the window back and leaves the scene's nodes to the next view of that name."""
        self.logic.RemoveObserver(self._observation)
        self.managers.SetMRMLDisplayableNode(None)
        self._applicationLogic.GetSliceLogics().RemoveItem(self.logic)
        self.logic.SetMRMLScene(None)
        self.offscreen.close()

    def show(self, background, foreground=None, opacity: float = 0.5) -> None:
        """Shows a volume, with another over it, and turns the view to the volume's own axes, whole slice in sight.

        Oblique stacks are shown as they were acquired: without the turn a reformat across slices would appear.

        Args:
            background: volume node of the scan.
            foreground: volume node of a map, or None.
            opacity: of the foreground, 0 to 1.
        """
        self.overlay(foreground, opacity)
        self.logic.GetSliceCompositeNode().SetBackgroundVolumeID(background.GetID())
        self.node.SetOrientation(self._orientation)
        self.logic.RotateSliceToLowestVolumeAxes(False)
        self.logic.FitSliceToBackground()
        self.logic.SnapSliceOffsetToIJK()

    def overlay(self, foreground, opacity: float = 0.5) -> None:
        """Changes only the map over the scan; None takes it away."""
        composite = self.logic.GetSliceCompositeNode()
        composite.SetForegroundVolumeID(foreground.GetID() if foreground else None)
        composite.SetForegroundOpacity(opacity)

    def jump(self, ras) -> None:
        """Shows the acquired slice nearest to a point in RAS mm, that point in the middle of the view."""
        self.node.JumpSliceByCentering(*ras)
        self.logic.SnapSliceOffsetToIJK()

    def zoom(self, height: float) -> None:
        """Sets the height of the view in mm; the middle stays, the width follows from the window."""
        width, rows = self.size
        self.node.SetFieldOfView(height * width / rows, height, self.node.GetFieldOfView()[2])

    @property
    def mmPerPixel(self) -> float:
        """Size of a pixel in mm."""
        return self.node.GetFieldOfView()[1] / self.size[1]

    @property
    def sliceSpacing(self) -> float:
        """Distance between neighbouring slices of the shown volume along the view's direction, in mm."""
        return self.logic.GetLowestVolumeSliceSpacing()[2]

    @property
    def axes(self) -> np.ndarray:
        """Unit vectors in RAS to the screen's right, to its top and towards the viewer, one a row, shape (3, 3)."""
        return asArray(self.node.GetSliceToRAS())[:3, :3].T

    @property
    def letters(self) -> tuple[str, str, str, str]:
        """Anatomical directions at the left, right, top and bottom edge, such as ("A", "P", "S", "I")."""
        right, top = self.axes[:2]
        return directionLetters(-right), directionLetters(right), directionLetters(top), directionLetters(-top)

    def pixelOf(self, ras) -> np.ndarray:
        """Column and row in the grabbed picture, shape (..., 2), of points in RAS mm, shape (..., 3)."""
        inverse = np.linalg.inv(asArray(self.node.GetXYToRAS()))
        xy = np.asarray(ras) @ inverse[:2, :3].T + inverse[:2, 3]
        return xy * (1, -1) + (0, self.size[1] - 1)

    def distanceOf(self, ras) -> np.ndarray:
        """Signed distance in mm of points, shape (..., 3) in RAS, from the shown slice, shape (...)."""
        origin = asArray(self.node.GetSliceToRAS())[:3, 3]
        return (np.asarray(ras) - origin) @ self.axes[2]

    def grab(self) -> np.ndarray:
        """The picture as it would stand on the screen, uint8 RGB, shape (height, width, 3), first row on top."""
        return self.offscreen.grab()


def asArray(matrix: vtk.vtkMatrix4x4) -> np.ndarray:
    """A VTK matrix as an array, shape (4, 4)."""
    return np.array([[matrix.GetElement(row, column) for column in range(4)] for row in range(4)])


def directionLetters(direction: np.ndarray) -> str:
    """Letters of a unit vector in RAS, the main one first, a second where it is oblique: "S", "SA"."""
    order = np.argsort(-np.abs(direction))
    letters = [ANATOMICAL_LETTERS[axis][int(direction[axis] < 0)] for axis in order[:2]]
    return letters[0] + (letters[1] if abs(direction[order[1]]) > OBLIQUE else "")
