"""The review layout: which view shows what, where, and how it is turned on, off and away."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest
import slicer
from scene_results import detected
from test_input_volume import put_under, turned

from EmbeddedSlicer.views import DISPLAYABLE_MANAGERS, SliceView
from U2ADSlicerLib.scene import layout
from U2ADSlicerLib.scene.bands import bandColors
from U2ADSlicerLib.scene.case import CaseNodes
from U2ADSlicerLib.scene.colors import EPISTEMIC, STYLES
from U2ADSlicerLib.scene.legends import linesOf
from U2ADSlicerLib.scene.results import putResult
from U2ADSlicerLib.scene.slice_views import VIEWS, axesOf, findComposite, findSliceNode
from U2ADSlicerLib.scene.volumes import addVolume

LEGENDS = "vtkMRMLColorLegendDisplayableManager"
SIZE = (400, 500)
SAGITTAL, AXIAL = VIEWS[:3], VIEWS[3]


def layout_node():
    return slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLLayoutNode")


def chart_shown():
    return slicer.mrmlScene.GetSingletonNode(layout.CURVE_VIEW, "vtkMRMLPlotViewNode").GetPlotChartNodeID()


def legend_of(volume):
    return slicer.modules.colors.logic().GetColorLegendDisplayNode(volume)


@pytest.fixture
def shown(nodes):
    layout.show(nodes)
    return nodes


@pytest.fixture
def views(runtime, drawing):
    """The review's slice views, drawn off-screen."""
    managers = tuple(dict.fromkeys((*DISPLAYABLE_MANAGERS, LEGENDS)))
    made = [SliceView(runtime, view.name, "", SIZE, managers) for view in VIEWS]
    yield made
    for view in made:
        view.close()


class TestDescription:
    def test_slicer_can_read_it(self, runtime):
        layout.register()
        node = layout_node()
        assert node.IsLayoutDescription(layout.LAYOUT_ID)
        node.SetViewArrangement(layout.LAYOUT_ID)
        assert node.GetLayoutRootElement().GetAttribute("type") == "vertical"

    def test_it_holds_every_view_once_and_the_sagittal_ones_above(self, runtime):
        root = ET.fromstring(layout.description())
        above, below = ([view.get("singletontag") for view in item.iter("view")] for item in root)
        assert above == ["U2ADAnomaly", "U2ADEpistemic", "U2ADAleatoric"]
        assert below == ["U2ADAxial", "U2ADCurve"]

    def test_only_the_sagittal_views_move_together(self, shown):
        groups = [findSliceNode(view).GetViewGroup() for view in VIEWS]
        assert groups[0] == groups[1] == groups[2] != groups[3]
        assert all(findComposite(view).GetLinkedControl() for view in VIEWS)

    def test_registering_again_replaces_it(self, runtime):
        layout.register()
        layout_node().SetLayoutDescription(layout.LAYOUT_ID, "<layout/>")
        layout.register()
        assert "U2ADAxial" in layout_node().GetLayoutDescription(layout.LAYOUT_ID)


