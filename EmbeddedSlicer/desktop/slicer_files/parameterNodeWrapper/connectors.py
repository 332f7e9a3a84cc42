"""Which widget shows which parameter, and how. Widget classes are compared exactly, as Slicer does."""

import enum
import pathlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ctk
import qt
import slicer

from .annotations import Choice, Decimals, SingleStep, WithinRange
from .parameter import Parameter

CHECKABLE = (qt.QCheckBox, ctk.ctkCheckBox, qt.QPushButton, ctk.ctkCollapsibleButton)
SPIN_BOXES = (qt.QSpinBox, qt.QDoubleSpinBox)
SLIDERS = (qt.QSlider, ctk.ctkSliderWidget, ctk.ctkDoubleSlider)
COMBO_BOXES = (qt.QComboBox, ctk.ctkComboBox)
NUMBER_SIGNALS = {qt.QSpinBox: "valueChanged(int)", qt.QSlider: "valueChanged(int)"}


@dataclass(frozen=True)
class Connector:
    """Reads and writes a widget.

    Attributes:
        signal: of the widget, when its user changes the value; empty for a widget that only shows.
    """

    widget: Any
    read: Callable[[], Any]
    write: Callable[[Any], None]
    signal: str


def connectorOf(parameter: Parameter, widget: Any) -> Connector:
    """Sets the widget up for the parameter: range, steps, choices, node types.

    Raises:
        RuntimeError: if a widget of this class cannot show the parameter.
    """
    make = _makerFor(parameter, type(widget))
    if make is None:
        msg = f"Unable to create GUI connector from datatype '{parameter.hint}' to widget type '{type(widget)}'"
        raise RuntimeError(msg)
    for note in parameter.notes:
        if isinstance(note, Decimals):
            widget.decimals = note.value
        elif isinstance(note, SingleStep):
            widget.singleStep = note.value
    return make(parameter, widget)


def _makerFor(parameter: Parameter, widgetClass: type) -> Callable[[Parameter, Any], Connector] | None:
    isChoice = parameter.isA(enum.Enum) or parameter.note(Choice) is not None
    candidates = (
        (bool(parameter.nodeTypes) and widgetClass is slicer.qMRMLNodeComboBox, _nodes),
        (parameter.kind is bool and widgetClass in CHECKABLE, _checkable),
        (parameter.kind in (int, float) and widgetClass in SPIN_BOXES + SLIDERS, _number),
        (isChoice and widgetClass in COMBO_BOXES, _choice),
        (parameter.kind is str and widgetClass is qt.QLineEdit, _line),
        (parameter.kind is str and widgetClass is qt.QTextEdit, _text),
        (parameter.kind is str and widgetClass is qt.QLabel, _label),
        (parameter.isA(pathlib.PurePath) and widgetClass is ctk.ctkPathLineEdit, _path),
        (parameter.isA(pathlib.PurePath) and widgetClass is ctk.ctkDirectoryButton, _directory),
    )
    return next((make for applies, make in candidates if applies), None)


def _attribute(widget: Any, name: str, signal: str, toWidget: Callable = lambda v: v, toValue: Callable = lambda v: v):
    def write(value: Any) -> None:
        if getattr(widget, name) != toWidget(value):  # a cursor stays where it is
            setattr(widget, name, toWidget(value))

    return Connector(widget, lambda: toValue(getattr(widget, name)), write, signal)


def _nodes(parameter: Parameter, widget: Any) -> Connector:
    widget.nodeTypes = [nodeType().GetClassName() for nodeType in parameter.nodeTypes]
    return Connector(widget, widget.currentNode, widget.setCurrentNode, "currentNodeChanged(vtkMRMLNode*)")


def _checkable(parameter: Parameter, widget: Any) -> Connector:
    if type(widget) is ctk.ctkCollapsibleButton:
        return _attribute(widget, "collapsed", "contentsCollapsed(bool)")
    if not widget.checkable:
        msg = f"The button for parameter '{parameter.name}' is not checkable"
        raise RuntimeError(msg)
    return _attribute(widget, "checked", "toggled(bool)")


def _number(parameter: Parameter, widget: Any) -> Connector:
    bounds = parameter.note(WithinRange)
    if bounds is None and type(widget) in SLIDERS:
        msg = f"A slider needs a range: annotate parameter '{parameter.name}' with WithinRange"
        raise RuntimeError(msg)
    if bounds is not None:
        widget.minimum, widget.maximum = bounds.minimum, bounds.maximum
    signal = NUMBER_SIGNALS.get(type(widget), "valueChanged(double)")
    return _attribute(widget, "value", signal, toValue=parameter.kind)


def _choice(parameter: Parameter, widget: Any) -> Connector:
    choices = list(parameter.kind) if parameter.isA(enum.Enum) else parameter.note(Choice).choices
    widget.clear()
    for choice in choices:
        widget.addItem(_labelOf(choice))
    return _attribute(widget, "currentIndex", "currentIndexChanged(int)", choices.index, choices.__getitem__)


def _labelOf(choice: Any) -> str:
    if isinstance(choice, enum.Enum):
        return choice.label() if hasattr(choice, "label") else choice.name
    return str(choice)


def _line(_parameter: Parameter, widget: Any) -> Connector:
    return _attribute(widget, "text", "textChanged(QString)")


def _text(_parameter: Parameter, widget: Any) -> Connector:
    return _attribute(widget, "plainText", "textChanged()")


def _label(_parameter: Parameter, widget: Any) -> Connector:
    return _attribute(widget, "text", "")


def _path(parameter: Parameter, widget: Any) -> Connector:
    return _attribute(widget, "currentPath", "currentPathChanged(QString)", str, parameter.kind)


def _directory(parameter: Parameter, widget: Any) -> Connector:
    return _attribute(widget, "directory", "directoryChanged(QString)", str, parameter.kind)
