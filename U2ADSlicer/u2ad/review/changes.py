"""What one step of a review changes, and how a change is written in JSON."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from u2ad.findings.finding import Finding
from u2ad.review.decision import Decision, Judgement, Origin
from u2ad.review.voxels import Voxels

READINGS = ("normal", "suspicious", "unsure")
"""What a cord as a whole can look like. They stand in journals: they never change."""

Place = tuple[float, float, float]
"""Fractional array indices of a point in the scan, KJI: they stay the same wherever the scan is moved in the world."""


@dataclass(frozen=True)
class Impression:
    """What a reader saw in the plain scan, before anything else was shown.

    Args:
        suspicious: one of :data:`READINGS`.
        text: the reader's own words.
        reader: the name that the reader has typed, or empty.
        at: when, ISO 8601 in UTC to the second.
        blind: whether nothing of any detection was on the screen before; the review sets it.
    """

    suspicious: str
    text: str = ""
    reader: str = ""
    at: str = ""
    blind: bool = False


@dataclass(frozen=True)
class Assessment:
    """The reading of the whole cord.

    Args:
        decision: one of :data:`READINGS`, or empty where none is given (any more).
        comment: the reader's own words.
        reader: the name that the reader has typed, or empty.
        at: when, ISO 8601 in UTC to the second.
    """

    decision: str
    comment: str = ""
    reader: str = ""
    at: str = ""


@dataclass(frozen=True)
class Hold:
    """A finding gets these voxels, and keeps them whatever the maps or the threshold do; its judgement stays."""

    key: str
    voxels: Voxels
    figures: Finding
    origin: Origin
    edited: bool = False


@dataclass(frozen=True)
class Drop:
    """A finding is held no more: it is part of another, or a candidate again."""

    key: str


@dataclass(frozen=True)
class Judge:
    """A held finding is judged."""

    key: str
    judgement: Judgement


@dataclass(frozen=True)
class Threshold:
    """Where the threshold came to rest."""

    value: float


@dataclass(frozen=True)
class Impress:
    """A first impression was written down."""

    impression: Impression


@dataclass(frozen=True)
class Assess:
    """The whole cord was judged."""

    assessment: Assessment


@dataclass(frozen=True)
class Opened:
    """A detection was taken up: which, and the threshold that it brought along."""

    run: str
    threshold: float


@dataclass(frozen=True)
class Marks:
    """The vertebrae that the reader has marked are these, by name; none where all marks were taken away."""

    points: Mapping[str, Place]


@dataclass(frozen=True)
class Outline:
    """The cord is what the reader has drawn, the whole of it; None where it is the detection's own again.

    Args:
        voxels: the cord.
        taken: whether it was taken from elsewhere as it is, so that nobody has looked at it yet.
    """

    voxels: Voxels | None
    taken: bool = False


@dataclass(frozen=True)
class Seen:
    """A person has looked at the cord mask of a detection; of none where the cord was drawn before the first."""

    run: str


@dataclass(frozen=True)
class Shown:
    """Maps and findings of a detection were on the screen."""

    run: str


Change = Hold | Drop | Judge | Threshold | Impress | Assess | Opened | Marks | Outline | Seen | Shown


def to_plain(change: Change) -> dict[str, Any]:
    """A change as JSON types; ``"change"`` says which it is."""
    plain: dict[str, Any] = {"change": type(change).__name__.lower()}
    match change:
        case Hold(key, voxels, figures, origin, edited):
            plain |= {"key": key, "voxels": voxels.encoded(), "figures": _finite(asdict(figures))}
            plain |= {"origin": origin.value, "edited": edited}
        case Judge(key, judgement):
            plain |= {"key": key, "judgement": asdict(judgement) | {"decision": judgement.decision.value}}
        case Marks(points):
            plain |= {"points": {name: list(place) for name, place in points.items()}}
        case Outline(voxels, taken):
            plain |= {"voxels": None if voxels is None else voxels.encoded(), "taken": taken}
        case _:
            plain |= asdict(change)
    return plain


def from_plain(plain: Mapping[str, Any]) -> Change | None:
    """The change that :func:`to_plain` has described; None where a newer version wrote what this one cannot read."""
    try:
        return _READERS[plain["change"]](plain)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        return None


def _hold(plain: Mapping[str, Any]) -> Hold:
    return Hold(
        _key(plain),
        Voxels.decoded(plain["voxels"]),
        _figures(plain["figures"]),
        Origin(plain["origin"]),
        bool(plain["edited"]),
    )


def _judge(plain: Mapping[str, Any]) -> Judge:
    told = plain["judgement"]
    texts = (str(told[name]) for name in ("reason", "comment", "reader", "at"))
    return Judge(_key(plain), Judgement(Decision(told["decision"]), *texts))


def _impress(plain: Mapping[str, Any]) -> Impress:
    told = plain["impression"]
    texts = (str(told[name]) for name in ("suspicious", "text", "reader", "at"))
    return Impress(Impression(*texts, blind=told.get("blind") is True))


def _assess(plain: Mapping[str, Any]) -> Assess:
    return Assess(Assessment(*(str(plain["assessment"][name]) for name in ("decision", "comment", "reader", "at"))))


_READERS: Mapping[str, Callable[[Mapping[str, Any]], Change]] = {
    "hold": _hold,
    "drop": lambda plain: Drop(_key(plain)),
    "judge": _judge,
    "threshold": lambda plain: Threshold(_number(plain["value"])),
    "impress": _impress,
    "assess": _assess,
    "opened": lambda plain: Opened(str(plain["run"]), _number(plain["threshold"])),
    "marks": lambda plain: Marks({str(name): place_of(place) for name, place in plain["points"].items()}),
    "outline": lambda plain: Outline(
        None if plain["voxels"] is None else Voxels.decoded(plain["voxels"]), plain.get("taken") is True
    ),
    "seen": lambda plain: Seen(str(plain["run"])),
    "shown": lambda plain: Shown(str(plain["run"])),
}


def number_of(key: str) -> int:
    """The number in a finding's key.

    Raises:
        ValueError: if it is no key of a finding.
    """
    head, dash, digits = key.partition("-")
    if (head, dash) != ("finding", "-") or not digits.isdecimal() or key != key_of(int(digits)):
        msg = f"expected a key such as finding-3, got {key!r}"
        raise ValueError(msg)
    return int(digits)


def key_of(number: int) -> str:
    """The key of the finding with this number."""
    return f"finding-{number}"


def place_of(told: Iterable[Any]) -> Place:
    """A place from three finite numbers, to a thousandth of a voxel.

    Raises:
        ValueError: if these are none.
    """
    k, j, i = (round(_number(value), 3) for value in told)
    return k, j, i


def _key(plain: Mapping[str, Any]) -> str:
    return key_of(number_of(plain["key"]))


def _figures(told: Mapping[str, Any]) -> Finding:
    right, front, up = (_number(value) for value in told["centre"])
    length, depth, width = (_number(value) for value in told["extent"])
    epistemic, aleatoric = (None if told[name] is None else _number(told[name]) for name in ("epistemic", "aleatoric"))
    return Finding(
        label=int(told["label"]),
        score=_number(told["score"]),
        centre=(right, front, up),
        along=_number(told["along"]),
        extent=(length, depth, width),
        volume=_number(told["volume"]),
        mean=_number(told["mean"]),
        peak=_number(told["peak"]),
        epistemic=epistemic,
        aleatoric=aleatoric,
        level=str(told["level"]),
        certainty=_number(told.get("certainty", Finding.certainty)),
        confidence=None if told.get("confidence") is None else _number(told["confidence"]),
    )


def _number(told: Any) -> float:
    value = float(told)
    if not math.isfinite(value):
        msg = f"expected a finite number, got {told!r}"
        raise ValueError(msg)
    return value


def _finite(figures: dict[str, Any]) -> dict[str, Any]:
    """Figures that JSON can carry: an uncertainty that is no number is none, any other such figure is 0."""
    optional = ("epistemic", "aleatoric", "confidence")
    return {
        name: (None if name in optional else 0.0) if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in figures.items()
    }
