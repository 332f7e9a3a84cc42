"""Findings and journal in a saved scene: everything survives, and a new view goes on with it."""

import zipfile
from dataclasses import replace

import numpy as np
import pytest
import slicer
from listed_findings import add_scan, box, judged, listed, oblique_affine, three

from u2ad.export.segments import PALETTE, TAGS, terminology_of
from u2ad.review.action import Action, Assess, Assessment, Hold
from u2ad.review.case import Case
from u2ad.review.decision import Decision
from u2ad.review.review import Review
from U2ADSlicerLib.scene import files
from U2ADSlicerLib.scene.case import CaseNodes
from U2ADSlicerLib.scene.finding_segment import tagOf
from U2ADSlicerLib.scene.finding_voxels import stamp
from U2ADSlicerLib.scene.findings_view import FindingsView
from U2ADSlicerLib.scene.journal import readJournal, writeJournal
from U2ADSlicerLib.scene.placement import gridOf

WORDS = 'a "quote" & <tag>, \u00e4\u20ac\nnext line\t|:%'
DECIDED = tuple(
    judged(finding, decision, "motion", WORDS)
    for finding, decision in zip(three(), (Decision.CONFIRMED, Decision.REJECTED, Decision.UNSURE), strict=True)
)


def reopened(runtime, folder, bundle="saved.mrb") -> CaseNodes:
    """Saves the scene as .mrb, empties it, and opens the bundle."""
    runtime.scene.SetURL(str(folder / "saved.mrml"))
    assert runtime.scene.WriteToMRB(str(folder / bundle))
    runtime.scene.Clear(False)
    with zipfile.ZipFile(folder / bundle) as archive:
        archive.extractall(folder / f"opened {bundle}")
    (saved,) = (folder / f"opened {bundle}").rglob("*.mrml")
    runtime.scene.SetURL(str(saved))
    assert runtime.scene.Connect()
    return CaseNodes(runtime.scene.GetFirstNodeByClass("vtkMRMLScalarVolumeNode"))


@pytest.fixture(params=["right-handed", "left-handed"])
def opened(runtime, tmp_path, request) -> CaseNodes:
    """Decided findings after a round trip."""
    nodes = CaseNodes(add_scan(oblique_affine(left_handed=request.param == "left-handed")))
    FindingsView(nodes).update(DECIDED, "finding-1")
    return reopened(runtime, tmp_path)


def segments_of(nodes):
    segmentation = nodes.findings.GetSegmentation()
    return {key: segmentation.GetSegment(key) for key in segmentation.GetSegmentIDs()}


def times_of(nodes):
    """When each segment and its image were last changed."""
    return {key: (segment.GetMTime(), stamp(nodes.findings, key)) for key, segment in segments_of(nodes).items()}


