"""What happens to the scene while it is reviewed: closed, imported, saved, moved, removed; and the module reloaded."""

import sys

import numpy as np
import pytest
import slicer
import vtk
from held_worker import SECONDS_TO_CANCEL, cancel, held, load_drawn, private_folders, ready, until_over

from u2ad.review.decision import Decision
from U2ADSlicerLib.scene import anatomy, layout
from U2ADSlicerLib.scene.case import CaseNodes
from U2ADSlicerLib.scene.masks import maskOf
from U2ADSlicerLib.scene.matrices import asMatrix
from U2ADSlicerLib.scene.slice_views import VIEWS, findComposite
from U2ADSlicerLib.scene.volumes import addVolume, affineOf, voxelsOf

__all__ = ["held", "ready"]

TURNED = np.array([[0.98, -0.199, 0, 5], [0.199, 0.98, 0, -3], [0, 0, 1, 7], [0, 0, 0, 1]])
TURNED[:3, :3] = np.linalg.qr(TURNED[:3, :3])[0] * np.sign(np.diag(np.linalg.qr(TURNED[:3, :3])[1]))


def put_under(volume, matrix):
    """A linear transform above a volume."""
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    transform.SetMatrixTransformToParent(asMatrix(matrix))
    volume.SetAndObserveTransformNodeID(transform.GetID())
    return transform


def bent():
    """A transform that is no matrix."""
    spline = vtk.vtkThinPlateSplineTransform()
    points, moved = vtk.vtkPoints(), vtk.vtkPoints()
    for x in (-50, 50):
        for y in (-50, 50):
            for z in (-50, 50):
                points.InsertNextPoint(x, y, z)
                moved.InsertNextPoint(x + 0.1 * y, y, z + 0.002 * x * x)
    points.InsertNextPoint(0, 0, 0)
    moved.InsertNextPoint(10, 0, 0)
    spline.SetBasisToR()
    spline.SetSourceLandmarks(points)
    spline.SetTargetLandmarks(moved)
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTransformNode")
    node.SetAndObserveTransformToParent(spline)
    return node


def node_count():
    return slicer.mrmlScene.GetNumberOfNodes()


def save(path):
    assert slicer.util.saveScene(str(path))


def decide(hour):
    """First finding confirmed with reason and comment, second rejected; their keys."""
    hour.page("reviewPage")
    hour.press("C")
    hour.ui.reasonCombo.setCurrentIndex(hour.ui.reasonCombo.findData("demyelination"))
    hour.ui.reasonCombo.activated.emit(hour.ui.reasonCombo.currentIndex)
    first = hour.workspace.selected
    hour.press("N")
    hour.press("X")
    return first, hour.workspace.selected


# Closing


def test_closing_the_scene_during_a_run_ends_the_worker_and_adds_nothing(ready, held):
    worker = held("Compare along the cord")
    ready.click("detectButton")
    ready.wait_until(worker.isThere)
    slicer.mrmlScene.Clear(0)
    assert worker.isGone()
    empty = node_count()
    ready.settle(0.3)
    assert node_count() == empty
    assert not ready.widget.panel.detect.isRunning
    assert ready.ui.detectButton.text == "Detect hyperintensities"
    assert not ready.ui.detectButton.isEnabled()
    assert not private_folders()


def test_after_a_closed_scene_the_panel_begins_anew(reviewed, detection):
    decide(reviewed)
    slicer.mrmlScene.Clear(0)
    reviewed.settle()
    assert reviewed.session is None
    assert reviewed.workspace.volume is None
    assert reviewed.rows() == []
    other = addVolume(detection.scan.array + 1, detection.scan.grid.affine, "another person")
    reviewed.settle()
    assert reviewed.workspace.volume is other
    assert not reviewed.ui.restoreBar.isVisible()
    reviewed.take(detection)
    assert set(reviewed.decisions().values()) == {"undecided"}


def test_a_comment_that_is_being_typed_is_kept_when_the_scene_closes(reviewed, detection):
    reviewed.press("C")
    reviewed.ui.commentEdit.setText("behind C4")
    slicer.mrmlScene.Clear(0)
    reviewed.load(detection)
    reviewed.click("restoreButton")
    assert "behind C4" in {finding.judgement.comment for finding in reviewed.session.findings}


# Importing and opening


