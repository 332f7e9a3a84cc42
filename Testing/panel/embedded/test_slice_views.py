"""Slice views as widgets: Slicer's mouse, linked views, drawing no more than needed."""

import numpy as np
import pytest
import slicer
import vtk
from view_hands import (
    LEFT,
    MIDDLE,
    NONE,
    RIGHT,
    SHIFT,
    SLICE_SPACING,
    SLICES,
    describe,
    drag,
    move,
    near,
    pixels,
    press,
    release,
    turn_wheel,
)

from EmbeddedSlicer.desktop.corner_text import widthOf
from EmbeddedSlicer.desktop.native import Qt, QtCore
from EmbeddedSlicer.views import asArray


@pytest.fixture
def widget(views, scan):
    return views.sliceWidget("A")


@pytest.fixture
def view(widget):
    return widget.sliceView()


def offsets(views) -> list[float]:
    return [views.sliceWidget(name).sliceLogic().GetSliceOffset() for name in ("A", "B")]


def fields(views) -> list[float]:
    return [views.sliceWidget(name).mrmlSliceNode().GetFieldOfView()[0] for name in ("A", "B")]


def renders_of(view) -> list:
    """Grows by one each time that the view is drawn."""
    seen = []
    view.renderWindow().AddObserver("StartEvent", lambda *_: seen.append(1))
    return seen


