"""Ctrl-C, SIGTERM and SIGHUP on a real process with a slow detection."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")

SLOW = """
import signal, sys, time, types, pathlib, u2ad
from u2ad.cli import main

def run(request, progress):
    part = request.output.with_suffix(".part")
    part.mkdir()
    try:
        progress.step("Waiting", 1000)
        print("ready", flush=True)
        for _ in range(400):
            try:
                time.sleep(0.05)
            except KeyboardInterrupt:
                if not {swallow}:
                    raise
            progress.advance()
    finally:
        time.sleep(0.2)
        part.rmdir()

signal.signal(signal.SIGHUP, {hangup})
fake = types.ModuleType("u2ad.pipeline")
fake.run, fake.Request = run, types.SimpleNamespace
u2ad.pipeline = sys.modules["u2ad.pipeline"] = fake
main(["detect", "scan.nii.gz", "-o", {output!r}])
"""


@pytest.mark.parametrize("number", [getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP")])
@pytest.mark.parametrize("swallow", [False, True], ids=["interrupted", "interrupt lost in a callback"])
@pytest.mark.parametrize("times", [1, 3])
def test_a_request_to_stop_ends_the_run_within_a_second(tmp_path: Path, number: int, swallow: bool, times: int) -> None:
    code = SLOW.format(swallow=swallow, hangup="signal.SIG_DFL", output=str(tmp_path / "result"))
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", code], **pipes) as process:  # type: ignore[call-overload]
        assert process.stdout.readline() == "ready\n"
        asked = time.monotonic()
        for _ in range(times):
            process.send_signal(number)
            time.sleep(0.05)
        _, said = process.communicate(timeout=10)
        took = time.monotonic() - asked
    assert process.returncode == 130
    assert took < 1
    assert "Stopped on request; no result was written." in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("swallow", [False, True], ids=["interrupted", "interrupt lost in a callback"])
def test_a_closed_window_ends_the_run_although_nobody_is_left_to_read_it(tmp_path: Path, swallow: bool) -> None:
    code = SLOW.format(swallow=swallow, hangup="signal.SIG_DFL", output=str(tmp_path / "result"))
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", code], **pipes) as process:  # type: ignore[call-overload]
        assert process.stdout.readline() == "ready\n"
        process.stdout.close()
        process.stderr.close()
        process.send_signal(signal.SIGHUP)
        assert process.wait(timeout=10) == 130
    assert list(tmp_path.iterdir()) == []


def test_a_run_under_nohup_outlives_the_window(tmp_path: Path) -> None:
    code = SLOW.format(swallow=False, hangup="signal.SIG_IGN", output=str(tmp_path / "result"))
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", code], **pipes) as process:  # type: ignore[call-overload]
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.7)
        process.terminate()
        process.communicate(timeout=10)
