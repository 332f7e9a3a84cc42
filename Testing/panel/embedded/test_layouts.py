"""The layout manager: views of Slicer's layout descriptions as widgets."""

import pytest
import slicer
from PySide6 import QtTest
from view_hands import LEFT, NONE, describe, use_layout, view_element

from EmbeddedSlicer.desktop.native import QtCore, QtWidgets

SLICE, PLOT, TABLE, SPACE = (f"vtkMRML{kind}Node" for kind in ("Slice", "PlotView", "TableView", "View"))
A, B = view_element(SLICE, "A"), view_element(SLICE, "B")


def shown(views) -> set[str]:
    return {name for name in views.sliceViewNames() if views.sliceWidget(name).visible}


def test_window_and_layout_manager_are_found_as_in_slicer(window, views):
    assert slicer.util.mainWindow() is window
    assert slicer.app.layoutManager() is views
    assert "research software" in window.windowTitle


def test_views_take_their_properties_from_the_description(views):
    node = views.sliceWidget("A").mrmlSliceNode()
    assert (node.GetOrientation(), node.GetViewGroup()) == ("Sagittal", 7)
    assert node.GetScene() is slicer.mrmlScene
    assert views.sliceWidget("no such view") is None


@pytest.mark.parametrize(
    ("description", "across"),
    [
        (f'<layout type="horizontal"><item>{A}</item><item>{B}</item></layout>', True),
        (f'<layout type="vertical"><item>{A}</item><item>{B}</item></layout>', False),
        (f'<layout type="grid"><item row="0" column="0">{A}</item><item row="1" column="0">{B}</item></layout>', False),
        (f'<layout type="grid"><item row="0" column="1">{B}</item><item row="0" column="0">{A}</item></layout>', True),
    ],
)
def test_views_lie_as_described(window, views, description, across):
    use_layout(views, 9002, description)
    window.settle()
    first, second = (views.sliceWidget(name).mapTo(views.viewport(), QtCore.QPoint(0, 0)) for name in ("A", "B"))
    assert shown(views) == {"A", "B"}
    assert (first.x() < second.x(), first.y() < second.y()) == (across, not across)


def test_split_sizes_are_shares(window, views):
    halves = f'<item splitSize="750">{A}</item><item splitSize="250">{B}</item>'
    use_layout(views, 9003, f'<layout type="horizontal" split="true">{halves}</layout>')
    window.settle()
    wide, narrow = (views.sliceWidget(name).width for name in ("A", "B"))
    assert wide / (wide + narrow) == pytest.approx(0.75, abs=0.05)


def test_tabs_show_one_view_at_a_time(window, views):
    use_layout(views, 9004, f'<layout type="tab"><item name="first">{A}</item><item name="second">{B}</item></layout>')
    window.settle()
    tabs = views.viewport().findChildren(QtWidgets.QTabWidget)[0]
    assert [tabs.tabText(index) for index in range(tabs.count)] == ["first", "second"]
    assert shown(views) == {"A"}
    tabs.setCurrentIndex(1)
    window.settle()
    assert shown(views) == {"B"}


def test_views_are_kept_when_the_layout_changes_and_only_those_in_sight_are_mapped(window, views):
    changes = []
    views.connect("layoutChanged(int)", changes.append)
    kept = views.sliceWidget("A")
    describe(views, 9005, "horizontal", (SLICE, "B"), (PLOT, "P"), (TABLE, "T"))
    window.settle()
    assert (views.layout, changes) == (9005, [9005])
    assert shown(views) == {"B"}
    assert not kept.mrmlSliceNode().IsMappedInLayout()
    assert views.sliceWidget("B").mrmlSliceNode().IsMappedInLayout()
    assert (views.plotViewCount, views.tableViewCount) == (1, 1)
    assert views.plotWidget(0).mrmlPlotViewNode().GetLayoutName() == "P"
    views.setLayout(9001)
    window.settle()
    assert views.sliceWidget("A") is kept
    assert shown(views) == {"A", "B"}


def test_slicers_own_layouts_open(window, views):
    node = views.layoutLogic().GetLayoutNode()
    views.setLayout(node.SlicerLayoutFourUpView)
    window.settle()
    assert shown(views) == {"Red", "Green", "Yellow"}
    assert views.threeDWidget(0).threeDView().visible
    assert views.sliceWidget("Green").mrmlSliceNode().GetOrientation() == "Coronal"


def test_double_click_fills_the_window_with_a_view_and_brings_the_others_back(window, views):
    view = views.sliceWidget("A").sliceView()
    for expected in ({"A"}, {"A", "B"}):
        QtTest.QTest.mouseDClick(view, LEFT, NONE, QtCore.QPoint(50, 50))
        window.settle()
        assert shown(views) == expected


def test_layout_and_views_outlive_the_scene(window, views, scan):
    slicer.mrmlScene.Clear()
    window.settle()
    assert views.layout == 9001
    assert shown(views) == {"A", "B"}
    assert views.sliceWidget("A").mrmlSliceCompositeNode().GetBackgroundVolumeID() is None
