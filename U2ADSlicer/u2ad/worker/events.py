"""What the worker says while it works: one event a line. Standard library only.

A line that does not begin with ``PREFIX``, or does not hold an event, is log: libraries may write to the same stream.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import Any, get_args

PREFIX = "@u2ad "


@dataclass(frozen=True)
class Step:
    """A step begins.

    Args:
        name: a stable English sentence, such as "Find the cord".
        number: which one, from 1.
        of: how many there will be.
    """

    name: str
    number: int
    of: int


@dataclass(frozen=True)
class Advance:
    """How far the whole run is.

    Args:
        fraction: 0 to below 1; never less than before.
        seconds_left: expected until the end; None while nothing can be said.
    """

    fraction: float
    seconds_left: float | None = None


@dataclass(frozen=True)
class Estimated:
    """What an adaptation will take, measured before it starts.

    Args:
        seconds: from now to its end.
        megabytes: of memory at most; None where the system does not tell.
    """

    seconds: float
    megabytes: float | None = None


@dataclass(frozen=True)
class Learned:
    """A step of an adaptation.

    Args:
        step: which one, from 1.
        stage: 1 or 2.
        loss: of that step.
        aside: residual of cord that is not learned, on the common scale; None where it was not looked at.
        residual: of all normal cord, likewise.
    """

    step: int
    stage: int
    loss: float
    aside: float | None = None
    residual: float | None = None


@dataclass(frozen=True)
class Delivered:
    """What became of an object that was to be sent.

    Args:
        outcome: a value of :class:`u2ad.export.send.sent.Outcome`, such as "stored".
        reason: one sentence why; empty where it was stored.
    """

    outcome: str
    reason: str = ""


@dataclass(frozen=True)
class Finished:
    """The output is there.

    Args:
        seconds: that the run took.
    """

    seconds: float


@dataclass(frozen=True)
class Failed:
    """The run has ended without an output.

    Args:
        kind: "refused", "unreadable", "output", "missing" (a Python package), "memory", "failed" or "fault".
        problem: what is wrong, one sentence.
        remedy: what to do about it; may be empty.
        overridable: whether a person may let it run all the same (``anyway``).
        check: name of the check that refused; empty where none did.
    """

    kind: str
    problem: str
    remedy: str = ""
    overridable: bool = False
    check: str = ""


@dataclass(frozen=True)
class Stopped:
    """The run has ended on request."""


Event = Step | Advance | Estimated | Learned | Delivered | Finished | Failed | Stopped
_KINDS: dict[str, type[Event]] = {kind.__name__: kind for kind in get_args(Event)}


def line_of(event: Event) -> str:
    """The event as one line of ASCII, without its end."""
    return PREFIX + json.dumps({"event": type(event).__name__, **asdict(event)}, allow_nan=False)


def event_of(line: str) -> Event | None:
    """The event that a line holds; None where it is log."""
    if not line.startswith(PREFIX):
        return None
    try:
        values = json.loads(line[len(PREFIX) :])
        event = _KINDS[values.pop("event")](**values)
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return None
    return event if _is_sound(event) else None


def _is_sound(event: Event) -> bool:
    if isinstance(event, Step):
        return _are(str, event.name) and _are(int, event.number, event.of) and 1 <= event.number <= event.of
    if isinstance(event, Advance):
        left = event.seconds_left
        return _is_number(event.fraction) and 0 <= event.fraction <= 1 and (left is None or _is_number(left))
    if isinstance(event, Estimated | Learned):
        return _is_sound_of_adaptation(event)
    if isinstance(event, Finished):
        return _is_number(event.seconds)
    if isinstance(event, Failed):
        return _are(str, event.kind, event.problem, event.remedy, event.check) and _are(bool, event.overridable)
    return not isinstance(event, Delivered) or _are(str, event.outcome, event.reason)


def _is_sound_of_adaptation(event: Estimated | Learned) -> bool:
    if isinstance(event, Estimated):
        return _is_number(event.seconds) and (event.megabytes is None or _is_number(event.megabytes))
    looked = [value for value in (event.aside, event.residual) if value is not None]
    return _are(int, event.step, event.stage) and all(map(_is_number, (event.loss, *looked)))


def _are(kind: type, *values: Any) -> bool:
    return all(type(value) is kind for value in values)


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)