class TestWhatIsShown:
    def test_each_view_has_the_scan_under_its_map(self, shown):
        assert layout.isShown()
        for view in VIEWS:
            composite = findComposite(view)
            assert composite.GetBackgroundVolumeID() == shown.volume.GetID()
            assert composite.GetForegroundVolumeID() == getattr(shown, view.role).GetID()
        assert chart_shown() == shown.chart.GetID()

    def test_volumes_that_are_loaded_elsewhere_do_not_get_in(self, shown):
        other = addVolume(np.zeros((5, 6, 7), np.int16), np.eye(4), "Other")
        logic = slicer.modules.volumes.logic().GetMRMLApplicationLogic()
        logic.GetSelectionNode().SetActiveVolumeID(other.GetID())
        logic.PropagateVolumeSelection()
        assert {findComposite(view).GetBackgroundVolumeID() for view in VIEWS} == {shown.volume.GetID()}

    def test_a_detector_without_a_model_leaves_two_views_plain(self, scan_volume):
        nodes = CaseNodes(scan_volume)
        putResult(nodes, detected(model=False).result)
        layout.show(nodes)
        assert [findComposite(view).GetForegroundVolumeID() is None for view in VIEWS] == [False, True, True, False]

    def test_a_scan_without_a_result_can_be_shown(self, scan_volume):
        layout.show(CaseNodes(scan_volume))
        assert findComposite(AXIAL).GetBackgroundVolumeID() == scan_volume.GetID()
        assert chart_shown() is None

    def test_maps_are_hidden_and_shown_with_their_legends(self, shown):
        layout.setMapsVisible(shown, False)
        assert [findComposite(view).GetForegroundVolumeID() for view in VIEWS] == [None] * 4
        assert not legend_of(shown.anomaly).GetVisibility()
        assert findComposite(AXIAL).GetBackgroundVolumeID() == shown.volume.GetID()
        layout.setMapsVisible(shown, True)
        assert findComposite(AXIAL).GetForegroundVolumeID() == shown.anomaly.GetID()
        assert legend_of(shown.anomaly).GetVisibility()

    def test_a_blind_first_read_shows_no_map_at_any_moment(self, nodes):
        layout.show(nodes, maps=False)
        layout.setCurveVisible(nodes, False)
        assert [findComposite(view).GetForegroundVolumeID() for view in VIEWS] == [None] * 4
        assert not any(legend_of(getattr(nodes, name)).GetVisibility() for name in STYLES)
        assert chart_shown() is None
        layout.setCurveVisible(nodes, True)
        assert chart_shown() == nodes.chart.GetID()

    def test_opacity_holds_for_all_maps_and_while_they_are_hidden(self, shown):
        layout.setMapsVisible(shown, False)
        layout.setOpacity(shown, 0.25)
        layout.setMapsVisible(shown, True)
        assert [findComposite(view).GetForegroundOpacity() for view in VIEWS] == [0.25] * 4

    def test_grades_lie_as_outlines_over_the_anomaly_only(self, shown):
        layout.setOutlineOverlay(shown, "epistemic")
        assert findComposite(VIEWS[0]).GetLabelVolumeID() == shown.epistemicBands.GetID()
        assert findSliceNode(VIEWS[0]).GetUseLabelOutline()
        assert [findComposite(view).GetLabelVolumeID() for view in VIEWS[1:]] == [None] * 3
        layout.setOutlineOverlay(shown, None)
        assert findComposite(VIEWS[0]).GetLabelVolumeID() is None

    def test_switches_of_one_scan_leave_the_views_of_another_alone(self, shown):
        other = CaseNodes(addVolume(np.zeros((5, 6, 7), np.int16), np.eye(4), "Other"))
        layout.setMapsVisible(other, False)
        layout.setOpacity(other, 0.1)
        layout.setOutlineOverlay(other, "epistemic")
        assert findComposite(VIEWS[0]).GetForegroundVolumeID() == shown.anomaly.GetID()
        assert findComposite(VIEWS[0]).GetForegroundOpacity() == pytest.approx(layout.DEFAULT_OPACITY)

    def test_switches_before_the_layout_was_ever_shown_do_nothing(self, nodes):
        layout.setMapsVisible(nodes, True)
        layout.setOpacity(nodes, 0.5)
        layout.setOutlineOverlay(nodes, "aleatoric")
        layout.jump(nodes, (0, 0, 0))
        assert [findComposite(view).GetForegroundVolumeID() for view in VIEWS if findComposite(view)] in (
            [],
            [None] * 4,
        )


