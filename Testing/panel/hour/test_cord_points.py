"""The cord from a few clicks, and from a segment that another tool has made."""

import numpy as np
import pytest
import slicer
from held_worker import detect
from test_anatomy_journal import drawn, kill, restored
from test_scenes import put_under

from U2ADSlicerLib.scene import anatomy
from U2ADSlicerLib.scene.cord_points import cordPlaces

ALONG = (15.0, 45.0, 75.0, 110.0)


@pytest.fixture
def clicking(hour, detection):
    """The reader is about to click along the cord of a scan in which nothing was detected yet."""
    hour.load(detection)
    hour.page("detectPage")
    hour.click("cordPointsButton")
    return hour


def click_at(hour, detection, along):
    """As the mouse does it in place mode."""
    hour.session.nodes.cordPoints.AddControlPoint(*detection.anatomy.line.point_at(along))
    hour.settle()


def click_all(hour, detection, places=ALONG):
    for along in places:
        click_at(hour, detection, along)
    hour.wait_until(lambda: hour.session.nodes.cordPreview is not None, 20)


def preview(hour):
    from U2ADSlicerLib.scene.cord_points import PREVIEW
    from U2ADSlicerLib.scene.masks import maskOf

    return maskOf(hour.session.nodes.cordPreview, PREVIEW, hour.session.volume)


def until_other(hour, former):
    """Waits until another cord is outlined."""

    def differs():
        return bool((preview(hour) != former).any())

    hour.wait_until(differs, 20)


def overlap(one, other):
    """Dice's coefficient."""
    return 2 * (one & other).sum() / (one.sum() + other.sum())


def test_an_outline_follows_from_the_third_point_on(clicking, detection):
    for along in ALONG[:2]:
        click_at(clicking, detection, along)
    clicking.settle(0.6)
    assert clicking.session.nodes.cordPreview is None
    assert not clicking.ui.cordPointsUseButton.isEnabled()
    click_all(clicking, detection, ALONG[2:])
    clicking.wait_until(clicking.ui.cordPointsUseButton.isEnabled, 20)
    inside = preview(clicking)
    assert overlap(inside, detection.tube.cord.mask & _between(detection)) > 0.7
    assert "4" in clicking.ui.cordPointsLabel.text


def _between(detection):
    """The stretch that was clicked."""
    grid = detection.scan.grid
    kji = np.argwhere(np.ones(grid.shape, bool))
    along = detection.anatomy.line.along(grid.to_ras(kji))
    return ((along >= ALONG[0] - 5) & (along <= ALONG[-1] + 5)).reshape(grid.shape)


def test_the_outline_follows_a_point_that_is_moved_and_one_that_is_deleted(clicking, detection):
    click_all(clicking, detection)
    before = preview(clicking)
    node = clicking.session.nodes.cordPoints
    node.SetNthControlPointPosition(3, *detection.anatomy.line.point_at(90.0))
    until_other(clicking, before)
    moved = preview(clicking)
    assert moved.sum() < before.sum()
    node.RemoveNthControlPoint(3)
    until_other(clicking, moved)
    node.RemoveNthControlPoint(2)
    clicking.wait_until(lambda: clicking.session.nodes.cordPreview is None, 20)


def test_an_outline_that_is_used_is_the_cord_looked_at_and_in_the_journal(clicking, detection):
    click_all(clicking, detection)
    inside = preview(clicking)
    clicking.wait_until(clicking.ui.cordPointsUseButton.isEnabled, 20)
    clicking.click("cordPointsUseButton")
    np.testing.assert_array_equal(drawn(clicking), inside)
    assert clicking.session.anatomy.cordSeen
    assert "corrected by you" in clicking.ui.cordLabel.text
    assert [action.kind for action in clicking.session.review.actions] == ["cord", "seen"]
    assert cordPlaces(clicking.session.nodes) == ()
    assert clicking.session.nodes.cordPreview is None
    assert not clicking.ui.cordPointsButton.isChecked()


def test_the_soft_rim_of_the_outline_reaches_the_detection(clicking, detection):
    click_all(clicking, detection)
    clicking.wait_until(clicking.ui.cordPointsUseButton.isEnabled, 20)
    clicking.click("cordPointsUseButton")
    fraction = anatomy.correctedCord(clicking.session.nodes)
    assert ((fraction > 0.05) & (fraction < 0.95)).any()
    clicking.workspace.parameters.detector = "local_z"
    detect(clicking)
    assert clicking.session.hasResult, clicking.ui.detectStatus.text
    np.testing.assert_allclose(clicking.session.case.cord.fraction, fraction, atol=1e-6)
    assert clicking.session.nodes.acceptedFraction is None
    assert clicking.session.anatomy.cordSeen


def test_an_accepted_outline_survives_a_kill(clicking, detection, data):
    click_all(clicking, detection)
    clicking.wait_until(clicking.ui.cordPointsUseButton.isEnabled, 20)
    clicking.click("cordPointsUseButton")
    before = drawn(clicking)
    kill(clicking, data)
    restored(clicking, detection)
    np.testing.assert_array_equal(drawn(clicking), before)
    assert clicking.session.anatomy.cordSeen


