"""The core starts clean, once, and collects what VTK says."""

import os
import subprocess
import sys

import pytest
import slicer
import vtk

from EmbeddedSlicer.runtime import LOGIC_CLASSES, EmbeddedRuntime

START = """
from EmbeddedSlicer.runtime import EmbeddedRuntime
log = EmbeddedRuntime.start().log
print(log.errors, log.warnings)
"""


def test_starts_without_a_word_from_vtk_in_a_process_that_has_no_display():
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    environment.pop("DISPLAY", None)
    done = subprocess.run(
        [sys.executable, "-c", START], capture_output=True, text=True, check=False, env=environment, timeout=120
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "[] []", "")


def test_second_start_gives_the_running_core(runtime):
    assert EmbeddedRuntime.start() is runtime
    assert slicer.mrmlScene is runtime.scene


def test_refuses_to_start_inside_desktop_slicer(monkeypatch):
    monkeypatch.setattr(EmbeddedRuntime, "_running", None)
    monkeypatch.setattr(slicer, "app", object(), raising=False)
    with pytest.raises(RuntimeError, match="desktop Slicer"):
        EmbeddedRuntime.start()


@pytest.mark.parametrize("name", LOGIC_CLASSES)
def test_module_logics_are_found_as_in_desktop_slicer(runtime, name):
    logic = getattr(slicer.modules, name.lower()).logic()
    assert logic.GetClassName() == LOGIC_CLASSES[name]
    assert logic.GetMRMLScene() is runtime.scene
    assert runtime.applicationLogic.GetModuleLogic(name) is logic


def test_log_keeps_errors_and_prints_nothing(runtime, capfd):
    reader = vtk.vtkXMLImageDataReader()
    reader.SetFileName("missing.vti")
    reader.Update()
    assert any("missing.vti" in text for text in runtime.log.errors)
    assert capfd.readouterr().err == ""
    runtime.log.errors.clear()
