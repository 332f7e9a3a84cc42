"""A saved scene is enough: opened again, everything of the review is there and goes on."""

import json
import zipfile

import numpy as np
import pytest
import slicer
from scene_results import level_points
from test_anatomy import mark, paint

from U2ADSlicerLib.scene import anatomy, layout
from U2ADSlicerLib.scene.bands import bandNames
from U2ADSlicerLib.scene.case import CaseNodes
from U2ADSlicerLib.scene.colors import ANOMALY, EPISTEMIC
from U2ADSlicerLib.scene.curve import ALONG, PEAK, VALUE
from U2ADSlicerLib.scene.input import onlyFitting
from U2ADSlicerLib.scene.results import caseOf
from U2ADSlicerLib.scene.slice_views import VIEWS, findComposite, findSliceNode
from U2ADSlicerLib.scene.volumes import affineOf, voxelsOf


@pytest.fixture
def save_and_open(runtime, tmp_path):
    """Saves the scene as one .mrb, empties it, opens it again, and returns the scan's nodes."""

    def go() -> CaseNodes:
        scene = runtime.scene
        bundle = tmp_path / "saved.mrb"
        scene.SetURL(str(tmp_path / "saved.mrml"))
        assert scene.WriteToMRB(str(bundle))
        scene.Clear(False)
        with zipfile.ZipFile(bundle) as archive:
            archive.extractall(tmp_path / "opened")
        (saved,) = (tmp_path / "opened").rglob("*.mrml")
        scene.SetURL(str(saved))
        assert scene.Connect()
        volume = onlyFitting()
        assert volume is not None
        return CaseNodes(volume)

    return go


def test_maps_cord_and_levels_come_back_as_they_were(nodes, detection, save_and_open):
    marked = level_points(detection.tube, {"C3": 52.0, "C7": -20.0})
    for name, ras in marked.items():
        mark(nodes, name, ras)
    paint(nodes, np.s_[:, :40], False)
    corrected = anatomy.correctedCord(nodes)
    before = caseOf(nodes)
    again = save_and_open()
    case = caseOf(again)
    for name in ("anomaly", "epistemic", "aleatoric", "certainty", "reconstruction"):
        np.testing.assert_array_equal(getattr(case.maps, name), getattr(detection.result.maps, name))
    np.testing.assert_array_equal(anatomy.correctedCord(again), corrected)
    assert case.grid.matches(before.grid)
    assert [body.name for body in case.levels.bodies] == ["C3", "C4", "C5", "C6", "C7"]
    np.testing.assert_array_equal(case.derive(5.0).labels, before.derive(5.0).labels)
    for name, ras in anatomy.levelPoints(again).items():
        np.testing.assert_allclose(ras, marked[name], atol=1e-3)


def test_colours_and_windows_come_back(nodes, save_and_open):
    again = save_and_open()
    display = again.anomaly.GetDisplayNode()
    assert (display.GetWindowLevelMin(), display.GetWindowLevelMax()) == pytest.approx((ANOMALY.lower, ANOMALY.upper))
    assert display.GetLowerThreshold() == pytest.approx(ANOMALY.hideBelow)
    assert not display.GetInterpolate()
    assert display.GetColorNode().GetName() == ANOMALY.name
    table = again.epistemicBands.GetDisplayNode().GetColorNode()
    assert [table.GetColorName(label) for label in range(5)] == list(bandNames(EPISTEMIC))
    np.testing.assert_allclose(affineOf(again.epistemicBands), affineOf(again.volume), atol=1e-5)


def test_the_document_comes_back_word_for_word(nodes, detection, save_and_open):
    assert json.loads(save_and_open().document.GetText()) == detection.result.document


def test_the_curve_comes_back_with_its_gaps(nodes, detection, save_and_open):
    before = slicer.util.arrayFromTableColumn(nodes.curveTable, PEAK).copy()
    again = save_and_open()
    columns = {name: slicer.util.arrayFromTableColumn(again.curveTable, name) for name in (ALONG, VALUE, PEAK)}
    np.testing.assert_allclose(columns[ALONG], detection.findings.curve.along)
    np.testing.assert_allclose(columns[VALUE], np.round(detection.findings.curve.value, 3), atol=1e-3)
    np.testing.assert_allclose(columns[PEAK], before)
    shown = [again.chart.GetNthPlotSeriesNode(index) for index in range(again.chart.GetNumberOfPlotSeriesNodes())]
    assert shown == [again.levelSeries, again.thresholdSeries, again.curveSeries, again.peakSeries]
    assert again.peakSeries.GetTableNode() is again.curveTable


def test_the_views_come_back_as_they_were_left(nodes, detection, save_and_open):
    layout.show(nodes)
    layout.jump(nodes, detection.findings.ranked[1].centre)
    layout.setOpacity(nodes, 0.35)
    layout.setOutlineOverlay(nodes, "aleatoric")
    left = [findSliceNode(view).GetSliceToRAS().GetElement(2, 3) for view in VIEWS]
    again = save_and_open()
    layout.show(again)
    for view, height in zip(VIEWS, left, strict=True):
        assert findSliceNode(view).GetSliceToRAS().GetElement(2, 3) == pytest.approx(height, abs=1e-4)
        assert findSliceNode(view).GetOrientation() == view.orientation
        assert findComposite(view).GetBackgroundVolumeID() == again.volume.GetID()
        assert findComposite(view).GetForegroundVolumeID() == getattr(again, view.role).GetID()
        assert findComposite(view).GetForegroundOpacity() == pytest.approx(0.35)
    assert findComposite(VIEWS[0]).GetLabelVolumeID() == again.aleatoricBands.GetID()
    names = [node.GetLayoutName() for node in slicer.util.getNodesByClass("vtkMRMLSliceNode")]
    assert len([name for name in names if name.startswith("U2AD")]) == len(VIEWS)
    assert len(slicer.util.getNodesByClass("vtkMRMLColorLegendDisplayNode")) == 3


def test_a_saved_result_can_be_replaced(nodes, detection, save_and_open):
    from U2ADSlicerLib.scene.results import putResult

    again = save_and_open()
    before = again.anomaly.GetID()
    putResult(again, detection.result)
    assert again.anomaly.GetID() == before
    np.testing.assert_array_equal(voxelsOf(again.anomaly), detection.result.maps.anomaly)