@pytest.fixture
def bundle(reviewed, tmp_path):
    """A reviewed scene as a file, and the scene closed again."""
    decided = decide(reviewed)
    save(tmp_path / "saved.mrb")
    decisions = reviewed.decisions()
    slicer.mrmlScene.Clear(0)
    reviewed.settle()
    return reviewed, tmp_path / "saved.mrb", decisions, decided


def test_a_scene_imported_during_a_run_leaves_the_run_to_its_scan(bundle, detection, held):
    hour, path, decisions, _ = bundle
    first = load_drawn(hour, detection, "in the scene")
    hour.workspace.parameters.detector = "local_z"
    hour.page("detectPage")
    hour.click("detectButton")
    slicer.util.loadScene(str(path))
    assert hour.widget.panel.detect.isRunning
    imported = hour.workspace.volume
    assert imported is not first
    assert hour.decisions() == decisions
    until_over(hour)
    assert CaseNodes(first).hasResult
    assert hour.workspace.volume is imported
    assert hour.decisions() == decisions
    assert "in the scene" in hour.ui.detectStatus.text


def test_a_scene_opened_during_a_run_ends_it(bundle, detection, held):
    hour, path, decisions, _ = bundle
    load_drawn(hour, detection)
    hour.workspace.parameters.detector = "local_z"
    worker = held("Compare along the cord")
    hour.page("detectPage")
    hour.click("detectButton")
    hour.wait_until(worker.isThere)
    slicer.util.loadScene(str(path), {"clear": True})
    assert worker.isGone()
    hour.settle()
    assert not hour.widget.panel.detect.isRunning
    assert hour.decisions() == decisions
    assert hour.ui.pages.currentWidget().objectName == "reviewPage"


def test_an_opened_scene_goes_on_where_it_was_left(reviewed, tmp_path):
    first, second = decide(reviewed)
    reviewed.ui.opacitySlider.value = 0.35
    reviewed.ui.filterCombo.setCurrentIndex(1)
    reviewed.ui.outlineCombo.setCurrentIndex(1)
    reviewed.ui.thresholdSlider.value = 4.0
    reviewed.settle(0.6)
    decisions, document = reviewed.decisions(), reviewed.session.document
    maps = voxelsOf(reviewed.session.nodes.anomaly).copy()
    save(tmp_path / "saved.mrb")
    slicer.mrmlScene.Clear(0)
    reviewed.settle()
    slicer.util.loadScene(str(tmp_path / "saved.mrb"))
    reviewed.settle()
    session, ui = reviewed.session, reviewed.ui
    assert reviewed.decisions() == decisions
    assert session.offer is None
    assert session.document == document
    np.testing.assert_array_equal(voxelsOf(session.nodes.anomaly), maps)
    assert session.threshold == 4.0 == ui.thresholdSlider.value
    assert (ui.opacitySlider.value, ui.filterCombo.currentIndex, ui.outlineCombo.currentIndex) == (0.35, 1, 1)
    assert ui.pages.currentWidget().objectName == "reviewPage"
    assert layout.isShown()
    assert all(findComposite(view).GetBackgroundVolumeID() == session.volume.GetID() for view in VIEWS)
    assert findComposite(VIEWS[0]).GetForegroundOpacity() == pytest.approx(0.35)
    assert findComposite(VIEWS[0]).GetLabelVolumeID() == session.nodes.epistemicBands.GetID()
    curve = slicer.mrmlScene.GetSingletonNode(layout.CURVE_VIEW, "vtkMRMLPlotViewNode")
    assert curve.GetPlotChartNodeID() == session.nodes.chart.GetID()
    reviewed.ui.filterCombo.setCurrentIndex(0)
    reviewed.click("undoButton")  # the threshold
    reviewed.click("undoButton")
    assert reviewed.decisions()[second] == "undecided"
    assert reviewed.decisions()[first] == "confirmed"
    judgement = next(f.judgement for f in reviewed.session.findings if f.key == first)
    assert judgement.reason == "demyelination"