class TestWhereItIs:
    def test_views_lie_along_the_scan_as_it_was_acquired(self, shown, detection):
        across = detection.scan.grid.directions[0]
        for view in SAGITTAL:
            assert abs(axesOf(findSliceNode(view))[2] @ across) == pytest.approx(1, abs=1e-5)
        assert abs(axesOf(findSliceNode(AXIAL))[2] @ detection.scan.grid.directions[1]) == pytest.approx(1, abs=1e-5)

    def test_face_is_left_head_is_up_and_patients_right_is_left(self, shown):
        right, up, _ = axesOf(findSliceNode(VIEWS[0]))
        assert right[1] < -0.9
        assert up[2] > 0.9
        right, up, _ = axesOf(findSliceNode(AXIAL))
        assert right[0] < -0.9
        assert up[1] > 0.9

    def test_sagittal_views_begin_with_the_whole_height_and_the_cord_in_the_middle(self, shown, detection):
        node = findSliceNode(VIEWS[0])
        grid = detection.scan.grid
        assert node.GetFieldOfView()[1] == pytest.approx(grid.shape[1] * grid.spacing[1], rel=1e-3)
        cord = grid.to_ras(np.argwhere(detection.result.cord.mask)).mean(axis=0)
        right = axesOf(node)[0]
        middle = np.array([node.GetSliceToRAS().GetElement(row, 3) for row in range(3)])
        assert (middle - cord) @ right == pytest.approx(0, abs=1.0)

    def test_a_jump_centres_every_view_in_the_nearest_acquired_slice(self, shown, detection):
        ras = np.array(detection.findings.ranked[1].centre) + np.array([0.9, 0.2, 0.1])
        layout.jump(shown, ras)
        for view in VIEWS:
            node = findSliceNode(view)
            right, up, normal = axesOf(node)
            middle = np.array([node.GetSliceToRAS().GetElement(row, 3) for row in range(3)])
            axis = int(np.abs(detection.scan.grid.directions @ normal).argmax())
            place = detection.scan.grid.to_kji(middle)[axis]
            assert place == pytest.approx(round(place), abs=1e-4), "a slice of the stack, not between two"
            assert abs((middle - ras) @ normal) <= detection.scan.grid.spacing[axis] / 2 + 1e-6
            assert np.hypot((middle - ras) @ right, (middle - ras) @ up) < 0.5

    def test_a_jump_keeps_the_zoom(self, shown, detection):
        node = findSliceNode(VIEWS[1])
        node.SetFieldOfView(40, 50, 3.3)
        layout.jump(shown, detection.findings.ranked[0].centre)
        assert node.GetFieldOfView()[:2] == pytest.approx((40, 50))

    def test_a_jump_beyond_the_scan_ends_in_its_last_slice(self, shown, detection):
        layout.jump(shown, detection.scan.grid.to_ras(np.array([400.0, 50, 50])))
        node = findSliceNode(VIEWS[0])
        middle = np.array([node.GetSliceToRAS().GetElement(row, 3) for row in range(3)])
        assert detection.scan.grid.to_kji(middle)[0] == pytest.approx(detection.scan.grid.shape[0] - 1, abs=1e-4)

    def test_a_moved_scan_is_shown_and_jumped_to_where_it_is(self, scan_volume, detection):
        put_under(scan_volume, turned())
        nodes = CaseNodes(scan_volume)
        putResult(nodes, detection.result)
        layout.show(nodes)
        ras = (turned() @ [*detection.findings.ranked[0].centre, 1])[:3]
        layout.jump(nodes, ras)
        node = findSliceNode(VIEWS[0])
        right, up, normal = axesOf(node)
        middle = np.array([node.GetSliceToRAS().GetElement(row, 3) for row in range(3)])
        assert np.hypot((middle - ras) @ right, (middle - ras) @ up) < 0.5
        assert abs(normal @ (turned()[:3, :3] @ detection.scan.grid.directions[0])) == pytest.approx(1, abs=1e-5)

    def test_showing_the_same_scan_again_leaves_the_views_where_they_are(self, shown, detection):
        layout.jump(shown, detection.findings.ranked[1].centre)
        layout.setOpacity(shown, 0.3)
        findSliceNode(VIEWS[0]).SetFieldOfView(40, 50, 3.3)
        before = findSliceNode(VIEWS[0]).GetSliceToRAS().GetElement(2, 3)
        layout.show(shown)
        assert findSliceNode(VIEWS[0]).GetSliceToRAS().GetElement(2, 3) == before
        assert findSliceNode(VIEWS[0]).GetFieldOfView()[1] == pytest.approx(50)
        assert findComposite(VIEWS[0]).GetForegroundOpacity() == 0.3

    def test_another_scan_is_framed_anew(self, shown):
        layout.jump(shown, (0, 0, 60))
        other = detected(spots=(0.0,), spacing=(3.0, 0.9, 0.9))
        nodes = CaseNodes(addVolume(other.scan.array.copy(), other.scan.grid.affine, "Other"))
        putResult(nodes, other.result)
        layout.show(nodes)
        height = other.scan.grid.shape[1] * 0.9
        assert findSliceNode(VIEWS[2]).GetFieldOfView()[1] == pytest.approx(height, rel=1e-3)
        assert findComposite(VIEWS[2]).GetForegroundVolumeID() == nodes.aleatoric.GetID()


