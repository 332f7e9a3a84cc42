"""How a long run tells its caller where it is: a protocol, and the caller that does not listen."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Receives the steps of a run.

    An implementation may raise :class:`u2ad.errors.Cancelled` from either method: every long loop calls
    ``advance`` at least once a second, so that a run stops within a second of being asked to.
    """

    def step(self, name: str, total: int = 1) -> None:
        """A new step begins; it will advance ``total`` times."""

    def advance(self, amount: int = 1) -> None:
        """``amount`` units of the present step are done."""


class Silent:
    """A progress that nobody watches."""

    def step(self, name: str, total: int = 1) -> None:
        pass

    def advance(self, amount: int = 1) -> None:
        pass
