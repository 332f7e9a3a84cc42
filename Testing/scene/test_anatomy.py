"""What the reader corrects: the cord's mask, and the vertebrae that name the levels."""

import json

import numpy as np
import pytest
import slicer
import vtk
from scene_results import level_points
from test_input_volume import put_under, turned

from u2ad.cord.levels import VERTEBRAE, LevelSource
from u2ad.errors import RefusedInputError
from U2ADSlicerLib.scene import anatomy
from U2ADSlicerLib.scene.case import CaseNodes
from U2ADSlicerLib.scene.levels import IN_FRONT_OF_CORD, OFFER
from U2ADSlicerLib.scene.masks import maskOf, setMask
from U2ADSlicerLib.scene.placement import localMatrixOf
from U2ADSlicerLib.scene.results import caseOf


def paint(nodes, box, value):
    """What the Segment Editor does: changes a part of the segment's own label map."""
    mask = maskOf(nodes.cord, anatomy.CORD_SEGMENT, nodes.volume)
    mask[box] = value
    anatomy.showCord(nodes, mask)


def mark(nodes, name, ras):
    node = anatomy.levelsForPlacing(nodes)
    node.AddControlPointWorld(vtk.vtkVector3d(*ras))
    anatomy.nameLastPoint(nodes, name)


class TestCord:
    def test_an_untouched_cord_is_no_correction(self, nodes):
        assert anatomy.correctedCord(nodes) is None

    def test_what_was_painted_is_cord_and_what_was_erased_is_not(self, nodes, detection):
        fraction = detection.result.cord.fraction
        painted, erased = np.s_[5, 100:110, 0:6], np.s_[:, 60:75]
        paint(nodes, painted, True)
        paint(nodes, erased, False)
        corrected = anatomy.correctedCord(nodes)
        assert corrected.dtype == np.float32
        assert (corrected[painted] == 1).all()
        assert not (corrected[erased] >= 0.5).any()
        assert fraction[:, 62:73].any()
        assert not corrected[:, 62:73].any(), "the rim goes with what was erased"
        untouched = np.ones(fraction.shape, bool)
        untouched[painted] = untouched[:, 59:76] = False
        np.testing.assert_array_equal(corrected[untouched], fraction[untouched])

    def test_undone_painting_is_no_correction(self, nodes):
        spot = np.s_[5, 100:110, 0:6]
        paint(nodes, spot, True)
        paint(nodes, spot, False)
        assert anatomy.correctedCord(nodes) is None

    def test_a_cord_that_was_erased_is_a_correction(self, nodes):
        paint(nodes, np.s_[:], False)
        assert not anatomy.correctedCord(nodes).any()

    def test_a_cord_may_be_drawn_before_the_first_detection(self, scan_volume, detection):
        nodes = CaseNodes(scan_volume)
        assert anatomy.correctedCord(nodes) is None
        segmentation = anatomy.cordForEditing(nodes)
        assert segmentation.GetSegmentation().GetSegmentIDs() == (anatomy.CORD_SEGMENT,)
        assert anatomy.cordForEditing(nodes) is segmentation
        assert anatomy.correctedCord(nodes) is None, "nothing is drawn yet"
        anatomy.showCord(nodes, detection.result.cord.mask)
        np.testing.assert_array_equal(anatomy.correctedCord(nodes) == 1, detection.result.cord.mask)

    def test_a_segment_that_was_removed_is_offered_again(self, nodes):
        nodes.cord.GetSegmentation().RemoveSegment(anatomy.CORD_SEGMENT)
        assert anatomy.correctedCord(nodes) is None
        anatomy.cordForEditing(nodes)
        assert nodes.cord.GetSegmentation().GetNumberOfSegments() == 1

    def test_the_segment_is_called_and_coded_as_spinal_cord(self, nodes):
        segment = nodes.cord.GetSegmentation().GetSegment(anatomy.CORD_SEGMENT)
        assert segment.GetName() == "Spinal cord"
        assert "2748008" in segment.GetTerminology()


