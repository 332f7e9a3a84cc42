"""What a reader does to the anatomy survives a kill of Slicer, at every moment; and nobody is blind who has seen."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
import slicer
from held_worker import held, ready, until_over
from scene_results import detected, level_points
from test_correcting_anatomy import place
from test_restoring import keep_result
from test_scenes import TURNED, put_under

from u2ad.review.journal import NAME
from u2ad.review.voxels import Voxels
from U2ADSlicerLib.scene import anatomy

__all__ = ["held", "ready"]

ROOT = Path(__file__).parents[3]

READER = """
import sys, time
sys.path[:0] = {path!r}
from EmbeddedSlicer import desktop
desktop.start(testing=True)
import numpy as np, slicer
from scene_results import detected, level_points

loaded = desktop.start().loadModule({module!r})
detection = detected()
from U2ADSlicerLib.scene import anatomy
from U2ADSlicerLib.scene.volumes import addVolume
volume = addVolume(detection.scan.array.copy(), detection.scan.grid.affine, "scan")
slicer.app.processEvents()
panel, ui = loaded.widget.panel, loaded.widget.ui
session = panel.workspace.session
ui.pages.setCurrentWidget(ui.detectPage)
for name, ras in level_points(detection.tube).items():
    ui.levelCombo.setCurrentIndex(ui.levelCombo.findText(name))
    ui.levelPlaceButton.click()
    session.nodes.levels.AddControlPoint(*ras)
