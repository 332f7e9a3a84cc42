"""All sources together, and what is known of our own classes."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from desktop_api.form import UiForm
from desktop_api.kinds import Foreign, Kind, Method, Property
from desktop_api.resolve import Resolver
from desktop_api.sources import Source
from desktop_api.surface import Surface


@dataclass(frozen=True, order=True)
class Problem:
    """One use that desktop Slicer does not understand."""

    file: str
    line: int
    text: str


@dataclass
class OwnClass:
    """What is known of a class of our own."""

    bases: tuple[str, ...]
    methods: dict[str, ast.FunctionDef]
    attributes: dict[str, Kind | None] = field(default_factory=dict)
    given: dict[str, Kind | None] = field(default_factory=dict)


def merged(table: dict[str, Kind | None], name: str, kind: Kind | None) -> None:
    """Notes a kind; two different ones cancel each other out."""
    if kind is None or isinstance(kind, Property | Method):
        kind = None
    if name not in table or table[name] is None:
        table[name] = kind
    elif kind is not None and table[name] != kind:
        table[name] = Foreign()


class Project:
    """All sources together, and what is known of them."""

    def __init__(self, sources: Iterable[Source], surface: Surface, form: UiForm) -> None:
        self.sources = list(sources)
        self.surface = surface
        self.resolver = Resolver(surface)
        self.form = form
        self.classes: dict[str, OwnClass] = {}
        self.words = set(surface.words)
        self.own_words: set[str] = set()
        self.own_functions: set[str] = set()
        for source in self.sources:
            self._declare(source)
        self.words |= self.own_words

    def _declare(self, source: Source) -> None:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef):
                methods = {item.name: item for item in node.body if isinstance(item, ast.FunctionDef)}
                bases = tuple(ast.unparse(base) for base in node.bases)
                self.classes[f"{source.module}.{node.name}"] = OwnClass(bases, methods)
            self._learn(node)

    def _learn(self, node: ast.AST) -> None:
        self.own_words.update(_defined(node))
        if isinstance(node, ast.FunctionDef):
            self.own_functions.add(node.name)

    def learn_words(self, tree: ast.AST) -> None:
        """Attribute names that other code of ours defines."""
        for node in ast.walk(tree):
            self._learn(node)
        self.words |= self.own_words

    def waived(self, problem: Problem) -> bool:
        return any(s.waived(problem.line) for s in self.sources if s.name == problem.file)


def _defined(node: ast.AST) -> Iterable[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        yield node.attr
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id
    elif isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))
