"""The self-test that desktop Slicer offers for the module, with and without a main window."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

MODULE = Path(__file__).parents[3] / "U2ADSlicer"

DESKTOP = """
import os, sys
sys.path[:0] = {path!r}
from EmbeddedSlicer.graphics import NoGraphicsError, prepare_offscreen
try:
    prepare_offscreen()
except NoGraphicsError as error:
    sys.exit(f"no graphics: {{error}}")
from EmbeddedSlicer.desktop.review import closeWindow, openWindow
import slicer

desktop, window = openWindow(testing=True)
import slicer.testing
slicer.testing.runUnitTest([{module!r}], "U2ADSlicer")
complaints = tuple(desktop.complaints)
closeWindow(desktop, window)
print(*complaints, sep="\\n")
os._exit(slicer.app.exitCode or len(complaints))
"""
"""As ``Slicer --testing --python-code "import slicer.testing; slicer.testing.runUnitTest(...)"``."""


@pytest.mark.slow
def test_the_self_test_passes_in_a_window(tmp_path):
    script = DESKTOP.format(path=[str(MODULE.parent), str(MODULE)], module=str(MODULE))
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "U2ADSLICER_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=False, timeout=500
    )
    if "no graphics" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "OK" in done.stderr
    assert list(tmp_path.iterdir()) == []  # the reader's own journals are left alone


@pytest.mark.slow
def test_reload_and_test_passes_without_a_main_window_too(hour):
    import slicer.util

    assert slicer.util.mainWindow() is None
    hour.widget.onReloadAndTest()
