"""How many arguments a slot needs: PythonQt hands over as many as a function declares, and no more than there are."""

from __future__ import annotations

import ast
from dataclasses import dataclass


@dataclass(frozen=True)
class Arity:
    """Number of positional arguments without which a function cannot be called."""

    required: int


def arity_of(arguments: ast.arguments, bound: bool) -> Arity:
    """The arity of a function; a bound method has its first argument already."""
    names = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults)
    return Arity(max(0, names - bound))
