"""Findings of a review as segments: what is drawn, what is told, and what is left alone."""

from dataclasses import replace

import numpy as np
import pytest
import slicer
import vtk
from listed_findings import add_scan, box, judged, listed, oblique_affine, three

from u2ad.export.codes import LEVEL_CODES, SPINAL_CORD, T2_HYPERINTENSITY
from u2ad.export.segments import PALETTE
from u2ad.review.decision import Decision, Origin
from u2ad.review.voxels import Voxels
from U2ADSlicerLib.scene.case import CaseNodes
from U2ADSlicerLib.scene.finding_segment import tagOf
from U2ADSlicerLib.scene.finding_voxels import BINARY, SURFACE, imageOf, stamp
from U2ADSlicerLib.scene.findings_view import FindingsView
from U2ADSlicerLib.scene.masks import voxelsIn
from U2ADSlicerLib.scene.placement import gridOf
from U2ADSlicerLib.scene.terminology import NO_CODE


@pytest.fixture(params=["right-handed", "left-handed"])
def any_volume(runtime, request):
    return add_scan(oblique_affine(left_handed=request.param == "left-handed"))


@pytest.fixture
def scan(runtime) -> CaseNodes:
    return CaseNodes(add_scan())


@pytest.fixture
def view(scan) -> FindingsView:
    view = FindingsView(scan)
    view.update(three())
    return view


def segment_of(view, key):
    return view.nodes.findings.GetSegmentation().GetSegment(key)


def keys_of(view):
    return list(view.nodes.findings.GetSegmentation().GetSegmentIDs())


def stamps_of(view):
    return {key: stamp(view.nodes.findings, key) for key in keys_of(view)}


def display_of(view):
    return view.nodes.findings.GetDisplayNode()


def paint(view, key, voxels):
    """As Segment Editor paints: into the image of the segment, which grows where it is too small."""
    node = view.nodes.findings
    image = imageOf(voxels, view.nodes.volume)
    voxelsIn(image)[voxelsIn(image) > 0] = segment_of(view, key).GetLabelValue()
    merge = slicer.vtkSlicerSegmentationsModuleLogic.MODE_MERGE_MAX
    assert slicer.vtkSlicerSegmentationsModuleLogic.SetBinaryLabelmapToSegment(image, node, key, merge)


def turn(angle=30.0):
    """A transform node that turns and shifts."""
    transform = vtk.vtkTransform()
    transform.Translate(5, -7, 11)
    transform.RotateWXYZ(angle, 0.2, 0.3, 1.0)
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    node.SetMatrixTransformToParent(transform.GetMatrix())
    return node


