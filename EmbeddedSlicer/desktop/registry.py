"""Widget classes of desktop Slicer that Qt lacks: known by name to the .ui loader, to ``ctk`` and to ``slicer``."""

from __future__ import annotations

from typing import TypeVar

from EmbeddedSlicer.desktop.native import QtCore, QtWidgets

Widget = TypeVar("Widget", bound=type[QtCore.QObject])

STAND_INS: dict[str, type[QtCore.QObject]] = {}


def standIn(cls: Widget) -> Widget:
    """Class decorator: the class stands in for Slicer's or CTK's of the same name.

    A signal with arguments of VTK classes is declared as ``Signal(object)``, and ``CPP_SIGNALS`` names the C++
    signature that it stands for: ``{"currentNodeChanged(vtkMRMLNode*)": "currentNodeChanged(PyObject)"}``.
    """
    STAND_INS[cls.__name__] = cls
    return cls


def parentOf(arguments: tuple) -> QtWidgets.QWidget | None:
    """The parent among the arguments of a constructor, which Qt takes last."""
    return arguments[-1] if arguments and isinstance(arguments[-1], QtWidgets.QWidget) else None
