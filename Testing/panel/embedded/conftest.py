"""The try-out window with live views, without a display. VTK must not even warn in any of these tests."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import numpy as np
import pytest
import slicer
from view_hands import add_steps, describe

from EmbeddedSlicer.desktop.layout_manager import LayoutManager
from EmbeddedSlicer.desktop.window import MainWindow
from EmbeddedSlicer.graphics import NoGraphicsError, prepare_offscreen

VIEW_NODES = ("vtkMRMLSliceCompositeNode", "vtkMRMLAbstractViewNode")
DRAW_ONCE = "import vtk; w = vtk.vtkRenderWindow(); w.SetOffScreenRendering(1); w.Render()"


@cache
def why_not_drawing() -> str:
    """Why this computer cannot draw, or nothing; tried in a child because VTK would end this process."""
    try:
        prepare_offscreen()
    except NoGraphicsError as error:
        return str(error)
    done = subprocess.run([sys.executable, "-c", DRAW_ONCE], capture_output=True, check=False)
    return "VTK cannot draw here" if done.returncode else ""


def remove_views(scene) -> None:
    """View nodes outlive a scene that is closed; they shall not outlive a test."""
    for kind in VIEW_NODES:
        for node in slicer.util.getNodesByClass(kind, scene):
            scene.RemoveNode(node)


@pytest.fixture
def window(desktop):
    """The window, shown, 900 x 700, with two sagittal views side by side ("A" and "B")."""
    if reason := why_not_drawing():
        pytest.skip(reason)
    layoutManager = LayoutManager(desktop.runtime)
    desktop.app.setLayoutManager(layoutManager)
    shown = MainWindow(layoutManager)
    shown.resize(900, 700)
    describe(layoutManager, 9001, "horizontal", ("vtkMRMLSliceNode", "A"), ("vtkMRMLSliceNode", "B"))
    shown.show()
    shown.settle()
    yield shown
    shown.viewMenu.dark.setChecked(False)
    layoutManager.setLayout(0)
    shown.close()
    layoutManager.release()
    desktop.app.setLayoutManager(None)
    shown.delete()
    remove_views(desktop.runtime.scene)
    assert desktop.complaints.vtkWarnings == []


@pytest.fixture
def views(window):
    """The layout manager of the window."""
    return window.layoutManager()


@pytest.fixture
def scan(window):
    """A sagittal stack whose slices are ever brighter, behind all views."""
    volume = add_steps("Steps")
    window.layoutManager().resetSliceViews()
    window.settle()
    return volume


@pytest.fixture
def oblique() -> np.ndarray:
    """IJK to RAS of a sagittal stack that is turned about two axes, (4, 4)."""
    a, b = np.radians(9), np.radians(6)
    about_z = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    about_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    sagittal = np.array([[0, 0, 3.3], [-0.7, 0, 0], [0, -0.7, 0]])
    affine = np.eye(4)
    affine[:3, :3] = about_z @ about_y @ sagittal
    affine[:3, 3] = (-15, 40, 50)
    return affine
