"""Qt for the stand-ins themselves, and how to live with :mod:`EmbeddedSlicer.desktop.pythonqt` in the same process.

PythonQt's rules are put on PySide6's classes in place, so they hold for every Qt object of the process, also for those
that this library makes. Code of this library therefore follows them as Slicer's own Python does:

* a Qt property is read without a call: ``label.text``, ``widget.width``, ``table.rowCount``;
* everything else is as PySide6 has it: setters, other methods, ``widget.sizeHint()``, ``button.clicked.connect(f)``,
  ``Signal``, ``Property``, ``Slot``, overridden events, and classes that are no QObject (``event.pos()``,
  ``item.text()``, ``size.width()``);
* ``exec`` is called ``exec_``.

Names that the module ``qt`` must not have (``QtWidgets``, ``Signal``) come from here. Where one file must work with
and without the rules, :func:`valueOf` reads a property in either world.
"""

from __future__ import annotations

from typing import Any

from PySide6 import QtCore, QtGui, QtNetwork, QtUiTools, QtWidgets
from PySide6.QtCore import Property, Qt, Signal, Slot
from shiboken6 import Shiboken

from EmbeddedSlicer.desktop.immortal import keepSingletons

__all__ = [
    "Property",
    "Qt",
    "QtCore",
    "QtGui",
    "QtNetwork",
    "QtUiTools",
    "QtWidgets",
    "Shiboken",
    "Signal",
    "Slot",
    "addressOf",
    "application",
    "valueOf",
]

keepSingletons()

_property = QtCore.QObject.property


def valueOf(instance: QtCore.QObject, name: str) -> Any:
    """A Qt property's value, whether PythonQt's rules are in force or not."""
    return _property(instance, name)


def addressOf(instance: QtCore.QObject) -> int:
    """The C++ object's address: the same for all Python wrappers that it has in its life."""
    return Shiboken.getCppPointer(instance)[0]


def application() -> QtWidgets.QApplication:
    """The process's application object, made if there is none; ``QT_QPA_PLATFORM`` chooses where it draws."""
    return QtWidgets.QApplication.instance() or QtWidgets.QApplication(["Slicer"])
