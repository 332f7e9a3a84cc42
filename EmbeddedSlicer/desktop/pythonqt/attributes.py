"""What reading and writing an attribute of a Qt object means in PythonQt."""

from __future__ import annotations

import ctypes
import inspect
from pathlib import PurePath
from types import MethodType
from typing import Any

from EmbeddedSlicer.desktop.native import QtCore
from EmbeddedSlicer.desktop.pythonqt.connections import connect, disconnect
from EmbeddedSlicer.desktop.pythonqt.members import HIDDEN

METHODS = {"connect": connect, "disconnect": disconnect}
"""Shiboken looks these two up by itself, past the class: they can only be replaced where the look-up begins."""

_children = QtCore.QObject.children
_property = QtCore.QObject.property
_setProperty = QtCore.QObject.setProperty
_dynamicPropertyNames = QtCore.QObject.dynamicPropertyNames

# CPython forbids to call Shiboken's own __setattr__ from a replacement of it.
_setGeneric = ctypes.pythonapi.PyObject_GenericSetAttr
_setGeneric.argtypes = [ctypes.py_object] * 3
_setGeneric.restype = ctypes.c_int


class AttributeRules:
    """Attribute access of one class; made for all classes before the first is installed.

    Not only for QObject: classes with a look-up of their own in Shiboken do not inherit QObject's.
    """

    def __init__(self, cls: type[QtCore.QObject]) -> None:
        self._class = cls
        self._original = cls.__getattribute__

    def install(self) -> None:
        """Replaces the class's attribute access."""
        original = self._original

        def getattribute(self: QtCore.QObject, name: str) -> Any:
            if name in METHODS:
                return MethodType(METHODS[name], self)
            if name in HIDDEN:
                raise AttributeError(name)
            return original(self, name)

        self._class.__getattribute__ = getattribute
        self._class.__setattr__ = _write
        self._class.__getattr__ = _readUnknown


def _readUnknown(self: QtCore.QObject, name: str) -> Any:
    """Dynamic properties and named children are attributes too."""
    if name in HIDDEN:
        msg = f"{type(self).__name__}.{name} cannot be used in desktop Slicer: {HIDDEN[name]}"
        raise AttributeError(msg)
    if not name.startswith("__"):
        value = _property(self, name)
        if value is not None:
            return value
        for child in _children(self):
            if _property(child, "objectName") == name:
                return child
    msg = f"{type(self).__name__} has no attribute named '{name}'"
    raise AttributeError(msg)


def _write(self: QtCore.QObject, name: str, value: Any) -> None:
    """Only objects of Python classes take new attributes."""
    cls = type(self)
    if cls.__module__.startswith("PySide6") and not hasattr(cls, name):
        _writeDynamic(self, name, value)
        return
    declared = inspect.getattr_static(cls, name, None)
    if isinstance(declared, QtCore.Property):
        if isinstance(value, PurePath):
            msg = f"Property '{name}' of type '{cls.__name__}' does not accept an object of type {type(value)}"
            raise AttributeError(msg)
        declared.fset(self, value)
    else:
        _setGeneric(self, name, value)


def _writeDynamic(self: QtCore.QObject, name: str, value: Any) -> None:
    if name not in [bytes(known.data()).decode() for known in _dynamicPropertyNames(self)]:
        msg = (
            f"Attribute '{name}' does not exist on {type(self).__name__} and creating new attributes on C++ objects "
            "is not allowed"
        )
        raise AttributeError(msg)
    _setProperty(self, name, value)
