"""Scenes and scans to test on. VTK must not complain in any of these tests."""

from __future__ import annotations

import functools
import subprocess
import sys

import pytest
from scene_jobs import make_job
from scene_results import detected

from EmbeddedSlicer.graphics import NoGraphicsError, prepare_offscreen
from EmbeddedSlicer.job import SceneJob
from EmbeddedSlicer.runtime import EmbeddedRuntime
from EmbeddedSlicer.views import SliceView
from U2ADSlicerLib.scene import files
from U2ADSlicerLib.scene.case import CaseNodes
from U2ADSlicerLib.scene.findings import FindingRow
from U2ADSlicerLib.scene.results import putResult
from U2ADSlicerLib.scene.volumes import addVolume

DRAW_ONCE = "import vtk; w = vtk.vtkRenderWindow(); w.SetOffScreenRendering(1); w.Render()"


@pytest.fixture
def runtime():
    """The running core with an empty scene; fails the test if VTK complained."""
    core = EmbeddedRuntime.start()
    core.scene.Clear(False)
    core.log.errors.clear()
    core.log.warnings.clear()
    yield core
    assert core.log.errors == []
    assert core.log.warnings == []


@functools.cache
def why_not_drawing() -> str:
    """Why this computer cannot draw, or nothing; tried in a child because VTK would end this process."""
    try:
        prepare_offscreen()
    except NoGraphicsError as error:
        return str(error)
    done = subprocess.run([sys.executable, "-c", DRAW_ONCE], capture_output=True, check=False)
    return "VTK cannot draw here" if done.returncode else ""


@pytest.fixture
def drawing():
    """Skips a test that needs pictures where none can be drawn."""
    if reason := why_not_drawing():
        pytest.skip(reason)


@pytest.fixture
def make_view(runtime, drawing):
    """Makes slice views and closes them after the test."""
    views = []

    def make(orientation: str, size: tuple[int, int]) -> SliceView:
        views.append(SliceView(runtime, f"{orientation}{len(views)}", orientation, size))
        return views[-1]

    yield make
    for view in views:
        view.close()


@pytest.fixture(params=["right-handed", "left-handed"])
def oblique_job(tmp_path, request) -> SceneJob:
    """A made-up result on a sagittal, oblique stack: a bright canal with a grey cord and two findings in it."""
    return make_job(tmp_path, left_handed=request.param == "left-handed")


@pytest.fixture
def job(tmp_path) -> SceneJob:
    """As ``oblique_job``, right-handed only."""
    return make_job(tmp_path)


@pytest.fixture
def rows(job) -> tuple[FindingRow, ...]:
    return tuple(FindingRow.fromMapping(finding) for finding in job.findings)


@pytest.fixture
def scan_node(runtime, job):
    return files.loadVolume(job.scan, "Scan")


@pytest.fixture
def label_node(runtime, job):
    return files.loadLabelMap(job.labels, "Labels")


@pytest.fixture(scope="session")
def detection():
    """Two bright spots in a tube of cord, found by the detector that needs no weights; nothing changes it."""
    return detected()


@pytest.fixture
def scan_volume(runtime, detection):
    """The volume node of the detection's scan."""
    return addVolume(detection.scan.array.copy(), detection.scan.grid.affine, "T2 sagittal")


@pytest.fixture
def nodes(scan_volume, detection) -> CaseNodes:
    """The detection in the scene."""
    nodes = CaseNodes(scan_volume)
    putResult(nodes, detection.result)
    return nodes
