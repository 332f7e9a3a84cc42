"""What a variant may know before it looks at a scan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from u2ad.cord.straight_cord import StraightCord


@dataclass(frozen=True, eq=False)
class Cohort:
    """Other scans of the same set and source, for what adapts to a site without the scan that it then looks at.

    Args:
        name: the same for the same scans with the same cord masks.
        straighten: makes their straightened cords.
    """

    name: str
    straighten: Callable[[], Sequence[StraightCord]]


@dataclass(frozen=True, eq=False)
class Trial:
    """What a variant may know before it looks: the scan itself and others, for those that adapt.

    Args:
        straight: the straightened cord of the scan.
        seed: of everything random.
        draws: how often each patch of cord is rebuilt.
        others: scans that are not this one, nor the same with or without lesions.
    """

    straight: StraightCord
    seed: int
    draws: int
    others: Cohort
