"""The child process: what it writes, what it says when it cannot, and that it goes when told to."""

import dataclasses
import os
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scene_jobs import make_job

from EmbeddedSlicer import child
from EmbeddedSlicer.child import write_scene_products
from EmbeddedSlicer.job import SceneJob
from EmbeddedSlicer.sheet import AMBER, CAPTION_HEIGHT, GAP, HEAD_HEIGHT, MARGIN, NOTE_HEIGHT, WIDTH, panel_width
from u2ad.export.segments import PALETTE

APT_LINE = "apt-get install libegl1 libgl1-mesa-dri"
TIMEOUT = 120
REFUSE_EGL = """
import ctypes
load = ctypes.CDLL.__init__
def refuse(self, name=None, *args, **kwargs):
    if name and "EGL" in str(name):
        raise OSError(f"{name}: cannot open shared object file")
    load(self, name, *args, **kwargs)
ctypes.CDLL.__init__ = refuse
"""


def go_on() -> None:
    """Nobody cancels."""


def outlined(picture: np.ndarray, rank: int) -> np.ndarray:
    """Columns and rows of the pixels in the colour of a finding's outline, shape (N, 2)."""
    color = np.round(np.array(PALETTE[rank - 1]) * 255)
    return np.argwhere(np.abs(picture.astype(int) - color).max(axis=2) < 30)[:, ::-1]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A job done once, and what came of it."""
    job = make_job(tmp_path_factory.mktemp("finished"))
    job = dataclasses.replace(job, epistemic=job.anomaly, aleatoric=job.anomaly)
    return job, write_scene_products(job, TIMEOUT, go_on)


@pytest.mark.usefixtures("drawing")
class TestWhereItCanDraw:
    def test_writes_segmentation_overview_and_a_picture_a_finding(self, finished):
        job, products = finished
        expected = ("findings.seg.nrrd", "overview.png", "pictures/finding-1.png", "pictures/finding-2.png")
        assert products == child.SceneProducts(written=expected, problems=())
        found = {path.relative_to(job.result).as_posix() for path in Path(job.result).rglob("*") if path.is_file()}
        assert found == set(expected)

    def test_overview_is_readable_and_shows_every_panel(self, finished):
        job, _ = finished
        picture = np.asarray(Image.open(Path(job.result) / "overview.png"))
        assert picture.shape[1] == WIDTH
        width = panel_width(5)
        top = MARGIN + HEAD_HEIGHT + CAPTION_HEIGHT
        panels = [picture[top : top + 800, left : left + width] for left in range(MARGIN, WIDTH - width, width + GAP)]
        assert len(panels) == 5
        assert [len(outlined(panel, 1)) > 20 for panel in panels] == [False, False, True, True, True]
        colorful = [(np.ptp(panel.astype(int), axis=2) > 60).sum() > 50 for panel in panels]
        assert colorful == [False, True, True, True, True]

    def test_finding_is_in_the_middle_of_its_picture(self, finished):
        job, _ = finished
        picture = np.asarray(Image.open(Path(job.result) / "pictures" / "finding-2.png"))
        width = panel_width(4)
        top = MARGIN + HEAD_HEIGHT + CAPTION_HEIGHT
        for index, expected in enumerate([False, True, False, True]):
            left = MARGIN + index * (width + GAP)
            pixels = outlined(picture[top : top + width, left : left + width], 2)
            assert (len(pixels) > 20) == expected
            if expected:
                np.testing.assert_allclose(pixels.mean(axis=0), (width / 2, width / 2), atol=2.0 * width / 70)


def test_overview_carries_its_note_in_amber(job, drawing):
    plain = write_scene_products(job, TIMEOUT, go_on)
    before = np.asarray(Image.open(Path(job.result) / "overview.png")).astype(int)
    noted = write_scene_products(dataclasses.replace(job, note="Nobody has looked. " * 30), TIMEOUT, go_on)
    after = np.asarray(Image.open(Path(job.result) / "overview.png")).astype(int)
    assert plain.problems == noted.problems == ()
    assert after.shape[0] - before.shape[0] == NOTE_HEIGHT
    rows, columns = np.nonzero((np.abs(after - AMBER).max(axis=2) < 10)[: MARGIN + HEAD_HEIGHT + NOTE_HEIGHT])
    assert WIDTH - 5 * MARGIN < columns.max() < WIDTH - MARGIN, "as long as the sheet is wide, and no longer"
    assert columns.min() >= MARGIN
    assert np.ptp(rows) < CAPTION_HEIGHT, "one line"
    np.testing.assert_array_equal(after[MARGIN + HEAD_HEIGHT + NOTE_HEIGHT :], before[MARGIN + HEAD_HEIGHT :])


def test_missing_egl_costs_the_pictures_only(job, tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text(REFUSE_EGL)
    monkeypatch.syspath_prepend(str(tmp_path))
    products = write_scene_products(job, TIMEOUT, go_on)
    if sys.platform.startswith("linux"):
        assert products.written == ("findings.seg.nrrd",)
        assert len(products.problems) == 1
        assert APT_LINE in products.problems[0]
    assert (Path(job.result) / "findings.seg.nrrd").exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="EGL is Linux's way to draw off-screen")
def test_driver_that_ends_the_process_costs_the_pictures_only(job, monkeypatch):
    """Without a vendor library behind libEGL, VTK dies of a segmentation fault."""
    monkeypatch.setenv("__EGL_VENDOR_LIBRARY_FILENAMES", "/nowhere.json")
    products = write_scene_products(job, TIMEOUT, go_on)
    assert products.written == ("findings.seg.nrrd",)
    assert len(products.problems) == 1
    assert APT_LINE in products.problems[0]


@pytest.fixture
def children(monkeypatch):
    """The child processes started during a test."""
    started = []
    start = child._start
    monkeypatch.setattr(child, "_start", lambda *args: started.append(start(*args)) or started[-1])
    return started


def test_cancel_ends_the_child_within_a_second(job, children):
    asked = []

    def cancel():
        asked.append(time.monotonic())
        if len(asked) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_scene_products(job, TIMEOUT, cancel)
    assert time.monotonic() - asked[-1] < 1.0
    assert np.diff(asked).max() < 1.0
    (process,) = children
    assert process.returncode is not None
    if os.name == "posix":
        with pytest.raises(ProcessLookupError):
            os.kill(process.pid, 0)


def test_child_that_takes_too_long_is_ended_and_told(job, children):
    unfinished = Path(job.result) / "pictures" / "part-finding-1.png"
    unfinished.parent.mkdir()
    unfinished.touch()
    products = write_scene_products(job, 0.2, go_on)
    assert products.problems == (child.TOO_LONG,)
    assert not unfinished.exists()
    assert children[0].returncode is not None


def test_unreadable_map_is_told_without_its_path(job):
    products = write_scene_products(dataclasses.replace(job, anomaly=job.anomaly + ".missing"), TIMEOUT, go_on)
    assert products.written == ()
    assert products.problems == ("The image of 'Anomaly' cannot be read.",)


def test_result_folder_that_is_not_there_is_told(job):
    products = write_scene_products(dataclasses.replace(job, result=job.result + "/missing"), TIMEOUT, go_on)
    assert products == child.SceneProducts((), ("'findings.seg.nrrd' cannot be written.",))


def test_caller_loads_no_vtk():
    code = "import sys, EmbeddedSlicer.child; print(sorted(sys.modules.keys() & {'vtk', 'slicer', 'numpy', 'PIL'}))"
    done = child.subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=child.environment()
    )
    assert done.stdout.strip() == "[]"


def test_job_survives_the_way_to_the_child(job):
    assert SceneJob.from_json(job.to_json()).to_json() == job.to_json()


@pytest.mark.parametrize("text", ["[]", '{"result": "x"}', '{"resultt": "x"}'])
def test_what_is_no_job_is_refused(text):
    with pytest.raises(ValueError, match="expected a scene job"):
        SceneJob.from_json(text)