class TestMasks:
    def test_a_mask_survives_the_way_into_a_segment_and_back(self, nodes):
        mask = np.random.default_rng(3).random(maskOf(nodes.cord, anatomy.CORD_SEGMENT, nodes.volume).shape) > 0.7
        setMask(nodes.cord, anatomy.CORD_SEGMENT, mask, nodes.volume)
        np.testing.assert_array_equal(maskOf(nodes.cord, anatomy.CORD_SEGMENT, nodes.volume), mask)

    def test_a_segment_that_reaches_beyond_the_scan_is_cut_at_its_border(self, nodes):
        shape = np.array(maskOf(nodes.cord, anatomy.CORD_SEGMENT, nodes.volume).shape)
        image = slicer.vtkOrientedImageData()
        image.SetExtent(-5, 3, -2, int(shape[1]) + 4, 1, 2)
        image.AllocateScalars(vtk.VTK_UNSIGNED_CHAR, 1)
        image.GetPointData().GetScalars().Fill(1)
        image.SetGeometryFromImageToWorldMatrix(localMatrixOf(nodes.volume))
        segment = nodes.cord.GetSegmentation().GetSegment(anatomy.CORD_SEGMENT)
        segment.AddRepresentation(slicer.vtkSegmentationConverter.GetBinaryLabelmapRepresentationName(), image)
        expected = np.zeros(shape, bool)
        expected[1:3, :, 0:4] = True
        np.testing.assert_array_equal(maskOf(nodes.cord, anatomy.CORD_SEGMENT, nodes.volume), expected)

    def test_a_segment_on_a_finer_grid_is_brought_to_the_scan(self, nodes):
        matrix = localMatrixOf(nodes.volume)
        for row in range(3):
            for column in range(3):
                matrix.SetElement(row, column, matrix.GetElement(row, column) / 2)
        image = slicer.vtkOrientedImageData()
        image.SetExtent(20, 39, 60, 99, 4, 11)
        image.AllocateScalars(vtk.VTK_UNSIGNED_CHAR, 1)
        image.GetPointData().GetScalars().Fill(1)
        image.SetGeometryFromImageToWorldMatrix(matrix)
        segment = nodes.cord.GetSegmentation().GetSegment(anatomy.CORD_SEGMENT)
        segment.AddRepresentation(slicer.vtkSegmentationConverter.GetBinaryLabelmapRepresentationName(), image)
        found = np.argwhere(maskOf(nodes.cord, anatomy.CORD_SEGMENT, nodes.volume))
        np.testing.assert_allclose(found.min(axis=0), (2, 30, 10), atol=1)
        np.testing.assert_allclose(found.max(axis=0), (5, 49, 19), atol=1)