ui.cordEditButton.click()
panel.anatomy.editor._editor.paint(tuple(detection.anatomy.line.point_at(40.0)), 5.0)
print("drawn", int(anatomy.drawnCord(session.nodes).sum()), flush=True)
time.sleep(600)
"""


@pytest.fixture
def tube():
    """A detection whose levels nobody has marked."""
    return detected(marked={})


def kill(hour, data):
    """As if the process had gone this very moment: what a closing scene may still write does not count."""
    hour.settle()
    now = data.with_name("at-this-moment")
    shutil.copytree(data, now)
    slicer.mrmlScene.Clear(0)
    hour.settle()
    shutil.rmtree(data)
    now.rename(data)


def restored(hour, detection):
    hour.load(detection)
    assert hour.ui.restoreBar.isVisible()
    hour.click("restoreButton")
    assert not hour.ui.restoreBar.isVisible()


def mark(hour, points):
    hour.page("detectPage")
    for name, ras in points.items():
        place(hour, name, ras)


def stroke(hour, ras, radius=5.0, erase=False):
    """One stroke on the cord."""
    hour.page("detectPage")
    if not hour.widget.panel.anatomy.editor.isOpen:
        hour.click("cordEditButton")
    editor = hour.widget.panel.anatomy.editor._editor
    (editor.erase if erase else editor.paint)(tuple(ras), radius)
    hour.settle()


def drawn(hour):
    return anatomy.drawnCord(hour.session.nodes)


def levels(hour):
    hour.page("reviewPage")
    return [row[1] for row in hour.rows()]


def steps(hour):
    return [action.kind for action in hour.session.review.actions]


def assert_points(hour, expected, atol=0.01):
    points = anatomy.levelPoints(hour.session.nodes)
    assert points.keys() == expected.keys()
    for name, ras in points.items():
        np.testing.assert_allclose(ras, expected[name], atol=atol)


# Levels


def test_levels_marked_before_any_detection_come_back(hour, tube, data):
    points = level_points(tube.tube)
    hour.load(tube)
    mark(hour, points)
    kill(hour, data)
    restored(hour, tube)
    assert_points(hour, points)
    hour.take(tube)
    assert all(level.startswith(("C", "T")) for level in levels(hour))


def test_restored_levels_name_the_findings_of_restored_maps(hour, tube, data):
    hour.load(tube)
    hour.take(tube)
    keep_result(hour, tube)
    mark(hour, level_points(tube.tube))
    named = levels(hour)
    assert set(named) != {""}
    kill(hour, data)
    restored(hour, tube)
    assert hour.session.hasResult
    assert levels(hour) == named
    assert hour.session.nodes.levelNames.GetNumberOfControlPoints() == 7


def test_a_point_that_was_moved_comes_back_where_it_was_left(hour, tube, data):
    points = level_points(tube.tube)
    hour.load(tube)
    mark(hour, points)
    left = np.array(points["C2"]) + np.array([0, 0, 4.0])
    hour.session.nodes.levels.SetNthControlPointPosition(0, *left)
    hour.session.nodes.levels.InvokeEvent(slicer.vtkMRMLMarkupsNode.PointEndInteractionEvent)
    kill(hour, data)
    restored(hour, tube)
    assert_points(hour, {**points, "C2": left})


def test_levels_that_were_cleared_stay_away_with_their_names(reviewed, detection, data):
    keep_result(reviewed, detection)
    mark(reviewed, level_points(detection.tube))
    assert set(levels(reviewed)) != {""}
    reviewed.page("detectPage")
    reviewed.click("levelClearButton")
    kill(reviewed, data)
    restored(reviewed, detection)
    assert anatomy.levelPoints(reviewed.session.nodes) == {}
    assert set(levels(reviewed)) == {""}
    assert reviewed.session.nodes.levelNames is None


def test_levels_that_cannot_be_right_come_back_without_a_word(hour, tube, data):
    points = level_points(tube.tube)
    wrong = {"C2": points["T1"], "T1": points["C2"]}
    hour.load(tube)
    hour.take(tube)
    keep_result(hour, tube)
    mark(hour, wrong)
    kill(hour, data)
    restored(hour, tube)
    assert_points(hour, wrong)
    assert set(levels(hour)) == {""}


@pytest.mark.parametrize("when", ["marked", "restored", "hardened"])
def test_a_transform_between_marking_and_restoring_shifts_no_level(hour, tube, data, when):
    points = level_points(tube.tube)
    turned = {name: (TURNED @ [*ras, 1])[:3] for name, ras in points.items()}
    volume = hour.load(tube)
    if when == "marked":
        put_under(volume, TURNED)
        hour.settle(0.4)
    hour.page("detectPage")
    node = anatomy.levelsForPlacing(hour.session.nodes)
    for name, ras in (turned if when == "marked" else points).items():
        node.AddControlPointWorld(*ras)
        anatomy.nameLastPoint(hour.session.nodes, name)
    hour.session.useLevels()
    kill(hour, data)
    volume = hour.load(tube)
    if when != "marked":
        put_under(volume, TURNED)
        hour.settle(0.4)
    if when == "hardened":
        volume.HardenTransform()
        hour.settle(0.4)
    hour.click("restoreButton")
    assert_points(hour, points if when == "marked" else turned)
    hour.take(tube)
    assert all(level.startswith(("C", "T")) for level in levels(hour))


# The cord


def test_every_stroke_on_the_cord_comes_back(reviewed, detection, data):
    keep_result(reviewed, detection)
    before = drawn(reviewed)
    stroke(reviewed, reviewed.session.placeOf(reviewed.workspace.selected), 4.0, erase=True)
    first = drawn(reviewed)
    stroke(reviewed, detection.anatomy.line.point_at(60.0), 7.0)
    second = drawn(reviewed)
    assert len({mask.tobytes() for mask in (before, first, second)}) == 3
    kill(reviewed, data)
    restored(reviewed, detection)
    np.testing.assert_array_equal(drawn(reviewed), second)
    np.testing.assert_array_equal(anatomy.detectedCord(reviewed.session.nodes), before)
    reviewed.page("detectPage")
    assert "corrected by you" in reviewed.ui.cordLabel.text
    assert reviewed.session.anatomy.cordSeen


def test_a_cord_drawn_before_any_detection_comes_back_and_is_detected_with(hour, detection, data):
    hour.load(detection)
    for along in np.arange(5.0, 130.0, 3.0):
        stroke(hour, detection.anatomy.line.point_at(along), 4.5)
    before = drawn(hour)
    assert before.sum() > 1000
    kill(hour, data)
    restored(hour, detection)
    np.testing.assert_array_equal(drawn(hour), before)
    hour.workspace.parameters.detector = "local_z"
    hour.page("detectPage")
    hour.click("detectButton")
    until_over(hour)
    np.testing.assert_array_equal(hour.session.case.cord.mask, before)
    assert hour.session.anatomy.cordSeen
    assert anatomy.correctedCord(hour.session.nodes) is None


def test_a_correction_that_was_taken_back_is_none_after_a_restore(reviewed, detection, data):
    keep_result(reviewed, detection)
    before = drawn(reviewed)
    stroke(reviewed, detection.anatomy.line.point_at(60.0), 7.0)
    anatomy.showCord(reviewed.session.nodes, before)  # as the Segment Editor's own undo
    reviewed.settle()
    assert reviewed.session.review.cord is None
    kill(reviewed, data)
    restored(reviewed, detection)
    assert anatomy.correctedCord(reviewed.session.nodes) is None


def test_a_stroke_is_one_line_however_often_it_is_told(reviewed, detection):
    stroke(reviewed, detection.anatomy.line.point_at(60.0), 7.0)
    reviewed.session.cordPainted()
    reviewed.session.cordPainted()
    assert steps(reviewed).count("cord") == 1
    assert steps(reviewed).count("seen") == 1


def test_what_other_modules_draw_and_mark_is_kept_when_the_reader_returns(reviewed, detection, data):
    mask = drawn(reviewed)
    mask[:, :20] = False
    anatomy.showCord(reviewed.session.nodes, mask)
    node = anatomy.levelsForPlacing(reviewed.session.nodes)
    node.AddControlPointWorld(*level_points(detection.tube)["C2"])
    reviewed.workspace.lookAgain()
    assert reviewed.session.review.cord == Voxels.of_mask(mask)
    assert set(reviewed.session.review.marks) == {"C2"}
    kill(reviewed, data)
    restored(reviewed, detection)
    np.testing.assert_array_equal(drawn(reviewed), mask)


def test_a_result_that_arrives_under_the_brush_is_no_stroke(hour, detection):
    hour.load(detection)
    hour.page("detectPage")
    hour.click("cordEditButton")
    hour.take(detection)
    assert hour.session.review.cord is None
    assert not hour.session.anatomy.cordSeen


def test_strokes_during_a_run_are_there_when_it_ends(ready, held, detection):
    ready.page("detectPage")
    ready.click("detectButton")
    stroke(ready, detection.anatomy.line.point_at(60.0), 8.0)
    painted = drawn(ready)
    assert ready.widget.panel.detect.isRunning
    until_over(ready)
    assert ready.session.hasResult, ready.ui.detectStatus.text
    np.testing.assert_array_equal(drawn(ready), painted)
    assert anatomy.correctedCord(ready.session.nodes) is not None
    np.testing.assert_array_equal(ready.session.case.cord.mask, detection.anatomy.cord.mask)


def test_findings_wait_for_the_next_detection_also_in_a_scene_that_is_opened_again(reviewed, tmp_path):
    before = [(row[0], row[1], row[2]) for row in reviewed.rows()]
    stroke(reviewed, reviewed.session.placeOf(reviewed.workspace.selected), 8.0, erase=True)
    reviewed.page("reviewPage")
    assert [(row[0], row[1], row[2]) for row in reviewed.rows()] == before
    assert slicer.util.saveScene(str(tmp_path / "half.mrb"))
    slicer.mrmlScene.Clear(0)
    slicer.util.loadScene(str(tmp_path / "half.mrb"))
    reviewed.settle()
    reviewed.page("reviewPage")
    assert [(row[0], row[1], row[2]) for row in reviewed.rows()] == before
    assert anatomy.correctedCord(reviewed.session.nodes) is not None


def test_the_exported_cord_is_the_one_that_is_drawn(reviewed, detection, tmp_path):
    reviewed.page("exportPage")
    assert "corrected after the detection" not in reviewed.ui.exportPreview.text
    stroke(reviewed, detection.anatomy.line.point_at(60.0), 7.0)
    assert not np.array_equal(drawn(reviewed), detection.result.cord.mask)
    reviewed.page("exportPage")
    assert "corrected after the detection" in reviewed.ui.exportPreview.text
    reviewed.ui.exportFolderButton.directory = str(tmp_path)
    reviewed.click("exportNiftiCheck")
    reviewed.click("exportButton")
    reviewed.wait_until(lambda: not reviewed.widget.panel.export.isRunning)
    (file,) = tmp_path.rglob("*_label-cord_mask.nii.gz")
    written = sitk.GetArrayFromImage(sitk.ReadImage(str(file)))
    np.testing.assert_array_equal(written > 0, drawn(reviewed))


# What a person has looked at


def test_the_outline_is_right_comes_back(reviewed, detection, data):
    keep_result(reviewed, detection)
    reviewed.page("detectPage")
    assert not reviewed.session.anatomy.cordSeen
    reviewed.click("cordSeenButton")
    kill(reviewed, data)
    reviewed.load(detection)
    assert reviewed.ui.restoreBar.isVisible()
    assert reviewed.session.offer.anatomy
    reviewed.click("restoreButton")
    assert reviewed.session.anatomy.cordSeen
    reviewed.page("detectPage")
    assert "looked at by a reader" in reviewed.ui.cordLabel.text


def test_the_cord_of_another_detection_was_not_looked_at(reviewed, weak_detection):
    reviewed.page("detectPage")
    reviewed.click("cordSeenButton")
    reviewed.take(weak_detection)
    assert not reviewed.session.anatomy.cordSeen


@pytest.fixture(scope="module")
def weak_detection():
    """The same scan, detected otherwise."""
    return detected(model=False, spots=(30.0, -20.0), marked={"C3": 52.0, "C7": -20.0})


# Offers


def test_anatomy_alone_is_offered(hour, tube, data):
    hour.load(tube)
    mark(hour, level_points(tube.tube))
    kill(hour, data)
    hour.load(tube)
    assert hour.ui.restoreBar.isVisible()
    assert (hour.session.offer.decisions, hour.session.offer.anatomy) == (0, True)


def test_maps_that_were_only_looked_at_are_not_offered_as_a_review(hour, detection, data):
    hour.load(detection)
    hour.take(detection)
    assert "shown" in steps(hour)
    kill(hour, data)
    hour.load(detection)
    assert not hour.ui.restoreBar.isVisible()


def test_a_detection_takes_up_the_anatomy_of_the_offered_review(reviewed, detection, data):
    stroke(reviewed, detection.anatomy.line.point_at(60.0), 7.0)
    mark(reviewed, level_points(detection.tube, {"C3": 52.0, "C7": -20.0}))
    before, points = drawn(reviewed), anatomy.levelPoints(reviewed.session.nodes)
    kill(reviewed, data)
    reviewed.load(detection)
    reviewed.take(detection)
    np.testing.assert_array_equal(drawn(reviewed), before)
    assert_points(reviewed, points)
    assert reviewed.session.case.levels.bodies[0].name == "C3"


def test_starting_afresh_leaves_the_former_anatomy_aside(hour, tube, data):
    hour.load(tube)
    mark(hour, level_points(tube.tube))
    kill(hour, data)
    hour.load(tube)
    hour.click("startAfreshButton")
    hour.take(tube)
    assert anatomy.levelPoints(hour.session.nodes) == {}
    assert set(levels(hour)) == {""}


# Scenes


def test_a_saved_scene_alone_brings_all_of_it(reviewed, detection, data, tmp_path):
    points = level_points(detection.tube, {"C3": 52.0, "C7": -20.0})
    stroke(reviewed, detection.anatomy.line.point_at(60.0), 7.0)
    mark(reviewed, points)
    before, named, log = drawn(reviewed), levels(reviewed), steps(reviewed)
    assert slicer.util.saveScene(str(tmp_path / "saved.mrb"))
    slicer.mrmlScene.Clear(0)
    shutil.rmtree(data)
    slicer.util.loadScene(str(tmp_path / "saved.mrb"))
    reviewed.settle()
    np.testing.assert_array_equal(drawn(reviewed), before)
    assert_points(reviewed, points)
    assert levels(reviewed) == named
    assert reviewed.session.anatomy.cordSeen
    reviewed.page("detectPage")
    reviewed.workspace.lookAgain()
    assert steps(reviewed) == log, "nothing of it is new"


def test_a_scene_that_is_older_than_the_log_gets_the_later_anatomy(reviewed, detection, data, tmp_path):
    assert slicer.util.saveScene(str(tmp_path / "older.mrb"))
    points = level_points(detection.tube, {"C3": 52.0, "C7": -20.0})
    stroke(reviewed, detection.anatomy.line.point_at(60.0), 7.0)
    mark(reviewed, points)
    before, named = drawn(reviewed), levels(reviewed)
    kill(reviewed, data)
    slicer.util.loadScene(str(tmp_path / "older.mrb"))
    reviewed.settle()
    assert levels(reviewed) != named
    reviewed.click("restoreButton")
    np.testing.assert_array_equal(drawn(reviewed), before)
    assert_points(reviewed, points)
    assert levels(reviewed) == named
    assert reviewed.session.anatomy.cordSeen


# A process that is killed


def test_a_killed_slicer_loses_no_mark_and_no_stroke(hour, detection, data):
    path = [str(ROOT), str(ROOT / "U2ADSlicer"), str(ROOT / "Testing" / "support")]
    script = READER.format(path=path, module=str(ROOT / "U2ADSlicer" / "U2ADSlicer.py"))
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "U2ADSLICER_DATA": str(data)}
    child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment)
    try:
        count = int(next(line for line in iter(child.stdout.readline, "") if line.startswith("drawn")).split()[1])
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
    assert count
    restored(hour, detection)
    assert drawn(hour).sum() == count
    assert_points(hour, level_points(detection.tube))


def test_nothing_in_the_journal_says_where_the_scan_lay(hour, tube):
    hour.load(tube, "Mustermann^Erika")
    mark(hour, level_points(tube.tube))
    stroke(hour, tube.anatomy.line.point_at(60.0), 7.0)
    lines = [json.loads(line) for line in (hour.session.folder / NAME).read_text().splitlines()]
    assert {line["kind"] for line in lines} >= {"levels", "cord", "seen"}
    assert "Mustermann" not in json.dumps(lines)


# Blind reading


def test_an_impression_before_the_maps_is_blind_and_one_after_them_is_not(hour, detection):
    hour.load(detection)
    hour.ui.blindCheck.setChecked(True)
    hour.take(detection)
    assert not hour.session.shown
    hour.ui.impressionCombo.setCurrentIndex(1)
    hour.click("impressionButton")
    assert hour.session.review.impression.blind
    hour.settle()
    assert hour.session.shown
    hour.session.recordImpression("suspicious", "after all")
    assert not hour.session.review.impression.blind


def test_maps_that_were_shown_before_a_kill_are_not_forgotten(reviewed, detection, data):
    assert reviewed.session.shown
    kill(reviewed, data)
    reviewed.load(detection)
    assert reviewed.session.shown
    reviewed.session.recordImpression("normal", "")
    assert not reviewed.session.review.impression.blind


def test_who_starts_afresh_may_read_blind(reviewed, detection, data):
    reviewed.press("C")
    kill(reviewed, data)
    reviewed.load(detection)
    assert reviewed.session.shown
    reviewed.click("startAfreshButton")
    assert not reviewed.session.shown
    reviewed.session.recordImpression("normal", "")
    assert reviewed.session.review.impression.blind
