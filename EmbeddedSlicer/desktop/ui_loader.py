"""``qt.QUiLoader``: loads .ui files with stand-ins, and fails where desktop Slicer would only print or stay silent."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import Any

from EmbeddedSlicer.desktop.native import QtCore, QtUiTools, QtWidgets
from EmbeddedSlicer.desktop.registry import STAND_INS

DESIGNER_ONLY = {"Line"}
"""Widget names of Qt Designer that are no classes."""


@dataclass(frozen=True)
class Choice:
    """A property of a stand-in whose value names its own enum, which Qt's loader cannot look up in a Python class."""

    widget: str
    property: str
    value: Any


class UiLoader(QtUiTools.QUiLoader):
    """Loader that knows the stand-ins.

    All ``<connections>`` are made in Python: Qt's loader cannot connect signals with VTK arguments.
    """

    def __init__(self, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        for cls in STAND_INS.values():
            self.registerCustomWidget(cls)

    def load(self, device: QtCore.QIODevice, parent: QtWidgets.QWidget | None = None) -> QtWidgets.QWidget:
        """The widget that the file describes.

        Raises:
            ValueError: for a widget class that has no stand-in, or a connection that names a missing widget or signal.
        """
        root = ET.fromstring(bytes(device.readAll().data()))
        _refuseUnknownClasses(root)
        connections = _taken(root, "connections")
        choices = [choice for element in root.iter("widget") for choice in _takenChoices(element)]
        widget = super().load(_bufferOf(root), parent)
        named = {each.objectName: each for each in (widget, *widget.findChildren(QtCore.QObject))}
        for choice in choices:
            setattr(named[choice.widget], choice.property, choice.value)
        for connection in connections:
            _connect(named, **{end.tag: end.text for end in connection if end.tag != "hints"})
        return widget


def _refuseUnknownClasses(root: ET.Element) -> None:
    classes = {element.get("class") for element in root.iter("widget")}
    known = {name for name in classes if hasattr(QtWidgets, name)}
    if unknown := sorted(classes - known - STAND_INS.keys() - DESIGNER_ONLY):
        msg = f"The .ui file has widget classes without a stand-in: {', '.join(unknown)}"
        raise ValueError(msg)


def _taken(root: ET.Element, tag: str) -> list[ET.Element]:
    section = root.find(tag)
    if section is None:
        return []
    root.remove(section)
    return list(section)


def _takenChoices(element: ET.Element) -> list[Choice]:
    cls = STAND_INS.get(element.get("class"))
    choices = []
    for described in element.findall("property") if cls else ():
        text = described.findtext("enum") or described.findtext("set") or ""
        if text.startswith(f"{cls.__name__}::"):
            element.remove(described)
            choices.append(Choice(element.get("name"), described.get("name"), _valueNamed(cls, text)))
    return choices


def _valueNamed(cls: type, text: str) -> Any:
    value = 0
    for name in text.split("|"):
        value |= getattr(cls, name.split("::")[-1])
    return value


def _bufferOf(root: ET.Element) -> QtCore.QBuffer:
    buffer = QtCore.QBuffer()
    buffer.setData(ET.tostring(root))
    buffer.open(QtCore.QIODevice.ReadOnly)
    return buffer


def _connect(named: dict[str, Any], sender: str, signal: str, receiver: str, slot: str) -> None:
    for name in (sender, receiver):
        if name not in named:
            msg = f"A connection of the .ui file names a widget that it does not have: {name}"
            raise ValueError(msg)
    named[sender].connect(signal, named[receiver], slot)