def test_strokes_of_slicers_own_segment_editor_are_kept_while_another_module_is_shown(reviewed, tmp_path):
    key, nodes = reviewed.workspace.selected, reviewed.session.nodes
    reviewed.loaded.exit()
    mask = slicer.util.arrayFromSegmentBinaryLabelmap(nodes.findings, key, nodes.volume)
    k, j, i = reviewed.session.view.voxelsOf(key).kji[0]
    mask[k, j - 3 : j + 4, i - 3 : i + 4] = 1
    slicer.util.updateSegmentBinaryLabelmapFromArray(mask, nodes.findings, key, nodes.volume)
    reviewed.settle(0.5)
    assert reviewed.session.review.actions[-1].kind == "edit"
    save(tmp_path / "saved.mrb")
    slicer.mrmlScene.Clear(0)
    slicer.util.loadScene(str(tmp_path / "saved.mrb"))
    reviewed.settle()
    finding = next(finding for finding in reviewed.session.findings if finding.key == key)
    assert np.array_equal(finding.voxels.kji, np.argwhere(mask))
    assert reviewed.session.offer is None


def test_edits_and_added_findings_come_back_with_the_scene(reviewed, tmp_path):
    key = reviewed.workspace.selected
    reviewed.press("E")
    reviewed.widget.panel.editing.editor._editor.paint(reviewed.session.placeOf(key), 6.0)
    reviewed.press("E")
    reviewed.press("A")
    r, a, s = reviewed.session.placeOf(key)
    reviewed.widget.panel.editing.editor._editor.paint((r, a, s - 25), 4.0)
    reviewed.press("A")
    voxels = {finding.key: finding.voxels for finding in reviewed.session.findings}
    save(tmp_path / "saved.mrb")
    slicer.mrmlScene.Clear(0)
    slicer.util.loadScene(str(tmp_path / "saved.mrb"))
    reviewed.settle()
    assert {finding.key: finding.voxels for finding in reviewed.session.findings} == voxels
    assert all(reviewed.session.view.voxelsOf(name) == kept for name, kept in voxels.items())


def test_a_scene_is_saved_and_opened_twice_without_growing(bundle, tmp_path):
    hour, path, decisions, _ = bundle
    counts = []
    for _ in range(2):
        slicer.util.loadScene(str(path))
        hour.settle()
        counts.append(node_count())
        assert hour.decisions() == decisions
        save(path)
        slicer.mrmlScene.Clear(0)
        hour.settle()
    assert counts[0] == counts[1]


def test_painting_ends_where_a_scene_is_imported(bundle, detection):
    hour, path, decisions, _ = bundle
    hour.load(detection, "in the scene")
    hour.click("startAfreshButton")
    hour.take(detection)
    hour.press("E")
    slicer.util.loadScene(str(path))
    hour.settle()
    assert not hour.widget.panel.editing.isOpen
    assert hour.decisions() == decisions


def importNote(file):
    """Adds a scene with somebody's note to the open one."""
    other = slicer.vtkMRMLScene()
    other.AddNewNodeByClass("vtkMRMLTextNode", "somebody's note")
    other.SetURL(str(file))
    assert other.Commit(str(file))
    slicer.util.loadScene(str(file))


def test_an_imported_scene_without_a_panel_leaves_the_review_alone(reviewed, detection, tmp_path):
    first, _ = decide(reviewed)
    session = reviewed.session
    importNote(tmp_path / "note.mrml")
    reviewed.settle()
    assert reviewed.session is session
    assert reviewed.decisions()[first] == "confirmed"


def test_an_import_leaves_the_choice_between_two_scans_alone(two, tmp_path):
    """Slicer's node selector drops its choice where an import ends."""
    hour, _, second = two
    session = hour.session
    importNote(tmp_path / "note.mrml")
    hour.settle()
    assert hour.session is session
    assert hour.ui.inputSelector.currentNode() is second


@pytest.mark.parametrize("options", [{}, {"clear": True}])
def test_the_scan_that_a_scene_names_is_shown_as_chosen(two, tmp_path, options):
    hour, _, _ = two
    save(tmp_path / "two.mrb")
    slicer.mrmlScene.Clear(0)
    hour.settle()
    slicer.util.loadScene(str(tmp_path / "two.mrb"), options)
    hour.settle()
    assert hour.workspace.volume.GetName() == "second"
    assert hour.ui.inputSelector.currentNode() is hour.workspace.volume
    assert hour.workspace.parameters.inputVolume is hour.workspace.volume
    hour.ui.opacitySlider.value = 0.25  # and the widgets write again
    assert hour.workspace.parameters.opacity == 0.25


# Reloading


def reload(hour):
    """The button Reload of the developer section."""
    hour.loaded = hour.desktop.reloadModule("U2ADSlicer")
    hour.settle()