class TestVoxels:
    def test_every_finding_is_a_segment_with_its_voxels(self, any_volume):
        view = FindingsView(CaseNodes(any_volume))
        view.update(three())
        assert keys_of(view) == ["finding-1", "finding-2", "finding-3"]
        for finding in three():
            assert view.voxelsOf(finding.key) == finding.voxels
            mask = slicer.util.arrayFromSegmentBinaryLabelmap(view.nodes.findings, finding.key, any_volume)
            assert Voxels.of_mask(mask) == finding.voxels

    def test_every_segment_has_an_image_of_its_own_no_larger_than_needed(self, view):
        assert view.nodes.findings.GetSegmentation().GetNumberOfLayers() == 3
        assert segment_of(view, "finding-2").GetRepresentation(BINARY).GetDimensions() == (5, 5, 2)

    def test_overlapping_findings_keep_all_their_voxels(self, view):
        first, *others = three()
        wide = replace(first, voxels=first.voxels.union(others[0].voxels))
        view.update((wide, *others))
        assert view.voxelsOf("finding-1") == wide.voxels
        assert view.voxelsOf("finding-2") == others[0].voxels

    def test_only_what_changed_is_drawn_anew(self, view):
        before = stamps_of(view)
        first, second, third = three()
        view.update((first, replace(second, voxels=box(4, 26, 21)), third))
        after = stamps_of(view)
        assert [key for key in after if after[key] != before[key]] == ["finding-2"]
        assert view.voxelsOf("finding-2") == box(4, 26, 21)

    def test_findings_that_vanish_go_and_other_segments_stay(self, view):
        view.nodes.findings.GetSegmentation().AddEmptySegment("Disc", "Disc")
        view.update(three()[1:])
        assert keys_of(view) == ["finding-2", "finding-3", "Disc"]

    def test_a_deleted_segment_comes_back(self, view):
        view.nodes.findings.GetSegmentation().RemoveSegment("finding-2")
        view.update(three())
        assert view.voxelsOf("finding-2") == three()[1].voxels

    def test_a_deleted_segmentation_comes_back(self, view):
        slicer.mrmlScene.RemoveNode(view.nodes.findings)
        view.update(three())
        assert view.voxelsOf("finding-2") == three()[1].voxels

    def test_nothing_to_show_makes_no_nodes(self, scan):
        FindingsView(scan).update(())
        assert (scan.findings, scan.table) == (None, None)

    def test_nobody_is_told_that_somebody_painted(self, view):
        told = []
        segmentation = view.nodes.findings.GetSegmentation()
        segmentation.AddObserver(segmentation.SourceRepresentationModified, lambda *_: told.append(1))
        view.update(tuple(replace(finding, voxels=box(3, 30, 30)) for finding in three()))
        assert told == []

    def test_an_unchanged_list_is_no_event(self, view):
        told = []
        for node in (view.nodes.findings, display_of(view), view.nodes.table):
            node.AddObserver("AnyEvent", lambda _caller, event: told.append(event))
        view.update(three())
        assert told == []

    def test_surfaces_follow_where_they_are_shown(self, view):
        node = view.nodes.findings
        node.CreateClosedSurfaceRepresentation()
        first, second, _ = three()
        view.update((first, replace(second, voxels=box(5, 45, 30)), listed(4, box(3, 50, 5))))
        middle = gridOf(view.nodes.volume).to_ras(box(5, 45, 30).kji).mean(axis=0)
        surface = segment_of(view, "finding-2").GetRepresentation(SURFACE)
        np.testing.assert_allclose(np.reshape(surface.GetBounds(), (3, 2)).mean(axis=1), middle, atol=1.0)
        assert segment_of(view, "finding-4").GetRepresentation(SURFACE).GetNumberOfPoints() > 0


class TestReadingBack:
    def test_painted_voxels_beyond_the_image(self, view):
        more = box(5, 40, 30)
        paint(view, "finding-1", more)
        assert view.voxelsOf("finding-1") == three()[0].voxels.union(more)

    def test_segments_that_share_a_layer(self, view):
        view.nodes.findings.GetSegmentation().CollapseBinaryLabelmaps(False)
        assert view.nodes.findings.GetSegmentation().GetNumberOfLayers() == 1
        assert segment_of(view, "finding-2").GetLabelValue() != segment_of(view, "finding-1").GetLabelValue()
        for finding in three():
            assert view.voxelsOf(finding.key) == finding.voxels

    def test_a_segment_leaves_a_shared_layer_without_a_trace(self, view):
        view.nodes.findings.GetSegmentation().CollapseBinaryLabelmaps(False)
        first, second, third = three()
        view.update((first, replace(second, voxels=box(6, 50, 30)), third))
        for finding, voxels in ((first, first.voxels), (second, box(6, 50, 30)), (third, third.voxels)):
            assert view.voxelsOf(finding.key) == voxels
        layer = segment_of(view, "finding-1").GetRepresentation(BINARY)
        shared = {segment_of(view, key).GetLabelValue() for key in ("finding-1", "finding-3")}
        assert set(np.unique(voxelsIn(layer)).tolist()) == {0, *shared}
        view.nodes.findings.GetSegmentation().CollapseBinaryLabelmaps(False)
        assert view.voxelsOf("finding-2") == box(6, 50, 30)

    def test_under_a_transform(self, view):
        view.nodes.volume.SetAndObserveTransformNodeID(turn().GetID())
        view.update(three())
        assert view.nodes.findings.GetParentTransformNode() is view.nodes.volume.GetParentTransformNode()
        assert view.voxelsOf("finding-2") == three()[1].voxels

    def test_what_lies_outside_the_scan_is_cut_off(self, view):
        image = slicer.vtkOrientedImageData()
        image.DeepCopy(imageOf(box(6, 50, 30), view.nodes.volume))
        wide = slicer.vtkOrientedImageData()
        wide.SetExtent(38, 43, -2, 1, 6, 9)
        matrix = vtk.vtkMatrix4x4()
        image.GetImageToWorldMatrix(matrix)
        wide.SetGeometryFromImageToWorldMatrix(matrix)
        wide.AllocateScalars(vtk.VTK_UNSIGNED_CHAR, 1)
        wide.GetPointData().GetScalars().Fill(1)
        segment_of(view, "finding-1").AddRepresentation(BINARY, wide)
        expected = np.argwhere(np.ones((2, 2, 2), bool)) + np.array((6, 0, 38))
        assert view.voxelsOf("finding-1") == Voxels(expected)

    def test_no_segment_has_no_voxels(self, scan, view):
        assert len(view.voxelsOf("finding-9")) == 0
        assert len(FindingsView(CaseNodes(add_scan())).voxelsOf("finding-1")) == 0


