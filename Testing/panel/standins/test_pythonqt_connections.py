"""Signals are connected by their C++ signature, and slots get the arguments that they take."""

import pytest


@pytest.fixture
def button(desktop):
    import qt

    button = qt.QPushButton()
    button.checkable = True
    return button


class Listener:
    def __init__(self):
        self.heard = []

    def none(self):
        self.heard.append(())

    def one(self, on):
        self.heard.append((on,))

    def defaulted(self, on="default"):
        self.heard.append((on,))

    def any(self, *arguments):
        self.heard.append(arguments)


@pytest.fixture
def listener():
    return Listener()


def test_a_slot_gets_as_many_arguments_as_it_declares(button, listener):
    for slot in (listener.none, listener.one, listener.defaulted, listener.any):
        button.connect("clicked(bool)", slot)
    button.click()
    assert listener.heard == [(), (True,), (True,), (True,)]


def test_plain_functions_are_trimmed_too(button):
    heard = []

    def slot():
        heard.append("called")

    button.connect("clicked(bool)", slot)
    button.click()
    assert heard == ["called"]


def test_the_signature_decides_how_many_arguments_there_are(button, listener):
    button.connect("clicked()", listener.any)
    button.click()
    assert listener.heard == [()]


def test_a_slot_that_takes_more_than_there_is_fails(desktop, button, listener):
    button.connect("clicked()", listener.one)
    button.click()
    assert "missing 1 required positional argument" in desktop.complaints.exceptions.pop()
    assert listener.heard == []


def test_other_callables_get_everything(button):
    import functools

    heard = []
    button.connect("clicked(bool)", functools.partial(heard.append))
    button.click()
    assert heard == [True]


def test_a_signal_that_does_not_exist_is_an_error(button, listener):
    for signature in ("pressed(bool)", "clicked", "textChanged(QString)"):
        with pytest.raises(ValueError, match="does not exist on QPushButton"):
            button.connect(signature, listener.none)


def test_signals_of_qt_5_alone_are_an_error(desktop, listener):
    import qt

    with pytest.raises(ValueError, match="does not exist"):
        qt.QComboBox().connect("currentIndexChanged(QString)", listener.one)


def test_a_slot_must_be_callable(button):
    with pytest.raises(TypeError, match="something to call"):
        button.connect("clicked()", None)


def test_disconnect_takes_one_slot_away(button, listener):
    button.connect("clicked()", listener.none)
    button.connect("clicked(bool)", listener.one)
    assert button.disconnect("clicked()", listener.none)
    assert not button.disconnect("clicked()", listener.none)
    button.click()
    assert listener.heard == [(True,)]


def test_disconnect_without_a_slot_takes_all_away(button, listener):
    button.connect("clicked()", listener.none)
    button.connect("clicked()", listener.any)
    assert button.disconnect("clicked()")
    button.click()
    assert listener.heard == []


def test_a_connection_keeps_its_listener_alive(button):
    heard = []

    class Temporary:
        def slot(self):
            heard.append("alive")

    button.connect("clicked()", Temporary().slot)
    button.click()
    assert heard == ["alive"]


def test_connections_to_methods_of_qt_objects(desktop, button):
    import qt

    edit = qt.QLineEdit()
    edit.text = "old"
    button.connect("clicked(bool)", edit, "clear()")
    button.click()
    assert edit.text == ""


def test_connections_of_objects_that_are_no_widgets(desktop):
    import sys

    import qt

    ended = []
    process = qt.QProcess()
    process.connect("finished(int,QProcess::ExitStatus)", lambda code, status: ended.append(code))
    process.start(sys.executable, ["-c", "raise SystemExit(3)"])
    assert process.waitForFinished(20000)
    assert ended == [3]


def test_timers_call_back(desktop):
    import qt

    heard = []
    timer = qt.QTimer()
    timer.setSingleShot(True)
    timer.connect("timeout()", lambda: heard.append("timer"))
    timer.start(0)
    qt.QTimer.singleShot(0, lambda: heard.append("single shot"))
    desktop.app.processEvents()
    assert sorted(heard) == ["single shot", "timer"]
    assert not timer.active


def test_a_destroyed_sender_leaves_no_listener_behind(desktop, button):
    import gc
    import weakref

    listener = Listener()
    alive = weakref.ref(listener)
    button.connect("clicked()", listener.none)
    button.delete()
    del listener
    gc.collect()
    assert alive() is None


def test_keys_reach_shortcuts_made_as_in_slicer(desktop):
    import qt
    from PySide6.QtTest import QTest

    heard = []
    panel = qt.QWidget()
    shortcut = qt.QShortcut(panel)
    shortcut.setKey(qt.QKeySequence("C"))
    shortcut.setContext(qt.Qt.WidgetWithChildrenShortcut)
    shortcut.connect("activated()", lambda: heard.append("C"))
    panel.show()
    panel.activateWindow()
    panel.setFocus()
    desktop.app.processEvents()
    QTest.keyClick(panel, qt.Qt.Key_C)
    assert heard == ["C"]
    with pytest.raises(ValueError, match="QKeySequence"):
        shortcut.setKey("C")