def test_a_reload_without_a_scan_is_harmless(hour):
    before = hour.widget
    reload(hour)
    assert hour.widget is not before
    assert not hour.ui.detectButton.isEnabled()


def test_a_reload_brings_the_review_back_with_a_new_library(reviewed):
    decide(reviewed)
    decisions, library = reviewed.decisions(), sys.modules["U2ADSlicerLib.session"]
    reload(reviewed)
    assert sys.modules["U2ADSlicerLib.session"] is not library
    assert reviewed.decisions() == decisions
    reviewed.page("reviewPage")
    reviewed.press("N")
    reviewed.press("U")
    assert reviewed.decisions()[reviewed.workspace.selected] == "unsure"
    assert len({shortcut.key.toString() for shortcut in reviewed.widget.panel.shortcuts.installed}) == len(
        reviewed.widget.panel.shortcuts.installed
    )


def test_a_reload_takes_the_old_panel_down_with_the_library_that_it_was_made_with(reviewed):
    library, panel = sys.modules["U2ADSlicerLib.session"], reviewed.widget.panel
    seen, close = [], panel.close

    def watched():
        seen.append(sys.modules.get("U2ADSlicerLib.session"))
        close()

    panel.close = watched
    reload(reviewed)
    assert seen == [library]


def test_a_reload_during_a_run_ends_the_worker(ready, held):
    worker = held("Compare along the cord")
    ready.click("detectButton")
    ready.wait_until(worker.isThere)
    reload(ready)
    assert worker.isGone()
    assert not ready.widget.panel.detect.isRunning
    assert ready.ui.detectButton.isEnabled()
    assert not private_folders()


def test_a_reload_while_painting_keeps_the_strokes(reviewed):
    key = reviewed.workspace.selected
    reviewed.press("E")
    reviewed.widget.panel.editing.editor._editor.paint(reviewed.session.placeOf(key), 6.0)
    voxels = next(finding.voxels for finding in reviewed.session.findings if finding.key == key)
    reload(reviewed)
    kept = next(finding for finding in reviewed.session.findings if finding.key == key)
    assert np.array_equal(kept.voxels.kji, voxels.kji)
    assert kept.edited


def test_nothing_of_the_module_is_left_after_it_was_unloaded(ready, held):
    worker = held("Compare along the cord")
    ready.click("detectButton")
    ready.wait_until(worker.isThere)
    ready.desktop.unloadModule("U2ADSlicer")
    assert worker.isGone()
    slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTextNode")
    slicer.mrmlScene.Clear(0)
    assert not private_folders()


# A second scan


@pytest.fixture
def two(reviewed, detection):
    """Two scans, each with its own result and decisions; the second is chosen."""
    first = reviewed.workspace.volume
    reviewed.press("C")
    second = addVolume(detection.scan.array + 1, detection.scan.grid.affine, "second")
    reviewed.settle()
    reviewed.ui.inputSelector.setCurrentNode(second)
    reviewed.take(detection)
    reviewed.press("X")
    return reviewed, first, second


def test_two_scans_have_their_results_side_by_side(two):
    hour, first, second = two
    assert list(hour.decisions().values()).count("rejected") == 1
    assert "confirmed" not in hour.decisions().values()
    hour.ui.inputSelector.setCurrentNode(first)
    assert list(hour.decisions().values()).count("confirmed") == 1
    assert hour.session.offer is None
    hour.ui.inputSelector.setCurrentNode(second)
    assert list(hour.decisions().values()).count("rejected") == 1
    names = {CaseNodes(volume).anomaly.GetID() for volume in (first, second)}
    assert len(names) == 2


def test_a_new_scan_is_not_chosen_over_the_one_under_review(reviewed, detection):
    reviewed.press("C")
    volume = reviewed.workspace.volume
    addVolume(detection.scan.array + 1, detection.scan.grid.affine, "second")
    reviewed.settle()
    assert reviewed.workspace.volume is volume


def test_of_several_scans_none_is_chosen(hour, detection):
    with _batch():
        for name in ("one", "two"):
            addVolume(detection.scan.array.copy(), detection.scan.grid.affine, name)
    hour.settle()
    assert hour.workspace.volume is None


def test_a_scan_that_is_loaded_in_a_batch_is_chosen(hour, detection):
    with _batch():
        volume = addVolume(detection.scan.array.copy(), detection.scan.grid.affine, "batch")
    hour.settle()
    assert hour.workspace.volume is volume