class TestPainting:
    def test_the_painted_segment_is_left_alone(self, view):
        paint(view, "finding-1", box(5, 40, 30))
        before = stamps_of(view)["finding-1"]
        view.update(three(), painting="finding-1")
        assert stamps_of(view)["finding-1"] == before
        view.update(three())
        assert view.voxelsOf("finding-1") == three()[0].voxels

    def test_a_kept_stroke_is_not_drawn_again(self, view):
        paint(view, "finding-1", box(5, 40, 30))
        before = stamps_of(view)["finding-1"]
        kept = (replace(three()[0], voxels=view.voxelsOf("finding-1"), edited=True), *three()[1:])
        view.update(kept, painting="finding-1")
        view.update(kept)
        assert stamps_of(view)["finding-1"] == before

    def test_a_stroke_taken_back_is_no_painting_elsewhere(self, view):
        paint(view, "finding-1", box(5, 40, 30))
        kept = (replace(three()[0], voxels=view.voxelsOf("finding-1")), *three()[1:])
        view.update(kept, painting="finding-1")
        assert view.paintedElsewhere() == ()
        view.update(three(), painting="finding-1")
        assert view.paintedElsewhere() == ()
        view.update(three())
        assert view.voxelsOf("finding-1") == three()[0].voxels

    def test_painting_elsewhere_is_noticed_and_what_was_only_rearranged_is_not(self, view):
        view.nodes.findings.GetSegmentation().CollapseBinaryLabelmaps(False)
        assert view.paintedElsewhere() == ()
        paint(view, "finding-3", box(5, 10, 30))
        assert view.paintedElsewhere() == ("finding-3",)

    def test_an_empty_segment_stays_while_it_is_painted_on(self, view):
        key = view.addEmpty(7)
        assert key == "finding-7"
        view.update(three(), painting=key)
        assert segment_of(view, key).GetName() == "Finding 7"
        paint(view, key, box(5, 10, 30))
        assert view.voxelsOf(key) == box(5, 10, 30)
        assert view.voxelsOf("finding-1") == three()[0].voxels
        view.update((*three(), listed(7, box(5, 10, 30), "C7", origin=Origin.READER)), painting=key)
        assert segment_of(view, key).GetName() == "Finding 7 - C7"

    def test_an_empty_segment_goes_when_nothing_was_painted(self, view):
        view.addEmpty(7)
        view.update(three())
        assert keys_of(view) == ["finding-1", "finding-2", "finding-3"]

    def test_an_empty_segment_can_be_the_first(self, scan):
        view = FindingsView(scan)
        view.addEmpty(1)
        assert keys_of(view) == ["finding-1"]
        assert len(view.voxelsOf("finding-1")) == 0