class TestScene:
    def test_everything_that_segments_say_comes_back(self, opened):
        segments = segments_of(opened)
        assert list(segments) == ["finding-1", "finding-2", "finding-3"]
        assert [segment.GetName() for segment in segments.values()] == [
            "Finding 1 - C4",
            "Finding 2 - C5/C6",
            "Finding 3",
        ]
        np.testing.assert_allclose([segment.GetColor() for segment in segments.values()], PALETTE[:3], atol=1e-5)
        levels = ("C4", "C5/C6", "unknown")
        assert [segment.GetTerminology() for segment in segments.values()] == [terminology_of(name) for name in levels]
        logic = slicer.vtkSlicerSegmentationsModuleLogic
        status = [logic.GetSegmentStatus(segment) for segment in segments.values()]
        assert status == [logic.Completed, logic.Completed, logic.Flagged]
        assert [tagOf(segment, "U2AD.Comment") for segment in segments.values()] == [WORDS] * 3
        assert [tagOf(segment, "U2AD.Decision") for segment in segments.values()] == ["confirmed", "rejected", "unsure"]

    def test_looks_come_back(self, opened):
        display = opened.findings.GetDisplayNode()
        assert [display.GetSegmentVisibility(key) for key in segments_of(opened)] == [True, False, True]
        assert [display.GetSegmentVisibility2DFill(key) for key in segments_of(opened)] == [True, False, False]
        assert tuple(display.GetSegmentColor("finding-3")) == (0, 0, 0)
        assert display.GetSegmentOpacity2DOutline("finding-1") == 1.0
        assert display.GetSegmentOpacity2DOutline("finding-3") < 0.7

    def test_a_new_view_finds_every_voxel_and_changes_nothing(self, opened):
        if np.linalg.det(gridOf(opened.volume).affine[:3, :3]) < 0:
            pytest.skip("Slicer keeps the order of slices")
        view = FindingsView(opened)
        before = {
            key: (segment.GetMTime(), stamp(opened.findings, key)) for key, segment in segments_of(opened).items()
        }
        for finding in DECIDED:
            assert view.voxelsOf(finding.key) == finding.voxels
        view.update(DECIDED, "finding-1")
        assert times_of(opened) == before
        assert view.paintedElsewhere() == ()

    def test_a_new_view_goes_on(self, opened):
        view = FindingsView(opened)
        first, second, _ = DECIDED
        view.update((replace(first, voxels=box(3, 30, 30)), judged(second, Decision.UNDECIDED)))
        assert list(segments_of(opened)) == ["finding-1", "finding-2"]
        assert view.voxelsOf("finding-1") == box(3, 30, 30)
        display = opened.findings.GetDisplayNode()
        assert display.GetSegmentVisibility("finding-2")
        assert display.GetSegmentOpacity2DOutline("finding-2") == 1.0

    def test_the_table_comes_back(self, opened):
        table = opened.table.GetTable()
        assert [table.GetColumnByName("decision").GetValue(row) for row in range(3)] == [
            "confirmed",
            "rejected",
            "unsure",
        ]
        assert table.GetColumnByName("comment").GetValue(1) == " ".join(WORDS.replace('"', "'").split())

    def test_many_findings_come_back(self, runtime, tmp_path):
        many = tuple(listed(n, box(n % 6, (n * 7) % 55, (n * 11) % 35), "C3") for n in range(1, 31))
        FindingsView(CaseNodes(add_scan())).update(many)
        view = FindingsView(reopened(runtime, tmp_path))
        for finding in many:
            assert view.voxelsOf(finding.key) == finding.voxels


class TestFile:
    def test_segmentation_file_holds_all_but_the_looks(self, runtime, tmp_path):
        view = FindingsView(CaseNodes(add_scan()))
        view.update(DECIDED)
        copy = runtime.scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Copy")
        view.copyTo(copy, {"finding-1", "finding-2", "finding-3"})
        before = {key: {tag: tagOf(segment, tag) for tag in TAGS} for key, segment in segments_of(view.nodes).items()}
        files.saveNode(copy, tmp_path / "findings.seg.nrrd")
        volume = view.nodes.volume
        read = runtime.scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Read")
        read.AddDefaultStorageNode()
        read.GetStorageNode().SetFileName(str(tmp_path / "findings.seg.nrrd"))
        assert read.GetStorageNode().ReadData(read)
        nodes = CaseNodes(volume)
        nodes.findings = read
        after = {key: {tag: tagOf(segment, tag) for tag in TAGS} for key, segment in segments_of(nodes).items()}
        assert after == before
        for finding in DECIDED:
            assert FindingsView(nodes).voxelsOf(finding.key) == finding.voxels


def reviewed(steps: int) -> tuple[Action, ...]:
    """A log with as many steps as are asked for, of which every fourth holds voxels."""
    volume = add_scan()
    review = Review(Case(gridOf(volume)), reader="Dr \u00c4")
    key = review.add(box(2, 10, 12))
    for step in range(1, steps):
        if step % 4 == 0:
            review.edit(key, box(2, step % 50, 12))
        else:
            review.decide(key, Decision.CONFIRMED, "demyelination", f"{WORDS} {step}")
    return review.actions


