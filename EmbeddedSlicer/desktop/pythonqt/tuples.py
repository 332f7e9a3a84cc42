"""Methods that give a list in PySide6 and a tuple in PythonQt."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from EmbeddedSlicer.desktop.native import QtCore
from EmbeddedSlicer.desktop.pythonqt.properties import asPythonQt

LIST_METHODS = (
    "actions",
    "allKeys",
    "arguments",
    "buttons",
    "childGroups",
    "childKeys",
    "children",
    "dynamicPropertyNames",
    "findItems",
    "nameFilters",
    "selectedFiles",
    "selectedIndexes",
    "selectedItems",
    "selectedRanges",
    "selectedRows",
    "sizes",
    "topLevelWidgets",
)


def returnTuples(cls: type[QtCore.QObject]) -> None:
    """Wraps those of the methods that a class declares itself."""
    for name in LIST_METHODS:
        method = vars(cls).get(name)
        if callable(method) or isinstance(method, staticmethod):
            setattr(cls, name, _wrapped(cls, name, method))


def _wrapped(cls: type, name: str, method: Any) -> Any:
    if type(method).__name__ == "method_descriptor":
        return functools.wraps(method)(lambda self, *args, **kwargs: asPythonQt(method(self, *args, **kwargs)))
    unbound: Callable = getattr(cls, name)
    return staticmethod(lambda *args, **kwargs: asPythonQt(unbound(*args, **kwargs)))
