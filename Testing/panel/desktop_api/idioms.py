"""Habits of PySide and of scripts that do harm in desktop Slicer: each rule says why, and finds its offenders."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

QT_PACKAGES = {"PySide2", "PySide6", "PyQt5", "PyQt6", "QtCore", "QtGui", "QtWidgets", "qtpy"}
LATE = {
    "torch",
    "monai",
    "PyTorchUtils",
    "SampleData",
    "skimage",
    "cc3d",
    "jinja2",
    "safetensors",
    "nibabel",
    "highdicom",
}
"""Not part of Slicer, or slow, or not loaded yet when modules are: imported where they are needed."""

NOT_IN_QT = {"Signal", "Slot", "Property", "pyqtSignal", "QThread", "QEvent"}
WIDTHS = {"setFixedWidth", "setFixedSize", "setMinimumWidth", "setMaximumWidth", "setMinimumSize", "setMaximumSize"}
SIZES = {"minimumWidth", "maximumWidth", "minimumSize", "maximumSize"}
WILDCARDS = {"slicer.ScriptedLoadableModule"}


@dataclass(frozen=True)
class Rule:
    """What is not done, why, and how to find it: ``find`` gets a node and says whether it is an offender."""

    name: str
    why: str
    find: Callable[[ast.AST], bool]


@dataclass(frozen=True, order=True)
class Offence:
    """One place where a rule is broken."""

    line: int
    rule: str
    why: str


def offences(tree: ast.Module) -> Iterator[Offence]:
    """All places of a file where a rule is broken."""
    for node in ast.walk(tree):
        for rule in RULES:
            if rule.find(node):
                yield Offence(getattr(node, "lineno", 0), rule.name, rule.why)
    for node in at_file_scope(tree):
        if imported_tops(node) & LATE:
            yield Offence(getattr(node, "lineno", 0), LATE_IMPORT.name, LATE_IMPORT.why)


def at_file_scope(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when the file is imported."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            continue
        yield child
        yield from at_file_scope(child)


def imported_tops(node: ast.AST) -> set[str]:
    """First parts of the names of the modules that a statement imports."""
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and not node.level:
        return {(node.module or "").split(".")[0]}
    return set()


def called(node: ast.AST) -> str:
    """The last part of the name of what is called."""
    function = node.func if isinstance(node, ast.Call) else None
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def dotted(node: ast.AST) -> list[str]:
    """``a.b.c`` as its parts; nothing where it starts with something else than a name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    return [node.id, *parts] if isinstance(node, ast.Name) else []


def is_text(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_connect(node: ast.AST) -> bool:
    return called(node) in ("connect", "disconnect") and isinstance(getattr(node, "func", None), ast.Attribute)


def _connects_a_signal_attribute(node: ast.AST) -> bool:
    return _is_connect(node) and not is_text(next(iter(node.args), None))  # type: ignore[attr-defined]


def _connects_what_takes_all(node: ast.AST) -> bool:
    slots = node.args[1:] if _is_connect(node) else []  # type: ignore[attr-defined]
    return any(called(s) == "partial" or (isinstance(s, ast.Lambda) and s.args.defaults) for s in slots)


def _is_scoped_enum(node: ast.AST) -> bool:
    parts = dotted(node)
    return len(parts) == 4 and parts[0] in ("qt", "ctk") and parts[1][0].isupper() and parts[2][0].isupper()


def _translates_no_literal(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or called(node) not in ("_", "translate"):
        return False
    return bool(node.keywords) or not node.args or not all(is_text(argument) for argument in node.args)


def _derives_from_qt(node: ast.AST) -> bool:
    bases = node.bases if isinstance(node, ast.ClassDef) else []
    return any(dotted(base)[:1] in (["qt"], ["ctk"]) or ast.unparse(base).startswith("slicer.q") for base in bases)


def _sets_a_width(node: ast.AST) -> bool:
    stored = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in SIZES
    return stored or called(node) in WIDTHS


LATE_IMPORT = Rule("late import", f"not at file scope: {', '.join(sorted(LATE))}", lambda node: False)

RULES = (
    Rule("exec_", "exec( runs code or is Qt 6 only; dialogs and menus have exec_()", lambda n: called(n) == "exec"),
    Rule(
        "PySide",
        "desktop Slicer has the modules qt and ctk, and no binding of its own",
        lambda n: bool(imported_tops(n) & QT_PACKAGES) or (isinstance(n, ast.Name) and n.id in QT_PACKAGES),
    ),
    Rule(
        "connect by string",
        'thing.clicked.connect takes the first overload and hides a typo; write thing.connect("clicked()", slot)',
        _connects_a_signal_attribute,
    ),
    Rule(
        "slots declare what they take",
        "partial objects and default arguments receive the signal's arguments in place of their own",
        _connects_what_takes_all,
    ),
    Rule("unscoped enums", "PythonQt knows qt.Qt.AlignLeft, not qt.Qt.AlignmentFlag.AlignLeft", _is_scoped_enum),
    Rule(
        "literals in _()",
        "the texts are collected from the source: literals only, filled by .format",
        _translates_no_literal,
    ),
    Rule("no Qt subclasses", "virtual methods and QObject life times do not survive PythonQt", _derives_from_qt),
    Rule(
        "not in PythonQt",
        "signals of one's own, threads and events of Qt crash or leak in PythonQt",
        lambda n: len(dotted(n)) == 2 and dotted(n)[0] == "qt" and dotted(n)[1] in NOT_IN_QT,
    ),
    Rule(
        "no event filters",
        "an event filter in Python is slow and leaks",
        lambda n: called(n) == "installEventFilter" or (isinstance(n, ast.FunctionDef) and n.name == "eventFilter"),
    ),
    Rule(
        "no style sheets",
        "Slicer's light and dark styles decide",
        lambda n: called(n) == "setStyleSheet" or _stores(n, "styleSheet"),
    ),
    Rule("no fixed widths", "the panel must fit 400 pixels and every font", _sets_a_width),
    Rule(
        "no wildcard imports",
        "except the one that Slicer's template needs",
        lambda n: isinstance(n, ast.ImportFrom) and n.names[0].name == "*" and n.module not in WILDCARDS,
    ),
    Rule("no print", "use logging; the reader is told by a dialog", lambda n: called(n) == "print"),
    Rule("no bare except", "it also catches Ctrl-C", lambda n: isinstance(n, ast.ExceptHandler) and n.type is None),
    Rule(
        "no __del__",
        "it runs when Qt and MRML are gone",
        lambda n: isinstance(n, ast.FunctionDef) and n.name == "__del__",
    ),
    Rule(
        "no endless waiting",
        "the window would freeze",
        lambda n: called(n) in ("waitForFinished", "waitForStarted", "msleep"),
    ),
)


def _stores(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr == name