class TestWhatSegmentsSay:
    def test_names_and_colours_by_number(self, view):
        segments = [segment_of(view, key) for key in keys_of(view)]
        assert [segment.GetName() for segment in segments] == ["Finding 1 - C4", "Finding 2 - C5/C6", "Finding 3"]
        np.testing.assert_allclose([segment.GetColor() for segment in segments], PALETTE[:3])

    def test_terms_name_the_level(self, view):
        logic = slicer.modules.terminologies.logic()
        levels = []
        for key in keys_of(view):
            read = slicer.vtkSlicerTerminologyEntry()
            assert logic.DeserializeTerminologyEntry(segment_of(view, key).GetTerminology(), read)
            assert read.GetTypeObject().GetCodeValue() == T2_HYPERINTENSITY.value
            assert read.GetRegionObject().GetCodeValue() == SPINAL_CORD.value
            levels.append(read.GetRegionModifierObject().GetCodeValue() or "")
        assert levels == [LEVEL_CODES["C4"].value, LEVEL_CODES["C5/C6"].value, NO_CODE.value]

    @pytest.mark.parametrize(
        ("decision", "status"),
        [
            (Decision.UNDECIDED, "NotStarted"),
            (Decision.CONFIRMED, "Completed"),
            (Decision.REJECTED, "Completed"),
            (Decision.UNSURE, "Flagged"),
        ],
    )
    def test_decision_is_slicers_status_and_a_tag(self, view, decision, status):
        first, *others = three()
        view.update((judged(first, decision), *others))
        logic = slicer.vtkSlicerSegmentationsModuleLogic
        assert logic.GetSegmentStatus(segment_of(view, "finding-1")) == getattr(logic, status)
        assert tagOf(segment_of(view, "finding-1"), "U2AD.Decision") == decision.value

    def test_tags_carry_figures_and_the_readers_own_words(self, view):
        words = "bar | colon: 50 %\nnext line, \u00e4\u20ac"
        first, *others = three()
        view.update((judged(first, Decision.UNSURE, "motion", words), *others))
        expected = {
            "U2AD.Score": "8.5",
            "U2AD.Peak": "7",
            "U2AD.Level": "C4",
            "U2AD.Epistemic": "",
            "U2AD.Aleatoric": "0.25",
            "U2AD.Reason": "motion",
            "U2AD.Comment": words,
            "U2AD.Reader": "Dr A",
            "U2AD.DecidedAt": "2026-11-21T08:16:00Z",
        }
        assert {tag: tagOf(segment_of(view, "finding-1"), tag) for tag in expected} == expected
        view.update(three())
        assert not segment_of(view, "finding-1").HasTag("U2AD.Comment")

    def test_who_drew_it_is_told_as_dicom_tells_it(self, view):
        first, second, third = three()
        view.update((first, replace(second, edited=True), third))
        tags = ("DICOM.SegmentAlgorithmType", "DICOM.SegmentAlgorithmName", "U2AD.Origin", "U2AD.Edited")
        assert [[tagOf(segment_of(view, key), tag) for tag in tags] for key in keys_of(view)] == [
            ["AUTOMATIC", "U2ADSlicer", "model", "no"],
            ["SEMIAUTOMATIC", "U2ADSlicer", "model", "yes"],
            ["MANUAL", "", "reader", "no"],
        ]

    def test_a_renamed_segment_keeps_its_name_until_its_level_changes(self, view):
        segment_of(view, "finding-1").SetName("Myelopathy")
        view.update(three())
        assert segment_of(view, "finding-1").GetName() == "Myelopathy"
        first, *others = three()
        view.update((replace(first, figures=replace(first.figures, level="C5")), *others))
        assert segment_of(view, "finding-1").GetName() == "Finding 1 - C5"


