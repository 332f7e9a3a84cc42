"""What the report says in words, from the figures of the document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from u2ad.calibration.reference import standing_of
from u2ad.models.versions import STARTER
from u2ad.scan import Check, Verdict

Part = dict[str, Any]

STEADY, UNSTEADY = 4.0, 2.0
"""Difference over spread from which the uncertainty is called low, and below which it is called high. By judgement:
at twice the spread chance makes one voxel in twenty as different; nothing here is calibrated on patients yet."""

WEIGHTED = (
    "At the rim of the cord, where voxels hold fluid too, the anomaly counts less: a probe in anomaly.nii.gz may read "
    "higher."
)

UNSEEN_CORD = "Nobody has looked at the cord mask."
FROM_POINTS = "The cord mask follows points that the reader clicked"
_CHECK_OUTLINE = "where the canal is narrow: a lesion outside the mask is not seen. Check its outline in the overview."
UNSEEN_CORD_WARNING = f"{UNSEEN_CORD} It was made by a program, and such masks fail most often {_CHECK_OUTLINE}"
UNSEEN_GIVEN_CORD = (
    f"{UNSEEN_CORD} It was given, and nobody is said to have checked it; masks of programs fail most often "
    f"{_CHECK_OUTLINE}"
)

LEVELS = {
    "unknown": "Vertebral levels are not known; they can be given with --levels.",
    "automatic": "Vertebral levels were named automatically; check one of them before a level is quoted.",
    "repaired": "Vertebral levels follow from one that the reader has marked.",
    "marked": "Vertebral levels follow from those that the reader has marked.",
}
"""Who named the levels, and what follows, by the source that the document tells."""


@dataclass(frozen=True)
class Uncertainty:
    """How sure the model was of one finding.

    Args:
        word: "low", "moderate", "high" or "not given".
        reason: of the word; follows it after a colon.
        figures: difference and spread; empty where not given.
    """

    word: str
    reason: str
    figures: str = ""


def headline(document: Part) -> str:
    """The result in one line."""
    count = len(document["findings"])
    if count == 0:
        return "No candidate region above the threshold"
    return "1 candidate region" if count == 1 else f"{count} candidate regions"


def summary(document: Part) -> str:
    """The sentence under the headline: the patient score, where it comes from, and what it is not."""
    if not document["findings"]:
        searched = [value for value in document["curve"]["value"] if value is not None]
        if not searched:
            return "The patient score is 0, since nothing was searched: the mask holds no cord."
        highest = max(searched)
        above = "; what lies above it is too small or on the rim of the cord" if highest > document["threshold"] else ""
        return (
            f"The patient score is 0. The highest anomaly in the searched cord, weighted down at its rim, is "
            f"{highest:.1f}, the threshold is "
            f"{document['threshold']:.1f}{above}. {standing(document)} This does not exclude a lesion."
        )
    first = document["findings"][0]
    return (
        f"The patient score is {document['patient_score']:.1f}, that of finding 1 ({place(first)}). "
        f"{standing(document)} No probability of disease can be read from it."
    )


def adapted(document: Part) -> str:
    """That an adapted model was used, which changes what is found; empty where it was not."""
    model = document["provenance"]["model"]
    return adapted_model(model) if model not in (None, STARTER) else ""


def adapted_model(model: str) -> str:
    """The same, of a version of the network."""
    return f"Made with version {model} of the model, which was adapted to this site; the starter may find otherwise."


def standing(document: Part) -> str:
    """Where the scan stands among lesion-free ones, or why that is not known; one sentence."""
    percentile, reference = document["percentile"], document["calibration"]["reference"]
    if percentile is None or reference is None:
        return document["calibration"]["note"]
    return standing_of(percentile, reference["scans"], reference["own"])


def confidence(finding: Part) -> str:
    """How many of such candidates were real in simulated scans, as in "about 7 of 10"."""
    share = finding["confidence"]
    if share is None:
        return "not calibrated"
    tenths = round(10 * share)
    if 0 < tenths < 10:
        return f"about {tenths} of 10"
    return "fewer than 1 of 10" if tenths == 0 else "more than 9 of 10"


def place(finding: Part) -> str:
    """Where a finding lies along the cord, as in "C4/C5"."""
    if finding["level"] == "unknown":
        return f"{finding['along_mm']:.0f} mm below the upper end of the cord"
    return finding["level"]


def centre(finding: Part) -> str:
    """A finding's centre in the coordinates of the scan, as in "R 3 · A 10 · I 108 mm"."""
    letters = ("RL", "AP", "SI")
    return (
        " · ".join(
            f"{pair[0] if value >= 0 else pair[1]} {abs(value):.0f}"
            for pair, value in zip(letters, finding["centre_ras_mm"], strict=True)
        )
        + " mm"
    )


def uncertainty(finding: Part) -> Uncertainty:
    """How the difference between scan and reconstruction compares with the spread of the reconstructions."""
    spread, difference = finding["epistemic"], finding["aleatoric"]
    if spread is None or difference is None:
        return Uncertainty("not given", "this detector gives none")
    figures = f"difference {difference:.1%}, spread {spread:.1%}"
    ratio = difference / spread if spread > 0 else float("inf")
    if ratio >= STEADY:
        return Uncertainty("low", "the difference is far above the model's own spread", figures)
    if ratio >= UNSTEADY:
        return Uncertainty("moderate", "the difference is above the model's own spread", figures)
    return Uncertainty("high", "the difference is hardly above the model's own spread", figures)


def cord_doubt(source: str) -> str:
    """What to know of a cord mask of this source that nobody has looked at."""
    return {
        "reader": UNSEEN_GIVEN_CORD,
        "points": f"{FROM_POINTS}. {UNSEEN_CORD_WARNING}",
        "automatic": UNSEEN_CORD_WARNING,
    }[source]


def cord_flag(cord: Part) -> str:
    """Whether a person has looked at the cord mask, and what follows."""
    if not cord["seen_by_person"]:
        return cord_doubt(cord["source"])
    return {
        "reader": "The cord mask was given by the reader.",
        "points": f"{FROM_POINTS}; a person has looked at it.",
        "automatic": "The cord mask is automatic; a person has looked at it.",
    }[cord["source"]]


def picture_note(checks: Iterable[Check], cord_seen: bool) -> str:
    """What must be known of a picture that is passed on without its report; empty where there is nothing."""
    refusals = [check.sentence for check in checks if check.verdict is Verdict.REFUSE]
    refused = [f"Refused by a check, run anyway: {refusals[0]}"] if refusals else []
    return " ".join(refused + ([] if cord_seen else [UNSEEN_CORD]))


def warnings(document: Part) -> list[Part]:
    """The checks of scan and cord that a reader must know of, the gravest first."""
    odd = [check for check in document["input"]["checks"] + document["cord"]["checks"] if check["verdict"] != "ok"]
    return sorted(odd, key=lambda check: check["verdict"] != "refuse")
