"""What counts as a complaint: every error of VTK but the one that Slicer's core makes of itself."""

import pytest
import slicer
import vtk

from EmbeddedSlicer.log import CORE_ERROR


@pytest.fixture
def said():
    """All that VTK calls an error, unfiltered."""
    texts = []

    @vtk.calldata_type(vtk.VTK_STRING)
    def listen(_caller, _event, text=""):
        texts.append(text.strip())

    window = vtk.vtkOutputWindow.GetInstance()
    tag = window.AddObserver("ErrorEvent", listen)
    yield texts
    window.RemoveObserver(tag)


def test_a_saved_scene_with_an_oblique_view_is_read_without_a_complaint(desktop, said, tmp_path):
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSliceNode", "Oblique")
    node.SetLayoutName("Oblique")
    node.GetSliceToRAS().SetElement(0, 1, 0.3)
    node.UpdateMatrices()
    slicer.util.saveScene(str(tmp_path / "scene.mrml"))
    slicer.mrmlScene.Clear()
    slicer.util.loadScene(str(tmp_path / "scene.mrml"))
    node = slicer.util.getNode("Oblique")
    assert node.GetSliceToRAS().GetElement(0, 1) == pytest.approx(0.3)
    assert [text.endswith(CORE_ERROR) for text in said] == [True]  # otherwise the exception has had its day
    assert tuple(desktop.complaints) == ()
    slicer.mrmlScene.RemoveNode(node)


def test_any_other_unknown_orientation_is_a_complaint(desktop):
    slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSliceNode", "View").GetSliceOrientationPreset("Elsewhere")
    (complaint,) = desktop.complaints.vtkErrors
    assert complaint.endswith("invalid orientation preset name: Elsewhere")
    desktop.complaints.clear()
    slicer.mrmlScene.RemoveNode(slicer.util.getNode("View"))
