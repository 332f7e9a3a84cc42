"""What speaks for a series and against it, in a few words each: the sentences of the checks, made short for a list."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from u2ad.scan.checks.declared import REGION_WORDS
from u2ad.scan.checks.geometry import FEWEST_SLICES, slice_axis
from u2ad.scan.dicom.kind import Kind
from u2ad.scan.scan import Facts, Scan
from u2ad.scan.verdict import Check, Verdict
from u2ad.scan.words import region_in

NO_REGION = "region not stated"


def virtues(scan: Scan) -> tuple[str, ...]:
    """What a series is: weighting and direction, region, number of slices and their distance."""
    axis = slice_axis(scan.grid)
    count, spacing = scan.grid.shape[axis], scan.grid.spacing[axis]
    region = "cervical" if _is_cervical(scan.facts) else NO_REGION
    weighting = "T2-weighted " if _states_weighting(scan.facts) else ""
    return f"{weighting}{_direction(scan)}", region, f"{count} slices of {spacing:.1f} mm"


def doubts(kind: Kind, facts: Facts) -> tuple[Check, ...]:
    """Reservations about a series that a scan by itself is not asked about."""
    found = [
        (kind is not Kind.SCAN, kind.value),
        (facts.modality is None, "modality not stated"),
        (not _states_weighting(facts), "weighting not stated"),
    ]
    return tuple(Check("doubt", Verdict.WARN, words) for holds, words in found if holds)


def in_short(check: Check, scan: Scan) -> str:
    """The finding of a check in a few words."""
    return SHORT[check.name](check, scan) if check.name in SHORT else phrase(check.sentence)


def phrase(sentence: str) -> str:
    """A sentence as part of a list: without its full stop, and small unless it starts with an abbreviation."""
    text = sentence.rstrip(".")
    return text if text[1:2].isupper() or text[1:2].isdigit() else text[:1].lower() + text[1:]


def of_kind(kind: Kind, images: int) -> str:
    """Why a series of this kind is no scan."""
    if kind is not Kind.LOCALIZER:
        return kind.value
    return f"localizer: {images} slice{'s' if images > 1 else ''}"


def _states_weighting(facts: Facts) -> bool:
    return facts.echo_time_ms is not None or facts.weighting_hint is not None


def _is_cervical(facts: Facts) -> bool:
    return "cervical" in (facts.region_hint, region_in(facts.body_part or ""))


def _direction(scan: Scan) -> str:
    across = np.abs(scan.grid.directions[slice_axis(scan.grid)])
    return ("sagittal", "coronal", "axial")[int(across.argmax())]


def _weighting(check: Check, scan: Scan) -> str:
    if check.verdict is Verdict.REFUSE and "T1" in check.sentence:
        return "T1-weighted"
    echo = f"TE {scan.facts.echo_time_ms:g} ms"
    return f"not T2-weighted ({echo})" if check.verdict is Verdict.REFUSE else f"short echo time ({echo})"


def _region(check: Check, scan: Scan) -> str:
    named = (scan.facts.region_hint, region_in(scan.facts.body_part or ""))
    other = next(region for region in named if region not in (None, "cervical"))
    return REGION_WORDS[other] + (" as well" if check.verdict is Verdict.WARN else "")


def _slices(check: Check, scan: Scan) -> str:
    count = scan.grid.shape[slice_axis(scan.grid)]
    return f"only {count} slices" if count < FEWEST_SLICES else phrase(check.sentence)


SHORT: dict[str, Callable[[Check, Scan], str]] = {
    "direction": lambda _, scan: _direction(scan),
    "modality": lambda _, scan: f"{scan.facts.modality}, not MR",
    "region": _region,
    "slices": _slices,
    "weighting": _weighting,
}
