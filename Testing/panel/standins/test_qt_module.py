"""What the module ``qt`` offers, and how settings and .ui files are read."""

from pathlib import Path

import pytest

UI = """<ui version="4.0"><widget class="{root}" name="root"><layout class="QVBoxLayout"><item>
<widget class="{child}" name="child"/></item></layout></widget><connections>{connections}</connections></ui>"""
CONNECTION = (
    "<connection><sender>{sender}</sender><signal>{signal}</signal>"
    "<receiver>{receiver}</receiver><slot>{slot}</slot></connection>"
)


@pytest.fixture
def load(desktop, tmp_path):
    import slicer

    def load(root="qMRMLWidget", child="QLineEdit", **connection):
        connections = CONNECTION.format(**connection) if connection else ""
        file = tmp_path / "panel.ui"
        file.write_text(UI.format(root=root, child=child, connections=connections))
        return slicer.util.loadUI(str(file))

    return load


def test_names_are_flat_and_qt_5s(desktop):
    import qt

    for name in ("QAction", "QTimer", "QPushButton", "QShortcut", "QSettings", "QPrinter", "QUiLoader", "Qt"):
        assert hasattr(qt, name)
    for name in ("QtWidgets", "Signal", "Slot", "Property", "SIGNAL", "QPermission", "QEnum"):
        assert not hasattr(qt, name)


def test_settings_come_back_as_text(desktop):
    import qt
    import slicer

    settings = qt.QSettings()
    for value, text in ((True, "true"), (4, "4"), ("name", "name"), (["a", "b"], ("a", "b"))):
        settings.setValue("U2ADSlicer/x", value)
        assert settings.value("U2ADSlicer/x") == text
    assert settings.value("U2ADSlicer/missing") is None
    assert settings.value("U2ADSlicer/missing", 3) == 3
    settings.setValue("U2ADSlicer/on", False)
    assert slicer.util.settingsValue("U2ADSlicer/on", True, converter=slicer.util.toBool) is False


def test_settings_are_not_the_users_own(desktop):
    import tempfile

    import qt

    assert Path(qt.QSettings().fileName()).is_relative_to(tempfile.gettempdir())


def test_a_ui_file_makes_stand_ins_of_the_very_class(load):
    import ctk

    root = load(child="ctkSliderWidget")
    assert type(root.child) is ctk.ctkSliderWidget


def test_a_widget_without_a_stand_in_is_an_error(load):
    with pytest.raises(ValueError, match="ctkMatrixWidget"):
        load(child="ctkMatrixWidget")


def test_the_scene_reaches_a_widget_by_the_files_connection_only(load):
    import slicer

    signal = {"sender": "root", "signal": "mrmlSceneChanged(vtkMRMLScene*)"}
    slot = {"receiver": "child", "slot": "setMRMLScene(vtkMRMLScene*)"}
    connected, forgotten = load(child="qMRMLNodeComboBox", **signal, **slot), load(child="qMRMLNodeComboBox")
    for root in (connected, forgotten):
        root.setMRMLScene(slicer.mrmlScene)
    assert connected.child.mrmlScene() is slicer.mrmlScene
    assert forgotten.child.mrmlScene() is None


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"sender": "nobody"}, "nobody"), ({"signal": "cleared()"}, "does not exist"), ({"slot": "vanish()"}, "vanish")],
)
def test_a_wrong_connection_is_an_error(load, wrong, message):
    connection = {"sender": "child", "signal": "returnPressed()", "receiver": "child", "slot": "clear()", **wrong}
    with pytest.raises((ValueError, AttributeError), match=message):
        load(**connection)


def test_connections_pass_what_the_slot_takes(load):
    root = load(sender="child", signal="textChanged(QString)", receiver="root", slot="setToolTip(QString)")
    root.child.text = "tip"
    assert root.toolTip == "tip"


def test_none_survives_more_calls_of_qt_than_it_has_references(desktop):
    import sys

    import qt

    button = qt.QPushButton()
    for _ in range(20_000):
        button.setText("again")
    assert sys.getrefcount(None) > 1_000_000
