"""Reading and writing attributes of Qt objects goes by PythonQt's rules."""

from pathlib import Path

import pytest


@pytest.fixture
def qt(desktop):
    import qt

    return qt


def test_properties_are_attributes_and_not_callable(qt):
    button = qt.QPushButton("Run")
    button.enabled = False
    assert (button.text, button.enabled, button.isEnabled()) == ("Run", False, False)
    with pytest.raises(TypeError):
        button.text()


def test_setters_and_other_methods_stay(qt):
    box = qt.QComboBox()
    box.addItem("a")
    box.addItem("b")
    box.setCurrentIndex(1)
    assert (box.currentText, box.count, box.itemText(0)) == ("b", 2, "a")


def test_objects_that_are_no_qobject_keep_their_methods(qt):
    assert qt.QTableWidgetItem("x").text() == "x"
    assert qt.QSize(3, 4).width() == 3


def test_name_is_the_object_name(qt):
    label = qt.QLabel()
    label.name = "title"
    assert label.objectName == "title"


def test_children_and_dynamic_properties_are_attributes(qt):
    parent = qt.QWidget()
    child = qt.QLabel(parent)
    child.setObjectName("title")
    parent.setProperty("SlicerParameterName", "threshold")
    assert parent.title is child
    assert parent.SlicerParameterName == "threshold"


def test_unknown_attributes_cannot_be_read(qt):
    with pytest.raises(AttributeError, match="no attribute named 'foo'"):
        _ = qt.QLabel().foo


def test_qt_objects_take_no_new_attributes_but_python_classes_do(qt):
    with pytest.raises(AttributeError, match="creating new attributes on C\\+\\+ objects is not allowed"):
        qt.QLabel().logic = 1

    class Own(qt.QLabel):
        pass

    own = Own()
    own.logic = 1
    assert own.logic == 1


@pytest.mark.parametrize("make", ["QLineEdit", "ctkDirectoryButton"])
def test_a_path_is_not_accepted_as_text(qt, make):
    import ctk

    widget, name = (qt.QLineEdit(), "text") if make == "QLineEdit" else (ctk.ctkDirectoryButton(), "directory")
    with pytest.raises(AttributeError, match="does not accept"):
        setattr(widget, name, Path("somewhere"))


def test_lists_come_as_tuples(qt):
    parent = qt.QWidget()
    child = qt.QPushButton(parent)
    assert parent.children() == (child,)
    assert parent.findChildren("QPushButton") == parent.findChildren(qt.QPushButton) == (child,)
    assert qt.QSplitter().sizes() == ()


def test_exec_is_called_exec_(qt):
    dialog = qt.QDialog()
    qt.QTimer.singleShot(0, dialog.accept)
    assert dialog.exec_() == 1
    with pytest.raises(AttributeError, match="exec_"):
        _ = dialog.exec


def test_members_of_newer_qt_are_hidden(qt):
    with pytest.raises(AttributeError, match=r"Qt 6\.7"):
        _ = qt.QCheckBox().checkStateChanged


def test_delete_ends_the_object_at_once(qt):
    parent = qt.QWidget()
    qt.QLabel(parent).delete()
    assert parent.children() == ()


def test_enums_are_unscoped_and_properties_of_them_compare(qt):
    label = qt.QLabel()
    label.alignment = qt.Qt.AlignRight | qt.Qt.AlignTop
    assert label.alignment == qt.Qt.AlignRight | qt.Qt.AlignTop
    assert qt.QTableWidget().className() == "QTableWidget"


def test_virtual_methods_are_still_overridden(qt):
    class Wide(qt.QWidget):
        def sizeHint(self):
            return qt.QSize(321, 20)

    parent = qt.QWidget()
    layout = qt.QVBoxLayout(parent)
    layout.addWidget(Wide())
    assert layout.sizeHint().width() >= 321
