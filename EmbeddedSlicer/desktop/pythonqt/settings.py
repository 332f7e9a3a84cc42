"""QSettings whose values come back as they do after a restart."""

from __future__ import annotations

from typing import Any

from EmbeddedSlicer.desktop.native import QtCore
from EmbeddedSlicer.desktop.pythonqt.properties import asPythonQt

_value = QtCore.QSettings.value


def readAsText() -> None:
    """Numbers and switches come back as text, which is all that an .ini file keeps of them.

    Qt gives the value that was set while the program runs, and text from the next start on: code that only works in
    the first of the two must not pass here.
    """
    QtCore.QSettings.value = value


def value(settings: QtCore.QSettings, key: str, default: Any = None) -> Any:
    """As ``QSettings.value``: None or the default where the key is missing."""
    if not settings.contains(key):
        return default
    found = _value(settings, key)
    if isinstance(found, bool):
        return "true" if found else "false"
    return str(found) if isinstance(found, int | float) else asPythonQt(found)
