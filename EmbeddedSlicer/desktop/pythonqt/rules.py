"""Puts the rules on every QObject class of PySide6, once in a process."""

from __future__ import annotations

import functools

from EmbeddedSlicer.desktop.native import QtCore, QtGui, QtNetwork, QtUiTools, QtWidgets
from EmbeddedSlicer.desktop.pythonqt.attributes import AttributeRules
from EmbeddedSlicer.desktop.pythonqt.members import addMembers
from EmbeddedSlicer.desktop.pythonqt.properties import addProperties, objectNameProperty
from EmbeddedSlicer.desktop.pythonqt.settings import readAsText
from EmbeddedSlicer.desktop.pythonqt.tuples import returnTuples

MODULES = (QtCore, QtGui, QtWidgets, QtNetwork, QtUiTools)


@functools.cache
def installRules() -> None:
    """Changes PySide6's classes for the rest of the process; further calls do nothing."""
    classes = qobjectClasses()
    for cls in classes:
        returnTuples(cls)
        addProperties(cls)
    QtCore.QObject.name = objectNameProperty()
    addMembers()
    readAsText()
    # All the originals are taken before the first is replaced: a class without one of its own inherits its base's.
    for rules in [AttributeRules(cls) for cls in classes]:
        rules.install()


def qobjectClasses() -> list[type[QtCore.QObject]]:
    """PySide6's QObject classes, bases before what derives from them; asking for each by name makes PySide6 load it."""
    values = (getattr(module, name) for module in MODULES for name in dir(module))
    found = {value for value in values if isinstance(value, type) and issubclass(value, QtCore.QObject)}
    return sorted(found, key=lambda cls: (len(cls.__mro__), cls.__name__))
