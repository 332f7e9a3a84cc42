"""A scripted module is loaded, shown, reloaded and ended in Slicer's order."""

import sys
from pathlib import Path

import numpy as np
import pytest
import slicer

DEMO = Path(__file__).parent / "demo" / "StandInDemo.py"


@pytest.fixture
def events():
    """What the module noted, of the file as it is loaded now."""
    return lambda: sys.modules["StandInDemo"].EVENTS


@pytest.fixture
def demo(desktop):
    return desktop.loadModule(DEMO)


def test_it_is_set_up_before_it_has_the_scene_and_then_entered(demo, events):
    assert events() == ["startup completed", "setup", "enter"]
    assert demo.parent.mrmlScene() is slicer.mrmlScene
    assert demo.parent.isEntered


def test_the_widget_is_made_when_it_is_asked_for(desktop, events):
    demo = desktop.loadModule(DEMO, enter=False)
    assert events() == ["startup completed"]
    assert not demo.hasWidget
    assert slicer.util.getModuleWidget("StandInDemo") is demo.widget
    assert events() == ["startup completed", "setup"]
    desktop.selectModule("StandInDemo")
    demo.exit()
    assert events()[2:] == ["enter", "exit"]


def test_slicer_knows_the_module(demo):
    module = slicer.modules.standindemo
    assert (module.title, module.categories, module.path) == ("Demo", ["Testing"], str(DEMO))
    assert slicer.modules.StandInDemoWidget is demo.widget
    assert slicer.util.getModuleLogic("StandInDemo") is demo.widget.logic
    assert slicer.util.modulePath("StandInDemo") == str(DEMO)
    assert demo.module.parent is module


def test_a_modules_parent_takes_no_other_attributes(demo):
    with pytest.raises(AttributeError):
        demo.module.parent.titel = "misspelt"


def test_reload_makes_a_new_widget_of_the_file_as_it_is(desktop, demo, events):
    old, noted = demo.widget, events()
    desktop.reloadModule("StandInDemo")
    assert noted == ["startup completed", "setup", "enter", "cleanup"]
    assert events() == ["setup with scene"]  # Slicer does not enter a module that is on display already
    assert demo.widget is not old
    assert demo.parent.layout().count() == 1
    demo.widget.ui.thresholdSlider.value = 0.5
    assert demo.widget.parameters.threshold == 0.5


def test_the_end_leaves_cleans_up_and_deletes(desktop, demo, events):
    root = demo.widget.ui.applyButton
    desktop.unloadModule("StandInDemo")
    assert events()[-2:] == ["exit", "cleanup"]
    assert not hasattr(slicer.modules, "standindemo")
    with pytest.raises(RuntimeError):
        _ = root.text
    slicer.mrmlScene.Clear(False)
    assert "close starts" not in events()


def test_the_applications_end_is_every_modules_end(desktop, demo, events):
    slicer.app.connect("aboutToQuit()", lambda: events().append("about to quit"))
    desktop.close()
    slicer.app.disconnect("aboutToQuit()")
    assert events()[-3:] == ["exit", "cleanup", "about to quit"]
    assert desktop.modules == ()


def test_a_closed_scene_is_told_in_slicers_order(demo, events):
    slicer.mrmlScene.Clear(False)
    assert events()[-2:] == ["close starts", "close ends"]
    demo.exit()
    slicer.mrmlScene.Clear(False)
    assert demo.widget.parameters is None


def test_a_button_and_its_key_do_the_modules_work(desktop, demo):
    from PySide6.QtTest import QTest
    from qt import Qt

    ui = demo.widget.ui
    assert not ui.applyButton.enabled
    volume = slicer.util.addVolumeFromArray(np.zeros((2, 3, 4)), name="Scan")
    ui.inputSelector.setCurrentNode(volume)
    ui.applyButton.click()
    assert ui.statusLabel.text == "Scan: (2, 3, 4)"
    ui.statusLabel.text = ""
    demo.parent.show()
    demo.parent.activateWindow()
    desktop.app.processEvents()
    QTest.keyClick(demo.parent, Qt.Key_A)
    assert ui.statusLabel.text == "Scan: (2, 3, 4)"


def test_an_exception_in_a_slot_is_a_complaint(desktop, demo):
    empty = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode")
    demo.widget.ui.inputSelector.setCurrentNode(empty)
    demo.widget.ui.applyButton.click()
    assert "ValueError: empty" in desktop.complaints.exceptions[0]
    desktop.complaints.clear()


def test_an_exception_in_an_observer_a_thread_or_a_native_slot_is_a_complaint(desktop):
    import threading

    import qt

    def fail(*_):
        raise RuntimeError("lost")

    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTextNode")
    node.AddObserver("ModifiedEvent", fail)
    node.SetText("x")
    button = qt.QPushButton()
    button.clicked.connect(fail)
    button.click()
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert ["RuntimeError: lost" in each for each in desktop.complaints] == [True] * 3
    desktop.complaints.clear()


def test_an_error_of_vtk_is_a_complaint(desktop):
    import vtk

    reader = vtk.vtkXMLImageDataReader()
    reader.SetFileName("missing.vti")
    reader.Update()
    assert "missing.vti" in desktop.complaints.vtkErrors[0]
    assert len(desktop.complaints) >= 1
    desktop.complaints.clear()


def test_the_self_test_runs_as_slicer_runs_it(desktop, demo, events):
    import slicer.testing

    slicer.selfTests["StandInDemo"]()
    assert events()[-1] == "self-test"
    slicer.testing.runUnitTest([str(DEMO.parent)], "StandInDemo")
    assert slicer.app.exitCode == slicer.testing.EXIT_SUCCESS


def test_the_developer_section_reloads(desktop, events):
    import qt

    qt.QSettings().setValue("Developer/DeveloperMode", True)
    try:
        demo = desktop.loadModule(DEMO)
        old = demo.widget
        old.reloadButton.click()
        assert demo.widget is not old
    finally:
        qt.QSettings().remove("Developer/DeveloperMode")


def test_a_second_start_gives_the_running_desktop(desktop):
    from EmbeddedSlicer.desktop import start

    assert start() is desktop
