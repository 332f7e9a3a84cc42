"""Painting with the mouse in slice views, and everything that the mouse means besides."""

import time

import numpy as np
import pytest
import slicer
import vtk
from PySide6 import QtTest
from view_hands import (
    LEFT,
    MIDDLE,
    NONE,
    RIGHT,
    SHIFT,
    SLICE_SPACING,
    describe,
    drag,
    move,
    near,
    pixels,
    press,
    release,
    turn_wheel,
)

from EmbeddedSlicer.desktop.native import QtCore, QtWidgets
from EmbeddedSlicer.views import asArray

RED = (255, 0, 0)
START, END = (80, 290), (160, 340)  # pixels, within the scan


@pytest.fixture
def widget(views, scan):
    return views.sliceWidget("A")


@pytest.fixture
def view(widget):
    return widget.sliceView()


@pytest.fixture
def segmentation(scan):
    """One red finding without voxels."""
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Findings")
    node.CreateDefaultDisplayNodes()
    node.SetReferenceImageGeometryParameterFromVolumeNode(scan)
    node.GetSegmentation().AddEmptySegment("finding", "finding", (1, 0, 0))
    return node


@pytest.fixture
def editor(scan, segmentation):
    """An editor with the brush in hand."""
    editor = slicer.qMRMLSegmentEditorWidget()
    editor.setMRMLScene(slicer.mrmlScene)
    editor.setMRMLSegmentEditorNode(slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentEditorNode"))
    editor.setSegmentationNode(segmentation)
    editor.setSourceVolumeNode(scan)
    editor.setActiveEffectByName("Paint")
    yield editor
    editor.removeViewObservations()


@pytest.fixture
def strokes(segmentation):
    """Grows by one at each modification of the segments' voxels."""
    strokes = []
    segmentation.GetSegmentation().AddObserver(
        slicer.vtkSegmentation.SourceRepresentationModified, lambda *_: strokes.append("stroke")
    )
    return strokes


@pytest.fixture
def voxels(segmentation, scan):
    return lambda: slicer.util.arrayFromSegmentBinaryLabelmap(segmentation, "finding", scan).astype(bool)


@pytest.fixture
def shown(widget, scan):
    """Name of everything that the mouse may change besides: window and level, slice, field of view and place."""

    def read():
        display, node = scan.GetDisplayNode(), widget.mrmlSliceNode()
        return {
            "level": (display.GetWindow(), display.GetLevel()),
            "slice": widget.sliceLogic().GetSliceOffset(),
            "zoom": node.GetFieldOfView(),
            "pan": node.GetXYZOrigin(),
        }

    return read


def difference(before: dict, after: dict) -> set[str]:
    return {name for name in before if before[name] != after[name]}


def ras_under(widget, place) -> np.ndarray:
    column, row = place
    xy = (column, widget.sliceView().height - 1 - row, 0, 1)
    return (asArray(widget.mrmlSliceNode().GetXYToRAS()) @ xy)[:3]


def index_under(widget, scan, place) -> tuple[int, int, int]:
    """Voxel (K, J, I) of the scan under a pixel."""
    toIndex = np.linalg.inv(slicer.util.arrayFromVTKMatrix(matrixOf(scan)))
    return tuple(np.rint(toIndex @ (*ras_under(widget, place), 1))[:3].astype(int)[::-1].tolist())


def matrixOf(volume):
    matrix = vtk.vtkMatrix4x4()
    volume.GetIJKToRASMatrix(matrix)
    return matrix


def test_a_drag_is_one_stroke_when_the_button_is_let_go(window, widget, view, scan, editor, strokes, voxels, shown):
    before = shown()
    move(view, START)
    press(view, LEFT, START)
    move(view, END, LEFT)
    window.settle()
    assert strokes == []
    release(view, LEFT, END)
    assert strokes == ["stroke"]
    middle = tuple((a + b) // 2 for a, b in zip(START, END, strict=True))
    for place in (START, middle, END):  # no gap, however few moves Qt reports
        assert voxels()[index_under(widget, scan, place)]
    assert not voxels()[index_under(widget, scan, (END[0], START[1]))]
    assert shown() == before


def test_the_brush_is_a_sphere_of_the_radius_that_is_set(widget, view, scan, editor, voxels):
    editor._brush.diameter.value = 14.0
    drag(view, LEFT, START, START)
    at = np.argwhere(voxels()) @ np.diag((SLICE_SPACING, 1.0, 1.0))
    centre = np.array(index_under(widget, scan, START)) @ np.diag((SLICE_SPACING, 1.0, 1.0))
    reach = np.abs(at - centre).max(axis=0)
    assert reach == pytest.approx((6, 7, 7), abs=1)  # of slices of 3 mm, two more on either side are touched


def test_the_second_of_two_quick_dabs_is_a_stroke_as_well(view, editor, strokes):
    drag(view, LEFT, START, START)
    QtTest.QTest.mouseDClick(view, LEFT, NONE, QtCore.QPoint(*END))
    release(view, LEFT, END)
    assert strokes == ["stroke"] * 2


def test_the_eraser_takes_away_what_was_painted(widget, view, scan, editor, strokes, voxels):
    drag(view, LEFT, START, END)
    painted = voxels().sum()
    editor.setActiveEffectByName("Erase")
    drag(view, LEFT, START, START)
    assert strokes == ["stroke"] * 2
    assert 0 < voxels().sum() < painted
    assert not voxels()[index_under(widget, scan, START)]
    editor.undo()
    assert voxels().sum() == painted


def test_a_stroke_in_another_view_lies_in_that_view_s_slice(window, views, view, scan, editor, voxels):
    describe(views, 9012, "horizontal", ("vtkMRMLSliceNode", "A"), ("vtkMRMLSliceNode", "Axial8"))
    axial = views.sliceWidget("Axial8")
    axial.mrmlSliceNode().SetOrientation("Axial")
    axial.sliceLogic().FitSliceToBackground()
    axial.sliceLogic().SetSliceOffset(-7)
    window.settle()
    middle = axial.sliceView().rect.center().toTuple()
    drag(axial.sliceView(), LEFT, middle, middle)
    assert voxels().any()
    heights = 30 - np.argwhere(voxels())[:, 1]  # rows go down from 30 mm
    assert np.abs(heights + 7).max() <= 2


def test_what_is_painted_outside_of_the_scan_is_nothing(view, editor, strokes, voxels):
    drag(view, LEFT, (2, 2), (6, 2))
    assert not voxels().any()
    assert strokes == []


@pytest.mark.parametrize(
    ("button", "keys", "changed"),
    [
        (RIGHT, None, {"zoom"}),
        (MIDDLE, None, {"pan"}),
        (LEFT, SHIFT, {"pan"}),
    ],
)
def test_other_drags_mean_what_they_always_do(view, editor, strokes, shown, button, keys, changed):
    before = shown()
    drag(view, button, START, END, *([keys] if keys else []))
    assert difference(before, shown()) == changed
    assert strokes == []


def test_left_drags_change_window_and_level_once_the_effect_is_put_away(view, editor, strokes, shown):
    editor.setActiveEffectByName("")
    before = shown()
    drag(view, LEFT, START, END)
    assert difference(before, shown()) == {"level"}
    assert strokes == []


@pytest.mark.parametrize("away", ["effect", "segment", "views"])
def test_without_an_effect_a_segment_or_the_views_nothing_is_painted(view, editor, strokes, away):
    if away == "effect":
        editor.setActiveEffectByName("Smoothing")
    elif away == "segment":
        editor.setCurrentSegmentID("")
    else:
        editor.removeViewObservations()
    drag(view, LEFT, START, END)
    assert strokes == []


def test_an_editor_that_closes_in_the_middle_of_a_stroke_paints_nothing(view, editor, strokes, shown):
    press(view, LEFT, START)
    editor.setActiveEffectByName("")
    before = shown()
    move(view, END, LEFT)
    release(view, LEFT, END)
    assert (strokes, difference(before, shown())) == ([], set())


def test_points_are_placed_although_the_brush_is_in_hand(desktop, view, editor, strokes):
    points = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", "Levels")
    points.CreateDefaultDisplayNodes()
    logic = desktop.runtime.applicationLogic
    logic.GetSelectionNode().SetReferenceActivePlaceNodeClassName(points.GetClassName())
    logic.GetSelectionNode().SetActivePlaceNodeID(points.GetID())
    mode = logic.GetInteractionNode()
    mode.SetCurrentInteractionMode(mode.Place)
    drag(view, LEFT, START, START)
    assert points.GetNumberOfDefinedControlPoints() == 1
    assert strokes == []


def test_shift_and_the_wheel_change_the_brush_and_the_wheel_alone_the_slice(view, editor, shown):
    radius, before = editor.brushRadius, shown()
    turn_wheel(view, 2, SHIFT)
    assert editor.brushRadius == pytest.approx(radius * 1.2**2, rel=0.02)
    turn_wheel(view, -2, SHIFT)
    assert editor.brushRadius == pytest.approx(radius, rel=0.02)
    assert shown() == before
    turn_wheel(view, 1)
    assert difference(before, shown()) == {"slice"}


def test_the_stroke_is_seen_while_it_is_drawn_and_gone_when_it_is_undone(window, view, editor):
    plain = pixels(view)
    press(view, LEFT, START)
    move(view, END, LEFT)
    column, row = (START[0] + END[0]) // 2, (START[1] + END[1]) // 2
    during = pixels(view)[row, column].astype(int)
    assert during[0] - during[1] > 60  # red over grey
    release(view, LEFT, END)
    move(view, (20, 20))
    window.settle()
    after = pixels(view)[row, column].astype(int)
    assert after[0] - after[1] > 60
    editor.undo()
    window.settle()
    assert np.array_equal(pixels(view)[row, column], plain[row, column])


def test_the_brush_s_outline_follows_the_mouse_and_leaves_with_it(window, view, editor):
    editor._brush.diameter.value = 12.0
    radius = 6.0 / view._view.mmPerPixel
    move(view, START)
    ring = near(pixels(view), RED)
    assert len(ring) > 20
    assert np.abs(np.linalg.norm(ring - np.array(START), axis=1) - radius).max() < 2.5
    QtWidgets.QApplication.sendEvent(view, QtCore.QEvent(QtCore.QEvent.Type.Leave))
    assert len(near(pixels(view), RED)) == 0


def test_a_large_scan_takes_a_stroke_without_a_wait(window, views, editor, segmentation):
    large = slicer.util.addVolumeFromArray(np.zeros((20, 512, 512), np.int16), name="Large")
    segmentation.SetReferenceImageGeometryParameterFromVolumeNode(large)
    editor.setSourceVolumeNode(large)
    path = [(200.0 + step, 200.0, 10.0) for step in range(100)]
    started = time.perf_counter()
    editor.stroke(path)
    assert time.perf_counter() - started < 0.2
    assert slicer.util.arrayFromSegmentBinaryLabelmap(segmentation, "finding", large).any()