def _batch():
    from U2ADSlicerLib.scene.batch import batchProcessing

    return batchProcessing()


def test_changing_the_scan_while_painting_ends_the_brush(two):
    hour, first, second = two
    hour.press("E")
    key = hour.workspace.selected
    hour.widget.panel.editing.editor._editor.paint(hour.session.placeOf(key), 6.0)
    edited = next(finding.voxels for finding in hour.session.findings if finding.key == key)
    hour.ui.inputSelector.setCurrentNode(first)
    assert not hour.widget.panel.editing.isOpen
    assert not any(finding.edited for finding in hour.session.findings)
    hour.ui.inputSelector.setCurrentNode(second)
    assert next(finding.voxels for finding in hour.session.findings if finding.key == key) == edited


def test_a_threshold_in_motion_stays_with_its_scan(two):
    hour, first, second = two
    hour.ui.thresholdSlider.value = 4.3
    hour.ui.inputSelector.setCurrentNode(first)
    assert hour.session.threshold != 4.3
    hour.settle(0.6)
    assert hour.session.threshold != 4.3
    hour.ui.inputSelector.setCurrentNode(second)
    assert hour.session.threshold == 4.3


def test_a_script_that_decides_is_not_overwritten_by_the_panel(reviewed):
    from U2ADSlicerLib.session import ReviewSession

    volume, key = reviewed.workspace.volume, reviewed.workspace.selected
    ReviewSession(volume, reader="script").decide(key, Decision.REJECTED)
    reviewed.ui.thresholdSlider.value = 4.3
    reviewed.ui.inputSelector.setCurrentNode(None)
    reviewed.ui.inputSelector.setCurrentNode(volume)
    assert reviewed.decisions()[key] == "rejected"
    assert reviewed.session.threshold == 4.3


def test_volume_names_in_any_script_are_no_obstacle(hour, detection, tmp_path):
    volume = hour.load(detection, "Müller, 頸椎 T2 矢状面 «Ж»")
    hour.take(detection)
    hour.press("C")
    decisions = hour.decisions()
    save(tmp_path / "Größe 頸.mrb")
    slicer.mrmlScene.Clear(0)
    slicer.util.loadScene(str(tmp_path / "Größe 頸.mrb"))
    hour.settle()
    assert hour.workspace.volume.GetName() == "Müller, 頸椎 T2 矢状面 «Ж»"
    assert hour.decisions() == decisions
    assert volume is not hour.workspace.volume


# Removed nodes


def test_a_scan_removed_during_review_is_said_and_its_review_comes_back(reviewed, detection):
    first, second = decide(reviewed)
    slicer.mrmlScene.RemoveNode(reviewed.workspace.volume)
    reviewed.settle()
    assert reviewed.session is None
    assert "removed from the scene" in reviewed.ui.checksLabel.text
    assert not reviewed.ui.confirmButton.isEnabled()
    reviewed.load(detection)
    assert reviewed.ui.restoreBar.isVisible()
    reviewed.click("restoreButton")
    assert not reviewed.ui.restoreBar.isVisible()
    assert (reviewed.decisions()[first], reviewed.decisions()[second]) == ("confirmed", "rejected")


def test_a_scan_removed_while_it_is_painted_on_ends_the_brush(reviewed):
    reviewed.press("E")
    slicer.mrmlScene.RemoveNode(reviewed.workspace.volume)
    reviewed.settle()
    assert reviewed.session is None
    assert not reviewed.widget.panel.editing.isOpen
    assert not reviewed.ui.findingEditorPlace.isVisible()


def test_another_scan_is_not_taken_for_one_that_was_removed(two):
    hour, first, second = two
    slicer.mrmlScene.RemoveNode(second)
    hour.settle()
    assert slicer.mrmlScene.IsNodePresent(first)
    assert hour.workspace.volume is None
    assert "removed" in hour.ui.checksLabel.text


def test_a_scan_removed_in_a_batch_is_not_replaced_by_the_next_volume(two):
    hour, _, second = two
    slicer.mrmlScene.StartState(slicer.vtkMRMLScene.BatchProcessState)
    slicer.mrmlScene.RemoveNode(second)
    slicer.mrmlScene.EndState(slicer.vtkMRMLScene.BatchProcessState)
    assert hour.workspace.parameters.inputVolume is None
    hour.settle()
    assert hour.workspace.volume is None


