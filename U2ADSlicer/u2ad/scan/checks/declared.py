"""Checks of what the file declares: modality, weighting and body region. A person may know better."""

from __future__ import annotations

from u2ad.scan.scan import Facts, Scan
from u2ad.scan.verdict import Check, Verdict
from u2ad.scan.words import region_in

SHORT_ECHO_MS = 45.0
LONG_ECHO_MS = 60.0
SHORT_REPETITION_MS = 1000.0
"""Spin echo: T1-weighted below about 30 and 800 ms, T2-weighted above about 80 and 2000 ms of TE and TR (Westbrook,
"MRI in Practice"). The limits leave room on either side."""

REGION_WORDS = {
    "thoracic": "the thoracic spine",
    "lumbar": "the lumbar spine",
    "head": "the head",
    "other": "another part of the body",
}


def check_modality(scan: Scan) -> Check:
    """Whether the file says that it is an MR."""
    modality = scan.facts.modality
    if modality is None:
        return Check("modality", Verdict.OK, "The file does not state the modality.")
    if modality != "MR":
        return Check(
            "modality",
            Verdict.REFUSE,
            f"This is not an MRI: its modality is {modality}.",
            "Choose the T2-weighted MRI.",
        )
    return Check("modality", Verdict.OK, "The modality is MR.")


def check_weighting(scan: Scan) -> Check:
    """Whether echo time, repetition time and description speak for T2."""
    reason = _against_t2(scan.facts)
    if reason is not None:
        return Check("weighting", Verdict.REFUSE, reason, "Choose the T2-weighted series of the same examination.")
    echo, hint = scan.facts.echo_time_ms, scan.facts.weighting_hint
    if echo is None and hint is None:
        return Check("weighting", Verdict.OK, "The file does not state the weighting.")
    if echo is not None and echo < LONG_ECHO_MS:
        return Check(
            "weighting",
            Verdict.WARN,
            f"The echo time of {echo:g} ms is short for a T2-weighted scan.",
            "Look whether CSF is clearly brighter than the cord.",
        )
    return Check("weighting", Verdict.OK, "The file is declared T2-weighted.")


def check_region(scan: Scan) -> Check:
    """Whether the file says that it shows another region than the neck."""
    part = region_in(scan.facts.body_part or "")
    hint = scan.facts.region_hint
    if "cervical" in (part, hint):
        other = next((region for region in (part, hint) if region not in ("cervical", None)), None)
        if other is None:
            return Check("region", Verdict.OK, "The file is declared a cervical spine.")
        return Check(
            "region",
            Verdict.WARN,
            f"The file names the cervical spine, but {REGION_WORDS[other]} as well.",
            "Look whether the neck is in the picture.",
        )
    declared = hint or part
    if declared is None:
        return Check("region", Verdict.OK, "The file does not state the body region.")
    return Check(
        "region",
        Verdict.REFUSE,
        f"The file is declared a scan of {REGION_WORDS[declared]}, not of the cervical spine.",
        "Choose the cervical series.",
    )


def _against_t2(facts: Facts) -> str | None:
    """The sentence that says why this is not T2-weighted; None where nothing says so."""
    echo, repetition = facts.echo_time_ms, facts.repetition_time_ms
    short_echo = echo is not None and echo < SHORT_ECHO_MS
    if facts.weighting_hint == "T1" and (echo is None or echo < LONG_ECHO_MS):
        times = f" (TE {echo:g} ms)" if echo is not None else ""
        return f"The file is declared T1-weighted{times}, not T2-weighted."
    if short_echo and repetition is not None and repetition < SHORT_REPETITION_MS:
        return f"With a repetition time of {repetition:g} ms and an echo time of {echo:g} ms this is T1-weighted."
    if short_echo:
        return f"The echo time of {echo:g} ms is too short for a T2-weighted scan."
    return None
