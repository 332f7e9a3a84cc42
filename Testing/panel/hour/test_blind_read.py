"""Blind first read: nothing of the model is seen before the reader has written an own impression."""

import pytest

from U2ADSlicerLib.scene.layout import CURVE_VIEW
from U2ADSlicerLib.scene.slice_views import VIEWS, findComposite


@pytest.fixture
def blind(hour, detection):
    hour.load(detection)
    hour.ui.blindCheck.setChecked(True)
    hour.take(detection)
    return hour


def foregrounds(hour):
    return [findComposite(view).GetForegroundVolumeID() for view in VIEWS]


def chart(hour):
    return hour.desktop.runtime.scene.GetSingletonNode(CURVE_VIEW, "vtkMRMLPlotViewNode").GetPlotChartNodeID()


def test_maps_findings_and_curve_are_hidden_until_the_impression_is_written(blind):
    assert not blind.ui.reviewBody.isVisible()
    assert not any(foregrounds(blind))
    assert not chart(blind)
    assert not blind.session.nodes.findings.GetDisplayNode().GetVisibility()
    assert not blind.ui.impressionButton.isEnabled()
    blind.press("M")
    assert not any(foregrounds(blind))
    blind.ui.impressionCombo.setCurrentIndex(2)
    blind.ui.impressionEdit.setText("bright behind C4")
    blind.click("impressionButton")
    assert blind.ui.reviewBody.isVisible()
    assert all(foregrounds(blind)[:3])
    assert chart(blind)
    impression = blind.session.review.impression
    assert (impression.suspicious, impression.text) == ("suspicious", "bright behind C4")


def test_no_key_decides_on_what_is_not_seen(blind):
    before = blind.decisions()
    for key in "CXUNPEA":
        blind.press(key)
    assert blind.decisions() == before
    assert blind.workspace.selected is None or not blind.ui.confirmButton.isVisible()


def test_the_impression_is_kept_beside_the_later_reading(blind):
    blind.ui.impressionCombo.setCurrentIndex(1)
    blind.click("impressionButton")
    blind.ui.patientCombo.setCurrentIndex(blind.ui.patientCombo.findData("suspicious"))
    blind.ui.patientCombo.activated.emit(blind.ui.patientCombo.currentIndex)
    assert blind.session.review.impression.suspicious == "normal"
    assert blind.session.review.assessment.decision == "suspicious"


def test_what_was_begun_for_one_scan_is_no_word_on_another(blind, detection):
    blind.ui.impressionCombo.setCurrentIndex(2)
    blind.ui.impressionEdit.setText("lesion at C4")
    other = blind.load(detection, "other")
    other_voxels = detection.scan.array.copy()
    other_voxels[0, 0, 0] += 1
    import slicer

    slicer.util.updateVolumeFromArray(other, other_voxels)
    blind.ui.inputSelector.setCurrentNode(other)
    blind.take(detection)
    assert blind.ui.impressionEdit.text == ""
    assert not blind.ui.impressionButton.isEnabled()


def test_the_next_scan_is_read_blind_too(blind):
    import slicer

    slicer.mrmlScene.Clear(0)
    blind.settle()
    assert blind.ui.blindCheck.isChecked()


def test_a_scan_whose_maps_were_shown_is_not_read_blind_any_more(reviewed):
    reviewed.ui.blindCheck.setChecked(True)
    reviewed.settle()
    assert reviewed.ui.reviewBody.isVisible()


def test_nothing_is_exported_before_the_impression(blind):
    blind.page("exportPage")
    assert not blind.ui.exportButton.isEnabled()
