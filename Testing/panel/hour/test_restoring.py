"""What this computer keeps of a review: offered after a crash, merged with older scenes, and never in the way."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import slicer

from u2ad.review.journal import NAME
from U2ADSlicerLib.scene.layout import LAYOUT_ID
from U2ADSlicerLib.scene.volumes import voxelsOf

ROOT = Path(__file__).parents[3]

READER = """
import sys, time
sys.path[:0] = {path!r}
from EmbeddedSlicer import desktop
desktop.start(testing=True)
import slicer
from scene_results import detected

loaded = desktop.start().loadModule({module!r})
detection = detected()
from U2ADSlicerLib.scene.volumes import addVolume
volume = addVolume(detection.scan.array.copy(), detection.scan.grid.affine, "scan")
slicer.app.processEvents()
panel = loaded.widget.panel
panel.workspace.session.takeResult(detection.result)
panel.showReview()
loaded.widget.ui.readerEdit.setText("Dr. A. Reader")
loaded.widget.ui.confirmButton.click()
print("decided", panel.workspace.selected, flush=True)
time.sleep(600)
"""


def crash(hour):
    """As if Slicer had been killed: nothing is saved, nothing is said."""
    slicer.mrmlScene.Clear(0)
    hour.settle()


def keep_result(hour, detection):
    """Puts the result where a run keeps it."""
    from u2ad.worker import result

    document = json.dumps(detection.result.document)
    result.write(hour.session.resultFolder, document, result.packed(detection.result.maps, detection.result.cord))


def journal(hour) -> Path:
    return hour.session.folder / NAME


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def edited(reviewed, detection):
    """Decisions, an edit, an added finding, a reading of the whole, and maps that are kept."""
    reviewed.ui.readerEdit.setText("Dr. A. Reader")
    keep_result(reviewed, detection)
    reviewed.press("C")
    key = reviewed.workspace.selected
    reviewed.press("E")
    reviewed.widget.panel.editing.editor._editor.paint(reviewed.session.placeOf(key), 6.0)
    reviewed.press("E")
    reviewed.press("A")
    r, a, s = reviewed.session.placeOf(key)
    reviewed.widget.panel.editing.editor._editor.paint((r, a, s - 25), 4.0)
    reviewed.press("A")
    reviewed.press("U")
    reviewed.ui.patientCombo.setCurrentIndex(reviewed.ui.patientCombo.findData("suspicious"))
    reviewed.ui.patientCombo.activated.emit(reviewed.ui.patientCombo.currentIndex)
    return reviewed


def held(hour):
    """All that a reader has made of the findings."""
    return {
        finding.key: (finding.voxels, finding.judgement, finding.origin, finding.edited)
        for finding in hour.session.findings
        if finding.held
    }


# After a crash


def test_decisions_edits_and_maps_come_back_after_a_crash(edited, detection):
    before, reading = held(edited), edited.session.reading
    crash(edited)
    edited.load(detection)
    assert edited.ui.restoreBar.isVisible()
    assert f"added: {len(before)}." in edited.ui.restoreLabel.text
    assert not edited.session.hasResult
    edited.click("restoreButton")
    assert held(edited) == before
    assert edited.session.reading == reading
    assert edited.session.hasResult
    np.testing.assert_array_equal(voxelsOf(edited.session.nodes.anomaly), detection.result.maps.anomaly)
    assert not edited.ui.restoreBar.isVisible()
    edited.page("reviewPage")
    assert len(edited.rows()) == len(edited.session.findings)
    edited.click("undoButton")
    assert edited.session.reading != reading


def test_after_a_restore_the_review_goes_on_and_is_not_offered_again(edited, detection):
    crash(edited)
    edited.load(detection)
    edited.click("restoreButton")
    edited.page("reviewPage")
    edited.press("N")
    edited.press("X")
    before = held(edited)
    ids = [line["id"] for line in lines(journal(edited))]
    assert len(ids) == len(set(ids))
    volume = edited.workspace.volume
    edited.ui.inputSelector.setCurrentNode(None)
    edited.ui.inputSelector.setCurrentNode(volume)
    assert not edited.ui.restoreBar.isVisible()
    assert held(edited) == before


def test_a_killed_slicer_loses_no_decision(hour, detection, data):
    path = [str(ROOT), str(ROOT / "U2ADSlicer"), str(ROOT / "Testing" / "support")]
    script = READER.format(path=path, module=str(ROOT / "U2ADSlicer" / "U2ADSlicer.py"))
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "U2ADSLICER_DATA": str(data)}
    child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment)
    try:
        decided = next(line for line in iter(child.stdout.readline, "") if line.startswith("decided")).split()[1]
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
    hour.load(detection)
    assert hour.ui.restoreBar.isVisible()
    hour.click("restoreButton")
    (finding,) = hour.session.findings
    assert finding.key == decided
    assert (finding.judgement.decision.value, finding.judgement.reader) == ("confirmed", "Dr. A. Reader")


def test_a_line_that_was_torn_by_the_crash_is_overlooked(edited, detection):
    before = held(edited)
    path = journal(edited)
    crash(edited)
    path.write_bytes(path.read_bytes() + b'{"id": "torn", "at": "2026-01-01T')
    edited.load(detection)
    edited.click("restoreButton")
    assert held(edited) == before
    edited.page("reviewPage")
    edited.press("C")
    assert lines_understood(path) == len(edited.session.review.actions)


def lines_understood(path):
    count = 0
    for line in path.read_text().splitlines():
        try:
            json.loads(line)
        except ValueError:
            continue
        count += 1
    return count


def test_starting_afresh_lays_the_former_review_aside(edited, detection):
    folder = edited.session.folder
    former = journal(edited).read_text()
    crash(edited)
    edited.load(detection)
    edited.click("startAfreshButton")
    assert not edited.ui.restoreBar.isVisible()
    assert held(edited) == {}
    (aside,) = folder.glob("journal-*.jsonl")
    assert aside.read_text() == former
    edited.take(detection)
    assert set(edited.decisions().values()) == {"undecided"}
    edited.press("X")
    assert "confirmed" not in journal(edited).read_text()


def test_maps_that_were_kept_and_are_damaged_cost_no_decision(edited, detection, monkeypatch):
    told = []
    monkeypatch.setattr(slicer.util, "warningDisplay", lambda text, **_: told.append(text))
    before = held(edited)
    (edited.session.resultFolder / "maps.npz").write_bytes(b"PK damaged")
    crash(edited)
    edited.load(detection)
    edited.click("restoreButton")
    assert "damaged" in told[0]
    assert {key: value[1] for key, value in held(edited).items()} == {key: value[1] for key, value in before.items()}
    assert not edited.session.hasResult
    assert not edited.ui.restoreBar.isVisible()


def test_a_detection_takes_the_offered_review_up(edited, detection):
    before = held(edited)
    crash(edited)
    edited.load(detection)
    assert edited.ui.restoreBar.isVisible()
    edited.take(detection)
    assert held(edited) == before
    assert not edited.ui.restoreBar.isVisible()


def test_another_scan_is_offered_nothing(edited, detection):
    crash(edited)
    changed = detection.scan.array.copy()
    changed[0, 0, 0] += 1
    from U2ADSlicerLib.scene.volumes import addVolume

    addVolume(changed, detection.scan.grid.affine, "nearly the same")
    edited.settle()
    assert edited.session is not None
    assert not edited.ui.restoreBar.isVisible()


def test_the_name_of_the_scan_is_nowhere_on_the_disk(hour, detection, data):
    hour.load(detection, "Mustermann^Erika")
    hour.take(detection)
    hour.press("C")
    written = [path for path in data.rglob("*") if path.is_file()]
    assert written
    assert not any(b"Mustermann" in path.read_bytes() or "Mustermann" in str(path) for path in written)


# Scenes that know less, or more, than this computer


def saved(hour, path):
    assert slicer.util.saveScene(str(path))


def test_an_older_scene_is_offered_the_later_decisions(reviewed, tmp_path):
    reviewed.press("C")
    first = reviewed.workspace.selected
    saved(reviewed, tmp_path / "older.mrb")
    reviewed.press("N")
    reviewed.press("X")
    second = reviewed.workspace.selected
    reviewed.press("P")
    reviewed.press("U")
    crash(reviewed)
    slicer.util.loadScene(str(tmp_path / "older.mrb"))
    reviewed.settle()
    assert reviewed.decisions()[first] == "confirmed"
    assert reviewed.decisions()[second] == "undecided"
    assert reviewed.ui.restoreBar.isVisible()
    assert "added: 2." in reviewed.ui.restoreLabel.text
    reviewed.click("restoreButton")
    assert (reviewed.decisions()[first], reviewed.decisions()[second]) == ("unsure", "rejected")
    assert not reviewed.ui.restoreBar.isVisible()


def test_a_decision_that_was_taken_back_later_is_offered_too(reviewed, tmp_path):
    reviewed.press("C")
    key = reviewed.workspace.selected
    saved(reviewed, tmp_path / "older.mrb")
    reviewed.click("undoButton")
    crash(reviewed)
    slicer.util.loadScene(str(tmp_path / "older.mrb"))
    reviewed.settle()
    assert reviewed.decisions()[key] == "confirmed"
    assert reviewed.ui.restoreBar.isVisible()
    assert "added: 1." in reviewed.ui.restoreLabel.text
    reviewed.click("restoreButton")
    assert reviewed.decisions()[key] == "undecided"


def test_a_reading_of_the_whole_that_came_later_is_offered(reviewed, tmp_path):
    saved(reviewed, tmp_path / "older.mrb")
    reviewed.ui.patientCombo.setCurrentIndex(reviewed.ui.patientCombo.findData("normal"))
    reviewed.ui.patientCombo.activated.emit(reviewed.ui.patientCombo.currentIndex)
    crash(reviewed)
    slicer.util.loadScene(str(tmp_path / "older.mrb"))
    reviewed.settle()
    reviewed.click("restoreButton")
    assert reviewed.session.reading[0] == "normal"


def test_deciding_without_answering_the_offer_loses_nothing(reviewed, tmp_path):
    reviewed.press("C")
    first = reviewed.workspace.selected
    saved(reviewed, tmp_path / "older.mrb")
    reviewed.press("N")
    reviewed.press("X")
    second = reviewed.workspace.selected
    crash(reviewed)
    slicer.util.loadScene(str(tmp_path / "older.mrb"))
    reviewed.settle()
    reviewed.page("reviewPage")
    assert reviewed.workspace.selected == first
    reviewed.settle(1.1)  # the clock of the journal counts seconds
    reviewed.press("U")
    reviewed.click("restoreButton")
    assert (reviewed.decisions()[first], reviewed.decisions()[second]) == ("unsure", "rejected")


def test_a_scene_from_another_computer_is_remembered_here(reviewed, tmp_path, data):
    reviewed.press("C")
    saved(reviewed, tmp_path / "from-there.mrb")
    crash(reviewed)
    shutil.rmtree(data)
    slicer.util.loadScene(str(tmp_path / "from-there.mrb"))
    reviewed.settle()
    assert not reviewed.ui.restoreBar.isVisible()
    assert "confirmed" in reviewed.decisions().values()
    assert len(lines(journal(reviewed))) == len(reviewed.session.review.actions)


def test_the_views_of_a_restored_review_are_the_review_layout(edited, detection):
    crash(edited)
    slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLLayoutNode").SetViewArrangement(1)
    edited.load(detection)
    edited.click("restoreButton")
    node = slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLLayoutNode")
    edited.page("reviewPage")
    edited.click("layoutButton")
    assert node.GetViewArrangement() == LAYOUT_ID


# Two volumes with the same voxels


def test_the_same_voxels_twice_are_one_review_that_is_offered_and_not_forced(reviewed, detection):
    reviewed.press("C")
    first, key = reviewed.workspace.volume, reviewed.workspace.selected
    copy = reviewed.load(detection, "copy")
    reviewed.ui.inputSelector.setCurrentNode(copy)
    assert "confirmed" not in reviewed.decisions().values()
    assert reviewed.ui.restoreBar.isVisible()
    reviewed.click("restoreButton")
    assert reviewed.decisions() == {key: "confirmed"}
    reviewed.take(detection)
    reviewed.press("N")
    reviewed.press("X")
    other = reviewed.workspace.selected
    assert other != key
    reviewed.ui.inputSelector.setCurrentNode(first)
    assert reviewed.decisions()[other] == "undecided"
    assert reviewed.ui.restoreBar.isVisible()
    reviewed.click("restoreButton")
    assert (reviewed.decisions()[key], reviewed.decisions()[other]) == ("confirmed", "rejected")


def test_a_copy_that_starts_afresh_leaves_the_first_as_it_is(reviewed, detection):
    reviewed.press("C")
    first, key = reviewed.workspace.volume, reviewed.workspace.selected
    copy = reviewed.load(detection, "copy")
    reviewed.ui.inputSelector.setCurrentNode(copy)
    reviewed.click("startAfreshButton")
    reviewed.take(detection)
    reviewed.press("X")
    reviewed.ui.inputSelector.setCurrentNode(first)
    assert reviewed.decisions()[key] == "confirmed"


# A disk that refuses


def test_a_journal_that_cannot_be_written_is_said_and_the_review_goes_on(hour, detection, data):
    data.parent.mkdir(exist_ok=True)
    data.write_text("a file in the way")
    hour.load(detection)
    hour.take(detection)
    hour.press("C")
    key = hour.workspace.selected
    assert hour.decisions()[key] == "confirmed"
    assert "cannot be written" in hour.ui.scoreLabel.text
    data.unlink()
    hour.press("N")
    hour.press("X")
    assert "cannot be written" not in hour.ui.scoreLabel.text
    assert len(lines(journal(hour))) == len(hour.session.review.actions)


def test_a_scene_saves_what_the_disk_refused(hour, detection, data, tmp_path):
    data.write_text("a file in the way")
    hour.load(detection)
    hour.take(detection)
    hour.press("C")
    key = hour.workspace.selected
    saved(hour, tmp_path / "saved.mrb")
    crash(hour)
    slicer.util.loadScene(str(tmp_path / "saved.mrb"))
    hour.settle()
    assert hour.decisions()[key] == "confirmed"


def test_a_full_disk_is_said_as_such(reviewed, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("u2ad.review.journal._write", full)
    reviewed.press("C")
    assert "full" in reviewed.ui.scoreLabel.text
    assert "confirmed" in reviewed.decisions().values()


def test_a_journal_that_cannot_be_read_is_said_and_the_review_goes_on(reviewed, detection):
    path = journal(reviewed)
    crash(reviewed)
    path.unlink()
    path.mkdir()
    reviewed.load(detection)
    assert reviewed.session is not None
    assert not reviewed.ui.restoreBar.isVisible()
    reviewed.take(detection)
    assert "journal" in reviewed.ui.scoreLabel.text
    reviewed.press("C")
    assert "confirmed" in reviewed.decisions().values()


def test_an_offer_is_made_within_a_moment(edited, detection):
    crash(edited)
    from U2ADSlicerLib.scene.volumes import addVolume

    volume = addVolume(detection.scan.array.copy(), detection.scan.grid.affine, "again")
    began = time.perf_counter()
    edited.ui.inputSelector.setCurrentNode(volume)
    assert time.perf_counter() - began < 0.5
    assert edited.ui.restoreBar.isVisible()
