"""``slicer.app`` and the wheel's own ``slicer.util`` work together."""

import logging

import numpy as np
import pytest
import slicer


@pytest.fixture
def volume(desktop):
    return slicer.util.addVolumeFromArray(np.arange(24, dtype=np.int16).reshape(2, 3, 4), name="Scan")


def test_the_application_tells_what_it_is(desktop):
    app = slicer.app
    assert (app.majorVersion, app.minorVersion, app.testingEnabled()) == (5, 12, True)
    assert app.mrmlScene() is slicer.mrmlScene
    assert app.commandOptions().noMainWindow
    assert app.layoutManager() is None
    assert slicer.util.mainWindow() is None


def test_modules_are_found(desktop):
    module = slicer.util.getModule("Volumes")
    assert (module.name, module.widgetRepresentation()) == ("Volumes", None)
    assert slicer.util.getModuleLogic("Volumes") is slicer.modules.volumes.logic()
    assert "Segmentations" in slicer.util.moduleNames()
    with pytest.raises(RuntimeError, match="Nowhere"):
        slicer.util.getModule("Nowhere")


def test_dialogs_answer_themselves_when_testing(desktop, caplog):
    caplog.set_level(logging.INFO)
    # Documented as True, but slicer.util compares its answer True with the button Ok: no question is confirmed.
    assert slicer.util.confirmOkCancelDisplay("Sure?") is False
    assert slicer.util.confirmYesNoDisplay("Really?") is False
    slicer.util.errorDisplay("Broken")
    assert {"Sure?", "Really?", "Broken"} <= set(caplog.messages)


def test_dialogs_ask_when_not_testing(desktop):
    import qt

    slicer.app.setTestingEnabled(False)
    asked = []

    def answer():
        boxes = [each for each in slicer.app.topLevelWidgets() if each.className() == "ctkMessageBox"]
        box = next(each for each in boxes if each.visible)
        asked.append(box.text)
        box.button(qt.QMessageBox.Cancel).click()

    qt.QTimer.singleShot(0, answer)
    assert not slicer.util.confirmOkCancelDisplay("Sure?")
    assert asked == ["Sure?"]


def test_errors_restore_the_cursor_and_are_raised_again(desktop):
    import qt

    shapes = []

    def fail():
        with slicer.util.tryWithErrorDisplay("Failed", waitCursor=True):
            shapes.append(qt.QApplication.overrideCursor().shape())
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert shapes == [qt.Qt.WaitCursor]
    assert qt.QApplication.overrideCursor() is None


def test_restart_and_exit_are_noted_only(desktop):
    before = slicer.app.restartsAsked
    slicer.util.restart()
    slicer.util.exit(3)
    assert (slicer.app.restartsAsked, slicer.app.exitCode) == (before + 1, 3)


def test_temporary_folders_lie_in_the_applications(desktop):
    assert slicer.util.tempDirectory().startswith(slicer.app.temporaryPath)


@pytest.mark.parametrize("suffix", [".nrrd", ".nii.gz"])
def test_volumes_are_saved_and_loaded(volume, tmp_path, suffix):
    file = tmp_path / f"scan{suffix}"
    assert slicer.util.saveNode(volume, str(file))
    loaded = slicer.util.loadVolume(str(file), {"name": "Again"})
    assert loaded.GetName() == "Again"
    assert np.array_equal(slicer.util.arrayFromVolume(loaded), slicer.util.arrayFromVolume(volume))
    assert slicer.app.applicationLogic().GetSelectionNode().GetActiveVolumeID() == loaded.GetID()


def test_label_volumes_are_loaded_as_such(volume, tmp_path):
    file = str(tmp_path / "labels.nrrd")
    slicer.util.saveNode(volume, file)
    assert slicer.util.loadLabelVolume(file).IsA("vtkMRMLLabelMapVolumeNode")


def test_segmentations_tables_and_texts_are_saved_and_loaded(desktop, tmp_path):
    segmentation = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "S")
    segmentation.GetSegmentation().AddEmptySegment("a", "A")
    slicer.util.updateSegmentBinaryLabelmapFromArray(
        np.ones((2, 2, 2), np.uint8),
        segmentation,
        "a",
        slicer.util.addVolumeFromArray(np.zeros((2, 2, 2))),
    )
    text = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTextNode", "T")
    text.SetText("journal")
    for node, name in ((segmentation, "s.seg.nrrd"), (text, "t.txt")):
        assert slicer.util.saveNode(node, str(tmp_path / name))
    assert slicer.util.loadSegmentation(str(tmp_path / "s.seg.nrrd")).GetSegmentation().GetNumberOfSegments() == 1
    assert slicer.util.loadText(str(tmp_path / "t.txt")).GetText() == "journal"


def test_exporting_leaves_the_nodes_own_file_alone(volume, tmp_path):
    slicer.util.saveNode(volume, str(tmp_path / "own.nrrd"))
    assert slicer.util.exportNode(volume, str(tmp_path / "copy.nii.gz"))
    assert (tmp_path / "copy.nii.gz").exists()
    assert volume.GetStorageNode().GetFileName().endswith("own.nrrd")


@pytest.mark.parametrize("suffix", [".mrb", ""])
def test_scenes_are_saved_and_loaded(volume, tmp_path, suffix):
    file = tmp_path / f"scene{suffix}"
    volume.SetAttribute("U2AD.mark", "x")
    assert slicer.util.saveScene(str(file))
    slicer.mrmlScene.Clear(False)
    slicer.util.loadScene(str(file) if suffix else str(next(file.glob("*.mrml"))))
    loaded = slicer.util.getNode("Scan")
    assert loaded.GetAttribute("U2AD.mark") == "x"
    assert slicer.util.arrayFromVolume(loaded)[1, 2, 3] == 23


def test_a_scene_is_added_unless_it_shall_replace(volume, tmp_path):
    file = str(tmp_path / "scene.mrb")
    slicer.util.saveScene(file)
    slicer.util.loadScene(file)
    assert len(slicer.util.getNodesByClass("vtkMRMLScalarVolumeNode")) == 2
    slicer.util.loadScene(file, {"clear": True})
    assert len(slicer.util.getNodesByClass("vtkMRMLScalarVolumeNode")) == 1


def test_files_that_cannot_be_read_are_an_error_with_the_reason(desktop, tmp_path):
    with pytest.raises(RuntimeError, match="does not exist"):
        slicer.util.loadVolume(str(tmp_path / "missing.nrrd"))
    (tmp_path / "broken.nrrd").write_text("nothing")
    with pytest.raises(RuntimeError, match="could not be read"):
        slicer.util.loadVolume(str(tmp_path / "broken.nrrd"))
    desktop.complaints.clear()  # the reader complains to VTK too
    assert slicer.util.getNodesByClass("vtkMRMLScalarVolumeNode") == []
