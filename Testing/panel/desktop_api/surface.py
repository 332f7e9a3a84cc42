"""What desktop Slicer 5.12 offers to a scripted module: the written lists beside this file, and slicer-core itself.

- ``qt.json``: Qt classes, from Qt 5.15 and Qt 6 (see ``make_qt_list.py``).
- ``widgets.json``: ctk, qMRML and qSlicer classes as PythonQt shows them (properties, slots, invokable methods and
  signals), from the headers of CTK and of Slicer. No complete list: what is missing is added when it is first needed,
  after a look at the header.
- ``returns.json``: classes that methods of these return.
- ``python.json``: Python modules that slicer-core lacks, with the names of all parameters; those marked ``!`` have a
  default with which the call fails all the same (SampleDataSource zips None), so that they must be given.
- ``slicer.vtk*``, ``vtk.*`` and ``slicer.util`` are asked themselves: slicer-core 5.12.4 holds the same code.
"""

from __future__ import annotations

import ast
import builtins
import collections
import contextlib
import datetime as dt
import importlib
import importlib.util
import json
import logging
import pathlib
import re
import subprocess
import threading
import unittest
from dataclasses import dataclass
from functools import cached_property
from typing import Any

HERE = pathlib.Path(__file__).parent
KINDS = ("properties", "methods", "signals", "constants")
WRAPPER = {"connectGui", "connectParametersToGui", "dataType", "disconnectGui", "getValue", "isCached", "parameterNode"}
"""What a class gets by the decorator ``parameterNodeWrapper``, besides what a node has."""

BASES = {
    *("cleanup", "delayDisplay", "developerMode", "enter", "exit", "getAllParameterNodes", "getParameterNode"),
    *(
        "isSingletonParameterNode",
        "layout",
        "logic",
        "messageDelay",
        "moduleName",
        "onReload",
        "parent",
        "resourcePath",
    ),
    *("runTest", "setup", "takeScreenshot"),
}
"""What the classes of ``slicer.ScriptedLoadableModule`` hand down."""


def _table(name: str) -> dict[str, Any]:
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def normalized(signature: str) -> str:
    """A signal's signature as Qt normalizes it."""
    return re.sub(r"\bconst\b|[&\s]", "", signature)


@dataclass(frozen=True)
class Member:
    """One member of a Qt, ctk or qMRML class: its kind (one of KINDS) and, of a method, the class it returns."""

    kind: str
    returns: str = ""


