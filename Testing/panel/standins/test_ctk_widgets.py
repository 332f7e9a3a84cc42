"""CTK's widgets keep what CTK promises of their properties and signals."""

import pytest


@pytest.fixture
def ctk(desktop):
    import ctk

    return ctk


@pytest.fixture
def section(ctk):
    import qt

    section = ctk.ctkCollapsibleButton()
    section.text = "Advanced"
    layout = qt.QVBoxLayout(section)
    for name in ("shown", "hidden"):
        label = qt.QLabel(name)
        label.name = name
        layout.addWidget(label)
    section.hidden.setVisible(False)
    section.show()
    return section


def heard(widget, *signatures):
    """Collects what the widget emits."""
    collected = []
    for signature in signatures:
        widget.connect(signature, lambda *a, s=signature: collected.append((s.split("(")[0], *a)))
    return collected


def test_a_collapsed_section_hides_its_contents(section):
    emitted = heard(section, "contentsCollapsed(bool)", "toggled(bool)")
    section.collapsed = True
    assert not section.shown.visible
    assert not section.checked
    assert emitted == [("contentsCollapsed", True), ("toggled", False)]
    assert section.sizeHint().height() == section.maximumHeight


def test_an_expanded_section_leaves_hidden_what_its_owner_hid(section):
    section.collapsed = True
    section.collapsed = False
    assert section.shown.visible
    assert not section.hidden.visible


def test_a_click_on_the_header_toggles_a_section_and_one_below_does_not(section):
    import qt
    from PySide6.QtTest import QTest

    QTest.mouseClick(section, qt.Qt.LeftButton, qt.Qt.NoModifier, qt.QPoint(10, 5))
    assert section.collapsed
    section.collapsed = False
    QTest.mouseClick(section, qt.Qt.LeftButton, qt.Qt.NoModifier, qt.QPoint(10, section.height - 3))
    assert not section.collapsed


@pytest.fixture
def slider(ctk):
    slider = ctk.ctkSliderWidget()
    slider.minimum, slider.maximum, slider.singleStep, slider.decimals = 0, 10, 0.1, 1
    return slider


def test_a_value_is_rounded_kept_in_range_and_told_once(slider):
    emitted = heard(slider, "valueChanged(double)")
    slider.value = 3.14
    slider.value = 3.1
    slider.value = 99
    assert emitted == [("valueChanged", 3.1), ("valueChanged", 10.0)]
    assert slider.slider().value == slider.spinBox().value == 10


def test_a_narrower_range_moves_the_value(slider):
    slider.value = 8
    emitted = heard(slider, "valueChanged(double)")
    slider.maximum = 5
    assert (slider.value, emitted) == (5.0, [("valueChanged", 5.0)])


def drag(slider, *values):
    slider.slider().sliderPressed.emit()
    for value in values:
        slider.slider().setValue(value)
    slider.slider().sliderReleased.emit()


def test_dragging_with_tracking_changes_the_value_all_along(slider):
    emitted = heard(slider, "valueChanged(double)", "valueIsChanging(double)")
    drag(slider, 1.0, 2.0)
    assert emitted == [("valueChanged", 1.0), ("valueChanged", 2.0)]


def test_dragging_without_tracking_changes_the_value_at_the_end(slider):
    slider.tracking = False
    emitted = heard(slider, "valueChanged(double)", "valueIsChanging(double)")
    drag(slider, 1.0, 2.0)
    assert emitted == [("valueIsChanging", 1.0), ("valueIsChanging", 2.0), ("valueChanged", 2.0)]


def test_the_slider_moves_in_single_steps(ctk):
    import qt
    from PySide6.QtTest import QTest

    slider = ctk.ctkDoubleSlider(qt.Qt.Horizontal)
    slider.minimum, slider.maximum, slider.singleStep, slider.value = -1, 1, 0.25, 0
    emitted = heard(slider, "valueChanged(double)")
    QTest.keyClick(slider.focusProxy(), qt.Qt.Key_Right)
    assert emitted == [("valueChanged", 0.25)]


def test_a_path_is_valid_when_it_is_what_the_filters_ask_for(ctk, tmp_path):
    edit = ctk.ctkPathLineEdit()
    edit.filters = ctk.ctkPathLineEdit.Dirs
    emitted = heard(edit, "validInputChanged(bool)", "currentPathChanged(QString)")
    edit.currentPath = str(tmp_path)
    edit.currentPath = str(tmp_path / "missing")
    assert [each for each in emitted if each[0] == "validInputChanged"] == [
        ("validInputChanged", True),
        ("validInputChanged", False),
    ]
    assert emitted[-2:][0][0] == "currentPathChanged"


def test_earlier_paths_are_offered_again(ctk):
    first = ctk.ctkPathLineEdit()
    first.settingKey = "Testing/paths"
    for path in ("a", "b", "a"):
        first.currentPath = path
        first.addCurrentPathToHistory()
    second = ctk.ctkPathLineEdit()
    second.settingKey = "Testing/paths"
    box = second.focusProxy()
    assert [box.itemText(row) for row in range(box.count)] == ["a", "b"]
    assert second.currentPath == ""


def test_a_directory_is_absolute(ctk, tmp_path, monkeypatch):
    button = ctk.ctkDirectoryButton()
    emitted = heard(button, "directoryChanged(QString)")
    monkeypatch.chdir(tmp_path)
    button.directory = "models"
    assert button.directory == str(tmp_path / "models")
    assert emitted == [("directoryChanged", button.directory)]


def test_text_is_as_high_as_it_needs(ctk):
    browser = ctk.ctkFittedTextBrowser()
    browser.resize(300, 50)
    browser.show()
    browser.setHtml("one line")
    low = browser.height
    browser.setHtml("<p>several</p>" * 10)
    assert browser.height > 5 * low


def test_a_message_that_was_dismissed_for_good_is_answered_at_once(ctk):
    import qt

    def box():
        message = ctk.ctkMessageBox()
        message.dontShowAgainSettingsKey = "Testing/message"
        message.standardButtons = qt.QMessageBox.Ok | qt.QMessageBox.Cancel
        return message

    first = box()
    first.dontShowAgain = True
    qt.QTimer.singleShot(0, first.button(qt.QMessageBox.Cancel).click)
    assert first.exec_() == qt.QMessageBox.Cancel
    assert box().exec_() == qt.QMessageBox.Cancel


def test_setters_that_pythonqt_cannot_reach_are_missing(slider, section):
    for widget, name in ((slider, "setMinimum"), (slider, "setRange"), (section, "setCollapsed")):
        with pytest.raises(AttributeError):
            getattr(widget, name)