class TestLooks:
    def test_decisions_look_different(self, view):
        first, second, third = three()
        view.update((judged(first, Decision.CONFIRMED), judged(second, Decision.UNSURE), third))
        display = display_of(view)
        assert [display.GetSegmentVisibility2DFill(key) for key in keys_of(view)] == [True, False, False]
        assert display.GetVisibility2DFill()
        assert 0 < display.GetSegmentOpacity2DFill("finding-1") < 0.3
        own = [tuple(display.GetSegmentColor(key)) == tuple(segment_of(view, key).GetColor()) for key in keys_of(view)]
        assert own == [True, False, True]
        view.update(three())
        assert tuple(display.GetSegmentColor("finding-2")) == tuple(segment_of(view, "finding-2").GetColor())

    def test_the_selected_finding_stands_out(self, view):
        opacities = lambda: [display_of(view).GetSegmentOpacity2DOutline(key) for key in keys_of(view)]  # noqa: E731
        assert opacities() == [1.0, 1.0, 1.0]
        view.update(three(), "finding-2")
        assert opacities()[1] == 1.0
        assert max(opacities()[0], opacities()[2]) < 0.7
        view.update(three(), "finding-9")
        assert opacities() == [1.0, 1.0, 1.0]

    def test_rejected_findings_are_hidden_unless_selected(self, view):
        first, *others = three()
        rejected = (judged(first, Decision.REJECTED), *others)
        seen = []
        for selected in (None, "finding-1", "finding-2", None):
            view.update(rejected, selected)
            seen.append(display_of(view).GetSegmentVisibility("finding-1"))
        view.update(three())
        assert [*seen, display_of(view).GetSegmentVisibility("finding-1")] == [False, True, False, False, True]

    def test_what_the_reader_hides_or_shows_by_the_eye_stays_so(self, view):
        first, *others = three()
        rejected = (judged(first, Decision.REJECTED), *others)
        view.update(rejected)
        display_of(view).SetSegmentVisibility("finding-1", True)
        display_of(view).SetSegmentVisibility("finding-2", False)
        view.update(rejected)
        view.update(rejected, "finding-2")
        assert [display_of(view).GetSegmentVisibility(key) for key in keys_of(view)] == [True, False, True]

    def test_hidden_outlines_stay_hidden(self, view):
        display_of(view).SetVisibility(False)
        view.update((*three(), listed(4, box(3, 50, 5))), "finding-1")
        assert not display_of(view).GetVisibility()

    def test_views_draw_what_has_changed(self, view, make_view):
        slice_view = make_view("Sagittal", (300, 400))
        slice_view.show(view.nodes.volume)
        moved = box(2, 30, 25, 6)
        ras = gridOf(view.nodes.volume).to_ras(moved.kji).mean(axis=0)
        slice_view.jump(ras)

        def drawn(color) -> int:
            """Pixels of a colour near the place that is looked at."""
            column, row = np.round(slice_view.pixelOf(ras)).astype(int)
            part = slice_view.grab()[row - 40 : row + 40, column - 40 : column + 40].astype(int)
            return int((np.abs(part - np.round(np.array(color) * 255)).max(axis=2) < 3).sum())

        assert drawn(PALETTE[0]) == 0
        first, *others = three()
        there = (replace(first, voxels=moved), *others)
        view.update(there)
        assert drawn(PALETTE[0]) > 30
        view.update((judged(there[0], Decision.UNSURE), *others))
        assert drawn(PALETTE[0]) == 0
        view.update((judged(there[0], Decision.REJECTED), *others))
        plain = slice_view.grab()
        view.update(others)
        np.testing.assert_array_equal(slice_view.grab(), plain)


