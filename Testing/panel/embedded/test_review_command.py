"""``python -m EmbeddedSlicer.desktop.review``: says what is missing, draws the module without a display."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import PySide6
import pytest
from PySide6 import QtCore, QtGui

from EmbeddedSlicer.desktop import display, review

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
    ("variables", "absent", "expected"),
    [
        ({}, (), ["no display"]),
        ({"DISPLAY": ":0"}, (), []),
        (
            {"DISPLAY": ":0"},
            ("libxcb-cursor.so.0", "libxcb-keysyms.so.1"),
            ["apt-get install libxcb-cursor0 libxcb-keysyms1."],
        ),
        ({"WAYLAND_DISPLAY": "wayland-0"}, ("libxcb-cursor.so.0",), []),
        ({"QT_QPA_PLATFORM": "offscreen"}, ("libxcb-cursor.so.0",), []),
        ({"QT_QPA_PLATFORM": "offscreen"}, ("libGL.so.1",), ["libGL.so.1", "apt-get install libgl1."]),
    ],
)
def test_what_is_missing_for_a_window_is_named_with_its_remedy(monkeypatch, variables, absent, expected):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    def load(library):
        if library in absent:
            raise OSError

    monkeypatch.setattr(display.ctypes, "CDLL", load)
    answer = display.why_no_window()
    assert bool(answer) == bool(expected)
    assert all(text in answer for text in expected)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="libraries of Linux")
def test_every_library_that_qt_links_to_is_one_that_is_asked_for_or_comes_with_another():
    plugin = Path(PySide6.__file__).parent / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    linked = {name for name in linked_by(plugin) if name.startswith("libxcb-") or "xkbcommon" in name}
    come_along = {"libxcb-util.so.1", "libxcb-render.so.0", "libxcb-shm.so.0"}  # with libxcb-cursor0, libxcb-image0
    assert linked - come_along <= {*display.QT_LIBRARIES, *display.X11_LIBRARIES}
    assert linked


def linked_by(library: Path) -> set[str]:
    """Names such as libxcb.so.1 in a binary."""
    return {name.decode() for name in re.findall(rb"lib[\w-]+\.so\.\d+", library.read_bytes())}


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


@pytest.mark.parametrize(
    ("screen", "expected"),
    [
        ((1920, 1080), (1728, 972)),
        ((1366, 768), (1366, 768)),
        ((1024, 700), (1024, 700)),
        ((3840, 2160), (1920, 1200)),
    ],
)
def test_window_takes_what_the_screen_has_room_for(screen, expected):
    assert review.fittingSize(QtCore.QSize(*screen)) == expected


def test_status_bar_says_what_is_going_on_before_the_window_stands_still(window, views, scan, monkeypatch):
    painted = []

    class Watch(QtCore.QObject):
        def eventFilter(self, bar, event):
            if event.type() == QtCore.QEvent.Type.Paint:
                painted.append(bar.currentMessage())
            return False

    seen_before_the_wait = []

    def simulate():
        seen_before_the_wait.extend(painted)
        return scan

    watch = Watch()
    window.statusBar().installEventFilter(watch)
    monkeypatch.setattr("U2ADSlicerLib.sample_data.addSimulatedScan", simulate)
    assert review.showSimulated(window) is scan
    assert review.MAKING in seen_before_the_wait
    assert window.statusBar().currentMessage() == ""


class Loop:
    """Stands in for Qt's application."""

    ended = 0

    def quit(self):
        self.ended += 1


@pytest.fixture
def interruption():
    """What ends a loop by Ctrl-C, and the loop."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    loop = Loop()
    yield review.Interruption(loop), loop
    for number, handler in before.items():
        signal.signal(number, handler)


def test_ctrl_c_ends_the_loop(interruption):
    _, loop = interruption
    signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGTERM)
    assert loop.ended == 2


def test_ctrl_c_ends_what_keeps_the_loop_waiting(interruption):
    ending, loop = interruption
    done = []

    def load():
        signal.raise_signal(signal.SIGINT)
        time.sleep(0.01)
        done.append("the scan is loaded")

    ending.mayEnd(load)
    assert (done, loop.ended) == ([], 1)
    ending.mayEnd(lambda: done.append("the next one is"))
    assert done == ["the next one is"]


def test_ctrl_c_before_there_is_a_window_is_no_error(monkeypatch):
    def interrupted(_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(review, "_whyNot", interrupted)
    assert review.main([]) == review.INTERRUPTED
