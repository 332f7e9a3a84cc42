"""Whether an adapted network may be kept: normal cord is rebuilt better, and lesions stand out no less."""

from __future__ import annotations

from dataclasses import dataclass

from u2ad.adaptation.figures import Figures

LEAST_GAIN = 0.10
"""Share by which the residual of normal cord must fall."""

MOST_LOSS = 0.05
"""Share by which the residual of the cord set aside may rise: beyond it, other scans of the site would suffer."""


@dataclass(frozen=True)
class Verdict:
    """Whether an adapted network may be kept.

    Args:
        passed: whether it may.
        reasons: what was looked at, a sentence each; where it did not pass, what it failed.
    """

    passed: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Effect:
    """What an adaptation has done to what readers know, over all scans; no mean hides one of them.

    Args:
        lost: confirmed findings that were found before and are not found after.
        alarms: findings more in normal scans than before.
    """

    lost: int = 0
    alarms: int = 0


def judge(before: Figures, after: Figures, effect: Effect = Effect()) -> Verdict:
    """Compare the figures of a network before and after its adaptation, and what it finds."""
    faults = [look(before, after) for look in (_residual, _aside, _painted, _findings)]
    reasons = tuple(fault for fault in (*faults, _lost(effect), _alarms(effect)) if fault)
    if reasons:
        return Verdict(False, reasons)
    gain = 1 - after.residual / before.residual
    return Verdict(True, (f"Normal cord is rebuilt {gain:.0%} better, and lesions stand out from it no less.",))


def _residual(before: Figures, after: Figures) -> str:
    gain = 1 - after.residual / before.residual
    if gain >= LEAST_GAIN:
        return ""
    change = f"{gain:.0%} better" if gain >= 0.005 else f"{-gain:.0%} worse" if gain <= -0.005 else "no better"
    return f"Normal cord is rebuilt {change}; at least {LEAST_GAIN:.0%} better is asked for."


def _aside(before: Figures, after: Figures) -> str:
    loss = after.residual_aside / before.residual_aside - 1
    if loss <= MOST_LOSS:
        return ""
    return f"Cord that was set aside is rebuilt {loss:.0%} worse: the model has learned the rest by heart."


def _painted(before: Figures, after: Figures) -> str:
    if before.painted is None or after.painted is None:
        return "Nothing tells whether lesions still stand out: there is no room in the cord to paint one."
    if after.painted >= before.painted:
        return ""
    return (
        f"Lesions painted into the cord stand out {after.painted:.1f} times as far as normal cord does, before "
        f"{before.painted:.1f} times: the model has learned to rebuild lesions."
    )


def _findings(before: Figures, after: Figures) -> str:
    if before.findings is None or after.findings is None or after.findings >= before.findings:
        return ""
    return (
        f"The findings that were left out stand out {after.findings:.1f} times as far as normal cord does, before "
        f"{before.findings:.1f} times: the model has learned to rebuild them."
    )


def _lost(effect: Effect) -> str:
    if not effect.lost:
        return ""
    what = "A confirmed finding is" if effect.lost == 1 else f"{effect.lost} confirmed findings are"
    return f"{what} no longer found."


def _alarms(effect: Effect) -> str:
    if effect.alarms <= 0:
        return ""
    return f"Normal scans have {effect.alarms} false alarm{'s' if effect.alarms > 1 else ''} more than before."
