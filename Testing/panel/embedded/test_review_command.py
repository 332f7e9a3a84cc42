"""``python -m EmbeddedSlicer.desktop.review``: says what is missing, draws the module without a display."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6 import QtGui

from EmbeddedSlicer.desktop import display

ROOT = Path(__file__).parents[3]


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(
        [sys.executable, "-m", "EmbeddedSlicer.desktop.review", *arguments],
        cwd=ROOT,
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
def test_without_a_display_it_says_what_to_do():
    done = run()
    assert done.returncode == 1
    assert "no display" in done.stderr
    assert "--screenshot" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, display.NO_DISPLAY),
        ({"DISPLAY": ":0"}, display.NO_CURSOR_LIBRARY),
        ({"WAYLAND_DISPLAY": "wayland-0"}, ""),
        ({"QT_QPA_PLATFORM": "offscreen"}, ""),
    ],
)
def test_what_is_missing_for_a_window(monkeypatch, variables, expected):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    def missing(_name):
        raise OSError

    monkeypatch.setattr(display.ctypes, "CDLL", missing)
    assert display.why_no_window() == expected


def test_scan_that_does_not_exist_is_told():
    done = run("no-such-scan.nii.gz")
    assert done.returncode == 1
    assert "no file or folder" in done.stderr


@pytest.mark.usefixtures("window")  # skips where nothing can be drawn
def test_screenshot_of_the_module_with_a_simulated_scan(tmp_path):
    done = run("--screenshot", str(tmp_path / "review.png"), "--size", "1366x768")
    assert done.returncode == 0, done.stderr
    picture = QtGui.QImage(str(tmp_path / "review.png"))
    assert (picture.width(), picture.height()) == (1366, 768)
    assert "Traceback" not in done.stderr
    lower_right = {picture.pixel(1000 + 2 * step, 560) for step in range(100)}
    assert len(lower_right) > 20  # the sagittal view shows a scan
