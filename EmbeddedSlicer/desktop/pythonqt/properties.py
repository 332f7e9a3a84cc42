"""Qt properties as Python attributes: read, written, never called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from EmbeddedSlicer.desktop.native import QtCore

VIRTUAL_GETTERS = {"sizeHint", "minimumSizeHint", "duration"}
"""Getters that C++ looks up in Python before it calls its own: an attribute in their place would break that."""

STATIC_FUNCTIONS = {("QTimer", "singleShot")}
"""Static functions that hide the property of the same name, in PythonQt too."""

NEWER_PROPERTIES = {("QLayout", "contentsMargins"), ("QAction", "menu")}
"""Properties of Qt 6 that are plain methods in Qt 5."""

_property = QtCore.QObject.property
_setProperty = QtCore.QObject.setProperty


def addProperties(cls: type[QtCore.QObject]) -> None:
    """Gives a class a Python property for each Qt property that it declares itself."""
    meta = cls.staticMetaObject
    for index in range(meta.propertyOffset(), meta.propertyCount()):
        declared = meta.property(index)
        name = declared.name()
        if name in VIRTUAL_GETTERS or (cls.__name__, name) in STATIC_FUNCTIONS | NEWER_PROPERTIES:
            continue
        setter = _setter(name) if declared.isWritable() else None
        setattr(cls, name, property(_getter(name, vars(cls).get(name)), setter))


def objectNameProperty() -> property:
    """``name``, as PythonQt calls a QObject's ``objectName`` too."""
    return property(_getter("objectName", None), _setter("objectName"))


def asPythonQt(value: Any) -> Any:
    """Lists of C++ reach Python as tuples."""
    return tuple(value) if type(value) is list else value


def _getter(name: str, method: Callable | None) -> Callable[[QtCore.QObject], Any]:
    """Reads by the C++ getter where it bears the property's name: it keeps enums as enums."""
    if callable(method):
        return lambda self: asPythonQt(method(self))
    return lambda self: asPythonQt(_property(self, name))


def _setter(name: str) -> Callable[[QtCore.QObject, Any], None]:
    def write(self: QtCore.QObject, value: Any) -> None:
        accepted = not isinstance(value, PurePath)
        if not accepted or not _setProperty(self, name, list(value) if isinstance(value, tuple) else value):
            msg = f"Property '{name}' of type '{type(self).__name__}' does not accept an object of type {type(value)}"
            raise AttributeError(msg)

    return write
