"""``sender.connect('signal(arguments)', slot)`` and ``disconnect``, as PythonQt has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from EmbeddedSlicer.desktop.native import QtCore, addressOf
from EmbeddedSlicer.desktop.pythonqt.members import HIDDEN
from EmbeddedSlicer.desktop.pythonqt.slots import guarded

_connect = QtCore.QObject.connect
_disconnect = QtCore.QObject.disconnect
SIGNAL = QtCore.SIGNAL


@dataclass(frozen=True)
class Connection:
    """One connection made from Python.

    Attributes:
        signature: normalised signature of the C++ signal, or of the one that a stand-in declares for it.
        slot: what the caller passed.
        called: what Qt calls.
    """

    signature: str
    slot: Callable
    called: Callable


_connections: dict[int, list[Connection]] = {}
"""By address of the sender: its Python wrapper may be thrown away and made anew while it lives."""


def connect(sender: QtCore.QObject, signature: str, *target: Any) -> bool:
    """Connects a signal to a callable, or to ``receiver, 'slot(arguments)'``.

    Raises:
        ValueError: for a signal that the object does not have. (PythonQt only prints that.)
        TypeError: for a slot that cannot be called.
    """
    slot = _slotOf(*target)
    declared = _declared(sender, signature)
    arguments = min(_argumentsIn(described) for described in (signature, *target[1:]))
    called = guarded(slot, arguments)
    _connect(sender, SIGNAL(declared), called)
    _remembered(sender).append(Connection(declared, slot, called))
    return True


def disconnect(sender: QtCore.QObject, signature: str, *target: Any) -> bool:
    """Undoes :func:`connect`; without a slot, all that Python connected to the signal. Tells whether there was one."""
    declared = _declared(sender, signature)
    slot = _slotOf(*target) if target else None
    known = _remembered(sender)
    ended = [c for c in known if c.signature == declared and (slot is None or c.slot == slot)]
    for connection in ended:
        _disconnect(sender, SIGNAL(declared), connection.called)
        known.remove(connection)
    return bool(ended)


def _slotOf(*target: Any) -> Callable:
    slot = target[0] if len(target) == 1 else getattr(target[0], target[1].split("(")[0])
    if not callable(slot):
        msg = f"connect needs something to call, not {slot!r}"
        raise TypeError(msg)
    return slot


def _remembered(sender: QtCore.QObject) -> list[Connection]:
    address = addressOf(sender)
    if address not in _connections:
        _connections[address] = []
        _connect(sender, SIGNAL("destroyed()"), lambda: _connections.pop(address, None))
    return _connections[address]


def _declared(sender: QtCore.QObject, signature: str) -> str:
    """The signature under which Qt knows the signal.

    Stand-ins cannot declare signals with arguments of VTK classes: they declare a Python object and name in
    ``CPP_SIGNALS`` which signature it stands for.
    """
    wanted = _normalized(signature)
    for cls in type(sender).__mro__:
        if wanted in vars(cls).get("CPP_SIGNALS", ()):
            return vars(cls)["CPP_SIGNALS"][wanted]
    known = sender.metaObject().indexOfSignal(wanted) >= 0 and "PyObject" not in wanted
    if known and wanted.split("(")[0] not in HIDDEN:
        return wanted
    msg = f"Signal '{signature}' does not exist on {type(sender).__name__}"
    raise ValueError(msg)


def _normalized(signature: str) -> str:
    return bytes(QtCore.QMetaObject.normalizedSignature(signature).data()).decode()


def _argumentsIn(signature: str) -> int:
    inside = _normalized(signature).split("(", 1)[1][:-1]
    depth = 0
    count = int(bool(inside))
    for letter in inside:
        depth += (letter == "<") - (letter == ">")
        count += letter == "," and depth == 0
    return count