def test_clearing_takes_points_and_outline_and_leaves_the_cord(reviewed, detection):
    before = drawn(reviewed)
    reviewed.page("detectPage")
    reviewed.click("cordPointsButton")
    click_all(reviewed, detection)
    reviewed.click("cordPointsClearButton")
    reviewed.settle(0.5)
    assert reviewed.session.nodes.cordPoints is None
    assert reviewed.session.nodes.cordPreview is None
    np.testing.assert_array_equal(drawn(reviewed), before)


def test_points_that_cannot_be_a_cord_are_refused_in_words_without_a_dialog(clicking, detection):
    r, a, s = detection.anatomy.line.point_at(60.0)
    for far in (0.0, 200.0, 400.0):
        clicking.session.nodes.cordPoints.AddControlPoint(r, a + far, s)
    clicking.wait_until(lambda: "\u26a0" in clicking.ui.cordPointsLabel.text, 20)
    assert not clicking.ui.cordPointsUseButton.isEnabled()


def test_escape_ends_the_clicking_and_keeps_the_points(clicking, detection):
    click_at(clicking, detection, 20.0)
    interaction = slicer.app.applicationLogic().GetInteractionNode()
    assert interaction.GetPlaceModePersistence()
    interaction.SetCurrentInteractionMode(slicer.vtkMRMLInteractionNode.ViewTransform)
    clicking.settle()
    assert not clicking.ui.cordPointsButton.isChecked()
    assert len(cordPlaces(clicking.session.nodes)) == 1


def test_one_tool_at_a_time_places_points(clicking):
    clicking.click("levelPlaceButton")
    assert not clicking.ui.cordPointsButton.isChecked()
    assert clicking.ui.levelPlaceButton.isChecked()
    clicking.click("cordPointsButton")
    assert not clicking.ui.levelPlaceButton.isChecked()
    clicking.click("cordEditButton")
    assert not clicking.ui.cordPointsButton.isChecked()


# A segment of another tool


def add_segment(detection, volume, name="spinal_cord", shift=0.0):
    """A segmentation as another module leaves it, maybe under a transform of its own."""
    from U2ADSlicerLib.scene.masks import setMask

    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "TotalSpineSeg")
    node.CreateDefaultDisplayNodes()
    node.GetSegmentation().AddEmptySegment("other", "vertebrae_C2")
    node.GetSegmentation().AddEmptySegment("cord", name)
    setMask(node, "cord", detection.anatomy.cord.mask, volume)
    if shift:
        put_under(node, np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, shift], [0, 0, 0, 1.0]]))
    return node


def test_a_segment_is_taken_as_it_is_and_nobody_has_looked(hour, detection):
    volume = hour.load(detection)
    assert not hour.ui.segmentUseButton.isEnabled()
    add_segment(detection, volume)
    hour.settle()
    hour.page("detectPage")
    hour.ui.segmentSection.collapsed = False
    hour.settle()
    assert "spinal_cord" in hour.ui.segmentCombo.currentText, "what sounds like a cord is offered first"
    hour.click("segmentUseButton")
    np.testing.assert_array_equal(drawn(hour), detection.anatomy.cord.mask)
    assert not hour.session.anatomy.cordSeen
    assert "not looked at" in hour.ui.cordLabel.text


def test_a_segment_under_a_transform_is_taken_from_where_it_lies(hour, detection):
    volume = hour.load(detection)
    step = float(np.abs(np.diag(detection.scan.grid.affine[:3, :3])).max())
    add_segment(detection, volume, shift=10 * step)
    hour.settle()
    hour.page("detectPage")
    hour.ui.segmentSection.collapsed = False
    hour.settle()
    hour.click("segmentUseButton")
    grid = detection.scan.grid
    before = grid.to_ras(np.argwhere(detection.anatomy.cord.mask)).mean(axis=0)
    after = grid.to_ras(np.argwhere(drawn(hour))).mean(axis=0)
    assert after[2] - before[2] > 3 * step
    assert abs(after[0] - before[0]) < 1.0


def test_a_result_from_a_segment_carries_the_flag_until_someone_looks(hour, detection):
    volume = hour.load(detection)
    add_segment(detection, volume)
    hour.settle()
    hour.page("detectPage")
    hour.ui.segmentSection.collapsed = False
    hour.settle()
    hour.click("segmentUseButton")
    hour.workspace.parameters.detector = "local_z"
    detect(hour)
    assert hour.session.hasResult, hour.ui.detectStatus.text
    assert not hour.session.document["cord"]["seen_by_person"]
    assert "Nobody has looked" in hour.ui.scoreLabel.text
    hour.page("detectPage")
    hour.click("cordSeenButton")
    assert "Nobody has looked" not in hour.ui.scoreLabel.text
    assert hour.session.anatomy.cordSeen


def test_a_segment_that_was_looked_at_stays_so_after_a_kill_and_one_that_was_not_does_not(hour, detection, data):
    volume = hour.load(detection)
    add_segment(detection, volume)
    hour.settle()
    hour.page("detectPage")
    hour.ui.segmentSection.collapsed = False
    hour.settle()
    hour.click("segmentUseButton")
    kill(hour, data)
    restored(hour, detection)
    assert not hour.session.anatomy.cordSeen
    hour.page("detectPage")
    hour.click("cordSeenButton")
    kill(hour, data)
    restored(hour, detection)
    assert hour.session.anatomy.cordSeen


def test_our_own_outlines_are_not_offered_as_another_tools(reviewed):
    assert not reviewed.ui.segmentUseButton.isEnabled()
    assert reviewed.ui.segmentCombo.count == 0
