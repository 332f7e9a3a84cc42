"""A detection in its child process, started by the button: what is seen of it, and everything that can end it."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import slicer
from held_worker import (
    SECONDS_TO_CANCEL,
    cancel,
    detect,
    held,
    private_folders,
    ready,
    until_over,
    use_worker,
)

from u2ad.errors import Cancelled, U2ADError
from u2ad.worker.job import DetectJob
from u2ad.worker.plan import plan_of
from U2ADSlicerLib.process.detection import Options
from U2ADSlicerLib.scene import anatomy, layout
from U2ADSlicerLib.scene.case import CaseNodes
from U2ADSlicerLib.scene.volumes import addVolume

__all__ = ["held", "ready"]

MODULE = Path(__file__).parents[3] / "U2ADSlicer"
WITHOUT_MODEL = ("Load the program", "Read the scan", "Straighten the cord", "Compare along the cord")
AROUND = ("Name the levels", "Rank the findings", "Write the maps")


def step_word(name: str) -> str:
    from U2ADSlicerLib.panels.words import stepWord  # there is no panel before there is a desktop

    return stepWord(name)


# From the button to the review


def test_a_detection_goes_from_the_button_to_the_review(ready):
    ui = ready.ui
    ready.page("detectPage")
    assert ui.detectButton.text == "Detect hyperintensities"
    assert not ui.detectProgress.isVisible()
    ready.click("detectButton")
    seen = []
    while ready.widget.panel.detect.isRunning:
        seen.append(
            (ui.detectButton.text, ui.detectProgress.value, ui.detectStatus.text, ui.detectProgress.isVisible())
        )
        ready.settle(0.02)
    ready.settle()
    running = [row for row in seen if row[0] == "Cancel"]
    assert running
    assert all(row[3] for row in seen)
    assert [row[1] for row in running] == sorted(row[1] for row in running)
    assert any(step_word("Load the program") in row[2] for row in running)
    assert ui.pages.currentWidget().objectName == "reviewPage"
    assert layout.isShown()
    assert ready.session.hasResult
    assert len(ready.rows()) == len(ready.session.findings) >= 2
    assert ready.workspace.selected == ready.session.findings[0].key
    assert ui.detectButton.text == "Detect hyperintensities"
    assert ui.detectButton.isEnabled()
    assert not ui.detectStatus.text
    assert not private_folders()


def test_a_step_is_told_with_the_seconds_that_are_left_once_they_are_known(ready):
    from U2ADSlicerLib.panels.detect import runWords
    from U2ADSlicerLib.process.run import State, Status

    status = Status(State.RUNNING, step="Read the scan")
    assert runWords(status) == step_word("Read the scan")
    assert runWords(replace(status, secondsLeft=12.4)) == f"{step_word('Read the scan')}; about 12 s left"


def test_the_result_is_of_the_cord_that_the_reader_drew_and_is_kept(ready):
    detect(ready)
    document = ready.session.document
    assert document["cord"]["source"] == "reader"
    assert document["provenance"]["detector"] == "local_z"
    assert ready.session.anatomy.cordSeen
    assert sorted(path.name for path in ready.session.resultFolder.iterdir()) == ["findings.json", "maps.npz"]


def test_a_second_detection_keeps_decisions_and_the_readers_cord(ready):
    detect(ready)
    ready.press("C")
    confirmed = ready.workspace.selected
    first = ready.session.document["provenance"]["started_utc"]
    detect(ready)
    assert ready.session.document["provenance"]["started_utc"] >= first
    assert ready.session.document["cord"]["source"] == "reader"
    assert ready.decisions()[confirmed] == "confirmed"
    assert ready.session.threshold == pytest.approx(ready.session.document["threshold"])


# Cancelling


@pytest.mark.parametrize(
    ("step", "cord", "detector"),
    [
        *((step, True, "local_z") for step in (*WITHOUT_MODEL, *AROUND)),
        pytest.param("Find the cord", False, "local_z", marks=pytest.mark.slow),
        pytest.param("Rebuild healthy cord", True, "u2ad", marks=pytest.mark.slow),
    ],
)
def test_a_run_is_cancelled_at_any_step_within_a_second(ready, held, step, cord, detector):
    worker = held(step)
    ready.workspace.parameters.detector = detector
    if not cord:
        slicer.mrmlScene.RemoveNode(ready.session.nodes.cord)
    ready.click("detectButton")
    ready.wait_until(worker.isThere)
    ready.wait_until(lambda: step_word(step) in ready.ui.detectStatus.text, 2)
    seconds = cancel(ready)
    assert worker.isGone()
    assert seconds < SECONDS_TO_CANCEL
    assert ready.ui.detectButton.text == "Detect hyperintensities"
    assert ready.ui.detectStatus.text == "Cancelled. Nothing was changed."
    assert not ready.ui.detectProgress.isVisible()
    assert not ready.session.hasResult
    assert not ready.session.resultFolder.exists()
    assert not private_folders()


def test_every_planned_step_is_one_that_cancelling_is_tested_at():
    job = DetectJob("", ((1.0, 0, 0, 0),) * 4, "", "", 1, detector="u2ad")
    tested = {*WITHOUT_MODEL, *AROUND, "Find the cord", "Rebuild healthy cord"}
    assert {step.name for step in plan_of(job)} <= tested


def test_a_worker_that_does_not_listen_is_broken_off(ready, held):
    worker = held("Load the program", meanwhile="pass")
    ready.click("detectButton")
    ready.wait_until(worker.isThere)
    assert cancel(ready) < SECONDS_TO_CANCEL
    assert worker.isGone()


def test_a_frozen_worker_behind_a_launcher_is_killed_with_it(ready, held):
    worker = held("Read the scan", launcher=True)
    ready.click("detectButton")
    ready.wait_until(worker.isThere)
    os.kill(worker.pid(), signal.SIGSTOP)
    assert cancel(ready) < SECONDS_TO_CANCEL + 0.5
    ready.wait_until(worker.isGone, 1)
    assert not private_folders()


def test_the_window_lives_and_cancelling_twice_is_no_fault(ready, held):
    held("Read the scan")
    ready.click("detectButton")
    ready.page("exportPage")
    ready.page("detectPage")
    ready.click("detectButton")
    assert ready.ui.detectButton.text == "Cancelling ..."
    assert not ready.ui.detectButton.isEnabled()
    until_over(ready)
    assert ready.ui.detectButton.isEnabled()


# Ends that nobody asked for


def test_a_killed_worker_is_told_and_the_next_run_works(ready, held, monkeypatch):
    worker = held("Straighten the cord")
    ready.click("detectButton")
    ready.wait_until(worker.isThere)
    os.kill(worker.pid(), signal.SIGKILL)
    until_over(ready)
    assert "ended by the system" in ready.ui.detectStatus.text
    assert ready.ui.detectButton.text == "Detect hyperintensities"
    assert ready.ui.detectButton.isEnabled()
    assert not ready.session.hasResult
    assert not private_folders()
    monkeypatch.undo()
    ready.click("detectButton")
    until_over(ready)
    assert ready.session.hasResult


def test_a_worker_that_breaks_off_without_a_word_is_told(ready, tmp_path, monkeypatch):
    (tmp_path / "broken.py").write_text("raise SystemExit(1)")
    use_worker(monkeypatch, tmp_path / "broken.py")
    detect(ready)
    assert "ended unexpectedly" in ready.ui.detectStatus.text
    assert ready.ui.detectButton.isEnabled()


def test_a_worker_that_cannot_be_started_leaves_the_button_as_it_was(ready, tmp_path, monkeypatch):
    monkeypatch.setattr("U2ADSlicerLib.process.worker.workerCommand", lambda: (str(tmp_path / "nothing"),))
    ready.click("detectButton")
    assert not ready.widget.panel.detect.isRunning
    assert ready.ui.detectButton.text == "Detect hyperintensities"
    assert ready.ui.detectButton.isEnabled()


def test_what_was_said_of_one_scan_is_not_said_of_another(ready, detection, tmp_path, monkeypatch):
    (tmp_path / "broken.py").write_text("raise SystemExit(1)")
    use_worker(monkeypatch, tmp_path / "broken.py")
    detect(ready)
    other = ready.load(detection, "another")
    ready.ui.inputSelector.setCurrentNode(other)
    assert ready.ui.detectStatus.text == ""


# Refusals


def test_a_refused_scan_says_why_on_the_disabled_button(hour):
    addVolume(np.zeros((3, 4, 5), np.int16), np.diag([1.0, 1.0, 1.0, 1.0]), "tiny")
    hour.settle()
    assert hour.workspace.volume is not None
    refusals = hour.widget.panel.input.refusals
    assert refusals
    assert not hour.ui.detectButton.isEnabled()
    for refusal in refusals:
        assert refusal.sentence in hour.ui.detectButton.toolTip
        assert refusal.sentence in hour.ui.checksLabel.text


def test_without_a_scan_the_button_says_that_one_is_needed(hour):
    assert not hour.ui.detectButton.isEnabled()
    assert "Choose a scan" in hour.ui.detectButton.toolTip


def test_a_refusal_that_can_be_lifted_is_lifted_by_its_check_box(hour, detection):
    affine = detection.scan.grid.affine.copy()
    affine[:3, 2] *= 4  # slices too far apart
    addVolume(detection.scan.array.copy(), affine, "coarse")
    hour.page("detectPage")
    refusals = hour.widget.panel.input.refusals
    assert refusals
    assert all(refusal.overridable for refusal in refusals)
    assert not hour.ui.detectButton.isEnabled()
    assert hour.ui.anywayCheck.isVisible()
    hour.click("anywayCheck")
    assert hour.ui.detectButton.isEnabled()
    good = hour.load(detection)
    hour.ui.inputSelector.setCurrentNode(good)
    assert not hour.ui.anywayCheck.isVisible()
    assert not hour.ui.anywayCheck.isChecked()


def test_a_refusal_in_the_run_is_told_and_can_be_overridden(hour, detection):
    inverted = (1500 - detection.scan.array).astype(np.float32)  # as in a T1-weighted scan
    volume = addVolume(inverted, detection.scan.grid.affine, "inverted")
    hour.page("detectPage")
    anatomy.showCord(CaseNodes(volume), detection.anatomy.cord.mask)
    hour.workspace.parameters.detector = "local_z"
    assert not hour.ui.anywayCheck.isVisible()
    detect(hour)
    assert hour.ui.detectStatus.text
    assert not hour.session.hasResult
    assert hour.ui.anywayCheck.isVisible()
    hour.click("anywayCheck")
    detect(hour)
    assert hour.session.hasResult, hour.ui.detectStatus.text
    assert not hour.ui.anywayCheck.isChecked()
    assert not hour.ui.anywayCheck.isVisible()


# Several scans


def test_the_result_goes_to_the_scan_for_which_it_was_asked(ready, detection):
    first = ready.workspace.volume
    second = ready.load(detection, "second")
    ready.page("detectPage")
    ready.click("detectButton")
    ready.ui.inputSelector.setCurrentNode(second)
    assert ready.ui.detectButton.text == "Cancel"
    until_over(ready)
    assert CaseNodes(first).hasResult
    assert not CaseNodes(second).hasResult
    assert ready.workspace.volume is second
    assert "T2 sagittal" in ready.ui.detectStatus.text
    assert ready.ui.pages.currentWidget().objectName == "detectPage"
    ready.ui.inputSelector.setCurrentNode(first)
    assert ready.session.hasResult
    assert len(ready.rows()) >= 2


def test_decisions_made_while_another_run_is_under_way_are_not_overwritten(ready, detection):
    first = ready.workspace.volume
    second = ready.load(detection, "second")
    detect(ready)
    before = ready.session.resultId
    ready.page("detectPage")
    ready.click("detectButton")
    ready.ui.inputSelector.setCurrentNode(second)
    ready.ui.inputSelector.setCurrentNode(first)
    ready.page("reviewPage")
    ready.press("N")
    ready.press("C")
    confirmed = ready.workspace.selected
    ready.ui.inputSelector.setCurrentNode(second)
    until_over(ready)
    ready.ui.inputSelector.setCurrentNode(first)
    assert ready.decisions()[confirmed] == "confirmed"
    assert ready.session.offer is None
    assert ready.session.resultId != before


def test_a_run_for_another_scan_can_be_cancelled(ready, detection, held):
    worker = held("Read the scan")
    ready.click("detectButton")
    ready.wait_until(worker.isThere)
    ready.ui.inputSelector.setCurrentNode(ready.load(detection, "second"))
    assert ready.ui.detectStatus.text.startswith("T2 sagittal")
    assert cancel(ready) < SECONDS_TO_CANCEL
    assert worker.isGone()


def test_a_scan_that_is_removed_during_its_run_gets_its_result_when_it_is_loaded_again(ready, detection):
    ready.page("detectPage")
    ready.click("detectButton")
    slicer.mrmlScene.RemoveNode(ready.workspace.volume)
    until_over(ready)
    assert "kept on this computer" in ready.ui.detectStatus.text
    assert "removed from the scene" in ready.ui.checksLabel.text
    assert ready.workspace.session is None
    ready.load(detection)
    assert ready.ui.restoreBar.isVisible()
    ready.click("restoreButton")
    assert ready.session.hasResult
    assert ready.session.anatomy.cordSeen
    assert ready.session.review.run == ready.session.resultId
    ready.page("reviewPage")
    assert len(ready.rows()) >= 2


# Packages


@pytest.fixture
def uninstalled(monkeypatch):
    """A package is missing until it is installed."""
    state = SimpleNamespace(missing=("torch>=2.4",), installs=[], problem=None)

    def install(folder=None):
        state.installs.append(folder)
        if state.problem:
            raise state.problem
        state.missing = ()

    monkeypatch.setattr("U2ADSlicerLib.requirements.missing", lambda: state.missing)
    monkeypatch.setattr("U2ADSlicerLib.requirements.install", install)
    return state


def test_what_is_missing_is_named_and_installed_once(uninstalled, ready):
    ready.page("detectPage")
    assert ready.ui.installBar.isVisible()
    assert "torch" in ready.ui.installLabel.text
    ready.click("installButton")
    assert uninstalled.installs == [None]
    assert not ready.ui.installBar.isVisible()
    detect(ready)
    assert ready.session.hasResult
    assert uninstalled.installs == [None]


def test_the_first_detection_installs_by_itself_and_goes_on(uninstalled, ready):
    detect(ready)
    assert uninstalled.installs == [None]
    assert ready.session.hasResult


def test_where_nothing_can_be_installed_the_reason_is_told_and_reviewing_is_possible(
    uninstalled, ready, detection, monkeypatch
):
    told = []
    monkeypatch.setattr(slicer.util, "warningDisplay", lambda text, **_: told.append(text))
    uninstalled.problem = U2ADError("What detections need was not installed: torch.", "Choose a package folder.")
    ready.page("detectPage")
    ready.click("detectButton")
    assert told == ["What detections need was not installed: torch.\n\nChoose a package folder."]
    assert not ready.widget.panel.detect.isRunning
    assert ready.ui.installBar.isVisible()
    ready.take(detection)
    ready.press("C")
    assert "confirmed" in ready.decisions().values()


def test_packages_that_went_meanwhile_are_asked_for_again(ready, tmp_path, monkeypatch):
    script = """