class TestLevels:
    def test_two_clicks_come_first_and_then_the_rest(self, scan_volume):
        nodes = CaseNodes(scan_volume)
        offered = []
        for index in range(len(VERTEBRAE)):
            offered.append(anatomy.nextLevel(nodes))
            mark(nodes, offered[-1], (0, 0, -index))
        assert offered[:2] == ["C2", "T1"]
        assert sorted(offered) == sorted(VERTEBRAE)
        assert anatomy.nextLevel(nodes) == OFFER[0]

    def test_a_click_gets_the_offered_name_by_itself(self, scan_volume):
        nodes = CaseNodes(scan_volume)
        anatomy.levelsForPlacing(nodes).AddControlPointWorld(vtk.vtkVector3d(1, 2, 3))
        assert anatomy.levelPoints(nodes) == {"C2": (1.0, 2.0, 3.0)}

    def test_points_are_told_in_the_world(self, scan_volume):
        put_under(scan_volume, turned())
        nodes = CaseNodes(scan_volume)
        mark(nodes, "C4", (10.0, -5.0, 30.0))
        assert anatomy.levelPoints(nodes)["C4"] == pytest.approx((10.0, -5.0, 30.0))

    def test_a_vertebra_that_is_marked_again_moves(self, scan_volume):
        nodes = CaseNodes(scan_volume)
        for name, height in (("C2", 1.0), ("T1", 2.0), ("C2", 3.0)):
            mark(nodes, name, (0, 0, height))
        assert anatomy.levelPoints(nodes) == {"T1": (0, 0, 2), "C2": (0, 0, 3)}
        assert nodes.levels.GetNumberOfControlPoints() == 2

    def test_a_point_that_is_not_placed_yet_is_none(self, scan_volume):
        nodes = CaseNodes(scan_volume)
        mark(nodes, "C2", (0, 0, 1))
        nodes.levels.UnsetNthControlPointPosition(0)
        assert anatomy.levelPoints(nodes) == {}

    def test_a_name_that_is_no_vertebra_cannot_be_given(self, scan_volume):
        nodes = CaseNodes(scan_volume)
        mark(nodes, "C2", (0, 0, 1))
        with pytest.raises(ValueError, match="expected one of C1"):
            anatomy.nameLastPoint(nodes, "L5")

    def test_marked_vertebrae_name_the_levels_of_the_case(self, nodes, detection):
        case = caseOf(nodes)
        for name, ras in level_points(detection.tube, {"C3": 52.0, "C7": -20.0}).items():
            mark(nodes, name, ras)
        named = anatomy.withLevels(case, nodes)
        assert [body.name for body in named.levels.bodies] == ["C3", "C4", "C5", "C6", "C7"]

    def test_without_marks_only_levels_that_the_program_has_found_count(self, nodes):
        case = caseOf(nodes)
        assert anatomy.withLevels(case, nodes).levels.bodies == (), "marked in the detection, and not any more"
        document = {**json.loads(nodes.document.GetText()), "levels_source": "automatic"}
        nodes.document.SetText(json.dumps(document))
        found = anatomy.withLevels(case, nodes).levels
        assert found.bodies[0].name == "C2"
        assert found.source is LevelSource.AUTOMATIC

    def test_points_in_the_scene_win_over_those_of_the_detection(self, nodes, detection):
        for name, ras in level_points(detection.tube, {"C3": 52.0, "C7": -20.0}).items():
            mark(nodes, name, ras)
        assert caseOf(nodes).levels.bodies[0].name == "C3"

    def test_impossible_levels_are_told_and_the_former_ones_stay(self, nodes, detection):
        case = caseOf(nodes)
        for name, ras in level_points(detection.tube, {"T1": 52.0, "C2": -53.0}).items():
            mark(nodes, name, ras)
        with pytest.raises(RefusedInputError, match="from head to foot"):
            anatomy.withLevels(case, nodes)
        assert caseOf(nodes).levels.bodies[0].name == "C2"

    def test_one_place_is_enough_for_names(self, nodes, detection):
        mark(nodes, "C2/C3", level_points(detection.tube, {"C2/C3": 40.0})["C2/C3"])
        levels = caseOf(nodes).levels
        assert levels.source is LevelSource.REPAIRED
        assert levels.bodies[0].name == "C2"

    def test_names_stand_in_front_of_the_cord_at_their_height(self, nodes, detection):
        node, line = nodes.levelNames, detection.anatomy.line
        names = [node.GetNthControlPointLabel(index) for index in range(node.GetNumberOfControlPoints())]
        assert names == ["C2", "C3", "C4", "C5", "C6", "C7", "T1"]
        for index, body in enumerate(detection.anatomy.levels.bodies):
            place = np.array(node.GetNthControlPointPositionWorld(index))
            cord = line.point_at(body.along)
            assert np.linalg.norm(place - cord) == pytest.approx(IN_FRONT_OF_CORD, abs=0.2)
            assert place[1] > cord[1] + 0.9 * IN_FRONT_OF_CORD, "anterior"
        assert node.GetLocked()

    def test_cleared_levels_leave_no_names(self, nodes, detection):
        mark(nodes, "C2", (0, 0, 1))
        anatomy.clearLevels(nodes)
        assert anatomy.levelPoints(nodes) == {}
        assert nodes.levelNames is None
        assert anatomy.nextLevel(nodes) == "C2"
