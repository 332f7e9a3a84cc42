"""A detection in the scene: where its nodes lie, what becomes of former ones, and the case that they hold."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import slicer
from scene_results import detected
from test_input_volume import put_under, turned

from u2ad.calibration import UNCALIBRATED, Confidence, Yardstick
from u2ad.calibration.plain import yardstick_to_plain
from u2ad.cord import MaskSource
from u2ad.errors import U2ADError
from U2ADSlicerLib.scene import anatomy, results
from U2ADSlicerLib.scene.bands import bandsOf
from U2ADSlicerLib.scene.case import NODES, CaseNodes, isResult
from U2ADSlicerLib.scene.colors import ALEATORIC, ANOMALY, EPISTEMIC
from U2ADSlicerLib.scene.following import followScan
from U2ADSlicerLib.scene.input import scanOf
from U2ADSlicerLib.scene.levels import IN_FRONT_OF_CORD
from U2ADSlicerLib.scene.masks import maskOf
from U2ADSlicerLib.scene.results import caseOf, putResult
from U2ADSlicerLib.scene.volumes import addVolume, affineOf, voxelsOf

MAPS = ("anomaly", "epistemic", "aleatoric", "certainty", "reconstruction")


SHARED = {"vtkMRMLProceduralColorNode", "vtkMRMLColorTableNode"}
"""Colours are the same for all scans, and stay."""


LATER = {"acceptedFraction", "cordPoints", "cordPreview", "anomalyBefore", "anomalyAfter"} | {
    name for name in NODES if name.startswith("learning") or name in {"lossSeries", "asideSeries"}
}
"""Roles that no detection fills: of clicked points, and of an adaptation."""


def all_nodes() -> set:
    return {slicer.mrmlScene.GetNthNode(index) for index in range(slicer.mrmlScene.GetNumberOfNodes())}


@pytest.fixture(scope="module")
def weak():
    """A detection of the same scan by a detector without a model."""
    return detected(spots=(10.0,), model=False)


def ids_of(nodes):
    return {name: node.GetID() for name in NODES if (node := getattr(nodes, name)) is not None}


def test_every_map_lies_on_the_voxels_of_the_scan(nodes, detection):
    for name in MAPS:
        np.testing.assert_array_equal(voxelsOf(getattr(nodes, name)), getattr(detection.result.maps, name))
        np.testing.assert_allclose(affineOf(getattr(nodes, name)), affineOf(nodes.volume))
    np.testing.assert_array_equal(voxelsOf(nodes.cordFraction), detection.result.cord.fraction)


def test_every_map_has_its_grades(nodes, detection):
    for name, style in {"anomaly": ANOMALY, "epistemic": EPISTEMIC, "aleatoric": ALEATORIC}.items():
        bands = getattr(nodes, f"{name}Bands")
        assert bands.IsA("vtkMRMLLabelMapVolumeNode")
        np.testing.assert_array_equal(voxelsOf(bands), bandsOf(getattr(detection.result.maps, name), style))
        np.testing.assert_allclose(affineOf(bands), affineOf(nodes.volume))


def test_maps_show_their_voxels_as_they_are(nodes):
    assert not any(getattr(nodes, name).GetDisplayNode().GetInterpolate() for name in ("anomaly", "epistemic"))


def test_inner_volumes_are_in_no_list_but_are_saved(nodes):
    inner = [nodes.certainty, nodes.reconstruction, nodes.cordFraction]
    assert all(node.GetHideFromEditors() and node.GetSaveWithScene() for node in inner)
    assert not nodes.anomaly.GetHideFromEditors()


def test_cord_is_a_thin_outline_of_the_mask(nodes, detection):
    drawn = maskOf(nodes.cord, anatomy.CORD_SEGMENT, nodes.volume)
    np.testing.assert_array_equal(drawn, detection.result.cord.mask)
    display = nodes.cord.GetDisplayNode()
    assert display.GetSliceIntersectionThickness() == 1
    assert not display.GetVisibility2DFill()


def test_all_nodes_are_known_as_results(nodes):
    filled = set(ids_of(nodes))
    assert filled == set(NODES) - {"table", "levels", "journal"} - LATER
    assert all(isResult(getattr(nodes, name)) for name in filled)
    assert not isResult(nodes.volume)


def test_results_follow_the_transform_of_the_scan(scan_volume, detection):
    transform = put_under(scan_volume, turned())
    nodes = CaseNodes(scan_volume)
    putResult(nodes, detection.result)
    placed = [nodes.anomaly, nodes.epistemicBands, nodes.cordFraction, nodes.cord, nodes.findings, nodes.levelNames]
    assert [node.GetParentTransformNode() is transform for node in placed] == [True] * len(placed)
    np.testing.assert_allclose(affineOf(nodes.anomaly), affineOf(scan_volume))
    case = caseOf(nodes)
    assert case.grid.matches(scanOf(scan_volume).grid)
    np.testing.assert_allclose(case.grid.affine, turned() @ detection.scan.grid.affine, atol=1e-6)
    moved = (turned() @ [*detection.anatomy.line.points[40], 1])[:3]
    assert np.linalg.norm(case.line.points - moved, axis=1).min() < 0.6
    for index in range(nodes.levelNames.GetNumberOfControlPoints()):
        name = nodes.levelNames.GetNthControlPointPositionWorld(index)
        assert np.linalg.norm(case.line.points - name, axis=1).min() == pytest.approx(IN_FRONT_OF_CORD, abs=0.5)


def test_results_come_along_when_the_transform_is_hardened(scan_volume, detection):
    transform = put_under(scan_volume, turned())
    nodes = CaseNodes(scan_volume)
    putResult(nodes, detection.result)
    before = maskOf(nodes.cord, anatomy.CORD_SEGMENT, scan_volume)
    names = [nodes.levelNames.GetNthControlPointPositionWorld(index) for index in range(3)]
    scan_volume.HardenTransform()
    followScan(nodes)
    assert nodes.anomaly.GetParentTransformNode() is None
    np.testing.assert_allclose(affineOf(nodes.anomaly), affineOf(scan_volume))
    np.testing.assert_array_equal(maskOf(nodes.cord, anatomy.CORD_SEGMENT, scan_volume), before)
    for index, name in enumerate(names):
        np.testing.assert_allclose(nodes.levelNames.GetNthControlPointPositionWorld(index), name, atol=1e-4)
    assert anatomy.correctedCord(nodes) is None
    slicer.mrmlScene.RemoveNode(transform)


def test_the_case_gives_the_findings_of_the_detection(nodes, detection):
    case = caseOf(nodes)
    found = case.derive(detection.result.document["threshold"])
    np.testing.assert_array_equal(found.labels, detection.findings.labels)
    for mine, theirs in zip(found.ranked, detection.findings.ranked, strict=True):
        assert mine.score == pytest.approx(theirs.score, rel=1e-5)
        assert mine.level == theirs.level
        np.testing.assert_allclose(mine.centre, theirs.centre, atol=1e-3)
    assert [body.name for body in case.levels.bodies] == [body.name for body in detection.anatomy.levels.bodies]
    np.testing.assert_allclose(case.levels.faces, detection.anatomy.levels.faces, atol=0.02)
    assert case.cord.source is MaskSource.AUTOMATIC
    assert case.cord.checks == detection.result.cord.checks


def test_candidates_are_made_as_in_the_detection(nodes, detection):
    document = detection.result.document
    provenance = document["provenance"]
    settings = {**provenance["candidate_settings"], "smallest_volume": 7.5}
    document = {**document, "provenance": {**provenance, "candidate_settings": settings}}
    putResult(nodes, SimpleNamespace(**{**vars(detection.result), "document": document}))
    assert caseOf(nodes).settings.smallest_volume == 7.5


def test_a_volume_without_a_result_is_a_case_with_a_grid(scan_volume, detection):
    nodes = CaseNodes(scan_volume)
    case = caseOf(nodes)
    assert not nodes.hasResult
    assert case.grid.matches(detection.scan.grid)
    assert case.maps is None
    assert case.derive(4.0).ranked == ()


@pytest.mark.parametrize("left", ["half", "nothing"])
def test_a_cord_that_is_being_corrected_changes_nothing_before_the_next_detection(nodes, detection, left):
    mask = detection.result.cord.mask.copy()
    mask[:, : mask.shape[1] // 2 if left == "half" else None] = False
    anatomy.showCord(nodes, mask)
    case = caseOf(nodes)
    np.testing.assert_array_equal(case.cord.fraction, detection.result.cord.fraction)
    assert case.cord.source is MaskSource.AUTOMATIC
    assert len(case.derive(5.0).ranked) == len(detection.findings.ranked)


def test_replacing_a_result_keeps_its_nodes_and_what_is_shown_of_them(nodes, detection):
    before = ids_of(nodes)
    nodes.anomaly.GetDisplayNode().SetAttribute("seen", "yes")
    other = detected(spots=(0.0,))
    putResult(nodes, other.result)
    assert ids_of(nodes) == before
    assert nodes.anomaly.GetDisplayNode().GetAttribute("seen") == "yes"
    np.testing.assert_array_equal(voxelsOf(nodes.anomaly), other.result.maps.anomaly)
    np.testing.assert_array_equal(voxelsOf(nodes.anomalyBands), bandsOf(other.result.maps.anomaly, ANOMALY))
    assert len(caseOf(nodes).derive(5.0).ranked) == len(other.findings.ranked)


def test_a_detector_without_a_model_takes_the_uncertainties_away(nodes, weak):
    count = slicer.mrmlScene.GetNumberOfNodes()
    putResult(nodes, weak.result)
    assert nodes.epistemic is nodes.aleatoricBands is None
    assert slicer.mrmlScene.GetNumberOfNodes() < count - 4
    assert caseOf(nodes).maps.epistemic is None


def test_a_failure_half_way_leaves_no_half_result(scan_volume, detection, monkeypatch):
    slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(slicer.mrmlScene)  # always there in desktop Slicer
    before = all_nodes()
    monkeypatch.setattr(results, "showCord", lambda *_: 1 / 0)
    nodes = CaseNodes(scan_volume)
    with pytest.raises(ZeroDivisionError):
        putResult(nodes, detection.result)
    assert ids_of(nodes) == {}
    assert {node.GetClassName() for node in all_nodes() - before} <= SHARED
    assert not slicer.mrmlScene.IsBatchProcessing()


def test_a_failure_half_way_leaves_the_former_result(nodes, detection, weak, monkeypatch):
    before, text, title = ids_of(nodes), nodes.document.GetText(), nodes.chart.GetTitle()
    curve = slicer.util.arrayFromTableColumn(nodes.curveTable, "anomaly").copy()
    monkeypatch.setattr(results, "showCord", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        putResult(nodes, weak.result)
    assert ids_of(nodes) == before
    assert nodes.document.GetText() == text
    assert nodes.chart.GetTitle() == title
    np.testing.assert_array_equal(voxelsOf(nodes.anomaly), detection.result.maps.anomaly)
    np.testing.assert_array_equal(slicer.util.arrayFromTableColumn(nodes.curveTable, "anomaly"), curve)


def test_a_result_of_other_voxels_is_refused_before_anything_is_touched(runtime, detection):
    other = addVolume(np.zeros((5, 6, 7), np.float32), np.eye(4), "Other")
    count = slicer.mrmlScene.GetNumberOfNodes()
    with pytest.raises(U2ADError, match="changed while the detection ran"):
        putResult(CaseNodes(other), detection.result)
    assert slicer.mrmlScene.GetNumberOfNodes() == count


def test_a_result_of_mirrored_voxels_is_refused(scan_volume):
    mirrored = detected(flips=(1, 1, 1))
    assert mirrored.scan.grid.shape == scanOf(scan_volume).grid.shape
    with pytest.raises(U2ADError, match="changed while the detection ran"):
        putResult(CaseNodes(scan_volume), mirrored.result)


def test_a_scan_that_was_moved_while_the_detection_ran_takes_its_result(scan_volume, detection):
    put_under(scan_volume, turned())
    nodes = CaseNodes(scan_volume)
    putResult(nodes, detection.result)
    assert nodes.hasResult


def test_two_scans_have_their_own_results(nodes, weak):
    volume = addVolume(weak.scan.array.copy(), weak.scan.grid.affine, "Second")
    second = CaseNodes(volume)
    putResult(second, weak.result)
    assert not {*ids_of(nodes).values()} & {*ids_of(second).values()}
    second.remove("anomaly")
    assert nodes.hasResult
    assert not second.hasResult


def test_a_grey_window_that_was_chosen_stays(scan_volume, detection):
    scan_volume.CreateDefaultDisplayNodes()
    display = scan_volume.GetDisplayNode()
    display.AutoWindowLevelOff()
    display.SetWindowLevelMinMax(11, 222)
    putResult(CaseNodes(scan_volume), detection.result)
    assert (display.GetWindowLevelMin(), display.GetWindowLevelMax()) == (11, 222)


def test_an_automatic_grey_window_becomes_one_in_which_the_cord_is_grey(nodes, detection):
    display = nodes.volume.GetDisplayNode()
    cord = np.median(detection.scan.array[detection.result.cord.mask])
    black, white = display.GetWindowLevelMin(), display.GetWindowLevelMax()
    assert 0.35 < (cord - black) / (white - black) < 0.55


def test_a_result_stands_beside_its_scan_in_the_study(scan_volume, detection):
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(slicer.mrmlScene)
    study = hierarchy.CreateStudyItem(hierarchy.GetSceneItemID(), "Study")
    hierarchy.CreateItem(study, scan_volume)
    nodes = CaseNodes(scan_volume)
    putResult(nodes, detection.result)
    for node in (nodes.findings, nodes.cord, nodes.anomaly):
        assert hierarchy.GetItemParent(hierarchy.GetItemByDataNode(node)) == study


def test_every_role_has_a_reference_of_its_own(scan_volume):
    nodes = CaseNodes(scan_volume)
    made = {name: slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTextNode", name) for name in NODES}
    for name, node in made.items():
        setattr(nodes, name, node)
    again = CaseNodes(scan_volume)
    assert {name: getattr(again, name) for name in NODES} == made


def test_maps_of_a_worker_may_lack_the_model(scan_volume, detection):
    maps = replace(detection.result.maps, epistemic=None)
    putResult(CaseNodes(scan_volume), SimpleNamespace(**{**vars(detection.result), "maps": maps}))
    nodes = CaseNodes(scan_volume)
    assert nodes.epistemic is None
    assert nodes.aleatoric is not None


def test_confidence_is_told_from_what_the_result_carries(scan_volume, detection):
    """And so it follows candidates in a saved scene on a computer with another calibration, or none."""
    yardstick = Yardstick("For tests.", confidence=Confidence(-6.0, {"log_score": 2.0}))
    carried = {**detection.result.document, "calibration": yardstick_to_plain(yardstick)}
    nodes = CaseNodes(scan_volume)
    putResult(nodes, SimpleNamespace(**{**vars(detection.result), "document": carried}))
    (first, *_) = caseOf(nodes).candidates(4.0)
    assert first.figures.confidence == yardstick.rated(first.figures).confidence > 0


def test_a_result_from_before_there_were_calibrations_has_no_confidence(nodes):
    document = json.loads(nodes.document.GetText())
    del document["calibration"]
    nodes.document.SetText(json.dumps(document))
    case = caseOf(nodes)
    assert case.yardstick == UNCALIBRATED
    assert {candidate.figures.confidence for candidate in case.candidates(4.0)} == {None}