def grey(view) -> float:
    """In the middle of the view."""
    picture = pixels(view)
    return float(picture[picture.shape[0] // 2, picture.shape[1] // 2].mean())


def test_wheel_goes_to_the_next_slice_and_the_picture_follows(window, views, view):
    before, brightness = offsets(views)[0], grey(view)
    turn_wheel(view, 1)
    window.settle()
    assert offsets(views)[0] - before == pytest.approx(SLICE_SPACING)
    assert grey(view) - brightness == pytest.approx(-255 / SLICES, abs=2)  # the view goes to the left


def test_wheels_of_high_resolution_move_on_full_notches_only(views, view):
    before = offsets(views)[0]
    turn_wheel(view, 0.5)
    assert offsets(views)[0] == before
    turn_wheel(view, 0.5)
    assert offsets(views)[0] - before == pytest.approx(SLICE_SPACING)


def test_linked_views_move_and_zoom_together_and_unlinked_ones_do_not(views, widget, view):
    turn_wheel(view, 1)
    assert offsets(views)[0] != offsets(views)[1]
    widget.sliceController().setSliceLink(True)
    assert all(views.sliceWidget(name).mrmlSliceCompositeNode().GetLinkedControl() for name in ("A", "B"))
    turn_wheel(view, 1)
    drag(view, RIGHT, (100, 100), (100, 160))
    assert offsets(views)[0] == pytest.approx(offsets(views)[1])
    assert fields(views)[0] == pytest.approx(fields(views)[1])


def test_right_drag_zooms_and_fit_brings_the_slice_back(views, widget, view):
    before = fields(views)[0]
    drag(view, RIGHT, (100, 100), (100, 160))
    assert fields(views)[0] < 0.95 * before
    widget.fitSliceToBackground()
    assert fields(views)[0] == pytest.approx(before, rel=0.02)


@pytest.mark.parametrize(("button", "keys"), [(LEFT, SHIFT), (MIDDLE, NONE)])
def test_middle_or_shift_drag_pans(widget, view, button, keys):
    drag(view, button, (100, 100), (140, 130), keys)
    x, y, _ = widget.mrmlSliceNode().GetXYZOrigin()
    assert x < 0 < y


def test_left_drag_changes_window_and_level_unless_switched_off(window, scan, view):
    display = scan.GetDisplayNode()

    def shown():
        return display.GetWindow(), display.GetLevel()

    before = shown()
    drag(view, LEFT, (100, 100), (160, 150))
    changed = shown()
    assert changed != before
    window.viewMenu.windowLevel.setChecked(False)
    drag(view, LEFT, (100, 100), (160, 150))
    assert shown() == changed


def test_shift_and_mouse_move_jump_the_other_views_there(window, views, view):
    describe(views, 9010, "horizontal", ("vtkMRMLSliceNode", "A"), ("vtkMRMLSliceNode", "Axial7"))
    window.settle()  # a size that is still to come would move what lies under the mouse
    axial = views.sliceWidget("Axial7").mrmlSliceNode()
    axial.SetOrientation("Axial")
    drag(view, LEFT, (60, 60), (60, 70), SHIFT)  # after which Slicer waits for the key to be let go
    move(view, (119, 90))
    move(view, (119, 90), keys=SHIFT)
    window.settle()
    ras = ras_under(views.sliceWidget("A"), (120, 90))
    axial.SetSliceOffset(ras[2] - 20)
    move(view, (120, 90), keys=SHIFT)
    assert axial.GetSliceOffset() == pytest.approx(ras[2], abs=2)  # a few pixels: the view may take another size


def ras_under(widget, place) -> np.ndarray:
    """RAS in mm under a pixel of a view."""
    column, row = place
    xy = (column, widget.sliceView().height - 1 - row, 0, 1)
    return (asArray(widget.mrmlSliceNode().GetXYToRAS()) @ xy)[:3]


def test_click_in_place_mode_puts_a_point_there(window, desktop, widget, view):
    points = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", "Levels")
    points.CreateDefaultDisplayNodes()
    logic = desktop.runtime.applicationLogic
    logic.GetSelectionNode().SetReferenceActivePlaceNodeClassName(points.GetClassName())
    logic.GetSelectionNode().SetActivePlaceNodeID(points.GetID())
    mode = logic.GetInteractionNode()
    mode.SetCurrentInteractionMode(mode.Place)
    move(view, (80, 120))
    press(view, LEFT, (80, 120))
    release(view, LEFT, (80, 120))
    assert points.GetNumberOfDefinedControlPoints() == 1
    np.testing.assert_allclose(points.GetNthControlPointPosition(0), ras_under(widget, (80, 120)), atol=0.5)
    assert mode.GetCurrentInteractionMode() == mode.AdjustWindowLevel  # the reader's mouse mode is back


def test_many_changes_are_drawn_once(window, widget, view):
    renders = renders_of(view)
    for offset in range(5):
        widget.sliceLogic().SetSliceOffset(offset * SLICE_SPACING)
    assert renders == []
    slicer.app.processEvents()
    slicer.app.processEvents()
    assert len(renders) == 1


def test_views_out_of_sight_are_not_drawn_until_they_are_shown(window, views, widget, view):
    describe(views, 9011, "horizontal", ("vtkMRMLSliceNode", "B"))
    window.settle()
    renders = renders_of(view)
    widget.sliceLogic().SetSliceOffset(SLICE_SPACING)
    window.settle()
    assert renders == []
    views.setLayout(9001)
    window.settle()
    assert renders


def test_paused_views_wait(window, views, widget, view):
    renders = renders_of(view)
    views.setRenderPaused(True)
    widget.sliceLogic().SetSliceOffset(SLICE_SPACING)
    window.settle()
    assert renders == []
    views.setRenderPaused(False)
    window.settle()
    assert renders


def test_application_holds_the_views_back_until_the_last_who_asked_lets_go(window, widget, view):
    renders, told = renders_of(view), []
    slicer.app.connect("renderPaused(bool)", told.append)
    with slicer.util.RenderBlocker():
        with slicer.util.RenderBlocker():
            widget.sliceLogic().SetSliceOffset(SLICE_SPACING)
        window.settle()
        assert renders == []
    window.settle()
    assert renders
    assert told == [True, True, False, False]
    slicer.app.disconnect("renderPaused(bool)", told.append)


def test_views_that_are_made_or_change_their_size_while_paused_are_drawn_afterwards(window, views, view):
    with slicer.util.RenderBlocker():
        describe(views, 9013, "horizontal", ("vtkMRMLSliceNode", "A"), ("vtkMRMLSliceNode", "New"))
        window.resize(1000, 760)
        new = views.sliceWidget("New").sliceView()
        renders = renders_of(new)
        window.settle()
        assert renders == []
    window.settle()
    assert renders
    for each in (new, view):
        assert tuple(each.renderWindow().GetSize()) == (each.width, each.height)


def test_view_fills_its_widget_when_the_window_grows(window, view):
    window.resize(1100, 800)
    window.settle()
    assert tuple(view.renderWindow().GetSize()) == (view.width, view.height)
    assert len(near(pixels(view)[:, -20:], (255, 255, 255), 10)) == 0  # nothing unpainted


def test_foreground_lies_over_the_scan_and_is_named(window, widget, view):
    plain = pixels(view)
    over = slicer.util.addVolumeFromArray(
        np.full((SLICES, 60, 80), 1.0, np.float32),
        ijkToRAS=np.array([[0, 0, SLICE_SPACING, -15], [-1.0, 0, 0, 40], [0, -1.0, 0, 30], [0, 0, 0, 1]]),
        name="Anomaly",
    )
    over.GetDisplayNode().AutoWindowLevelOff()
    over.GetDisplayNode().SetWindowLevelMinMax(0, 1)
    composite = widget.mrmlSliceCompositeNode()
    composite.SetForegroundVolumeID(over.GetID())
    composite.SetForegroundOpacity(0.6)
    window.settle()
    assert np.abs(pixels(view).astype(int) - plain).max() > 50
    text = widget.sliceView().cornerAnnotation().GetText(vtk.vtkCornerAnnotation.LowerLeft)
    assert text.splitlines() == ["B: Steps", "F: Anomaly (60%)"]


def test_long_names_are_cut_in_the_middle_to_what_the_view_has_room_for(window, widget, scan):
    annotation = widget.sliceView().cornerAnnotation()

    def shown() -> str:
        window.settle()
        return annotation.GetText(vtk.vtkCornerAnnotation.LowerLeft)

    scan.SetName("Neck of a reader who names scans at length and by hand " + "epistemic uncertainty")
    widget.mrmlSliceCompositeNode().Modified()
    narrow = shown()
    assert narrow.startswith("B: Neck of")
    assert narrow.endswith("uncertainty")
    assert "..." in narrow
    assert widthOf(narrow) <= widget.sliceView().width
    window.resize(1700, 700)
    assert shown() == f"B: {scan.GetName()}"


def test_the_view_under_the_mouse_is_drawn_and_seen_before_the_others(window, views, widget, view):
    widget.sliceController().setSliceLink(True)
    window.settle()
    done = []

    class Watch(QtCore.QObject):
        def eventFilter(self, _view, event):
            if event.type() == QtCore.QEvent.Type.Paint:
                done.append("seen")
            return False

    other = views.sliceWidget("B").sliceView()
    watch = Watch()
    for under, beside in ((view, other), (other, view)):
        under.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, True)
        beside.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
        under.installEventFilter(watch)
        tag = beside.renderWindow().AddObserver("StartEvent", lambda *_: done.append("other drawn"))
        done.clear()
        turn_wheel(under, 1)
        window.settle()
        assert done[:2] == ["seen", "other drawn"]
        under.removeEventFilter(watch)
        beside.renderWindow().RemoveObserver(tag)


def test_bar_shows_the_slice_and_moves_it(window, views, widget):
    controller = widget.sliceController()
    slider = controller.findChildren("QSlider")[0]
    assert slider.maximum == SLICES - 1
    slider.setValue(2)
    assert widget.sliceLogic().GetSliceOffset() == pytest.approx(-15 + 2 * SLICE_SPACING, abs=SLICE_SPACING / 2)
    widget.sliceLogic().SetSliceOffset(-15 + 7 * SLICE_SPACING)
    assert slider.value == 7
