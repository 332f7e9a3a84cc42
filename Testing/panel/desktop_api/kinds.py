"""What an expression of the module's code stands for, as far as reading it can tell."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Module:
    """A module of Slicer's Python, such as ``qt`` or ``slicer.util``."""

    path: str


@dataclass(frozen=True)
class Class:
    """A class: of Qt, ctk, qMRML, VTK or MRML."""

    name: str


@dataclass(frozen=True)
class Instance:
    """An object of such a class, or (not ``exact``) of one that derives from it."""

    name: str
    exact: bool = True


@dataclass(frozen=True)
class Property:
    """What a property of a Qt object holds: a value, to be read without parentheses."""

    owner: str
    name: str


@dataclass(frozen=True)
class Method:
    """A method or function; ``returns`` names a class where it is known, ``parameters`` all that it takes by name."""

    owner: str
    name: str
    returns: str = ""
    parameters: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Signal:
    """A signal of a Qt object."""

    owner: str
    name: str


@dataclass(frozen=True)
class Form:
    """The named widgets of the module's .ui file."""


@dataclass(frozen=True)
class Own:
    """A class of our own, by its dotted name."""

    name: str


@dataclass(frozen=True)
class OwnInstance:
    """An object of a class of our own."""

    name: str


@dataclass(frozen=True)
class Foreign:
    """Something of Python or of another package: none of our business here."""


Kind = Module | Class | Instance | Property | Method | Signal | Form | Own | OwnInstance | Foreign
