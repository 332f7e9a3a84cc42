"""What became of each object that should be sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from u2ad.errors import U2ADError

AGAIN = "All files are kept: send them again; what the destination has already does no harm there."

NOT_TRUSTED = (
    "The certificate of the destination is not trusted, so nothing was sent to it.",
    "Have ca_file of the destination name the authority that signed it.",
)
"""Problem and remedy, by either protocol."""


class Outcome(Enum):
    """What became of an object."""

    STORED = "stored"
    REFUSED = "refused"
    FAILED = "failed"
    NOT_SENT = "not sent"


@dataclass(frozen=True)
class Sent:
    """One object and what became of it.

    Args:
        path: its file, which is kept whatever happens.
        outcome: STORED where the destination said that it has it; REFUSED where it would not take this object; FAILED
            where nothing certain is known, since the connection ended; NOT_SENT where it was not tried any more.
        reason: one sentence why, empty where it was stored.
    """

    path: Path
    outcome: Outcome
    reason: str = ""


Tell = Callable[[Sent], None]
"""Told what became of an object, as soon as that is known."""


def nobody(_sent: Sent) -> None:
    """Who wants to know nothing before the end."""


class SendingError(U2ADError):
    """Not everything was stored.

    Args:
        sent: what became of each object.
        remedy: what to do about the first failure.
    """

    def __init__(self, sent: Sequence[Sent], remedy: str) -> None:
        self.sent = tuple(sent)
        stored = sum(one.outcome is Outcome.STORED for one in sent)
        reason = next(one.reason for one in sent if one.outcome is not Outcome.STORED)
        super().__init__(
            f"{stored} of {len(sent)} objects were stored. {reason}", f"{remedy} {AGAIN}".strip(), option="u2ad send"
        )


class ConnectionFailed(U2ADError):
    """The destination cannot be reached, does not let this program in, or does not answer: sending ends here."""


class ObjectRefused(U2ADError):
    """The destination does not take this one object; the others may go."""
