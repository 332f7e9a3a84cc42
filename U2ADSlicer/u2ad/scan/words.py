"""What the words of a protocol or description say of the body region and the weighting."""

from __future__ import annotations

import re

REGIONS = {
    "cervical": r"c ?spine|cerv(?!ix)\w*|hws|neck|c ?t ?l ?spine|ctspine",
    "thoracic": r"t ?spine|thora\w*|bws|dorsal",
    "lumbar": r"(l|ls|tl) ?spine|lumb\w*|lws",
    "head": r"head|brain|skull|cranial|kopf|schaedel|crane|cerebr\w*|pituitary|orbits?",
    "other": r"s ?spine|sacr\w*|knee|hip|pelvis|shoulder|ankle|foot|wrist|hand|elbow|abdomen|chest|breast|heart"
    r"|prostate|liver|kidney|leg|arm|extremity|thigh|finger",
}
"""Body regions with the words for them: DICOM PS3.16 Annex L (Body Part Examined) and usual protocol names. The first
region that is named wins: a scan of neck and thorax shows the cervical cord."""

WEIGHTINGS = {"T1": r"t1(?!\d)\w*|mprage|ir fspgr|bravo", "T2": r"t2(?!\d)\w*"}


def region_in(text: str) -> str | None:
    """The body region that a text names: "cervical", "thoracic", "lumbar", "head", "other", or None."""
    plain = _plain(text)
    return next((region for region, words in REGIONS.items() if re.search(rf"\b({words})\b", plain)), None)


def weighting_in(text: str) -> str | None:
    """The weighting that a text names, "T1" or "T2"; None where it names neither or both."""
    plain = _plain(text)
    named = [weighting for weighting, words in WEIGHTINGS.items() if re.search(rf"\b({words})\b", plain)]
    return named[0] if len(named) == 1 else None


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower())
