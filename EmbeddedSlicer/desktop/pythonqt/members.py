"""Members that PythonQt adds to Qt's objects, and those of PySide6 that desktop Slicer lacks."""

from __future__ import annotations

from EmbeddedSlicer.desktop.native import QtCore, QtGui, QtWidgets, Shiboken

HIDDEN = {
    "exec": "PythonQt calls it exec_",
    "checkStateChanged": "it is new in Qt 6.7",
    "colorScheme": "it is new in Qt 6.5",
    "colorSchemeChanged": "it is new in Qt 6.5",
    "setKeys": "it is new in Qt 6.0",
}
"""Members that no Qt object has in desktop Slicer with Qt 5.15, and why. Their names are unique to what they mean."""

_setKey = QtGui.QShortcut.setKey
_findChildren = QtCore.QObject.findChildren


def addMembers() -> None:
    """Adds ``className``, ``delete`` and ``exec_``; ``exec`` is hidden where attributes are looked up."""
    QtCore.QObject.findChildren = findChildren
    QtGui.QShortcut.setKey = setKey
    QtCore.QObject.className = lambda self: self.metaObject().className()
    QtCore.QObject.delete = delete
    for cls in (QtCore.QCoreApplication, QtCore.QEventLoop, QtCore.QThread, QtWidgets.QDialog, QtWidgets.QMenu):
        cls.exec_ = cls.exec
    for cls in (QtGui.QGuiApplication, QtWidgets.QApplication, QtWidgets.QMessageBox):
        if "exec" in vars(cls):
            cls.exec_ = cls.exec


def delete(instance: QtCore.QObject) -> None:
    """Ends the C++ object at once, where ``deleteLater`` waits for the event loop."""
    Shiboken.delete(instance)


def findChildren(
    parent: QtCore.QObject, kind: type[QtCore.QObject] | str = QtCore.QObject, name: str = ""
) -> tuple[QtCore.QObject, ...]:
    """As in PythonQt, the class may be given by its C++ name."""
    if isinstance(kind, type):
        return tuple(_findChildren(parent, kind, name) if name else _findChildren(parent, kind))
    return tuple(child for child in findChildren(parent, QtCore.QObject, name) if child.inherits(kind))


def setKey(shortcut: QtGui.QShortcut, key: QtGui.QKeySequence) -> None:
    """Takes a QKeySequence only: PythonQt makes none out of text, as PySide6 does."""
    if not isinstance(key, QtGui.QKeySequence):
        msg = f"QShortcut.setKey needs a qt.QKeySequence, not {type(key).__name__}"
        raise ValueError(msg)
    _setKey(shortcut, key)