def test_maps_that_others_remove_end_the_result_and_not_the_decisions(reviewed):
    first, second = decide(reviewed)
    slicer.mrmlScene.RemoveNode(reviewed.session.nodes.anomaly)
    reviewed.settle()
    assert not reviewed.session.hasResult
    assert "Nothing was detected" in reviewed.ui.scoreLabel.text
    assert (reviewed.decisions()[first], reviewed.decisions()[second]) == ("confirmed", "rejected")
    assert not reviewed.ui.thresholdSlider.enabled


@pytest.mark.parametrize(
    "name", ["findings", "cord", "table", "chart", "curveTable", "journal", "levelNames", "epistemic", "anomalyBands"]
)
def test_any_other_node_that_is_removed_leaves_a_review_that_works(reviewed, name):
    first, second = decide(reviewed)
    node = getattr(reviewed.session.nodes, name)
    assert node is not None
    slicer.mrmlScene.RemoveNode(node)
    reviewed.settle()
    reviewed.press("U")
    assert (reviewed.decisions()[first], reviewed.decisions()[second]) == ("confirmed", "unsure")
    reviewed.ui.thresholdSlider.value = 4.0
    reviewed.settle(0.6)
    reviewed.page("detectPage")
    reviewed.page("exportPage")


# The scan's place and voxels


def test_a_scan_that_lies_under_a_transform_is_detected_where_it_lies(ready):
    transform = put_under(ready.workspace.volume, TURNED)
    ready.settle(0.4)
    ready.page("detectPage")
    ready.click("detectButton")
    until_over(ready)
    nodes = ready.session.nodes
    assert ready.session.hasResult, ready.ui.detectStatus.text
    placed = (nodes.anomaly, nodes.anomalyBands, nodes.findings, nodes.cord)
    assert all(node.GetParentTransformNode() is transform for node in placed)
    np.testing.assert_allclose(affineOf(nodes.anomaly), affineOf(ready.workspace.volume))


def test_what_was_found_follows_a_scan_that_is_moved(reviewed):
    first, _ = decide(reviewed)
    nodes = reviewed.session.nodes
    reviewed.workspace.select(first)
    before = np.array(reviewed.session.placeOf(first))
    centre = next(f.figures.centre for f in reviewed.session.findings if f.key == first)
    transform = put_under(reviewed.workspace.volume, TURNED)
    reviewed.settle(0.5)
    placed = (nodes.anomaly, nodes.epistemicBands, nodes.findings, nodes.cord, nodes.levelNames)
    assert all(node.GetParentTransformNode() is transform for node in placed)
    moved = (TURNED @ [*before, 1])[:3]
    np.testing.assert_allclose(reviewed.session.placeOf(first), moved, atol=1e-3)
    now = next(f.figures.centre for f in reviewed.session.findings if f.key == first)
    np.testing.assert_allclose(now, (TURNED @ [*centre, 1])[:3], atol=1e-3)
    assert reviewed.decisions()[first] == "confirmed"


def test_what_was_found_stays_on_a_scan_whose_transform_is_hardened(reviewed):
    first, _ = decide(reviewed)
    nodes = reviewed.session.nodes
    cord = maskOf(nodes.cord, anatomy.CORD_SEGMENT, nodes.volume)
    put_under(reviewed.workspace.volume, TURNED)
    reviewed.settle(0.5)
    voxels = reviewed.session.view.voxelsOf(first)
    reviewed.workspace.volume.HardenTransform()
    reviewed.settle(0.5)
    np.testing.assert_allclose(affineOf(nodes.anomaly), affineOf(nodes.volume))
    assert nodes.findings.GetParentTransformNode() is None
    np.testing.assert_array_equal(maskOf(nodes.cord, anatomy.CORD_SEGMENT, nodes.volume), cord)
    assert reviewed.session.view.voxelsOf(first) == voxels
    assert reviewed.decisions()[first] == "confirmed"


