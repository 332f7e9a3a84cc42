"""Reads one file and reports every use of Slicer, Qt, VTK and MRML that desktop Slicer would not understand.

Kinds are followed through assignments, attributes of our own classes, their constructors, the form's widgets and the
methods whose return is known. What cannot be followed must at least have a name that somebody knows.
"""

from __future__ import annotations

import ast

from desktop_api.kinds import Class, Foreign, Form, Instance, Kind, Method, Module, Own, OwnInstance, Property
from desktop_api.project import OwnClass, Problem, Project, merged
from desktop_api.resolve import NotThere
from desktop_api.slots import Arity, arity_of
from desktop_api.sources import Source
from desktop_api.surface import normalized

SLICER_MODULES = ("qt", "ctk", "slicer", "vtk", "SampleData", "PyTorchUtils")
OWN_PACKAGES = ("U2ADSlicerLib", "u2ad", "U2ADSlicer")
WIDGET_OF_MODULE = {"ScriptedLoadableModule": "qSlicerScriptedLoadableModule"}
"""What ``self.parent`` is in a class that derives from this one."""

EXPRESSIONS = {
    ast.Name: "name",
    ast.Attribute: "attribute",
    ast.Call: "call",
    ast.Lambda: "anonymous",
    ast.IfExp: "choice",
    **dict.fromkeys((ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp), "comprehension"),
    **dict.fromkeys((ast.BoolOp, ast.UnaryOp, ast.Compare, ast.FormattedValue), "tested"),
}
"""Which method of the reader understands an expression."""

PYTHONS_OWN = (ast.Constant, ast.JoinedStr, ast.List, ast.Dict, ast.Set)

Env = dict[str, Kind | None]
"""Names of a block of code, and what is known of them."""

PASSES = 4
"""Kinds travel from one file to the next; after so many rounds they have arrived."""


def problems_of(project: Project) -> list[Problem]:
    """Every use in the project's sources that desktop Slicer would not understand, waived lines left out."""
    found: list[Problem] = []
    for _ in range(PASSES):
        found = [problem for source in project.sources for problem in Reader(project, source).read()]
    return sorted({problem for problem in found if not project.waived(problem)})


