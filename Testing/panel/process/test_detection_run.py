"""A whole run seen from the panel: its five states, its result, and that nothing is left on the disk."""

import stat
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from cord_tube import make_tube, with_spot

from u2ad.errors import OutputError, U2ADError
from u2ad.scan import Facts, Grid, Scan
from u2ad.worker import result
from U2ADSlicerLib.process.detection import DetectionRun, Options
from U2ADSlicerLib.process.ending import DIED, FAILED, FINISHED, STOPPED
from U2ADSlicerLib.process.keep import keepResult, restoreKept
from U2ADSlicerLib.process.run import State
from U2ADSlicerLib.process.worker import WorkerProcess

WRITES = """
say(Step('One', 1, 2)); say(Advance(0.5, 3.0))
pathlib.Path(job.output).mkdir()
pathlib.Path(job.output, 'findings.json').write_text('{"new": true}')
say(Finished(1.0))
"""


class Panel:
    """Notes what it is told, and looks into the result as a panel would."""

    def __init__(self):
        self.statuses, self.endings, self.results, self.folder = [], [], [], None
        self.onImport = lambda folder: None

    def onStatus(self, status):
        self.statuses.append(status)

    def onResult(self, folder):
        self.folder = folder
        self.results.append(sorted(path.name for path in folder.iterdir()))
        self.onImport(folder)

    def onEnd(self, ending):
        self.endings.append(ending)

    @property
    def states(self):
        states = [status.state for status in self.statuses]
        return [state for n, state in enumerate(states) if n == 0 or states[n - 1] is not state]

    @property
    def over(self):
        return bool(self.endings)


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Where private folders are made; empty after every run."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def panel():
    return Panel()


@pytest.fixture
def scan():
    return Scan(np.zeros((3, 4, 5), np.int16), Grid((3, 4, 5), np.diag([1, 2, 3, 1])))


@pytest.fixture
def start(worker, temporary, panel, scan):
    def start(lines, **given):
        run = DetectionRun(worker(lines))
        run.start(given.pop("scan", scan), given.pop("options", Options()), panel, **given)
        return run

    return start


