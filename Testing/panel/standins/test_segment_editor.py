"""The Segment Editor keeps its state on its node and changes segments as Slicer's does."""

import numpy as np
import pytest
import slicer
import vtk

CENTRE_IJK = (15, 20, 8)


@pytest.fixture
def volume(desktop):
    """A made-up stack of thick oblique slices."""
    matrix = np.array([[0, 0.1, 3.0, -20], [0.8, 0, 0.2, 30], [0, -0.7, 0, 60], [0, 0, 0, 1]])
    return slicer.util.addVolumeFromArray(
        np.zeros((16, 40, 30), np.int16), ijkToRAS=slicer.util.vtkMatrixFromArray(matrix), name="Scan"
    )


@pytest.fixture
def segmentation(volume):
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Findings")
    node.SetReferenceImageGeometryParameterFromVolumeNode(volume)
    for key in ("finding-1", "finding-2"):
        node.GetSegmentation().AddEmptySegment(key, key)
    return node


@pytest.fixture
def editor(volume, segmentation):
    editor = slicer.qMRMLSegmentEditorWidget()
    editor.setMRMLScene(slicer.mrmlScene)
    editor.setMRMLSegmentEditorNode(slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentEditorNode"))
    editor.setSegmentationNode(segmentation)
    editor.setSourceVolumeNode(volume)
    return editor


def ras_of(volume, ijk):
    matrix = vtk.vtkMatrix4x4()
    volume.GetIJKToRASMatrix(matrix)
    return matrix.MultiplyPoint((*ijk, 1))[:3]


def voxels(segmentation, volume, key="finding-1"):
    """Indices (K, J, I) of the segment's voxels."""
    return np.argwhere(slicer.util.arrayFromSegmentBinaryLabelmap(segmentation, key, volume))


@pytest.fixture
def strokes(segmentation):
    strokes = []
    segmentation.GetSegmentation().AddObserver(
        slicer.vtkSegmentation.SourceRepresentationModified, lambda *_: strokes.append("modified")
    )
    return strokes


def test_nothing_can_be_edited_without_an_editor_node(desktop):
    with pytest.raises(RuntimeError, match="setMRMLSegmentEditorNode"):
        slicer.qMRMLSegmentEditorWidget().setSegmentationNode(None)


def test_a_source_volume_is_heard_of_only_with_a_segmentation(editor, volume):
    """As in Slicer, which prints the first and passes over the second in silence."""
    editor.setSegmentationNode(None)
    editor.setSourceVolumeNode(None)
    assert editor.mrmlSegmentEditorNode().GetSourceVolumeNode() is volume
    with pytest.raises(RuntimeError, match="a segmentation before"):
        editor.setSourceVolumeNode(volume)


def test_the_frame_of_the_table_stays_where_only_the_table_is_hidden(editor):
    editor.show()
    slicer.util.findChild(editor, "SegmentsTableView").setVisible(False)
    assert slicer.util.findChild(editor, "SegmentsTableResizableFrame").height >= 100


def test_the_state_is_kept_on_the_editor_node(editor, volume, segmentation):
    editor.setCurrentSegmentID("finding-2")
    editor.setActiveEffectByName("Erase")
    node = editor.mrmlSegmentEditorNode()
    assert node.GetSegmentationNode() is segmentation
    assert node.GetSourceVolumeNode() is volume
    assert (node.GetSelectedSegmentID(), node.GetActiveEffectName()) == ("finding-2", "Erase")
    other = slicer.qMRMLSegmentEditorWidget()
    other.setMRMLSegmentEditorNode(node)
    assert (other.currentSegmentID(), other.activeEffect().name) == ("finding-2", "Erase")


def test_the_first_segment_is_selected(editor):
    assert editor.currentSegmentID() == "finding-1"


def test_a_stroke_paints_a_ball_in_mm_and_is_one_event(editor, volume, segmentation, strokes):
    centre = ras_of(volume, CENTRE_IJK)
    editor.paint(centre, 3.5)
    assert strokes == ["modified"]
    painted = voxels(segmentation, volume)
    distances = np.linalg.norm([np.subtract(ras_of(volume, kji[::-1]), centre) for kji in painted], axis=1)
    assert distances.max() <= 3.5
    ball = 4 / 3 * np.pi * 3.5**3
    assert len(painted) * 0.8 * 0.7 * 3 == pytest.approx(ball, rel=0.15)


def test_the_smallest_stroke_is_the_voxel_under_the_brush(editor, volume, segmentation):
    editor.paint(np.add(ras_of(volume, CENTRE_IJK), 0.1), 0.05)
    assert voxels(segmentation, volume).tolist() == [list(reversed(CENTRE_IJK))]


def test_a_stroke_goes_along_all_of_its_path(editor, volume, segmentation, strokes):
    corners = [(5, 5, 8), (5, 30, 8), (25, 30, 8)]
    editor.setActiveEffectByName("Paint")
    editor.stroke([ras_of(volume, ijk) for ijk in corners])
    assert strokes == ["modified"]
    painted = {tuple(kji[::-1].tolist()) for kji in voxels(segmentation, volume)}
    assert painted >= {*corners, (5, 17, 8), (15, 30, 8)}
    assert painted.isdisjoint({(15, 17, 8), (25, 5, 8)})


def test_effects_that_only_desktop_slicer_has_cannot_be_chosen(editor):
    enabled = {name: slicer.util.findChild(editor, name).isEnabled() for name in ("Paint", "Erase", "Draw", "Islands")}
    assert enabled == {"Paint": True, "Erase": True, "Draw": False, "Islands": False}


def test_erasing_takes_voxels_of_the_current_segment_only(editor, volume, segmentation, strokes):
    centre = ras_of(volume, CENTRE_IJK)
    editor.paint(centre, 5)
    before = len(voxels(segmentation, volume))
    editor.setCurrentSegmentID("finding-2")
    editor.paint(centre, 3)
    del strokes[:]
    editor.erase(centre, 2)
    assert strokes == ["modified"]
    assert len(voxels(segmentation, volume)) == before
    assert 0 < len(voxels(segmentation, volume, "finding-2")) < before
    assert list(reversed(CENTRE_IJK)) not in voxels(segmentation, volume, "finding-2").tolist()


def test_a_stroke_follows_the_transform_above_the_segmentation(editor, volume, segmentation):
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    shift = vtk.vtkMatrix4x4()
    shift.SetElement(0, 3, 50)
    transform.SetMatrixTransformToParent(shift)
    for node in (volume, segmentation):
        node.SetAndObserveTransformNodeID(transform.GetID())
    editor.paint(np.add(ras_of(volume, CENTRE_IJK), (50, 0, 0)), 0.1)
    assert voxels(segmentation, volume).tolist() == [list(reversed(CENTRE_IJK))]


def test_a_painted_segment_is_in_progress(editor, volume, segmentation):
    logic = slicer.vtkSlicerSegmentationsModuleLogic
    segment = segmentation.GetSegmentation().GetSegment("finding-1")
    logic.SetSegmentStatus(segment, logic.NotStarted)
    editor.paint(ras_of(volume, CENTRE_IJK), 2)
    assert logic.GetSegmentStatus(segment) == logic.InProgress


def test_strokes_are_undone_and_done_again(editor, volume, segmentation):
    centre = ras_of(volume, CENTRE_IJK)
    editor.paint(centre, 2)
    first = len(voxels(segmentation, volume))
    editor.paint(centre, 5)
    second = len(voxels(segmentation, volume))
    editor.undo()
    assert len(voxels(segmentation, volume)) == first
    editor.redo()
    assert len(voxels(segmentation, volume)) == second


def test_painting_needs_a_segment(editor, volume):
    editor.setCurrentSegmentID("")
    with pytest.raises(RuntimeError, match="needs a segment"):
        editor.paint(ras_of(volume, CENTRE_IJK), 2)


def test_only_ordered_effects_have_buttons_when_others_are_hidden(editor):
    import qt

    editor.setEffectNameOrder(["Erase", "Paint"])
    editor.unorderedEffectsVisible = False
    names = [button.text for button in editor.findChildren(qt.QToolButton) if not button.isHidden()]
    assert names == ["Erase", "Paint"]
    editor.unorderedEffectsVisible = True
    assert "Scissors" in editor.visibleEffectNames()


def test_a_click_on_an_effect_turns_it_on_and_off(editor):
    editor.setEffectNameOrder(["Paint"])
    editor.Paint.click() if hasattr(editor, "Paint") else slicer.util.findChild(editor, "Paint").click()
    assert editor.activeEffect().name == "Paint"
    slicer.util.findChild(editor, "Paint").click()
    assert editor.activeEffect() is None


def test_an_effect_keeps_its_parameters_on_the_node(editor):
    editor.effectByName("Paint").setParameter("BrushSphere", 1)
    assert editor.mrmlSegmentEditorNode().GetAttribute("Paint.BrushSphere") == "1"


def test_views_are_observed_until_that_is_undone(editor):
    editor.setActiveEffectByName("Paint")
    assert type(editor).inUse is editor
    editor.setActiveEffect(None)
    editor.removeViewObservations()
    assert (type(editor).inUse, editor.observesViews) == (None, False)


def test_keys_are_taken_and_given_back(desktop, editor):
    from PySide6.QtTest import QTest
    from qt import Qt

    editor.show()
    editor.activateWindow()
    desktop.app.processEvents()
    editor.installKeyboardShortcuts(editor)
    QTest.keyClick(editor, Qt.Key_2)
    assert editor.activeEffect().name == editor.visibleEffectNames()[1]
    editor.uninstallKeyboardShortcuts()
    QTest.keyClick(editor, Qt.Key_0)
    assert editor.activeEffect() is not None
    assert not editor.shortcutsInstalled
