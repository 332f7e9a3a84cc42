"""The stand-in desktop that panels are tested in. Nothing may go wrong unheard in any of these tests."""

import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

pytest.importorskip(
    "PySide6.QtWidgets",
    reason="the stand-ins need PySide6 and the system libraries that it loads (.ci/run names them)",
    exc_type=ImportError,
)

from EmbeddedSlicer import desktop as embedded

PANEL_NODES = ("vtkMRMLScriptedModuleNode", "vtkMRMLSegmentEditorNode")
"""Nodes that outlive a scene and belong to a panel; there is one of each at most in these tests."""


OURS = ("u2ad", "U2ADSlicerLib")


@pytest.fixture(autouse=True)
def same_library():
    """A module that is reloaded brings its library anew: later tests get back the one that they have imported."""
    before = _library()
    yield
    now = _library()
    if any(now.get(name) is not module for name, module in before.items()):
        for name in now:
            del sys.modules[name]
        sys.modules.update(before)


def _library():
    return {name: module for name, module in sys.modules.items() if name.split(".")[0] in OURS}


@pytest.fixture
def desktop():
    """The desktop with nothing in it; each complaint that a test has not cleared fails it."""
    running = embedded.start(testing=True)
    _emptied(running)
    yield running
    running.app.processEvents()
    complaints = tuple(running.complaints)
    _emptied(running)
    assert complaints == ()


def _emptied(running) -> None:
    for loaded in running.modules:
        running.unloadModule(loaded.name)
    running.app.setTestingEnabled(True)
    running.app.settings().clear()
    scene = running.runtime.scene
    scene.Clear(False)  # as File / Close Scene: nodes of which there is one only are kept and reset
    for kept in PANEL_NODES:
        scene.RemoveNode(scene.GetFirstNodeByClass(kept))
    running.app.processEvents()
    running.complaints.clear()