class TestComingAndGoing:
    def test_views_are_made_once(self, shown):
        count = slicer.mrmlScene.GetNumberOfNodes()
        layout.show(shown)
        assert slicer.mrmlScene.GetNumberOfNodes() == count

    def test_maps_that_are_removed_leave_the_scan_in_the_views(self, shown):
        for role in {view.role for view in VIEWS}:
            shown.remove(role)
        layout.show(shown)
        assert [findComposite(view).GetForegroundVolumeID() for view in VIEWS] == [None] * 4
        assert findComposite(AXIAL).GetBackgroundVolumeID() == shown.volume.GetID()


def colored(picture, color, tolerance=40):
    wanted = np.round(np.array(color) * 255)
    return np.argwhere(np.abs(picture.astype(int) - wanted).max(axis=2) < tolerance)


class TestPictures:
    def test_each_map_has_its_legend_in_its_own_view_only(self, views, nodes):
        layout.show(nodes)
        for name, style in STYLES.items():
            assert legend_of(getattr(nodes, name)).GetTitleText() == "\n".join(linesOf(style))
            assert style.title in " ".join(linesOf(style))
        with_legends = [view.grab() for view in views]
        for name in STYLES:
            legend_of(getattr(nodes, name)).SetVisibility(False)
        without = [view.grab() for view in views]
        changed = [np.argwhere((a != b).any(axis=2)) for a, b in zip(with_legends, without, strict=True)]
        assert [len(pixels) > 500 for pixels in changed] == [True, True, True, False]
        for pixels in changed[:3]:
            assert pixels[:, 1].min() > SIZE[0] * 0.6, "beside the cord, which is in the middle"

    def test_legends_are_drawn_in_views_that_came_after_them(self, nodes, request):
        layout.show(nodes)
        view = request.getfixturevalue("views")[0]
        layout.show(nodes)
        with_legend = view.grab()
        legend_of(nodes.anomaly).SetVisibility(False)
        assert (with_legend != view.grab()).any()

    def test_outlines_of_another_quantity_are_drawn_over_the_anomaly(self, views, nodes, detection):
        layout.show(nodes)
        layout.jump(nodes, detection.findings.ranked[0].centre)
        plain = views[0].grab()
        layout.setOutlineOverlay(nodes, "epistemic")
        outlined = views[0].grab()
        color = bandColors(EPISTEMIC)[-1]
        assert len(colored(outlined, color)) > len(colored(plain, color)) + 10
        changed = np.argwhere((plain != outlined).any(axis=2))
        assert len(changed) < 0.05 * plain.shape[0] * plain.shape[1]

    def test_the_finding_jumped_to_is_in_the_middle_of_the_picture(self, views, nodes, detection):
        layout.show(nodes)
        finding = detection.findings.ranked[0]
        layout.jump(nodes, finding.centre)
        for view in views:
            np.testing.assert_allclose(view.pixelOf(finding.centre), (np.array(SIZE) - 1) / 2, atol=2.0)

    def test_names_of_levels_are_written_in_the_sagittal_views_only(self, views, nodes):
        layout.show(nodes)
        with_names = [view.grab() for view in views]
        nodes.levelNames.GetDisplayNode().SetVisibility(False)
        changed = [(view.grab() != picture).any(axis=2).sum() for view, picture in zip(views, with_names, strict=True)]
        assert [count > 200 for count in changed] == [True, True, True, False]