def left(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_a_run_goes_through_its_states_hands_its_result_over_and_leaves_nothing(start, panel, timers, temporary):
    run = start(WRITES)
    assert run.state is State.RUNNING
    timers.until(lambda: panel.over)
    assert panel.states == [State.PREPARING, State.RUNNING, State.IMPORTING, State.IDLE]
    assert panel.results == [["findings.json"]]
    assert [ending.kind for ending in panel.endings] == [FINISHED]
    told = next(status for status in panel.statuses if status.fraction == 0.5)
    assert (told.step, told.number, told.of, told.secondsLeft) == ("One", 1, 2, 3.0)
    assert left(temporary) == []


def test_the_private_folder_is_for_this_user_only(start, temporary):
    run = start("wait_for_stop()")
    (folder,) = temporary.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    run.close()
    assert left(temporary) == []


def test_the_worker_gets_all_that_the_reader_has_given(start, panel, timers, scan, tmp_path):
    odd = Scan(scan.array, scan.grid, Facts(echo_time_ms=98.0, slice_positions_mm=(0.0, 3.3)))
    start(
        f"""
import shutil
shutil.copy(sys.argv[1], {str(tmp_path / "seen.json")!r}); shutil.copy(job.cord, {str(tmp_path / "seen.npy")!r})
say(Failed("x", "y"))""",
        scan=odd,
        options=Options("local_z", seed=3, draws=4, threads=2, anyway=True),
        cord=np.full((3, 4, 5), 0.25),
        cordSeen=False,
        levels={"C2": np.array([1.0, 2.0, 3.0])},
    )
    timers.until(lambda: panel.over)
    from u2ad.worker.job import DetectJob

    job = DetectJob.from_json((tmp_path / "seen.json").read_text())
    assert (job.detector, job.seed, job.draws, job.threads, job.anyway) == ("local_z", 3, 4, 2, True)
    assert (job.cord_seen, job.levels) == (False, {"C2": (1.0, 2.0, 3.0)})
    assert job.facts == {"echo_time_ms": 98.0, "slice_positions_mm": [0.0, 3.3]}
    np.testing.assert_array_equal(job.affine, scan.grid.affine)
    assert (np.load(tmp_path / "seen.npy") == 0.25).all()


def test_a_result_is_kept_in_place_of_the_former_one(start, panel, timers, tmp_path, temporary):
    keep = tmp_path / "case" / "result"
    for _ in range(2):
        panel.endings.clear()
        start(WRITES, keep=keep)
        timers.until(lambda: panel.over)
        (keep / "findings.json").rename(keep / "former.json")
    panel.endings.clear()
    start(WRITES, keep=keep)
    timers.until(lambda: panel.over)
    assert panel.folder == keep
    assert left(keep) == ["findings.json"]
    assert left(keep.parent) == ["result"]
    assert left(temporary) == []


def test_a_result_that_cannot_be_kept_is_shown_all_the_same_and_said(start, panel, timers, tmp_path, temporary):
    (tmp_path / "case").write_text("a file in the way")
    start(WRITES, keep=tmp_path / "case" / "result")
    timers.until(lambda: panel.over)
    assert panel.results == [["findings.json"]]
    assert panel.endings[0].kind == FINISHED
    assert panel.endings[0].problem
    assert left(temporary) == []


def test_a_failed_detection_leaves_the_kept_result_alone(start, panel, timers, tmp_path):
    keep = tmp_path / "result"
    keep.mkdir()
    (keep / "former.json").touch()
    start("say(Failed('refused', 'No.', '', True, 'weighting'))", keep=keep)
    timers.until(lambda: panel.over)
    assert left(keep) == ["former.json"]
    assert (panel.endings[0].check, panel.endings[0].overridable) == ("weighting", True)
    assert panel.results == []


def test_a_cancelled_run_ends_soon_and_leaves_nothing(start, panel, timers, temporary, tmp_path):
    run = start("say(Step('One', 1, 1)); time.sleep(60)", keep=tmp_path / "result")
    timers.until(lambda: run.status.step)
    run.cancel()
    assert run.state is State.CANCELLING
    run.cancel()
    assert timers.until(lambda: panel.over) < 2
    assert panel.states[-2:] == [State.CANCELLING, State.IDLE]
    assert panel.endings[0].kind == STOPPED
    assert left(temporary) == []
    assert not (tmp_path / "result").exists()


def test_a_second_start_is_refused_and_another_is_possible_after_the_end(start, panel, timers, scan, temporary):
    run = start("wait_for_stop(); say(Stopped())")
    with pytest.raises(U2ADError, match="running already"):
        run.start(scan, Options(), panel)
    assert run.state is State.RUNNING
    run.cancel()
    timers.until(lambda: panel.over)
    run.start(scan, Options(), panel)
    assert run.state is State.RUNNING
    run.close()


def test_closing_tells_nobody_and_leaves_nothing(start, panel, timers, temporary):
    run = start("say(Step('One', 1, 1)); time.sleep(60)")
    timers.until(lambda: run.status.step)
    told = len(panel.statuses)
    run.close()
    run.close()
    assert run.state is State.IDLE
    assert len(panel.statuses) == told
    assert panel.endings == []
    assert left(temporary) == []


def test_a_worker_that_cannot_be_started_leaves_nothing(temporary, panel, scan, tmp_path, timers):
    run = DetectionRun(WorkerProcess((str(tmp_path / "nothing"),), makeTimer=timers))
    with pytest.raises(U2ADError, match="could not be started"):
        run.start(scan, Options(), panel)
    assert run.state is State.IDLE
    assert panel.states == [State.PREPARING, State.IDLE]
    assert panel.endings == []
    assert left(temporary) == []


def test_a_full_disk_is_said_before_anything_starts(temporary, panel, scan, worker, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    run = DetectionRun(worker(WRITES))
    with pytest.raises(OutputError, match="full"):
        run.start(scan, Options(), panel)
    assert run.state is State.IDLE
    assert left(temporary) == []


def test_a_result_that_cannot_be_imported_is_told_as_the_end(start, panel, timers, temporary):
    def refuse(_):
        raise U2ADError("The scan was removed.", "Load it again.")

    panel.onImport = refuse
    run = start(WRITES)
    timers.until(lambda: panel.over)
    end = panel.endings[0]
    assert (end.kind, end.problem, end.remedy) == (FAILED, "The scan was removed.", "Load it again.")
    assert run.state is State.IDLE
    assert left(temporary) == []


def test_a_fault_in_the_import_is_told_and_not_hidden(start, panel, timers, temporary):
    panel.onImport = lambda _: 1 / 0
    run = start(WRITES)
    with pytest.raises(ZeroDivisionError):
        timers.until(lambda: panel.over)
    assert panel.endings[0].cause == "fault"
    assert run.state is State.IDLE
    assert left(temporary) == []


def test_the_window_may_turn_while_the_result_is_imported(start, panel, timers):
    panel.onImport = lambda _: [timer.turn() for timer in timers.made]
    start(WRITES)
    timers.until(lambda: panel.over)
    assert len(panel.results) == len(panel.endings) == 1


def test_success_without_a_result_is_no_success(start, panel, timers, temporary):
    start("say(Finished(1.0))")
    timers.until(lambda: panel.over)
    assert panel.results == []
    assert panel.endings[0].kind == DIED
    assert left(temporary) == []


def test_what_a_killed_slicer_left_is_removed_at_the_next_start(start, temporary):
    import subprocess

    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (temporary / f"u2ad-job-{gone.pid}-abc").mkdir()
    run = start("wait_for_stop()")
    assert len(left(temporary)) == 1
    run.close()


def test_a_former_result_survives_a_computer_that_fails_between_the_moves(tmp_path):
    keep, old = tmp_path / "result", tmp_path / ".result.old-1a2b"
    old.mkdir()
    (old / "findings.json").touch()
    (tmp_path / ".result.part-1a2b").mkdir()
    restoreKept(keep)
    assert left(keep) == ["findings.json"]
    assert left(tmp_path) == ["result"]


def test_a_former_result_stays_where_the_new_one_cannot_be_written(tmp_path):
    keep = tmp_path / "result"
    keep.mkdir()
    (keep / "former.json").touch()
    with pytest.raises(OutputError):
        keepResult(tmp_path / "nothing", keep)
    assert left(keep) == ["former.json"]
    assert left(tmp_path) == ["result"]


def test_a_former_result_comes_back_where_the_last_move_fails(tmp_path, monkeypatch):
    keep, new = tmp_path / "result", tmp_path / "new"
    for folder, name in ((keep, "former.json"), (new, "new.json")):
        folder.mkdir()
        (folder / name).touch()
    move = Path.rename

    def failing(path, target):
        if ".part-" in path.name:
            raise OSError(5, "Input/output error")
        return move(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OutputError):
        keepResult(new, keep)
    assert left(keep) == ["former.json"]
    assert sorted(left(tmp_path)) == ["new", "result"]


def test_the_real_worker_detects_and_its_result_can_be_read(panel, timers, temporary, tmp_path):
    tube = make_tube()
    spotted = with_spot(tube, superior=10.0, brighter=300.0)
    read = []
    panel.onImport = lambda folder: read.append(result.read(folder, spotted.grid))
    run = DetectionRun(WorkerProcess(makeTimer=timers))
    run.start(spotted, Options("local_z", threads=1), panel, cord=tube.cord.fraction, keep=tmp_path / "kept")
    timers.until(lambda: panel.over, seconds=60)
    assert panel.endings[0].kind == FINISHED, panel.endings[0]
    assert read[0].document["findings"]
    fractions = [status.fraction for status in panel.statuses if status.state is State.RUNNING]
    assert fractions == sorted(fractions)
    assert sorted(left(tmp_path / "kept")) == ["findings.json", "maps.npz"]
    assert left(temporary) == []
