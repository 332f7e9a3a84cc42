"""Marked levels and the drawn cord on their way into the log of a review and back, wherever the scan lies."""

import numpy as np
import pytest
import slicer
import vtk
from scene_results import level_points
from test_anatomy import mark, paint
from test_input_volume import put_under, turned

from u2ad.cord import MaskSource
from u2ad.review.review import Review
from u2ad.review.voxels import Voxels
from U2ADSlicerLib.scene import anatomy, corrections
from U2ADSlicerLib.scene.case import CaseNodes
from U2ADSlicerLib.scene.results import caseOf

POINTS = {"C2": 52.0, "T1": -53.0}
BRUSH = np.s_[5, 100:110, 0:6]


@pytest.fixture
def review(nodes):
    return Review(caseOf(nodes))


@pytest.fixture
def marked(nodes, detection):
    points = level_points(detection.tube, POINTS)
    for name, ras in points.items():
        mark(nodes, name, ras)
    return points


def assert_points(nodes, expected):
    points = anatomy.levelPoints(nodes)
    assert points.keys() == expected.keys()
    for name, ras in points.items():
        np.testing.assert_allclose(ras, expected[name], atol=0.01)


def moved(points, matrix):
    return {name: (matrix @ [*ras, 1])[:3] for name, ras in points.items()}


class TestMarks:
    def test_marks_stand_in_the_log_as_places_among_the_voxels(self, nodes, marked, review, detection):
        corrections.keepMarks(nodes, review)
        for name, place in review.marks.items():
            np.testing.assert_allclose(detection.scan.grid.to_ras(np.array(place)), marked[name], atol=0.01)

    def test_no_transform_is_a_change_of_the_marks(self, nodes, marked, review):
        corrections.keepMarks(nodes, review)
        put_under(nodes.volume, turned())
        corrections.keepMarks(nodes, review)
        nodes.volume.HardenTransform()
        corrections.keepMarks(nodes, review)
        assert [action.kind for action in review.actions] == ["levels"]

    def test_marks_made_under_a_transform_come_back_without_it(self, nodes, review, detection):
        transform = put_under(nodes.volume, turned())
        points = level_points(detection.tube, POINTS)
        for name, ras in moved(points, turned()).items():
            mark(nodes, name, ras)
        corrections.keepMarks(nodes, review)
        anatomy.clearLevels(nodes)
        nodes.volume.SetAndObserveTransformNodeID(None)
        slicer.mrmlScene.RemoveNode(transform)
        corrections.bringMarks(nodes, review.marks)
        assert_points(nodes, points)

    def test_marks_come_back_where_the_scan_lies_now(self, nodes, marked, review):
        corrections.keepMarks(nodes, review)
        nodes.remove("levels")
        transform = put_under(nodes.volume, turned())
        corrections.bringMarks(nodes, review.marks)
        assert nodes.levels.GetParentTransformNode() is transform
        assert_points(nodes, moved(marked, turned()))
        nodes.remove("levels")
        nodes.volume.HardenTransform()
        corrections.bringMarks(nodes, review.marks)
        assert_points(nodes, moved(marked, turned()))

    def test_marks_that_are_there_already_stay_in_their_list(self, nodes, marked, review):
        corrections.keepMarks(nodes, review)
        node = nodes.levels
        corrections.bringMarks(nodes, review.marks)
        assert nodes.levels is node
        node.SetNthControlPointPositionWorld(0, vtk.vtkVector3d(0, 0, 1))
        corrections.bringMarks(nodes, review.marks)
        assert_points(nodes, marked)
        assert slicer.mrmlScene.GetNumberOfNodesByClass("vtkMRMLMarkupsFiducialNode") == 2  # marks and names

    def test_marks_that_were_cleared_stay_away(self, nodes, marked, review):
        corrections.bringMarks(nodes, {})
        assert anatomy.levelPoints(nodes) == {}


class TestOutline:
    def test_the_whole_cord_is_written_with_each_stroke(self, nodes, review, detection):
        expected = detection.result.cord.mask.copy()
        paint(nodes, BRUSH, True)
        expected[BRUSH] = True
        corrections.keepOutline(nodes, review, MaskSource.AUTOMATIC)
        assert review.cord == Voxels.of_mask(expected)

    def test_the_cord_of_the_detection_is_no_word_of_the_readers(self, nodes, review):
        corrections.keepOutline(nodes, review, MaskSource.AUTOMATIC)
        paint(nodes, BRUSH, True)
        corrections.keepOutline(nodes, review, MaskSource.AUTOMATIC)
        paint(nodes, BRUSH, False)
        corrections.keepOutline(nodes, review, MaskSource.AUTOMATIC)
        assert [action.kind for action in review.actions] == ["cord", "cord"]
        assert review.cord is None

    def test_a_cord_that_a_reader_drew_and_the_detection_used_is_still_the_readers(self, nodes, review, detection):
        corrections.keepOutline(nodes, review, MaskSource.READER)
        assert review.cord == Voxels.of_mask(detection.result.cord.mask)

    def test_a_cord_node_that_is_gone_takes_nothing_back(self, nodes, review):
        paint(nodes, BRUSH, True)
        corrections.keepOutline(nodes, review, MaskSource.AUTOMATIC)
        drawn = review.cord
        nodes.remove("cord")
        corrections.keepOutline(nodes, review, MaskSource.AUTOMATIC)
        assert review.cord == drawn

    def test_a_drawn_cord_comes_back_also_where_there_is_no_detection(self, scan_volume, detection):
        fresh = CaseNodes(scan_volume)
        corrections.bringOutline(fresh, None)
        assert fresh.cord is None
        corrections.bringOutline(fresh, Voxels.of_mask(detection.result.cord.mask))
        np.testing.assert_array_equal(anatomy.drawnCord(fresh), detection.result.cord.mask)

    def test_a_correction_that_was_taken_back_leaves_the_cord_of_the_detection(self, nodes, detection):
        paint(nodes, np.s_[:], False)
        corrections.bringOutline(nodes, None)
        np.testing.assert_array_equal(anatomy.drawnCord(nodes), detection.result.cord.mask)

    def test_an_erased_cord_comes_back_erased(self, nodes):
        corrections.bringOutline(nodes, Voxels.none())
        assert not anatomy.drawnCord(nodes).any()

    def test_a_cord_of_another_scan_is_left_alone(self, nodes, detection):
        corrections.bringOutline(nodes, Voxels(np.array([(10_000, 0, 0)])))
        np.testing.assert_array_equal(anatomy.drawnCord(nodes), detection.result.cord.mask)

    def test_a_cord_comes_back_under_a_transform(self, nodes, detection):
        put_under(nodes.volume, turned())
        caseOf(nodes)
        mask = detection.result.cord.mask.copy()
        mask[BRUSH] = True
        corrections.bringOutline(nodes, Voxels.of_mask(mask))
        np.testing.assert_array_equal(anatomy.drawnCord(nodes), mask)