from u2ad.worker.events import Failed, line_of
print(line_of(Failed("missing", "A Python package that the detection needs is not installed (torch).", "Install.")))
"""
    (tmp_path / "lacking.py").write_text(script)
    use_worker(monkeypatch, tmp_path / "lacking.py")
    assert not ready.ui.installBar.isVisible()
    monkeypatch.setattr("U2ADSlicerLib.requirements.missing", lambda: ("torch>=2.4",))
    detect(ready)
    assert "not installed" in ready.ui.detectStatus.text
    assert ready.ui.installBar.isVisible()


OPENING = """
import sys
sys.path[:0] = {path!r}
from EmbeddedSlicer import desktop

running = desktop.start(testing=True)
before = set(sys.modules)
running.loadModule({module!r})
print(*{{name.partition(".")[0] for name in set(sys.modules) - before}})
"""


def test_opening_the_panel_loads_none_of_the_packages_that_take_their_time():
    """Import and set-up stay below half a second each; what a result needs is loaded while its worker runs."""
    script = OPENING.format(path=[str(MODULE.parent), str(MODULE)], module=str(MODULE / "U2ADSlicer.py"))
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=True
    ).stdout.split()
    assert "U2ADSlicerLib" in loaded
    assert not {"torch", "monai", "scipy", "SimpleITK", "pydicom", "skimage"} & set(loaded)


def test_what_a_result_needs_is_loaded_when_it_comes(ready, held):
    held("Compare along the cord")
    timer = ready.widget.panel.detect._loading
    ready.click("detectButton")
    assert timer.active
    ready.wait_until(lambda: not timer.active)
    assert {"scipy.ndimage", "scipy.spatial", "scipy.interpolate"} <= set(sys.modules)


# From scripts


def test_a_script_detects_and_the_panel_follows(ready):
    volume = ready.workspace.volume
    session = ready.widget.logic.detect(volume, detector="local_z")
    assert session.hasResult
    ready.settle()
    assert ready.session.hasResult
    assert ready.session.review.run == session.resultId
    ready.page("reviewPage")
    assert len(ready.rows()) == len(session.findings) >= 2


def test_a_script_is_told_why_a_scan_is_refused(hour):
    volume = addVolume(np.zeros((3, 4, 5), np.int16), np.eye(4), "tiny")
    with pytest.raises(U2ADError):
        hour.widget.logic.detect(volume, detector="local_z", secondsAtMost=30)


def test_a_script_that_waits_too_long_leaves_no_worker(ready, held):
    worker = held("Read the scan")
    from U2ADSlicerLib.scripting import detectAndWait

    with pytest.raises(Cancelled):
        detectAndWait(ready.session, Options("local_z"), 10.0)
    assert worker.isGone()
    assert not private_folders()


def test_a_script_whose_scan_is_removed_is_told(ready, monkeypatch):
    from U2ADSlicerLib.scripting import detectAndWait

    session = ready.session
    at = time.monotonic() + 0.3

    def removing():
        if time.monotonic() > at and slicer.mrmlScene.IsNodePresent(session.volume):
            slicer.mrmlScene.RemoveNode(session.volume)

    from U2ADSlicerLib import scripting

    monkeypatch.setattr(scripting.time, "sleep", lambda seconds: removing())
    with pytest.raises(U2ADError, match="removed"):
        detectAndWait(session, Options("local_z"), 60.0)


# The scan to try it with


def test_the_simulated_scan_comes_from_a_tile_of_sample_data(hour):
    import SampleData

    SampleData.pressTile("U2ADSimulatedCord")
    hour.settle()
    assert hour.ui.inputSelector.currentNode().GetName() == "Simulated cervical cord"
    assert hour.ui.detectButton.isEnabled()
