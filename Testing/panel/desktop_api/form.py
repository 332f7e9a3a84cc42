"""The module's .ui file: its widgets, their properties, its connections, and what binds them to the parameter node."""

from __future__ import annotations

import ast
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from desktop_api.surface import Member, Surface, normalized

BINDING = "SlicerParameterName"
DESIGNER_CLASSES = {"Line": "QFrame"}
CONTROLS = re.compile(r"Button$|CheckBox$|ComboBox$|Slider|SpinBox$|LineEdit$|TextEdit$|TableWidget$")
"""Classes with which a reader does something."""

REPRESENTS = {
    "bool": {"QCheckBox", "ctkCheckBox", "QPushButton"},
    "int": {"QSpinBox", "QSlider"},
    "float": {"QDoubleSpinBox", "ctkSliderWidget", "ctkDoubleSlider", "qMRMLSliderWidget"},
    "str": {"QLineEdit", "QTextEdit", "QComboBox", "ctkComboBox"},
    "Enum": {"QComboBox", "ctkComboBox"},
    "node": {"qMRMLNodeComboBox"},
    "Path": {"ctkPathLineEdit", "ctkDirectoryButton"},
}
"""Which widget shows which type of parameter; the wrapper compares exact classes (guiConnectors.py of Slicer 5.12)."""

NEEDS = {"ctkSliderWidget": "WithinRange", "ctkDoubleSlider": "WithinRange", "QSlider": "WithinRange"}
"""Widgets that cannot show an unbounded number."""


@dataclass(frozen=True)
class Parameter:
    """One annotation of the parameter node: its type's name and the names of its further annotations."""

    type: str
    notes: tuple[str, ...]


