"""Two scans in one scene: views, threshold and words always belong to the scan that is chosen."""

import pytest
import slicer
from panel_hour import Hour
from scene_results import detected

from U2ADSlicerLib.scene.slice_views import VIEWS, findComposite


@pytest.fixture
def two(hour, detection):
    """A and B, both detected; B is chosen."""
    other = detected(spots=(10.0, -30.0), noise=11.0)
    a = hour.load(detection, "A")
    hour.take(detection)
    b = hour.load(other, "B")
    hour.ui.inputSelector.setCurrentNode(b)
    hour.settle()
    hour.take(other)
    return hour, a, b


def choose(hour, volume):
    hour.ui.inputSelector.setCurrentNode(volume)
    hour.settle()


def backgrounds():
    return {findComposite(view).GetBackgroundVolumeID() for view in VIEWS}


def test_the_views_show_the_scan_that_is_decided_on(two):
    hour, a, b = two
    assert backgrounds() == {b.GetID()}
    choose(hour, a)
    assert backgrounds() == {a.GetID()}
    hour.press("N")
    hour.press("C")
    assert "confirmed" in hour.decisions().values()
    choose(hour, b)
    assert "confirmed" not in hour.decisions().values()


def test_nothing_of_the_former_scan_is_drawn_over_the_next(two):
    hour, a, b = two
    findings_of_b = hour.session.nodes.findings
    cord_of_b = hour.session.nodes.cord
    choose(hour, a)
    assert not findings_of_b.GetDisplayNode().GetVisibility()
    assert not cord_of_b.GetDisplayNode().GetVisibility()
    assert hour.session.nodes.findings.GetDisplayNode().GetVisibility()
    choose(hour, b)
    assert findings_of_b.GetDisplayNode().GetVisibility()


def test_choosing_another_scan_moves_no_threshold(two):
    hour, a, _b = two
    before = hour.session.threshold
    hour.ui.thresholdSlider.value = hour.ui.thresholdSlider.maximum
    hour.settle(0.6)
    choose(hour, a)
    actions = len(hour.session.review.actions)
    hour.settle(0.6)
    assert hour.session.threshold == before
    assert len(hour.session.review.actions) == actions


def test_a_comment_on_the_whole_cord_stays_with_its_scan(two):
    hour, a, b = two
    hour.ui.patientEdit.setText("about B")
    hour.ui.patientEdit.textEdited.emit("about B")
    choose(hour, a)
    assert hour.session.reading == ("", "")
    assert hour.ui.patientEdit.text == ""
    choose(hour, b)
    assert hour.session.reading == ("", "about B")


def test_the_layout_can_be_asked_for_before_anything_is_detected(hour, detection):
    volume = hour.load(detection)
    hour.page("reviewPage")
    hour.click("layoutButton")
    assert backgrounds() == {volume.GetID()}


def test_a_saved_scene_brings_what_was_typed_but_not_entered(hour, detection, tmp_path):
    hour.load(detection)
    hour.take(detection)
    hour.press("C")
    hour.ui.commentEdit.setText("typed only")
    hour.ui.commentEdit.textEdited.emit("typed only")  # no Enter, and the field keeps the focus
    hour.ui.thresholdSlider.value = 6.5
    hour.settle(1.2)
    path = str(tmp_path / "typed.mrb")
    assert slicer.util.saveScene(path)
    slicer.mrmlScene.Clear(0)
    hour.settle()
    slicer.util.loadScene(path)
    hour.settle()
    assert "typed only" in {finding.judgement.comment for finding in hour.session.findings}
    assert hour.session.threshold == 6.5


def test_all_marked_findings_are_decided_together(reviewed):
    for row in (0, 1):
        for column in range(reviewed.ui.findingsTable.columnCount):
            reviewed.ui.findingsTable.item(row, column).setSelected(True)
    reviewed.settle()
    reviewed.press("X")
    assert list(reviewed.decisions().values())[:2] == ["rejected", "rejected"]


def test_undo_turns_to_the_finding_that_it_changes(reviewed):
    first = reviewed.workspace.selected
    reviewed.press("C")
    reviewed.press("N")
    reviewed.click("undoButton")
    assert reviewed.workspace.selected == first


def test_choices_of_the_panel_survive_leaving_and_entering_it(reviewed):
    reviewed.ui.detectorCombo.setCurrentIndex(2)
    reviewed.ui.outlineCombo.setCurrentIndex(1)
    reviewed.loaded.exit()
    reviewed.loaded.enter()
    reviewed.settle()
    assert reviewed.workspace.parameters.detector == "local_z"
    assert reviewed.ui.outlineCombo.currentIndex == 1


def test_a_scene_saved_in_the_review_layout_is_laid_out_when_the_module_opens_later(desktop, data, detection, tmp_path):
    hour = Hour(desktop)
    hour.load(detection)
    hour.take(detection)
    path = str(tmp_path / "review.mrb")
    assert slicer.util.saveScene(path)
    desktop.unloadModule("U2ADSlicer")
    slicer.mrmlScene.Clear(0)
    slicer.util.loadScene(path)
    again = Hour(desktop)
    again.settle()
    node = slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLLayoutNode")
    assert "U2ADAnomaly" in node.GetCurrentLayoutDescription()
    assert again.session.hasResult
    assert backgrounds() == {again.session.volume.GetID()}
