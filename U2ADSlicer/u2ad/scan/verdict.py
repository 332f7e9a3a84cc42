"""What a check of the input says: a verdict and a sentence that a radiologist understands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

SERIES_TAKEN = "series"
"""Name of the remark that says which series was taken without being asked for."""


class Verdict(Enum):
    """How far an input can be trusted."""

    OK = "ok"
    WARN = "warn"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Check:
    """One check of an input.

    Args:
        name: short stable key, such as "spacing" or "weighting".
        verdict: ok, warn or refuse.
        sentence: what was found, in a radiologist's words.
        remedy: what to do about it; empty where nothing is to be done.
        overridable: whether a person may let detection run in spite of a refusal (``--anyway``); false where
            no result could be computed, or none that lies at the right place in the patient.
    """

    name: str
    verdict: Verdict
    sentence: str
    remedy: str = ""
    overridable: bool = True


def series_taken(checks: Iterable[Check]) -> list[str]:
    """What is said of the series that was taken without being asked for; nothing where there was only one."""
    return [check.sentence for check in checks if check.name == SERIES_TAKEN]


def worst(checks: Iterable[Check]) -> Verdict:
    """The gravest verdict among ``checks``; ok where there are none."""
    order = list(Verdict)
    return max((check.verdict for check in checks), key=order.index, default=Verdict.OK)