class UiForm:
    """One .ui file."""

    def __init__(self, text: str) -> None:
        self.root = ET.fromstring(text)

    @cached_property
    def widgets(self) -> list[ET.Element]:
        return list(self.root.iter("widget"))

    @cached_property
    def classes(self) -> dict[str, str]:
        """Class by object name."""
        return {w.get("name", ""): DESIGNER_CLASSES.get(w.get("class", ""), w.get("class", "")) for w in self.widgets}

    @cached_property
    def bindings(self) -> list[tuple[str, ET.Element]]:
        """Parameter name and widget, for every widget that shows one."""
        return [(text_of(p), w) for w in self.widgets for p in w.findall("property") if p.get("name") == BINDING]

    # What desktop Slicer would not understand

    def problems(self, surface: Surface) -> Iterator[str]:
        """Sentences on classes, properties, values and connections that desktop Slicer does not have."""
        names = [w.get("name", "") for w in self.root.iter() if w.tag in ("widget", "layout", "spacer")]
        yield from (f"two objects are called {name}" for name in sorted({n for n in names if names.count(n) > 1}))
        for widget in self.widgets:
            yield from self._widget_problems(widget, surface)
        for declared in self._undeclared():
            yield f"{declared} is no class of Qt and not declared among <customwidgets>"
        yield from self._connection_problems(surface)

    def _widget_problems(self, widget: ET.Element, surface: Surface) -> Iterator[str]:
        name, cls = widget.get("name", ""), DESIGNER_CLASSES.get(widget.get("class", ""), widget.get("class", ""))
        if cls not in surface.widgets:
            yield f"{name}: no class {cls}"
            return
        for element in widget.findall("property"):
            yield from self._property_problems(name, cls, element, surface)

    def _property_problems(self, name: str, cls: str, element: ET.Element, surface: Surface) -> Iterator[str]:
        prop = element.get("name", "")
        member = Member("properties") if (cls, prop) == ("QLabel", "buddy") else surface.member(cls, prop)
        if prop == BINDING or (element.get("stdset") == "0" and member is None):
            if prop != BINDING:
                yield f"{name}: unknown dynamic property {prop} (did you mean {BINDING}?)"
            return
        if member is None or member.kind != "properties":
            yield f"{name}: {cls} has no property {prop}"
        if prop == "styleSheet":
            yield f"{name}: no style sheets"
        if prop in ("minimumSize", "maximumSize", "minimumWidth", "maximumWidth") and _width(element) not in (
            0,
            16777215,
        ):
            yield f"{name}: no fixed widths"
        if prop == "buddy" and text_of(element) not in self.classes:
            yield f"{name}: its buddy {text_of(element)} does not exist"
        yield from self._value_problems(name, element, surface)

    def _value_problems(self, name: str, element: ET.Element, surface: Surface) -> Iterator[str]:
        for value in (*element.findall("enum"), *element.findall("set")):
            for part in (value.text or "").split("|"):
                owner, _, constant = part.strip().rpartition("::")
                if "::" in owner:
                    yield f"{name}: {part} is written as Qt 6 does; Qt 5 reads {owner.split('::')[0]}::{constant}"
                elif owner not in surface.widgets or surface.static(owner, constant) is None:
                    yield f"{name}: there is no {part}"

    def _undeclared(self) -> set[str]:
        declared = {element.text for element in self.root.iter("class") if element.text}
        return {cls for cls in self.classes.values() if not cls.startswith("Q")} - declared

    def _connection_problems(self, surface: Surface) -> Iterator[str]:
        for connection in self.root.iter("connection"):
            sender, signal, receiver, slot = (
                connection.findtext(tag, "") for tag in ("sender", "signal", "receiver", "slot")
            )
            for end in (sender, receiver):
                if end not in self.classes:
                    yield f"connection: no widget {end}"
            if sender in self.classes and normalized(signal) not in surface.signals(self.classes[sender]):
                yield f"{sender} has no signal {signal}"
            if receiver in self.classes:
                member = surface.member(self.classes[receiver], slot.split("(")[0])
                if member is None or member.kind != "methods":
                    yield f"{receiver} has no slot {slot}"

    # The parameter node

    def binding_problems(self, parameters: dict[str, Parameter]) -> Iterator[str]:
        """Sentences on parameters that no widget shows rightly."""
        bound = [name for name, _ in self.bindings]
        yield from (f"{name} is shown by two widgets" for name in sorted({n for n in bound if bound.count(n) > 1}))
        yield from (f"{name} is shown by no widget" for name in parameters if name not in bound)
        for name, widget in self.bindings:
            if name not in parameters:
                yield f"{widget.get('name')}: the parameter node has no {name}"
            else:
                yield from self._fit_problems(name, parameters[name], widget)

    def _fit_problems(self, name: str, parameter: Parameter, widget: ET.Element) -> Iterator[str]:
        cls = widget.get("class", "")
        if cls not in REPRESENTS.get(parameter.type, set()):
            yield f"{name}: {cls} does not show a {parameter.type}"
        if cls in NEEDS and NEEDS[cls] not in parameter.notes:
            yield f"{name}: {cls} needs {NEEDS[cls]}"
        if parameter.type == "str" and cls.endswith("ComboBox") and "Choice" not in parameter.notes:
            yield f"{name}: {cls} needs Choice"
        if cls == "QPushButton" and property_of(widget, "checkable") != "true":
            yield f"{name}: the button is not checkable"

    # Words

    def controls(self) -> list[ET.Element]:
        """Widgets with which a reader does something."""
        return [
            w for w in self.widgets if CONTROLS.search(w.get("class", "")) and w.get("class") != "ctkCollapsibleButton"
        ]


def text_of(element: ET.Element) -> str:
    """The text of a property's value."""
    return "".join(element.itertext()).strip()


def property_of(widget: ET.Element, name: str) -> str | None:
    """A property's value as text, None where it is not set."""
    return next((text_of(p) for p in widget.findall("property") if p.get("name") == name), None)


def _width(element: ET.Element) -> int:
    number = element.find(".//width")
    return int((number if number is not None else element[0]).text or 0)


def parameters_of(tree: ast.Module) -> dict[str, Parameter]:
    """The annotations of the class that is decorated with ``parameterNodeWrapper``."""
    enums = {n.name for n in tree.body if isinstance(n, ast.ClassDef) and "Enum" in {ast.unparse(b) for b in n.bases}}
    nodes = [n for n in tree.body if isinstance(n, ast.ClassDef)]
    wrapped = [n for n in nodes if any("parameterNodeWrapper" in ast.unparse(d) for d in n.decorator_list)]
    fields = [item for item in wrapped[0].body if isinstance(item, ast.AnnAssign)] if wrapped else []
    return {ast.unparse(item.target): _parameter(item.annotation, enums) for item in fields}


def _parameter(annotation: ast.expr, enums: set[str]) -> Parameter:
    notes: tuple[str, ...] = ()
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Annotated":
        first, *rest = annotation.slice.elts  # type: ignore[attr-defined]
        annotation, notes = first, tuple(ast.unparse(note).split("(")[0] for note in rest)
    name = ast.unparse(annotation)
    return Parameter("Enum" if name in enums else "node" if name.startswith("vtkMRML") else name, notes)