class Reader:
    """Reads one file from top to bottom."""

    def __init__(self, project: Project, source: Source) -> None:
        self.project = project
        self.source = source
        self.found: list[Problem] = []
        self.cls: str | None = None

    def read(self) -> list[Problem]:
        env: Env = {}
        for node in self.source.tree.body:
            if isinstance(node, ast.ClassDef):
                env[node.name] = Own(f"{self.source.module}.{node.name}")
        self.block(self.source.tree.body, env)
        return self.found

    def report(self, node: ast.AST, text: str) -> None:
        self.found.append(Problem(self.source.name, getattr(node, "lineno", 0), text))

    # Statements

    def block(self, body: list[ast.stmt], env: Env) -> None:
        for node in body:
            self.statement(node, env)

    def statement(self, node: ast.stmt, env: Env) -> None:
        handler = getattr(self, f"_{type(node).__name__.lower()}", None)
        if handler is not None:
            handler(node, env)
            return
        for child in ast.iter_child_nodes(node):
            self.any(child, env)

    def any(self, node: ast.AST, env: Env) -> None:
        if isinstance(node, ast.stmt):
            self.statement(node, env)
        elif isinstance(node, ast.expr):
            self.kind(node, env)
        else:
            for child in ast.iter_child_nodes(node):
                self.any(child, env)

    def _import(self, node: ast.Import, env: Env) -> None:
        for alias in node.names:
            top = alias.name.split(".")[0]
            env[alias.asname or top] = Module(top) if top in SLICER_MODULES else Foreign()
            if top in SLICER_MODULES:
                self._dotted(node, alias.name.split("."))

    def _dotted(self, node: ast.AST, parts: list[str]) -> Kind | None:
        kind: Kind | None = Module(parts[0])
        for part in parts[1:]:
            kind = self.looked_up(node, kind, part)
        return kind

    def _importfrom(self, node: ast.ImportFrom, env: Env) -> None:
        module = node.module or ""
        for alias in node.names:
            name = alias.asname or alias.name
            if module.split(".")[0] in SLICER_MODULES and alias.name != "*":
                env[name] = self._dotted(node, [*module.split("."), alias.name])
            elif module.split(".")[0] in OWN_PACKAGES:
                own = f"{module}.{alias.name}"
                env[name] = Own(own) if own in self.project.classes else None
            else:
                env[name] = Foreign()

    def _classdef(self, node: ast.ClassDef, env: Env) -> None:
        for base in node.bases:
            self.kind(base, env)
        before, self.cls = self.cls, f"{self.source.module}.{node.name}"
        self.block(node.body, dict(env))
        self.cls = before

    def _functiondef(self, node: ast.FunctionDef, env: Env) -> None:
        for decorator in node.decorator_list:
            self.kind(decorator, env)
        inner = {**env, **self._parameters(node, env)}
        self.block(node.body, inner)
        env.setdefault(node.name, None)

    def _parameters(self, node: ast.FunctionDef, env: Env) -> dict[str, Kind | None]:
        kinds: dict[str, Kind | None] = {}
        for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            kinds[arg.arg] = self._annotated(arg.annotation, env) or (Form() if arg.arg == "ui" else None)
        own = self.project.classes.get(self.cls or "")
        if own is not None and node.name == "__init__":
            kinds.update({name: kind for name, kind in own.given.items() if kinds.get(name) is None})
        if self.cls is not None and node.args.args and not _is_static(node):
            kinds[node.args.args[0].arg] = OwnInstance(self.cls)
        return kinds

    def _annotated(self, annotation: ast.expr | None, env: Env) -> Kind | None:
        kind = env.get(annotation.id) if isinstance(annotation, ast.Name) else None
        if isinstance(kind, Own):
            return OwnInstance(kind.name)
        return Instance(kind.name) if isinstance(kind, Class) else None

    def _assign(self, node: ast.Assign, env: Env) -> None:
        if isinstance(node.value, ast.Tuple) and all(isinstance(target, ast.Tuple) for target in node.targets):
            self._unpack(node, env)
            return
        kind = self.kind(node.value, env)
        for target in node.targets:
            self.bind(target, kind, env)

    def _unpack(self, node: ast.Assign, env: Env) -> None:
        kinds = [self.kind(value, env) for value in node.value.elts]  # type: ignore[attr-defined]
        for target in node.targets:
            for element, kind in zip(target.elts, kinds, strict=False):  # type: ignore[attr-defined]
                self.bind(element, kind, env)

    def _annassign(self, node: ast.AnnAssign, env: Env) -> None:
        kind = self.kind(node.value, env) if node.value is not None else None
        if isinstance(node.target, ast.Attribute) or node.value is not None:
            self.bind(node.target, kind or self._annotated(node.annotation, env), env)

    def _augassign(self, node: ast.AugAssign, env: Env) -> None:
        self.kind(node.value, env)
        self.bind(node.target, None, env)

    def _for(self, node: ast.For, env: Env) -> None:
        self.kind(node.iter, env)
        self.bind(node.target, None, env)
        self.block([*node.body, *node.orelse], env)

    def _with(self, node: ast.With, env: Env) -> None:
        for item in node.items:
            self.kind(item.context_expr, env)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, None, env)
        self.block(node.body, env)

    def _if(self, node: ast.If | ast.While, env: Env) -> None:
        self.truth(node.test, env)
        self.block([*node.body, *node.orelse], env)

    _while = _if

    def bind(self, target: ast.expr, kind: Kind | None, env: Env) -> None:
        if isinstance(target, ast.Name):
            env[target.id] = kind
        elif isinstance(target, ast.Attribute):
            self._bind_attribute(target, kind, env)
        elif isinstance(target, ast.Tuple | ast.List):
            for element in target.elts:
                self.bind(element, None, env)
        else:
            self.any(target, env)

    def _bind_attribute(self, target: ast.Attribute, kind: Kind | None, env: Env) -> None:
        owner = self.kind(target.value, env)
        if isinstance(owner, OwnInstance) and owner.name in self.project.classes:
            merged(self.project.classes[owner.name].attributes, target.attr, kind)
        elif isinstance(owner, Instance) and owner.name in self.project.surface.widgets:
            member = self.looked_up(target, owner, target.attr)
            if member is not None and not isinstance(member, Property):
                self.report(target, f"{owner.name}.{target.attr} is no property and cannot be assigned")

    # Expressions

    def kind(self, node: ast.expr, env: Env) -> Kind | None:
        handler = EXPRESSIONS.get(type(node))
        if handler is not None:
            return getattr(self, handler)(node, env)
        for child in ast.iter_child_nodes(node):
            self.any(child, env)
        return Foreign() if isinstance(node, PYTHONS_OWN) else None

    def name(self, node: ast.Name, env: Env) -> Kind | None:
        return env.get(node.id)

    def anonymous(self, node: ast.Lambda, env: Env) -> None:
        self.kind(node.body, {**env, **{arg.arg: None for arg in node.args.args}})

    def choice(self, node: ast.IfExp, env: Env) -> Kind | None:
        self.truth(node.test, env)
        first, second = self.kind(node.body, env), self.kind(node.orelse, env)
        return first or second

    def comprehension(self, node: ast.expr, env: Env) -> None:
        inner = dict(env)
        for generator in node.generators:  # type: ignore[attr-defined]
            self.kind(generator.iter, inner)
            self.bind(generator.target, None, inner)
            for test in generator.ifs:
                self.truth(test, inner)
        for part in ("key", "value", "elt"):
            if hasattr(node, part):
                self.kind(getattr(node, part), inner)

    def tested(self, node: ast.expr, env: Env) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.truth(child, env)

    def truth(self, node: ast.expr, env: Env) -> None:
        """An expression of which the value counts: a method that is not called is always true."""
        kind = self.kind(node, env)
        if isinstance(kind, Method):
            self.report(node, f"{kind.owner}.{kind.name} is a method: call it")

    def attribute(self, node: ast.Attribute, env: Env) -> Kind | None:
        owner = self.kind(node.value, env)
        if isinstance(owner, Form):
            return self.of_form(node)
        if isinstance(owner, OwnInstance):
            self.known(node)
            return self.of_own(owner, node.attr)
        if owner is None or isinstance(owner, Property):
            if node.attr == "ui":
                return Form()
            self.known(node)
            return None
        return self.looked_up(node, owner, node.attr)

    def looked_up(self, node: ast.AST, owner: Kind | None, name: str) -> Kind | None:
        try:
            return self.project.resolver.attribute(owner, name)
        except NotThere as missing:
            self.report(node, str(missing))
            return Foreign()

    def of_form(self, node: ast.Attribute) -> Kind | None:
        name = self.project.form.classes.get(node.attr)
        if name is None:
            self.report(node, f"the form has no widget {node.attr}")
            return Foreign()
        return Instance(name)

    def of_own(self, owner: OwnInstance, name: str) -> Kind | None:
        own = self.project.classes.get(owner.name)
        if own is None:
            return None
        if name == "ui":
            return Form()
        if name == "parent":
            return next((Instance(WIDGET_OF_MODULE[base]) for base in own.bases if base in WIDGET_OF_MODULE), None)
        return own.attributes.get(name)

    def known(self, node: ast.Attribute) -> None:
        if node.attr not in self.project.words and not node.attr.startswith("__"):
            self.report(node, f"nobody knows .{node.attr}")

    # Calls

    def call(self, node: ast.Call, env: Env) -> Kind | None:
        function = self.kind(node.func, env)
        given = [self.kind(argument, env) for argument in node.args]
        named = {word.arg: self.kind(word.value, env) for word in node.keywords}
        self.keywords(node, function)
        self.connection(node, env)
        if isinstance(function, Own) and function.name in self.project.classes:
            self.constructed(self.project.classes[function.name], given, named)
        if function is None or isinstance(function, Property):
            self.unknown_call(node, function)
        if isinstance(function, Method) and function.name in ("loadUI", "childWidgetVariables"):
            return Form() if function.name == "childWidgetVariables" else Instance("qMRMLWidget")
        if isinstance(function, Method) and function.name == "AddNode" and given:
            return given[0]
        texts = [a.value if isinstance(a, ast.Constant) and isinstance(a.value, str) else None for a in node.args]
        try:
            return self.project.resolver.call(function, texts)
        except NotThere as missing:
            self.report(node, str(missing))
            return Foreign()

    def unknown_call(self, node: ast.Call, function: Kind | None) -> None:
        """``thing.text()`` on what could not be followed: a property of Qt, unless the name is our own or Python's."""
        if function is not None or not isinstance(node.func, ast.Attribute) or node.args or node.keywords:
            return
        name, project = node.func.attr, self.project
        if name in project.surface.properties and name not in project.own_functions | project.surface.python_methods:
            self.report(node, f".{name} is a property of Qt objects: read it without parentheses")

    def keywords(self, node: ast.Call, function: Kind | None) -> None:
        if not isinstance(function, Method) or function.parameters is None:
            return
        given = {word.arg for word in node.keywords if word.arg is not None}
        for name in sorted(given - {parameter.lstrip("!") for parameter in function.parameters}):
            self.report(node, f"{function.owner}.{function.name} takes no {name}")
        for parameter in function.parameters[len(node.args) :]:
            if parameter.startswith("!") and parameter[1:] not in given:
                self.report(node, f"{function.owner}.{function.name} fails without {parameter[1:]}")

    def constructed(self, own: OwnClass, given: list[Kind | None], named: dict[str | None, Kind | None]) -> None:
        init = own.methods.get("__init__")
        if init is None:
            return
        names = [arg.arg for arg in init.args.args[1:]]
        for name, kind in [*zip(names, given, strict=False), *named.items()]:
            if name is not None:
                merged(own.given, name, kind)

    def connection(self, node: ast.Call, env: Env) -> None:
        """``connect("signal(args)", slot)``: the signal must exist, and fill the slot's arguments."""
        if not isinstance(node.func, ast.Attribute) or node.func.attr not in ("connect", "disconnect"):
            return
        if not node.args or not isinstance(node.args[0], ast.Constant) or not isinstance(node.args[0].value, str):
            return
        signature = normalized(node.args[0].value)
        owner = self.kind(node.func.value, env)
        is_widget = isinstance(owner, Instance) and owner.name in self.project.surface.widgets
        signals = self.project.surface.signals(owner.name) if is_widget else self.project.surface.all_signals  # type: ignore[union-attr]
        if signature not in signals:
            whose = owner.name if isinstance(owner, Instance) else "nobody"
            self.report(
                node, f"{whose} has no signal {signature}" if is_widget else f"no class has a signal {signature}"
            )
        elif len(node.args) > 1:
            self.filled(node, signature, env)

    def filled(self, node: ast.Call, signature: str, env: Env) -> None:
        arguments = signature.partition("(")[2].rstrip(")")
        count = len(arguments.split(",")) if arguments else 0
        arity = self.arity(node.args[1], env)
        if arity is not None and arity.required > count:
            self.report(node, f"the slot needs {arity.required} arguments, {signature} brings {count}")

    def arity(self, slot: ast.expr, env: Env) -> Arity | None:
        if isinstance(slot, ast.Lambda):
            return arity_of(slot.args, bound=False)
        if isinstance(slot, ast.Attribute):
            owner = self.kind(slot.value, env)
            own = self.project.classes.get(owner.name) if isinstance(owner, OwnInstance) else None
            method = own.methods.get(slot.attr) if own is not None else None
            return arity_of(method.args, bound=not _is_static(method)) if method is not None else None
        if isinstance(slot, ast.Name):
            found = [n for n in ast.walk(self.source.tree) if isinstance(n, ast.FunctionDef) and n.name == slot.id]
            return arity_of(found[0].args, bound=False) if len(found) == 1 else None
        return None


def _is_static(node: ast.FunctionDef) -> bool:
    return any(ast.unparse(decorator) == "staticmethod" for decorator in node.decorator_list)