class TestJournal:
    def test_journal_comes_back_from_the_bundle_word_for_word(self, runtime, tmp_path):
        actions = reviewed(12)
        slicer.mrmlScene.Clear(False)
        nodes = CaseNodes(add_scan())
        writeJournal(nodes, actions)
        again = reopened(runtime, tmp_path)
        assert readJournal(again) == actions
        assert [action.to_json() for action in readJournal(again)] == [action.to_json() for action in actions]

    def test_journal_is_part_of_the_scene_file(self, runtime, tmp_path):
        writeJournal(CaseNodes(add_scan()), reviewed(2))
        reopened(runtime, tmp_path)
        beside = {path.suffix for path in (tmp_path / "opened saved.mrb").rglob("*") if path.is_file()}
        assert beside == {".mrml", ".nrrd"}

    def test_journal_survives_being_saved_twice(self, runtime, tmp_path):
        actions = reviewed(5)
        slicer.mrmlScene.Clear(False)
        writeJournal(CaseNodes(add_scan()), actions[:3])
        nodes = reopened(runtime, tmp_path)
        writeJournal(nodes, actions)
        assert readJournal(reopened(runtime, tmp_path, "again.mrb")) == actions

    def test_review_goes_on_from_the_scene(self, runtime):
        nodes = CaseNodes(add_scan())
        review = Review(Case(gridOf(nodes.volume)), reader="Dr A")
        key = review.add(box(2, 10, 12))
        review.decide(key, Decision.CONFIRMED)
        writeJournal(nodes, review.actions)
        again = Review(Case(gridOf(nodes.volume)), actions=readJournal(nodes))
        assert [(f.key, f.voxels, f.judgement) for f in again.findings] == [
            (f.key, f.voxels, f.judgement) for f in review.findings
        ]
        again.undo()
        assert again.findings[0].judgement.decision is Decision.UNDECIDED

    def test_nothing_done_makes_no_node(self, runtime):
        nodes = CaseNodes(add_scan())
        writeJournal(nodes, ())
        assert nodes.journal is None
        assert readJournal(nodes) == ()

    def test_damaged_lines_and_repeated_steps_are_overlooked(self, runtime):
        nodes = CaseNodes(add_scan())
        actions = reviewed(3)
        writeJournal(nodes, actions)
        lines = nodes.journal.GetText().splitlines()
        nodes.journal.SetText("\n".join([lines[0], lines[0][:40], "", lines[1], lines[0], lines[2]]))
        assert readJournal(nodes) == actions

    def test_what_a_newer_version_wrote_is_kept(self, runtime):
        nodes = CaseNodes(add_scan())
        future = '{"id":"x-1","at":"2027-01-01T00:00:00Z","reader":"","kind":"dream","changes":[{"of":"sheep"}],"n":7}'
        writeJournal(nodes, (Action.from_json(future),))
        assert [action.to_json() for action in readJournal(nodes)] == [future]

    def test_same_journal_is_not_written_again(self, runtime):
        nodes = CaseNodes(add_scan())
        writeJournal(nodes, reviewed(3))
        before = nodes.journal.GetMTime()
        writeJournal(nodes, readJournal(nodes))
        assert nodes.journal.GetMTime() == before

    def test_five_hundred_steps_come_back(self, runtime):
        nodes = CaseNodes(add_scan())
        actions = tuple(Action.from_json(action.to_json()) for action in reviewed(500))
        assert any(isinstance(change, Hold) for action in actions for change in action.changes)
        writeJournal(nodes, actions)
        more = Action("x-1", "2027-01-01T00:00:00Z", "", "assess", (Assess(Assessment("normal")),))
        writeJournal(nodes, (*actions, more))
        assert len(readJournal(nodes)) == 501
