"""The worker as a process of its own: stopped, orphaned, and without the packages that it needs."""

import os
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from worker_jobs import figures, heard, write_job

from u2ad.scan.reading import read_scan
from u2ad.worker import private
from u2ad.worker.alive import is_alive
from u2ad.worker.events import Failed, Finished, Step, Stopped, event_of

A_SECOND = 1.0 if (os.cpu_count() or 1) > 4 else 2.0  # the tests may run on a busy computer


def await_step(process: subprocess.Popen, name: str) -> None:
    for line in process.stdout:
        event = event_of(line.rstrip())
        if isinstance(event, Step) and event.name == name:
            return
    pytest.fail(f"the worker never came to {name!r}")


def test_a_worker_finishes_and_writes_nowhere_but_into_its_folder(tmp_path, job, child):
    home = tmp_path / "home"
    home.mkdir()
    process = child(job, f"import os; os.environ.update(HOME={str(home)!r}, TMPDIR={str(home)!r})")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert isinstance(heard(said)[-1], Finished)
    assert list(home.iterdir()) == []
    names = {path.name for path in Path(job.stop).parent.iterdir()} - {"home"}
    assert names == {"scan.npy", "cord.npy", "job.json", "result"}


@pytest.mark.parametrize(
    ("step", "later"), [("Load the program", 0.3), ("Load the program", 1.2), ("Rebuild healthy cord", 0.3)]
)
def test_a_request_to_stop_ends_the_process_within_a_second(tmp_path, tube, spotted, child, step, later):
    job = write_job(tmp_path, spotted, tube.cord.fraction, draws=3000)
    process = child(job)
    await_step(process, step)
    time.sleep(later)
    asked = time.monotonic()
    Path(job.stop).touch()
    said, _ = process.communicate(timeout=20)
    waited = time.monotonic() - asked
    assert process.returncode == 130
    assert heard(said)[-1] == Stopped()
    assert waited < A_SECOND
    assert not Path(job.output).exists()


def test_the_worker_ends_with_its_owner_and_takes_the_scan_with_it(tube, spotted, child):
    owner = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    folder = private.make(owner.pid)
    try:
        process = child(write_job(folder, spotted, tube.cord.fraction, draws=3000, owner=owner.pid))
        await_step(process, "Load the program")
        owner.kill()
        owner.wait()
        process.communicate(timeout=20)
        assert process.returncode == 130
        assert not folder.exists()
    finally:
        owner.kill()
        owner.wait()
        private.remove(folder)


def test_an_orphan_removes_no_folder_that_is_not_the_job_s_own(tmp_path, job, child):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    process = child(replace(job, owner=gone.pid))
    process.communicate(timeout=20)
    assert process.returncode == 130
    assert Path(job.scan).exists()


def test_the_worker_ends_when_nobody_listens(job, child):
    process = child(replace(job, draws=3000))
    process.stdout.close()
    assert process.wait(timeout=20) == 130
    assert not Path(job.output).exists()


def test_a_job_that_cannot_be_read_is_said(tmp_path):
    (tmp_path / "job.json").write_text("{", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "u2ad.worker", str(tmp_path / "job.json")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 4
    assert heard(done.stdout)[-1].kind == "unreadable"
    assert str(tmp_path) not in done.stdout + done.stderr


HIDE = """
import importlib.abc, sys
class Hidden(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] in HIDDEN:
            raise ModuleNotFoundError(f'No module named {name!r}', name=name)
sys.meta_path.insert(0, Hidden())
"""


def test_a_package_that_is_missing_is_named(job, child):
    process = child(replace(job, cord=None), f"HIDDEN = {{'torch'}}{HIDE}")
    said, _ = process.communicate(timeout=60)
    end = heard(said)[-1]
    assert isinstance(end, Failed)
    assert (end.kind, process.returncode) == ("missing", 1)
    assert "torch" in end.problem


def test_a_private_folder_is_for_this_user_only_and_goes_when_its_owner_is_gone():
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    mine, orphaned = private.make(os.getpid()), private.make(gone.pid)
    try:
        assert stat.S_IMODE(mine.stat().st_mode) == 0o700
        assert private.is_private(mine)
        private.sweep()
        assert mine.exists()
        assert not orphaned.exists()
        assert private.remove(mine)
        assert not mine.exists()
    finally:
        private.remove(mine)
        private.remove(orphaned)


def test_no_other_folder_is_taken_for_a_private_one(tmp_path):
    for name in ("u2ad-job-", "u2ad-job-x-1", "u2ad-job-12", "other-12-x"):
        (tmp_path / name).mkdir()
        assert not private.is_private(tmp_path / name)


def test_processes_are_alive_until_they_end():
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert is_alive(other.pid)
    other.communicate(b"\n")
    assert not is_alive(other.pid)
    assert is_alive(os.getpid())
    assert is_alive(1)
    assert not is_alive(0)


@pytest.mark.slow
def test_window_and_command_line_find_the_same_with_the_network(tmp_path, phantom, child):
    file = phantom / "scan.nii.gz"
    code = "import sys; from u2ad.cli import main; main(sys.argv[1:])"
    arguments = ["detect", str(file), "-o", str(tmp_path / "by-command"), "--seed", "3", "--threads", "1"]
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True)
    job = write_job(tmp_path, read_scan(file), seed=3, threads=1)
    assert child(job).wait(timeout=120) == 0
    assert figures(Path(job.output)) == figures(tmp_path / "by-command")
    assert figures(Path(job.output))["findings"]
