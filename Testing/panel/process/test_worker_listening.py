"""A worker seen from the window: it is heard, stopped and buried, whatever it does, and the window never waits."""

import os
import sys
import time
from pathlib import Path

import pytest
from worker_scripts import has_ended, job_in

from u2ad.errors import U2ADError
from u2ad.worker.events import Advance, Step
from U2ADSlicerLib.process import command
from U2ADSlicerLib.process.child import EVENTS_KEPT
from U2ADSlicerLib.process.ending import DIED, FAILED, FINISHED, STOPPED
from U2ADSlicerLib.process.log import LINES, withoutPaths
from U2ADSlicerLib.process.worker import WorkerProcess

A_SECOND = 1.0 if (os.cpu_count() or 1) > 4 else 2.0  # the tests may run on a busy computer
posix = pytest.mark.skipif(os.name != "posix", reason="asks for process groups and signals")


class Heard:
    """What a panel would be told."""

    def __init__(self):
        self.events, self.endings = [], []

    @property
    def over(self):
        return bool(self.endings)

    @property
    def kinds(self):
        return [ending.kind for ending in self.endings]


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def start(tmp_path, worker, heard):
    def start(lines):
        process = worker(lines)
        process.start(job_in(tmp_path), heard.events.append, heard.endings.append)
        return process

    return start


def test_steps_and_advance_arrive_in_order_and_then_the_end(start, heard, timers):
    process = start("say(Step('One', 1, 2)); say(Advance(0.5, 3.0)); say(Step('Two', 2, 2)); say(Finished(1.0))")
    timers.until(lambda: heard.over)
    assert heard.events == [Step("One", 1, 2), Advance(0.5, 3.0), Step("Two", 2, 2)]
    assert heard.kinds == [FINISHED]
    assert not process.isRunning
    assert not timers.made[0].isActive


def test_a_failure_brings_its_words(start, heard, timers):
    start("say(Failed('refused', 'Not an MRI.', 'Choose another.', True, 'modality')); sys.exit(3)")
    timers.until(lambda: heard.over)
    end = heard.endings[0]
    assert (end.kind, end.cause, end.check, end.overridable) == (FAILED, "refused", "modality", True)
    assert (end.problem, end.remedy) == ("Not an MRI.", "Choose another.")


def test_a_second_start_is_refused_and_the_first_goes_on(start, heard, timers, tmp_path):
    process = start("say(Step('One', 1, 1)); wait_for_stop(); say(Stopped())")
    with pytest.raises(U2ADError, match="running already"):
        process.start(job_in(tmp_path), heard.events.append, heard.endings.append)
    timers.until(lambda: heard.events)
    assert process.isRunning


def test_the_next_job_can_be_started_from_the_end_of_the_first(worker, timers, tmp_path):
    process, ends = worker("say(Finished(1.0))"), []

    def again(ending):
        ends.append(ending)
        if len(ends) == 1:
            process.start(job_in(tmp_path), lambda _: None, again)

    process.start(job_in(tmp_path), lambda _: None, again)
    timers.until(lambda: len(ends) == 2)
    assert [end.kind for end in ends] == [FINISHED, FINISHED]
    assert len(timers.made) == 1


def test_a_worker_that_listens_stops_by_itself(start, heard, timers):
    process = start("say(Step('One', 1, 1)); wait_for_stop(); print('cleaned up'); say(Stopped())")
    timers.until(lambda: heard.events)
    process.cancel()
    process.cancel()
    assert timers.until(lambda: heard.over) < 0.8
    assert heard.kinds == [STOPPED]
    assert "cleaned up" in heard.endings[0].log


def test_a_worker_that_does_not_listen_is_killed_within_a_second(start, heard, timers):
    process = start("say(Step('One', 1, 1)); signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)")
    timers.until(lambda: heard.events)
    process.cancel()
    assert timers.until(lambda: heard.over) < A_SECOND
    assert heard.kinds == [STOPPED]


def test_a_worker_can_be_cancelled_before_it_has_said_a_word(start, heard, timers):
    start("time.sleep(60)").cancel()
    assert timers.until(lambda: heard.over) < A_SECOND
    assert heard.kinds == [STOPPED]
    assert heard.events == []


def test_what_was_done_when_the_reader_cancelled_is_not_taken(start, heard, timers, tmp_path):
    process = start("wait_for_stop(); say(Step('Late', 1, 1)); say(Finished(1.0))")
    process.cancel()
    timers.until(lambda: heard.over)
    assert heard.kinds == [STOPPED]
    assert heard.events == []


