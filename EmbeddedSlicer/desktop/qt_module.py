"""The module ``qt`` of desktop Slicer: Qt's classes by flat names, with PythonQt's rules on them."""

from __future__ import annotations

import types

from PySide6 import QtPrintSupport

from EmbeddedSlicer.desktop.native import QtCore, QtGui, QtNetwork, QtUiTools, QtWidgets
from EmbeddedSlicer.desktop.ui_loader import UiLoader

PYSIDE_ONLY = {"QEnum", "QFlag", "QT_TRANSLATE_NOOP", "QT_TRANSLATE_NOOP3", "QT_TRANSLATE_NOOP_UTF8", "QT_TR_NOOP"}
PYSIDE_ONLY |= {"QT_TR_NOOP_UTF8", "QtMsgType", "QSIGNAL", "QSLOT"}

NEWER = {
    "QCalendarPermission",
    "QCameraPermission",
    "QChronoTimer",
    "QContactsPermission",
    "QFormDataBuilder",
    "QHttpHeaders",
    "QLocationPermission",
    "QMicrophonePermission",
    "QNetworkRequestFactory",
    "QPageRanges",
    "QPermission",
    "QPointingDevice",
    "QPropertyBindingBase",
    "QRestAccessManager",
    "QStringConverter",
    "QStringDecoder",
    "QStringEncoder",
    "QtVideo",
}
"""Classes that are new in Qt 6."""


def makeQtModule() -> types.ModuleType:
    """Needs PythonQt's rules to be installed."""
    module = types.ModuleType("qt", __doc__)
    for source in (QtCore, QtGui, QtWidgets, QtNetwork, QtPrintSupport, QtUiTools):
        for name in dir(source):
            if name.startswith("Q") and name not in PYSIDE_ONLY | NEWER:
                module.__dict__.setdefault(name, getattr(source, name))
    module.QUiLoader = UiLoader
    return module