class TestPlaces:
    def test_place_is_a_voxel_of_the_finding_near_its_middle(self, view):
        ring = Voxels(np.argwhere(np.pad(np.zeros((1, 5, 5), bool), ((0, 0), (1, 1), (1, 1)), constant_values=True)))
        view.update((listed(1, ring),))
        kji = gridOf(view.nodes.volume).to_kji(np.array(view.placeOf("finding-1")))
        assert ring.holds(tuple(np.round(kji).astype(int).tolist()))

    def test_place_follows_the_scan(self, view):
        before = np.array(view.placeOf("finding-2"))
        transform = turn()
        view.nodes.volume.SetAndObserveTransformNodeID(transform.GetID())
        matrix = slicer.util.arrayFromTransformMatrix(transform)
        np.testing.assert_allclose(view.placeOf("finding-2"), matrix[:3, :3] @ before + matrix[:3, 3], atol=1e-3)

    def test_unknown_finding_has_no_place(self, view):
        with pytest.raises(KeyError):
            view.placeOf("finding-9")

    def test_segments_follow_a_scan_whose_transform_was_hardened(self, view):
        volume = view.nodes.volume
        volume.SetAndObserveTransformNodeID(turn().GetID())
        view.update(three())
        volume.HardenTransform()
        assert view.paintedElsewhere() == ()
        view.update(three())
        assert view.nodes.findings.GetParentTransformNode() is None
        for finding in three():
            mask = slicer.util.arrayFromSegmentBinaryLabelmap(view.nodes.findings, finding.key, volume)
            assert Voxels.of_mask(mask) == finding.voxels

    def test_a_segmentation_hardened_alone_is_no_painting_and_is_put_right(self, view):
        view.nodes.volume.SetAndObserveTransformNodeID(turn().GetID())
        view.update(three())
        view.nodes.findings.HardenTransform()
        assert view.paintedElsewhere() == ()
        view.update(three())
        for finding in three():
            assert view.voxelsOf(finding.key) == finding.voxels

    def test_a_scan_that_was_centred_is_no_painting_and_takes_its_segments_along(self, view):
        view.nodes.volume.SetOrigin(40, 50, 60)
        view.nodes.findings.GetSegmentation().CollapseBinaryLabelmaps(False)
        assert view.paintedElsewhere() == ()
        view.update(three())
        for finding in three():
            assert view.voxelsOf(finding.key) == finding.voxels


class TestCopy:
    def test_chosen_findings_lie_in_the_world_in_one_layer(self, view):
        volume = view.nodes.volume
        volume.SetAndObserveTransformNodeID(turn().GetID())
        view.update(three())
        copy = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Copy")
        view.copyTo(copy, {"finding-3", "finding-1", "finding-9"})
        segmentation = copy.GetSegmentation()
        assert list(segmentation.GetSegmentIDs()) == ["finding-1", "finding-3"]
        assert segmentation.GetNumberOfLayers() == 1
        assert tagOf(segmentation.GetSegment("finding-3"), "U2AD.Origin") == "reader"
        assert copy.GetParentTransformNode() is None
        volume.HardenTransform()
        for finding in (three()[0], three()[2]):
            mask = slicer.util.arrayFromSegmentBinaryLabelmap(copy, finding.key, volume)
            assert Voxels.of_mask(mask) == finding.voxels


class TestTable:
    def test_table_tells_every_finding_in_order(self, view):
        first, *others = three()
        view.update((judged(first, Decision.CONFIRMED, "demyelination"), *others))
        table = view.nodes.table.GetTable()
        column = lambda name: [table.GetColumnByName(name).GetVariantValue(row).ToString() for row in range(3)]  # noqa: E731
        assert column("number") == ["1", "2", "3"]
        assert column("level") == ["C4", "C5/C6", "unknown"]
        assert column("decision") == ["confirmed", "undecided", "undecided"]
        assert column("reason") == ["demyelination", "", ""]
        assert column("length_mm") == ["8", "8", "8"]
        assert np.isnan(table.GetColumnByName("epistemic").GetValue(0))

    def test_an_unchanged_list_leaves_the_table_alone(self, view):
        before = view.nodes.table.GetTable().GetMTime()
        view.update(three(), "finding-1")
        assert view.nodes.table.GetTable().GetMTime() == before
        view.update(three()[:2])
        assert view.nodes.table.GetNumberOfRows() == 2

    def test_a_table_that_somebody_changed_is_put_right(self, view):
        view.nodes.table.RemoveRow(0)
        view.update(three())
        assert view.nodes.table.GetNumberOfRows() == 3
