"""The window: panel, menus, files, pictures."""

from pathlib import Path

import numpy as np
import pytest
import slicer
import vtk
from bad_inputs import neck
from dicom_files import write_stack
from PySide6 import QtGui
from view_hands import describe

from EmbeddedSlicer.desktop.native import QtWidgets
from EmbeddedSlicer.desktop.window import PANEL_WIDTH
from EmbeddedSlicer.views import asArray
from u2ad.errors import UnreadableInputError
from u2ad.scan import Grid, SeveralSeriesError, read_scan, write_nifti

DICOM = Path(__file__).parents[4] / "shared" / "data" / "dicom"


@pytest.fixture
def file(tmp_path, oblique) -> Path:
    """An oblique stack in a file."""
    array = np.random.default_rng(1).integers(0, 900, (9, 40, 30)).astype(np.int16)
    path = tmp_path / "scan.nii.gz"
    write_nifti(path, array, Grid(array.shape, oblique))
    return path


def affine_of(volume) -> np.ndarray:
    matrix = vtk.vtkMatrix4x4()
    volume.GetIJKToRASMatrix(matrix)
    return asArray(matrix)


def test_panel_is_as_wide_as_slicers_and_scrolls(window):
    panel = QtWidgets.QWidget()
    panel.setMinimumHeight(3000)
    window.setPanel("U2AD", panel)
    window.settle()
    assert window.centralWidget().x == pytest.approx(PANEL_WIDTH, abs=10)
    assert panel.visible
    assert window.height == 700
    assert window.takePanel() is panel


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768)])
def test_picture_has_exactly_the_size_asked_for(window, scan, tmp_path, size):
    window.savePicture(tmp_path / "window.png", size)
    picture = QtGui.QImage(str(tmp_path / "window.png"))
    assert (picture.width(), picture.height()) == size


def test_picture_that_cannot_be_written_is_told(window, tmp_path):
    with pytest.raises(OSError, match="cannot be written"):
        window.savePicture(tmp_path / "no such folder" / "window.png")


def test_dark_colours_are_put_on_and_taken_off(window):
    lights = []
    for dark in (False, True, False):
        window.viewMenu.dark.setChecked(dark)
        slicer.app.processEvents()
        lights.append(window.palette.color(QtGui.QPalette.ColorRole.Window).lightness())
    assert lights[0] == lights[2] > 2 * lights[1]


def test_file_is_loaded_shown_and_turned_to_its_own_axes(window, views, file):
    volume = window.fileMenu.loadVolume(file)
    np.testing.assert_allclose(affine_of(volume)[:3, :3], read_scan(file).grid.affine[:3, :3], atol=1e-4)
    widget = views.sliceWidget("A")
    assert widget.mrmlSliceCompositeNode().GetBackgroundVolumeID() == volume.GetID()
    normal = asArray(widget.mrmlSliceNode().GetSliceToRAS())[:3, 2]
    stacked = affine_of(volume)[:3, 2]
    assert abs(normal @ stacked) == pytest.approx(np.linalg.norm(stacked), rel=1e-5)


def test_file_that_is_no_image_is_refused_in_words(window, tmp_path):
    broken = tmp_path / "scan.nii.gz"
    broken.write_bytes(b"this is no image")
    with pytest.raises(UnreadableInputError):
        window.fileMenu.loadVolume(broken)


@pytest.mark.skipif(not DICOM.exists(), reason="the shared DICOM series are not here")
def test_dicom_folder_is_loaded_where_its_headers_put_it(window, views):
    with pytest.raises(SeveralSeriesError) as several:
        read_scan(DICOM)
    number = str(len(several.value.series))
    volume = window.fileMenu.loadVolume(DICOM, number)
    np.testing.assert_allclose(affine_of(volume), read_scan(DICOM, number).grid.affine, atol=1e-6)
    assert volume.GetName() == "DICOM series"


def test_several_series_are_asked_about(window, monkeypatch):
    if not DICOM.exists():
        pytest.skip("the shared DICOM series are not here")
    asked = []

    def choose(_parent, _title, _label, texts, *_):
        asked.extend(texts)
        return texts[1], True

    monkeypatch.setattr(QtWidgets.QInputDialog, "getItem", choose)
    assert window.fileMenu.loadVolume(DICOM) is not None
    assert len(asked) == 2
    monkeypatch.setattr(QtWidgets.QInputDialog, "getItem", lambda *_: ("", False))
    assert window.fileMenu.loadVolume(DICOM) is None


def test_of_several_series_the_most_suitable_comes_first_with_its_reason(window, tmp_path, monkeypatch):
    write_stack(tmp_path / "t1", neck(), SeriesNumber=1, SeriesDescription="T1 TSE SAG", EchoTime=11.0)
    write_stack(tmp_path / "t2", neck() + 1, SeriesNumber=2, BodyPartExamined="CSPINE")
    asked = []

    def choose(_parent, _title, _label, texts, current, _editable):
        asked.extend(texts)
        return texts[current], True

    monkeypatch.setattr(QtWidgets.QInputDialog, "getItem", choose)
    volume = window.fileMenu.loadVolume(tmp_path)
    assert asked[0].startswith("2  MR  T2 TSE SAG  (15 images, sagittal, TE 102 ms): T2-weighted sagittal, cervical")
    assert asked[1].startswith("1  MR  T1 TSE SAG")
    assert asked[1].endswith("T1-weighted")
    np.testing.assert_array_equal(slicer.util.arrayFromVolume(volume), read_scan(tmp_path, "2").array)


def test_scene_is_saved_closed_and_opened_with_its_layout_and_views(window, views, desktop, file, tmp_path):
    name = window.fileMenu.loadVolume(file).GetName()
    views.sliceWidget("A").sliceLogic().SetSliceOffset(views.sliceWidget("A").sliceLogic().GetSliceOffset() + 3.3)
    offset = views.sliceWidget("A").sliceLogic().GetSliceOffset()
    window.fileMenu.saveScene(tmp_path / "case")
    window.fileMenu.closeScene()
    describe(views, 9031, "horizontal", ("vtkMRMLSliceNode", "B"))
    assert slicer.mrmlScene.GetFirstNodeByName(name) is None
    window.fileMenu.openScene(tmp_path / "case.mrb")
    window.settle()
    widget = views.sliceWidget("A")
    assert views.layout == 9001
    assert widget.visible
    background = widget.mrmlSliceCompositeNode().GetBackgroundVolumeID()
    assert slicer.mrmlScene.GetNodeByID(background).GetName() == name
    assert widget.sliceLogic().GetSliceOffset() == pytest.approx(offset, abs=1e-3)
    assert tuple(desktop.complaints) == ()


def test_what_fails_in_a_menu_is_told_in_a_dialog(window, monkeypatch, tmp_path):
    told = []
    monkeypatch.setattr(QtWidgets.QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "none.nii.gz"), ""))
    monkeypatch.setattr(slicer.util, "errorDisplay", lambda text, *_, **__: told.append(text))
    load = next(action for action in window.fileMenu.actions() if "volume" in action.text)
    load.trigger()
    assert any("could not be loaded" in text for text in told)
    slicer.app.processEvents()
