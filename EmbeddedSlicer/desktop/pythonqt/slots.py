"""How PythonQt calls a Python slot: with as many arguments as it takes, and never letting its exception through."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from types import FunctionType, MethodType

VAR_POSITIONAL = inspect.CO_VARARGS


def argumentCount(slot: Callable) -> int | None:
    """Arguments of a signal that PythonQt passes on, or None for all of them.

    Plain functions and bound methods get as many as they declare, those with a default value included; what has
    ``*args``, and any other callable, gets all.
    """
    bound = isinstance(slot, MethodType)
    function = slot.__func__ if bound else slot
    if not isinstance(function, FunctionType) or function.__code__.co_flags & VAR_POSITIONAL:
        return None
    return function.__code__.co_argcount - int(bound)


def guarded(slot: Callable, signalArguments: int) -> Callable[..., None]:
    """The slot as PythonQt would call it.

    Args:
        slot: what was connected.
        signalArguments: number of arguments in the signature that it was connected by.
    """
    wanted = argumentCount(slot)
    count = signalArguments if wanted is None else min(wanted, signalArguments)

    def call(*args: object) -> None:
        try:
            slot(*args[:count])
        except Exception:  # whatever it is, it must not reach C++
            sys.excepthook(*sys.exc_info())

    return call
