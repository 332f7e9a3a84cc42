"""Editing a finding in place, adding one, splitting, and painting in Slicer's own Segment Editor."""

import numpy as np
import pytest
import slicer

from EmbeddedSlicer.desktop.qmrml_widgets.segment_editor_parts import PARTS


@pytest.fixture
def brush(reviewed):
    """The Segment Editor of the review page, once Edit or Add has opened it."""
    return lambda: reviewed.widget.panel.editing.editor._editor


def away(reviewed, mm=25.0):
    """A place in the cord, some mm below the chosen finding."""
    r, a, s = reviewed.session.placeOf(reviewed.workspace.selected)
    return r, a, s - mm


def volume_of(reviewed, key):
    return next(f.figures.volume for f in reviewed.session.findings if f.key == key)


def test_each_stroke_on_a_finding_is_kept_at_once(reviewed, brush):
    key = reviewed.workspace.selected
    before = volume_of(reviewed, key)
    reviewed.click("editButton")
    assert reviewed.ui.findingEditorPlace.isVisible()
    brush().paint(reviewed.session.placeOf(key), 6.0)
    reviewed.settle()
    painted = volume_of(reviewed, key)
    assert painted > before
    assert reviewed.session.review.actions[-1].kind == "edit"
    assert reviewed.session._journal.read()[-1].kind == "edit"
    reviewed.click("editButton")
    assert not reviewed.ui.findingEditorPlace.isVisible()
    assert volume_of(reviewed, key) == painted


def test_nothing_of_the_editor_is_in_sight_that_is_about_other_segments(reviewed, brush):
    reviewed.click("editButton")
    parts = [p for name in PARTS for p in slicer.util.findChildren(brush(), name=name)]
    assert len(parts) == len(PARTS)
    assert [part.objectName for part in parts if part.isVisible()] == []


def test_the_editor_holds_on_to_nothing_when_the_brush_is_put_away(reviewed, brush):
    reviewed.click("editButton")
    node = brush().mrmlSegmentEditorNode()
    assert node.GetSourceVolumeNode() is reviewed.session.volume
    reviewed.click("editButton")
    assert (node.GetSegmentationNode(), node.GetSourceVolumeNode()) == (None, None)


def test_undo_takes_a_stroke_back_also_in_the_scene(reviewed, brush):
    key = reviewed.workspace.selected
    voxels = reviewed.session.view.voxelsOf(key)
    reviewed.press("E")
    brush().paint(reviewed.session.placeOf(key), 6.0)
    reviewed.settle()
    reviewed.click("undoButton")
    assert reviewed.session.view.voxelsOf(key) == voxels
    assert not reviewed.widget.panel.editing.isOpen


def test_a_missed_finding_is_added_with_the_first_stroke(reviewed, brush):
    before = set(reviewed.decisions())
    reviewed.press("A")
    assert set(reviewed.decisions()) == before
    place = away(reviewed)
    brush().paint(place, 4.0)
    reviewed.settle()
    (added,) = set(reviewed.decisions()) - before
    assert reviewed.workspace.selected == added
    brush().paint((place[0], place[1], place[2] - 4), 4.0)
    reviewed.settle()
    reviewed.press("A")
    finding = next(f for f in reviewed.session.findings if f.key == added)
    assert finding.origin.value == "reader"
    assert reviewed.session.nodes.findings.GetSegmentation().GetSegment(added) is not None
    reviewed.press("C")
    assert reviewed.decisions()[added] == "confirmed"


def test_a_candidate_that_appears_while_painting_takes_no_number_away(reviewed, brush):
    reviewed.press("A")
    key = reviewed.widget.panel.editing._key
    reviewed.ui.thresholdSlider.value = 2.0
    reviewed.settle()
    assert key not in reviewed.decisions()
    brush().paint(away(reviewed), 4.0)
    reviewed.settle()
    assert next(f for f in reviewed.session.findings if f.key == key).origin.value == "reader"


def test_add_without_a_stroke_leaves_nothing_behind(reviewed):
    before = list(reviewed.decisions())
    reviewed.press("A")
    reviewed.press("A")
    assert list(reviewed.decisions()) == before
    segments = reviewed.session.nodes.findings.GetSegmentation().GetNumberOfSegments()
    assert segments == len(before)


def test_painting_one_finding_does_not_erase_another(reviewed, brush):
    first, second = (finding.key for finding in reviewed.session.findings[:2])
    other = reviewed.session.view.voxelsOf(second)
    reviewed.press("N")
    reviewed.press("C")
    reviewed.press("P")
    reviewed.press("E")
    brush().paint(reviewed.session.placeOf(second), 8.0)
    reviewed.settle()
    assert reviewed.session.view.voxelsOf(second) == other
    assert first in reviewed.decisions()


def test_a_finding_in_two_parts_is_split(reviewed, brush):
    key = reviewed.workspace.selected
    reviewed.press("E")
    brush().paint(away(reviewed, 15.0), 3.0)
    reviewed.settle()
    before = len(reviewed.decisions())
    reviewed.click("splitButton")
    assert len(reviewed.decisions()) == before + 1
    assert reviewed.workspace.selected == key


def test_erasing_a_finding_entirely_keeps_the_reader_informed(reviewed, brush):
    key = reviewed.workspace.selected
    reviewed.press("E")
    brush().erase(reviewed.session.placeOf(key), 60.0)
    reviewed.settle()
    reviewed.press("E")
    assert key in reviewed.decisions()
    assert len(reviewed.session.view.voxelsOf(key)) > 0


def test_what_slicers_own_segment_editor_paints_is_an_edit_like_any_other(reviewed):
    key = reviewed.workspace.selected
    node = reviewed.session.nodes.findings
    before = reviewed.session.view.voxelsOf(key)
    mask = slicer.util.arrayFromSegmentBinaryLabelmap(node, key, reviewed.session.volume)
    k, j, i = before.kji[0]
    mask[k, j - 3 : j + 4, i - 3 : i + 4] = 1
    slicer.util.updateSegmentBinaryLabelmapFromArray(mask, node, key, reviewed.session.volume)
    reviewed.press("N")
    finding = next(f for f in reviewed.session.findings if f.key == key)
    assert finding.edited
    assert np.array_equal(reviewed.session.view.voxelsOf(key).kji, finding.voxels.kji)


def test_closing_the_scene_while_painting_ends_it_in_peace(reviewed, brush):
    reviewed.press("E")
    slicer.mrmlScene.Clear(0)
    reviewed.settle()
    assert reviewed.session is None
    assert not reviewed.ui.editButton.isEnabled()


def test_outlines_come_back_that_slicers_segment_editor_has_taken_away(reviewed):
    from U2ADSlicerLib.scene import layout
    from U2ADSlicerLib.scene.slice_views import ANOMALY_VIEW, findComposite

    reviewed.ui.outlineCombo.setCurrentIndex(1)
    reviewed.settle()
    shown = layout.outlineShown()
    assert shown
    reviewed.press("E")
    findComposite(ANOMALY_VIEW).SetLabelVolumeID(None)  # as the real editor does when it is given a segmentation
    reviewed.press("E")
    assert layout.outlineShown() == shown