LAUNCHER = """
inner = "import sys, time; sys.stdout.write('alive\\\\n'); sys.stdout.flush(); time.sleep(60)"
process = subprocess.Popen([sys.executable, "-c", inner])
say(Step(str(process.pid), 1, 1))
"""


@posix
def test_what_a_launcher_has_started_is_killed_with_it(start, heard, timers):
    process = start(LAUNCHER + "process.wait()")
    timers.until(lambda: heard.events)
    process.cancel()
    assert timers.until(lambda: heard.over) < A_SECOND
    timers.until(lambda: has_ended(int(heard.events[0].name)), seconds=2)


@posix
def test_a_launcher_that_dies_leaves_nothing_behind_and_is_not_waited_for(start, heard, timers):
    start(LAUNCHER + "os._exit(7)")
    timers.until(lambda: heard.over, seconds=5)
    assert heard.kinds == [DIED]
    timers.until(lambda: has_ended(int(heard.events[0].name)), seconds=2)


@posix
def test_a_worker_that_the_system_kills_is_said_in_a_plain_sentence(start, heard, timers):
    start("say(Step('One', 1, 1)); os.kill(os.getpid(), signal.SIGKILL)")
    timers.until(lambda: heard.over)
    assert heard.kinds == [DIED]
    assert "memory" in heard.endings[0].problem


def test_a_worker_that_crashes_without_a_word_is_said_to_have(start, heard, timers):
    start("raise ValueError('at /mnt/reader/Meier_Hans/scan.nii')")
    timers.until(lambda: heard.over)
    end = heard.endings[0]
    assert end.kind == DIED
    assert end.problem
    assert end.remedy
    assert "ValueError" in end.log
    assert "worker-0.py" in end.log
    assert "Meier" not in end.log
    assert str(Path(__file__).parents[3]) not in end.log


def test_an_end_without_a_result_is_no_success(start, heard, timers):
    start("say(Step('One', 1, 1))")
    timers.until(lambda: heard.over)
    assert heard.kinds == [DIED]


GARBAGE = r"""
out = sys.stdout.buffer
out.write(b'\xff\xfe\x00' * 1000 + b'\n@u2ad {broken\n@u2ad {"event": "Advance", "fraction": "x"}\n')
out.write(b'half a line'); out.flush()
os.write(1, b'\n' + line_of(Step('One', 1, 1)).encode() + b'\r\n')
out.write(b'x' * 5_000_000 + b'\n'); out.flush()
say(Finished(1.0))
"""


def test_garbage_is_passed_over(start, heard, timers):
    start(GARBAGE)
    timers.until(lambda: heard.over)
    assert heard.events == [Step("One", 1, 1)]
    assert heard.kinds == [FINISHED]
    assert "half a line" in heard.endings[0].log
    assert len(heard.endings[0].log) < 100_000


FLOOD = """
say(Step('One', 1, 1))
for block in range(400):
    sys.stdout.write('a line of log that says nothing at all\\n' * 1000)
    say(Advance(block / 400, None))
print('the last line')
say(Finished(1.0))
"""


def test_a_flood_of_log_neither_blocks_the_window_nor_fills_its_memory(start, heard, timers):
    start(FLOOD)
    timers.until(lambda: heard.over, seconds=30)
    assert heard.kinds == [FINISHED]
    assert timers.longest < 0.1
    assert heard.endings[0].log.endswith("the last line")
    assert heard.endings[0].log.count("\n") < LINES


def test_a_flood_of_advance_is_told_once_a_look(start, heard, timers, tmp_path):
    process = start(
        "say(Step('One', 1, 1))\nfor n in range(20000): print(line_of(Advance(n / 20000)))\nwait_for_stop()"
    )
    timers.until(lambda: heard.events)
    time.sleep(1.0)
    timers.until(lambda: len(heard.events) > 1)
    assert len(heard.events) < 20
    process.close()


def test_a_flood_of_steps_neither_fills_the_memory_nor_hides_the_end(start, heard, timers):
    start("for n in range(1, 20001): print(line_of(Step('Again', n, 20000)))\nsay(Finished(1.0))")
    time.sleep(1.0)
    timers.until(lambda: heard.over)
    assert len(heard.events) <= 10 * EVENTS_KEPT
    assert heard.events[-1].number == 20000
    assert heard.kinds == [FINISHED]


def test_a_listener_that_fails_does_not_lose_the_end(worker, timers, tmp_path):
    process, ends = worker("say(Step('One', 1, 1)); say(Finished(1.0))"), []

    def fail(_):
        raise ZeroDivisionError

    process.start(job_in(tmp_path), fail, ends.append)
    with pytest.raises(ZeroDivisionError):
        timers.until(lambda: ends)
    timers.until(lambda: ends)
    assert ends[0].kind == FINISHED


