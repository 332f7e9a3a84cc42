"""How far a run is and how long it will still take: expected durations, corrected by what was measured."""

from __future__ import annotations

from collections.abc import Sequence

from u2ad.worker.plan import Planned

LAST_BEFORE_END = 0.99
TRUSTED_SHARE = 0.2
"""From this share of a step on, its own speed counts and the expectation no more."""

INERTIA_SECONDS = 0.3
"""Work that is taken to have gone as expected: the first moment of a step says little on the speed."""


class Forecast:
    """Told of steps and time, it says the fraction done, which never falls, and the seconds left.

    Args:
        plan: the steps to come. A step that is not planned counts as nothing.
    """

    def __init__(self, plan: Sequence[Planned]) -> None:
        self._plan = tuple(plan)
        self._number = 0
        self._began = 0.0
        self._total = 1
        self._done = 0
        self._measured: dict[int, float] = {}
        self._highest = 0.0

    def begin(self, name: str, total: int, now: float) -> int:
        """A step begins that will advance ``total`` times, ``now`` seconds after the start; its number, from 1."""
        self._close(now)
        following = [n for n, step in enumerate(self._plan, 1) if n > self._number and step.name == name]
        if following:
            self._number = following[0]
        self._began, self._total, self._done = now, max(total, 1), 0
        return max(self._number, 1)

    def advance(self, amount: int) -> None:
        """``amount`` units of the present step are done."""
        self._done = min(self._done + amount, self._total)

    def fraction(self, now: float) -> float:
        """Share of the run that is done, 0 to 0.99."""
        reached = now / (now + self._left(now)) if now > 0 else 0.0
        self._highest = max(self._highest, min(reached, LAST_BEFORE_END))
        return self._highest

    def seconds_left(self, now: float) -> float | None:
        """Seconds until the end; None until a step that computes has been measured a little."""
        present = self._present
        measures = present is not None and present.computes and self._done > 0
        return self._left(now) if measures or any(self._plan[n - 1].computes for n in self._measured) else None

    @property
    def _present(self) -> Planned | None:
        return self._plan[self._number - 1] if self._number else None

    @property
    def _share(self) -> float:
        return self._done / self._total

    def _close(self, now: float) -> None:
        if self._number:
            self._measured[self._number] = self._measured.get(self._number, 0.0) + now - self._began

    def _left(self, now: float) -> float:
        pace = self._pace(now)
        later = sum(step.seconds * (pace if step.computes else 1) for step in self._plan[self._number :])
        return later + self._left_of_present(now, pace)

    def _left_of_present(self, now: float, pace: float) -> float:
        present = self._present
        if present is None:
            return 0.0
        taken = now - self._began
        expected = present.seconds * (pace if present.computes else 1)
        if not self._done:
            return max(expected - taken, 0.1 * expected)
        trust = min(self._share / TRUSTED_SHARE, 1.0)
        whole = trust * taken / self._share + (1 - trust) * max(expected, taken)
        return max(whole - taken, 0.0)

    def _pace(self, now: float) -> float:
        """How many times the expected seconds a computing step takes here."""
        measured = expected = INERTIA_SECONDS
        for number, seconds in self._measured.items():
            if self._plan[number - 1].computes:
                measured, expected = measured + seconds, expected + self._plan[number - 1].seconds
        present = self._present
        if present is not None and present.computes and self._done:
            measured, expected = measured + now - self._began, expected + present.seconds * self._share
        return measured / expected