class Surface:
    """Answers what is there; knows nothing of our own code."""

    def __init__(self) -> None:
        self.widgets: dict[str, dict[str, list[str]]] = {**_table("qt.json"), **_table("widgets.json")}
        self.python: dict[str, dict[str, Any]] = _table("python.json")
        self._returns: dict[str, str] = _table("returns.json")

    # Qt, ctk, qMRML

    def ancestors(self, name: str) -> list[str]:
        """A class and all that it inherits from, nearest first."""
        above = [name]
        for base in self.widgets[name]["bases"]:
            above += [found for found in self.ancestors(base) if found not in above]
        return above

    def member(self, name: str, member: str) -> Member | None:
        """A member of an instance; properties hide the methods that read them, as they do in PythonQt."""
        above = self.ancestors(name)
        for kind in KINDS:
            if any(member in self._names(owner, kind) for owner in above):
                returned = (self._returns.get(f"{owner}.{member}") for owner in above)
                return Member(kind, next((found for found in returned if found), ""))
        return None

    def static(self, name: str, member: str) -> Member | None:
        """A member of a class itself: an enumerator, or a method."""
        for kind in ("constants", "methods"):
            for owner in self.ancestors(name):
                if member in self._names(owner, kind):
                    return Member(kind)
        return None

    def _names(self, owner: str, kind: str) -> set[str]:
        return {text.split("(")[0] for text in self.widgets[owner][kind]}

    def derived_member(self, name: str, member: str) -> Member | None:
        """A member that some class deriving from ``name`` has."""
        heirs = (heir for heir in self.widgets if name in self.ancestors(heir))
        return next((found for found in (self.member(heir, member) for heir in heirs) if found), None)

    def signals(self, name: str) -> set[str]:
        """Normalized signatures of all signals of a class."""
        return {text for owner in self.ancestors(name) for text in self.widgets[owner]["signals"]}

    @cached_property
    def all_signals(self) -> set[str]:
        return {text for members in self.widgets.values() for text in members["signals"]}

    @cached_property
    def properties(self) -> set[str]:
        """Names that are a property of some class."""
        return {name for members in self.widgets.values() for name in members["properties"]}

    # VTK and MRML

    def vtk_class(self, name: str) -> type | None:
        """A class of ``slicer.vtk*`` or ``vtk.vtk*``."""
        for module in ("slicer", "vtk"):
            found = getattr(importlib.import_module(module), name, None)
            if name.startswith("vtk") and isinstance(found, type):
                return found
        return None

    def vtk_heir(self, owner: type, attribute: str) -> type | None:
        """A class that derives from ``owner`` and has an attribute."""
        return next((cls for cls in self.vtk_classes if issubclass(cls, owner) and hasattr(cls, attribute)), None)

    @cached_property
    def vtk_classes(self) -> list[type]:
        modules = [importlib.import_module(name) for name in ("slicer", "vtk")]
        return [v for m in modules for n, v in vars(m).items() if n.startswith("vtk") and isinstance(v, type)]

    def vtk_names(self, module: str) -> set[str]:
        return set(dir(importlib.import_module(module)))

    def vtk_returns(self, owner: type, method: str) -> str:
        """The class that a method returns, by the signatures in its docstring; empty where they differ."""
        text = getattr(owner, method).__doc__ or ""
        found = set(re.findall(r"^\w+\((?:[^()]|\([^()]*\))*\)\s*-> (\w+)", text, re.MULTILINE))
        return found.pop() if len(found) == 1 else ""

    # slicer.util

    @cached_property
    def _util_tree(self) -> ast.Module:
        spec = importlib.util.find_spec("slicer.util")
        assert spec is not None
        assert spec.origin is not None
        return ast.parse(pathlib.Path(spec.origin).read_text(encoding="utf-8"))

    @cached_property
    def util_methods(self) -> set[str]:
        """Methods of the classes of slicer.util, such as VTKObservationMixin."""
        classes = [node for node in self._util_tree.body if isinstance(node, ast.ClassDef)]
        return {item.name for cls in classes for item in cls.body if isinstance(item, ast.FunctionDef)}

    @cached_property
    def util(self) -> dict[str, list[str] | None]:
        """Functions and classes of slicer.util with their parameters; None where any keyword is taken."""
        names: dict[str, list[str] | None] = {}
        for node in self._util_tree.body:
            if isinstance(node, ast.FunctionDef):
                names[node.name] = parameters_of(node)
            elif isinstance(node, ast.ClassDef):
                made = [item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == "__init__"]
                names[node.name] = parameters_of(made[0])[1:] if made and parameters_of(made[0]) else None
            elif isinstance(node, ast.Assign):
                names.update({target.id: None for target in node.targets if isinstance(target, ast.Name)})
            elif isinstance(node, ast.ImportFrom):
                names.update({alias.asname or alias.name: None for alias in node.names})
        return names

    # All words that anybody knows

    @cached_property
    def words(self) -> set[str]:
        """Every attribute name of Slicer, Qt, VTK and Python: the net below what cannot be typed."""
        words = {name for members in self.widgets.values() for kind in KINDS for name in members[kind]}
        words = {word.split("(")[0] for word in words} | set(self.util) | WRAPPER | BASES | self.util_methods
        words.update(name for module in self.python.values() for name in module)
        words.update(name for cls in self.vtk_classes for name in dir(cls))
        return words | self.python_words

    @cached_property
    def python_words(self) -> set[str]:
        """Attribute names of Python's own values and of numpy's arrays."""
        return {name for value in self._python_values for name in dir(value)}

    @cached_property
    def python_methods(self) -> set[str]:
        """Those of them that are called."""
        return {name for v in self._python_values for name in dir(v) if callable(getattr(v, name, None))}

    @cached_property
    def _python_values(self) -> list[Any]:
        import numpy as np
        from packaging.requirements import Requirement

        values: list[Any] = [
            value for value in vars(builtins).values() if getattr(value, "__module__", "") == "builtins"
        ]
        values += [pathlib.Path, dt.datetime, subprocess.Popen, threading.Thread, threading.Event, logging.Logger]
        values += [re.Match, re.Pattern, collections.deque, json.JSONDecoder, contextlib.ExitStack, unittest.TestCase]
        values += [np.ndarray, np.generic, Requirement("numpy>=1")]
        return values


def parameters_of(node: ast.FunctionDef) -> list[str] | None:
    """Names of a function's parameters; None where it takes any keyword."""
    if node.args.kwarg is not None:
        return None
    return [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