def test_a_transform_changed_during_a_run_is_no_obstacle(ready, held):
    transform = put_under(ready.workspace.volume, np.eye(4))
    ready.settle(0.4)
    ready.page("detectPage")
    ready.click("detectButton")
    transform.SetMatrixTransformToParent(asMatrix(TURNED))
    until_over(ready)
    ready.settle(0.4)
    assert ready.session.hasResult, ready.ui.detectStatus.text
    assert ready.session.nodes.anomaly.GetParentTransformNode() is transform
    moved = ready.session.grid.affine
    np.testing.assert_allclose(moved, TURNED @ affineOf(ready.workspace.volume), atol=1e-6)


def test_a_transform_that_bends_the_scan_is_refused_in_words(hour, detection):
    volume = hour.load(detection)
    node = bent()
    volume.SetAndObserveTransformNodeID(node.GetID())
    hour.settle(0.5)
    assert not hour.ui.detectButton.isEnabled()
    assert "bends the scan" in hour.ui.detectButton.toolTip
    assert "Harden" in hour.ui.checksLabel.text
    assert not hour.ui.anywayCheck.isVisible()
    volume.SetAndObserveTransformNodeID(None)
    hour.settle(0.5)
    assert hour.ui.detectButton.isEnabled()


def test_a_transform_that_bends_a_reviewed_scan_pauses_its_review(reviewed):
    first, _ = decide(reviewed)
    node = bent()
    reviewed.workspace.volume.SetAndObserveTransformNodeID(node.GetID())
    reviewed.press("N")
    reviewed.settle(0.5)
    assert reviewed.session is None
    assert "bends the scan" in reviewed.ui.checksLabel.text
    reviewed.workspace.volume.SetAndObserveTransformNodeID(None)
    reviewed.settle(0.5)
    assert reviewed.decisions()[first] == "confirmed"
    assert reviewed.session.nodes.findings.GetParentTransformNode() is None


def test_a_volume_that_is_chosen_and_refused_says_why(hour, detection):
    empty = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "empty")
    hour.ui.inputSelector.setCurrentNode(empty)
    assert hour.session is None
    assert "no voxels" in hour.ui.checksLabel.text
    assert "no voxels" in hour.ui.detectButton.toolTip
    slicer.util.updateVolumeFromArray(empty, np.ascontiguousarray(detection.scan.array))
    empty.SetIJKToRASMatrix(asMatrix(detection.scan.grid.affine))
    hour.settle(0.5)
    assert hour.session is not None
    assert "no voxels" not in hour.ui.checksLabel.text


def test_a_map_that_is_chosen_by_mistake_is_refused(reviewed):
    volume, anomaly = reviewed.workspace.volume, reviewed.session.nodes.anomaly
    reviewed.ui.inputSelector.setCurrentNode(anomaly)
    assert reviewed.session is None
    assert "map that U2AD made" in reviewed.ui.checksLabel.text
    reviewed.ui.inputSelector.setCurrentNode(volume)
    assert reviewed.session.hasResult


def test_voxels_that_are_changed_belong_to_another_journal(reviewed, detection):
    reviewed.press("C")
    former = reviewed.session.folder
    slicer.util.arrayFromVolume(reviewed.workspace.volume)[:] += 5
    slicer.util.arrayFromVolumeModified(reviewed.workspace.volume)
    reviewed.settle(0.5)
    assert reviewed.session.folder != former
    assert "confirmed" in reviewed.decisions().values()


def test_a_cord_that_is_erased_entirely_leaves_a_scene_that_opens(reviewed, tmp_path):
    reviewed.press("C")
    anatomy.showCord(reviewed.session.nodes, np.zeros(reviewed.session.grid.shape, bool))
    save(tmp_path / "saved.mrb")
    slicer.mrmlScene.Clear(0)
    slicer.util.loadScene(str(tmp_path / "saved.mrb"))
    reviewed.settle()
    assert reviewed.session is not None
    assert "confirmed" in reviewed.decisions().values()
    assert "cord" in reviewed.ui.scoreLabel.text
    reviewed.page("detectPage")
    assert reviewed.ui.cordEditButton.isEnabled()


def test_cancelling_after_an_import_still_works(bundle, detection, held):
    hour, path, _, _ = bundle
    load_drawn(hour, detection, "in the scene")
    hour.workspace.parameters.detector = "local_z"
    worker = held("Compare along the cord")
    hour.page("detectPage")
    hour.click("detectButton")
    hour.wait_until(worker.isThere)
    slicer.util.loadScene(str(path))
    hour.page("detectPage")
    assert cancel(hour) < SECONDS_TO_CANCEL
    assert worker.isGone()