def test_closing_kills_at_once_and_tells_nobody(start, heard, timers, tmp_path):
    process = start("say(Step(str(os.getpid()), 1, 1)); time.sleep(60)")
    timers.until(lambda: heard.events)
    began = time.monotonic()
    process.close()
    assert time.monotonic() - began < A_SECOND
    assert has_ended(int(heard.events[0].name))
    assert not process.isRunning
    assert not timers.made[0].isActive
    timers.made[0].callback()
    process.close()
    assert heard.endings == []
    process.start(job_in(tmp_path), heard.events.append, heard.endings.append)
    assert process.isRunning


def test_a_listener_may_close_while_it_is_told(worker, timers, tmp_path):
    process, ends = worker("say(Step('One', 1, 2)); say(Step('Two', 2, 2)); time.sleep(60)"), []
    told = []

    def hear(event):
        told.append(event)
        process.close()

    process.start(job_in(tmp_path), hear, ends.append)
    time.sleep(0.5)
    timers.until(lambda: told)
    assert len(told) == 1
    assert ends == []


def test_a_program_that_is_not_there_is_said_in_words(tmp_path, timers):
    process = WorkerProcess((str(tmp_path / "nothing"),), makeTimer=timers)
    with pytest.raises(U2ADError, match="could not be started"):
        process.start(job_in(tmp_path), print, print)
    assert not process.isRunning


def test_a_job_folder_that_is_gone_is_said_in_words(tmp_path, worker):
    job = job_in(tmp_path)
    process = worker("")
    gone = type(job)(**{**vars(job), "stop": str(tmp_path / "gone" / "stop")})
    with pytest.raises(U2ADError):
        process.start(gone, print, print)
    assert not process.isRunning


def test_the_worker_finds_the_method_speaks_utf8_and_keeps_the_launchers_libraries(
    start, heard, timers, monkeypatch, tmp_path
):
    monkeypatch.setenv("LD_LIBRARY_PATH", "/of/the/launcher")
    monkeypatch.setenv("PYTHONPATH", "/of/slicer")
    monkeypatch.chdir(tmp_path)
    start("""
import u2ad
said = [sys.stdout.encoding, str(sys.flags.utf8_mode), os.environ["LD_LIBRARY_PATH"], os.environ["PYTHONPATH"]]
say(Failed("x", "|".join(said), str(pathlib.Path(u2ad.__file__).parents[1])))""")
    timers.until(lambda: heard.over)
    encoding, utf8, libraries, search = heard.endings[0].problem.split("|")
    assert encoding.lower().replace("-", "") == "utf8"
    assert utf8 == "1"
    assert libraries == "/of/the/launcher"
    assert search.split(os.pathsep) == [str(command.MODULE_FOLDER), "/of/slicer"]
    assert heard.endings[0].remedy == str(command.MODULE_FOLDER)


def test_slicers_python_is_taken_where_there_is_one(tmp_path, monkeypatch):
    slicer = type(sys)("slicer")
    slicer.app = type("App", (), {"slicerHome": str(tmp_path)})()
    monkeypatch.setitem(sys.modules, "slicer", slicer)
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    assert command.pythonExecutable() == sys.executable
    program = tmp_path / "bin" / ("PythonSlicer.exe" if os.name == "nt" else "PythonSlicer")
    program.parent.mkdir()
    program.touch(mode=0o755)
    assert Path(command.pythonExecutable()) == program
    assert command.workerCommand()[1:] == ("-m", "u2ad.worker")


def test_slicer_itself_is_never_started_in_place_of_its_python(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", "/opt/Slicer/bin/SlicerApp-real")
    monkeypatch.setitem(sys.modules, "slicer", type(sys)("slicer"))
    with pytest.raises(U2ADError, match="PythonSlicer"):
        command.pythonExecutable()


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('  File "/mnt/hans meier/u2ad/walk.py", line 3, in f', '  File "<path>/walk.py", line 3, in f'),
        (r"cannot open D:\Scans\Hans Meier\scan.npy now", "cannot open <path> now"),
        (r"cannot open \\server\share\Meier.nii", "cannot open <path>"),
        ("cannot open '/tmp/u2ad-job-1-x/scan.npy'", "cannot open '<path>'"),
        ("from ~/Meier/scan.nii: no", "from <path>: no"),
        ("slice 3/15 and/or 7", "slice 3/15 and/or 7"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_paths_of_every_system_are_taken_out_of_the_log(line, shown):
    assert withoutPaths(line) == shown


def test_a_hostile_line_costs_no_time():
    began = time.monotonic()
    withoutPaths("/a " * 5000 + "/" * 5000)
    assert time.monotonic() - began < 1.0
