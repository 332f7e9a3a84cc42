"""What decisions, reasons and steps are called on the screen: stable keys in, translated words out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slicer.i18n import tr as _

from u2ad.review.decision import Decision


def decisionWord(decision: Decision) -> str:
    """A decision as the table shows it."""
    return {
        Decision.UNDECIDED: _("undecided"),
        Decision.CONFIRMED: _("confirmed"),
        Decision.REJECTED: _("rejected"),
        Decision.UNSURE: _("unsure"),
    }[decision]


def reasonWord(reason: str) -> str:
    """A reason; one that this version does not know is shown as it is written."""
    words = {
        "compressive myelopathy": _("compressive myelopathy"),
        "demyelination": _("demyelination"),
        "contusion or edema": _("contusion or edema"),
        "ischemia": _("ischemia"),
        "tumor": _("tumor"),
        "syrinx": _("syrinx"),
        "flow artefact": _("flow artefact"),
        "truncation (Gibbs) artefact": _("truncation (Gibbs) artefact"),
        "partial volume at the rim": _("partial volume at the rim"),
        "central canal": _("central canal"),
        "motion": _("motion"),
        "poor image quality": _("poor image quality"),
        "normal variant": _("normal variant"),
        "other": _("other"),
    }
    return words.get(reason, reason)


def impressionWord(key: str) -> str:
    """A blind first impression, or the reading of a whole cord."""
    return {
        "normal": _("looks normal"),
        "suspicious": _("looks abnormal"),
        "unsure": _("cannot say"),
    }[key]


def levelWord(level: str) -> str:
    """A vertebral level; nothing is shown where it is not known."""
    return "" if level == "unknown" else level


def howToRead() -> str:
    """What each map and the curve mean, as rich text."""
    paragraphs = (
        _(
            "<b>Anomaly</b> (red to yellow): how much brighter the cord is than the model expects from its "
            "surroundings, in robust standard deviations along this cord. It is not a probability. The colors start "
            "at 2 and are brightest from 8 on, the same in every scan."
        ),
        _(
            "<b>Epistemic uncertainty</b> (blue): where repeated reconstructions disagree. A bright spot here means "
            "that the model does not know this kind of cord well: trust its anomaly less."
        ),
        _(
            "<b>Aleatoric uncertainty</b> (purple): how far scan and reconstruction differ there, bright or dark. It "
            "is a residual, not a measurement of noise."
        ),
        _(
            "<b>Curve</b>: the highest anomaly at each height of the cord, from its upper end down. Gaps were not "
            "searched."
        ),
        _(
            "<b>Real</b> (in the table): of ten candidates that look like this one so many were real in scans of known "
            "truth, most of them simulated. It holds for the model and slice thickness that were measured; a dash "
            "means that nothing is known. It is not the probability that this patient has a lesion."
        ),
        _(
            "<b>What the maps cannot say</b>: findings come from inside the yellow outline alone; the uncertainties "
            "are drawn a little beyond it. A lesion that is faint, or that fills the cord over more than 3 cm, may be "
            "missed. A scan without findings is not a normal scan."
        ),
        _("Colors stay readable without color vision: brighter always means more."),
    )
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def whenWord(at: str) -> str:
    """A time of the journal (ISO, UTC) in the time of this computer, such as 2026-11-21 14:03."""
    return datetime.fromisoformat(at.replace("Z", "+00:00")).astimezone().strftime("%Y-%m-%d %H:%M")


def stepWord(step: str) -> str:
    """A step of the detection; one that this version does not know is shown as it is written."""
    words = {
        "": _("Starting"),
        "Load the program": _("Loading the program"),
        "Read the scan": _("Reading the scan"),
        "Find the cord": _("Finding the cord"),
        "Name the levels": _("Naming the levels"),
        "Straighten the cord": _("Straightening the cord"),
        "Rebuild healthy cord": _("Rebuilding healthy cord"),
        "Compare along the cord": _("Comparing along the cord"),
        "Rank the findings": _("Ranking the findings"),
        "Write the maps": _("Writing the maps"),
        "Detect with the present model": _("Detecting with the present model"),
        "Estimate time and memory": _("Estimating time and memory"),
        "Measure the present model": _("Measuring the present model"),
        "Adapt the model": _("Adapting the model"),
        "Measure the adapted model": _("Measuring the adapted model"),
        "Detect with the adapted model": _("Detecting with the adapted model"),
        "Adapt without each part": _("Adapting without each part"),
        "Write the adapted model": _("Writing the adapted model"),
    }
    return words.get(step, step)


def lockWords(reason: str) -> str:
    """Why no model may be changed here."""
    words = _("The models of this site are locked: none can be adapted, chosen or removed here.")
    return f"{words} ({reason})" if reason else words


def modelWord(model: str | None) -> str:
    """A version of the model."""
    if model is None:
        return _("detector without a model")
    return _("starter model") if model == "starter" else _("adapted model {name}").format(name=model)


def confidenceWord(share: float | None) -> str:
    """How many of ten such candidates were real; a dash where that is not known."""
    if share is None:
        return "-"
    tenths = round(10 * share)
    if tenths == 0:
        return "< 1/10"
    return "> 9/10" if tenths == 10 else f"{tenths}/10"


def standingWords(document: Mapping[str, Any]) -> str:
    """Where the cord stands among lesion-free ones, or why that is not known."""
    calibration, percentile = document.get("calibration"), document.get("percentile")
    if not calibration:
        return _("Not calibrated: this result is from an earlier version.")
    reference = calibration.get("reference")
    if percentile is None or not reference:
        return _("Not calibrated: {reason}").format(reason=calibration["note"])
    return _("As detected, before any decision, the cord scores {rank} of {scans}.").format(
        rank=_rankWords(percentile, reference["scans"]), scans=_scanWords(**reference)
    )


def _rankWords(percentile: float, scans: int) -> str:
    """No finer than so many scans can tell."""
    if percentile > 100 - 50 / scans:
        return _("higher than each")
    if percentile < 50 / scans:
        return _("lower than each")
    return _("higher than {percentile:.0f} %").format(percentile=percentile)


def _scanWords(scans: int, own: int = 0, **_others: Any) -> str:
    if own == scans:
        return _("{scans} lesion-free scans of this site").format(scans=scans)
    if own:
        return _("{scans} lesion-free scans ({simulated} simulated, {own} of this site)").format(
            scans=scans, simulated=scans - own, own=own
        )
    return _("{scans} simulated lesion-free scans").format(scans=scans)
