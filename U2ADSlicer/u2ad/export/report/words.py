"""What the report says in words, from the figures of a review."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from u2ad import __version__
from u2ad.export.reviewed import Reviewed
from u2ad.export.tables import patient_score
from u2ad.models.versions import STARTER
from u2ad.result import words
from u2ad.review.decision import Decision, Origin
from u2ad.review.listing import Listed

BY, NONE = "\N{MULTIPLICATION SIGN}", "\N{EN DASH}"
SIGNS = {
    Decision.CONFIRMED: "●",  # all four are told apart without colour
    Decision.UNDECIDED: "○",
    Decision.UNSURE: "◐",
    Decision.REJECTED: "✕",
}
ORDER = (Decision.CONFIRMED, Decision.UNSURE, Decision.REJECTED, Decision.UNDECIDED)
HEADINGS = (
    "No.",
    "Decision",
    "Level",
    "Along cord",
    f"Length {BY} AP {BY} RL",
    "Volume",
    "Peak",
    "Score",
    "Real of 10",
)
TABLE_NOTE = (
    "Peak and score are of the anomaly, weighted down at the rim of the cord. Real of 10: of candidates with figures "
    "like these, so many were lesions in scans of known truth, half of which held some; among patients it may be more "
    "or fewer."
)
CHART_NOTE = (
    "Highest anomaly of each cross-section, in robust standard deviations above what is expected there. Where the "
    "curve has a gap, nothing was searched."
)
MARKS_NOTE = (
    "Numbers are findings: a filled circle is confirmed, an open one undecided, a dashed one unsure, a square rejected."
)
OUTLINES = "Outlines of findings: solid confirmed, dashed undecided, dotted unsure, dash-dotted rejected."


def headline(reviewed: Reviewed) -> str:
    """The result in one line."""
    counts = Counter(one.judgement.decision for one in reviewed.findings)
    total = len(reviewed.findings)
    if not total:
        return "No candidate region above the threshold"
    if counts[Decision.UNDECIDED] == total:
        return f"{_regions(total)}, none decided"
    said = [f"{counts[one]} {one.value}" for one in ORDER if counts[one]]
    return f"{_regions(total)}: {', '.join(said)}"


def summary(reviewed: Reviewed) -> str:
    """Patient score, where it comes from, where the scan stands, and what follows from none of it."""
    document = reviewed.document
    first = next((one for one in reviewed.findings if one.judgement.decision is not Decision.REJECTED), None)
    if not reviewed.findings:
        return words.summary({**document, "findings": []})
    if first is None:
        return f"The patient score is 0, since every candidate was rejected. {words.standing(document)}"
    highest = ", the highest that is not rejected" if first is not reviewed.findings[0] else ""
    return (
        f"The patient score is {patient_score(reviewed):.1f}, that of finding {first.number} ({place(first)}){highest}."
        f" {words.standing(document)} No probability of disease can be read from it."
    )


def place(finding: Listed) -> str:
    """Where a finding lies along the cord, as in "C4/C5"."""
    return words.place({"level": finding.figures.level, "along_mm": finding.figures.along})


def decided(finding: Listed) -> str:
    """Verdict, reason, reader and time in one line."""
    said = finding.judgement
    parts = [said.decision.value.capitalize()]
    parts += [said.reason] if said.reason else []
    return ": ".join(parts) + by(said.reader, said.at)


def by(reader: str, at: str) -> str:
    """Who and when, as it follows a verdict; empty where neither is to be known."""
    if not reader and not at:
        return ""
    return f" ({reader or 'reader without a name'}, {moment(at)})"


def moment(at: str) -> str:
    """A time as people read it: "2026-11-26 09:30 UTC"."""
    try:
        return datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ").strftime("%Y-%m-%d %H:%M UTC")
    except ValueError:
        return at or "time not known"


def row(finding: Listed) -> tuple[str, ...]:
    """The cells of the table."""
    figures = finding.figures.rounded()
    length, depth, width = figures.extent
    return (
        str(finding.number),
        f"{SIGNS[finding.judgement.decision]} {finding.judgement.decision.value}",
        "unknown" if figures.level == "unknown" else figures.level,
        f"{figures.along:.0f} mm",
        f"{length:.0f} {BY} {depth:.0f} {BY} {width:.0f} mm",
        f"{figures.volume:.0f} mm³",
        f"{figures.peak:.1f}",
        f"{figures.score:.1f}",
        _real(figures.confidence),
    )


def figures(finding: Listed) -> tuple[tuple[str, str], ...]:
    """Name and value of what was measured and where it comes from."""
    told = finding.figures.rounded()
    length, depth, width = told.extent
    doubt = words.uncertainty({"epistemic": told.epistemic, "aleatoric": told.aleatoric})
    return (
        (
            f"Size along cord {BY} AP {BY} RL",
            f"{length:.1f} {BY} {depth:.1f} {BY} {width:.1f} mm, {told.volume:.0f} mm³",
        ),
        ("Centre", words.centre({"centre_ras_mm": told.centre})),
        ("Anomaly", f"peak {told.peak:.1f}, mean {told.mean:.1f}, score {told.score:.1f}"),
        ("Uncertainty", f"{doubt.word}{f' ({doubt.figures})' if doubt.figures else ''}"),
        ("Seen by", _origin(finding)),
    )


def provenance(reviewed: Reviewed) -> tuple[tuple[str, str], ...]:
    """Name and value of how the result came about; no path, no name of a computer or a patient."""
    made, calibration = reviewed.document["provenance"], reviewed.document["calibration"]
    settings = ", ".join(f"{name} {value}" for name, value in sorted(made["detector_settings"].items()))
    candidates = made["candidate_settings"]
    shape, spacing = (reviewed.document["input"]["grid"][name] for name in ("shape_kji", "spacing_kji_mm"))
    when = f"{moment(made['started_utc'])}, " if made["started_utc"] else ""
    lines = [
        ("Detection", f"{when}{made['seconds']:.0f} s on {made['device']}"),
        ("Detector", made["detector"] + (f", {settings}" if settings else "")),
        ("Model", made["model"] or "none"),
        ("Threshold", f"{reviewed.document['threshold']:g}; outlined from {candidates['low']:g}"),
        ("Cord", f"{_cord(reviewed)}; levels {reviewed.case.levels.source.value}"),
        *((f"Weights {one['name']}", f"SHA-256 {one['sha256']}") for one in made["weights"]),
        ("Calibration", f"SHA-256 {calibration['sha256']}" if calibration["sha256"] else "none"),
        ("Scan", f"{_times(shape)} voxels of {_times(f'{mm:.2f}' for mm in spacing)} mm (slices, rows, columns)"),
        *((("Scan SHA-256", made["scan_sha256"]),) if made["scan_sha256"] else ()),
        ("Versions", ", ".join(f"{name} {version}" for name, version in sorted(made["versions"].items()))),
        ("Report", f"U2ADSlicer {__version__}"),
    ]
    return tuple(lines)


def adapted(reviewed: Reviewed) -> str:
    """What must be known where another model than the published one was used; empty where it was that."""
    model = reviewed.document["provenance"]["model"]
    if model in (None, STARTER):
        return ""
    return (
        f"Made with the model {model}, which was adapted at this site: what was measured of the published model does "
        "not hold for it."
    )


def _cord(reviewed: Reviewed) -> str:
    source = reviewed.document["cord"]["source"]
    return f"{source}, corrected by the reader after the detection" if reviewed.cord_is_corrected else source


def _regions(total: int) -> str:
    return "1 candidate region" if total == 1 else f"{total} candidate regions"


def _real(confidence: float | None) -> str:
    return NONE if confidence is None else words.confidence({"confidence": confidence}).removesuffix(" of 10")


def _origin(finding: Listed) -> str:
    if finding.origin is Origin.READER:
        return "the reader, not by the model"
    return "the model; its outline was edited by the reader" if finding.edited else "the model"


def _times(values: Iterable[object]) -> str:
    return f" {BY} ".join(map(str, values))
