"""A VTK render window that no screen shows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import slicer
import vtk
from vtk.util.numpy_support import vtk_to_numpy

from EmbeddedSlicer.graphics import prepare_offscreen


class OffscreenWindow:
    """A render window with one renderer, and an interactor that is told of the mouse instead of watching it.

    Args:
        size: width and height in pixels.

    Attributes:
        renderer: what to put things into.
        window: the render window.
        interactor: what to invoke mouse events on; it never draws by itself.

    Raises:
        NoGraphicsError: if this computer has no library to draw with.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        prepare_offscreen()
        self.renderer = vtk.vtkRenderer()
        self.window = vtk.vtkRenderWindow()
        self.window.SetOffScreenRendering(1)
        self.window.ShowWindowOff()
        self.window.SetMultiSamples(0)
        self.window.AddRenderer(self.renderer)
        self.interactor = vtk.vtkGenericRenderWindowInteractor()
        self.interactor.SetRenderWindow(self.window)
        self.interactor.EnableRenderOff()
        self.resize(size)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.window.GetSize()

    def resize(self, size: tuple[int, int]) -> None:
        """Changes width and height, in pixels."""
        self.window.SetSize(*size)
        self.interactor.SetSize(*size)

    def addDisplayableManagers(
        self, factory: slicer.vtkMRMLDisplayableManagerFactory, applicationLogic, names: Sequence[str]
    ) -> slicer.vtkMRMLDisplayableManagerGroup:
        """Lets Slicer's displayable managers draw in this window.

        Args:
            factory: the one of slice views or of 3D views.
            applicationLogic: what the managers ask for their shared state.
            names: classes of managers, without those of no use here.
        """
        factory.SetMRMLApplicationLogic(applicationLogic)
        for name in names:
            if not factory.IsDisplayableManagerRegistered(name):
                factory.RegisterDisplayableManager(name)
        group = slicer.vtkMRMLDisplayableManagerGroup()
        group.SetRenderer(self.renderer)
        group.Initialize(factory, self.renderer)
        return group

    def grab(self) -> np.ndarray:
        """Draws; the picture as it would stand on the screen, uint8 RGB, shape (height, width, 3), top row first."""
        self.window.Render()
        grabber = vtk.vtkWindowToImageFilter()
        grabber.SetInput(self.window)
        grabber.ReadFrontBufferOff()
        grabber.ShouldRerenderOff()
        grabber.Update()
        image = grabber.GetOutput()
        columns, rows, _ = image.GetDimensions()
        pixels = vtk_to_numpy(image.GetPointData().GetScalars()).reshape(rows, columns, -1)
        return pixels[::-1, :, :3].copy()

    def close(self) -> None:
        """Gives the window's memory back; it cannot be used afterwards."""
        self.window.Finalize()
