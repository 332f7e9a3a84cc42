"""The stand-in desktop that panels are tested in. Nothing may go wrong unheard in any of these tests."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

pytest.importorskip("PySide6", reason="the stand-ins need PySide6")

from EmbeddedSlicer import desktop as embedded

PANEL_NODES = ("vtkMRMLScriptedModuleNode", "vtkMRMLSegmentEditorNode")
"""Nodes that outlive a scene and belong to a panel; there is one of each at most in these tests."""


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
