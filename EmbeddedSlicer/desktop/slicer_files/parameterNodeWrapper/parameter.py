"""One parameter: its type, and how it is written on the parameter node."""

import enum
import pathlib
import types
import typing
from typing import Any

import slicer

from .annotations import Choice, Default, Maximum, Minimum, WithinRange

UNSET = object()


def nodeTypesOf(kind: Any) -> tuple[type, ...]:
    """MRML node classes of a type, also of a union or an optional; empty for other types."""
    isUnion = typing.get_origin(kind) in (typing.Union, types.UnionType)
    parts = [part for part in (typing.get_args(kind) if isUnion else (kind,)) if part is not type(None)]
    allNodes = all(isinstance(part, type) and issubclass(part, slicer.vtkMRMLNode) for part in parts)
    return tuple(parts) if parts and allNodes else ()


class Parameter:
    """Checks, reads and writes values of one name.

    Raises:
        TypeError: for a type that this stand-in cannot write.
    """

    def __init__(self, name: str, hint: Any, default: Any = UNSET) -> None:
        annotated = typing.get_args(hint) if typing.get_origin(hint) is typing.Annotated else (hint,)
        self.name, self.hint = name, hint
        self.kind, self.notes = annotated[0], annotated[1:]
        self.nodeTypes = nodeTypesOf(self.kind)
        if not self.nodeTypes and not self._isWritable():
            msg = f"Unable to find serializer for parameter '{name}' of type {hint}"
            raise TypeError(msg)
        self.default = self._default(default)

    def _isWritable(self) -> bool:
        known = (str, int, float, bool)
        return self.kind in known or (
            isinstance(self.kind, type) and issubclass(self.kind, enum.Enum | pathlib.PurePath)
        )

    def note(self, kind: type) -> Any:
        """The annotation of a class, or None."""
        return next((note for note in self.notes if isinstance(note, kind)), None)

    def isA(self, base: type) -> bool:
        return isinstance(self.kind, type) and issubclass(self.kind, base)

    def _default(self, default: Any) -> Any:
        if default is not UNSET:
            return default
        if note := self.note(Default):
            return note.value
        if self.nodeTypes:
            return None
        return self._naturalDefault()

    def _naturalDefault(self) -> Any:
        if choice := self.note(Choice):
            return choice.choices[0]
        if self.isA(enum.Enum):
            return next(iter(self.kind))
        if self.isA(pathlib.PurePath):
            return self.kind()
        value = self.kind()
        lowest = self.note(WithinRange) or self.note(Minimum)
        highest = self.note(Maximum)
        if lowest and value < lowest.minimum:
            return self.kind(lowest.minimum)
        return self.kind(highest.maximum) if highest and value > highest.maximum else value

    def check(self, value: Any) -> None:
        """Raises TypeError or ValueError for a value that the parameter cannot have."""
        if self.nodeTypes:
            accepted = value is None or isinstance(value, self.nodeTypes)
        elif self.kind is float:
            accepted = isinstance(value, int | float) and not isinstance(value, bool)
        elif self.kind is int:
            accepted = isinstance(value, int) and not isinstance(value, bool)
        else:
            accepted = isinstance(value, pathlib.PurePath if self.isA(pathlib.PurePath) else self.kind)
        if not accepted:
            msg = f"Unexpected type for parameter '{self.name}'. Expected {self.kind}, got {type(value)}"
            raise TypeError(msg)
        for note in self.notes:
            if hasattr(note, "validate"):
                note.validate(value)

    def write(self, node: slicer.vtkMRMLScriptedModuleNode, value: Any) -> None:
        self.check(value)
        if self.nodeTypes:
            node.SetNodeReferenceID(self.name, value.GetID() if value is not None else None)
        elif self.isA(enum.Enum):
            node.SetParameter(self.name, value.name)
        else:
            node.SetParameter(self.name, str(float(value) if self.kind is float else value))

    def writeDefault(self, node: slicer.vtkMRMLScriptedModuleNode) -> None:
        """Where the node has no value yet."""
        if not self.nodeTypes and not node.HasParameter(self.name):
            self.write(node, self.default)

    def read(self, node: slicer.vtkMRMLScriptedModuleNode) -> Any:
        if self.nodeTypes:
            return node.GetNodeReference(self.name)
        if not node.HasParameter(self.name):
            return self.default
        text = node.GetParameter(self.name)
        if self.kind is bool:
            return text == "True"
        return self.kind[text] if self.isA(enum.Enum) else self.kind(text)
