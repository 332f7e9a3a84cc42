"""What is to be known of the scans before an adapted model is kept: it learned what lay inside their masks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from u2ad.result.words import UNSEEN_CORD
from u2ad.scan import Check, Verdict
from u2ad.scan.verdict import SERIES_TAKEN

if TYPE_CHECKING:
    from u2ad.adaptation.run import Subject

UNSEEN = Check(
    "cord_seen",
    Verdict.WARN,
    f"{UNSEEN_CORD} The model learns what lies inside it.",
    "Look at its outline in the report of a detection before the model is kept.",
)
BARREN = Check(
    "cord_left",
    Verdict.WARN,
    "There is too little cord without findings to learn from: the scan was left out.",
    "Confirm or reject its findings, or leave it out.",
)


def caveats_of(subject: Subject) -> tuple[Check, ...]:
    """The checks of a scan and of its cord that say more than that all is well, and what came of them here."""
    made = [check for check in subject.checks if check.verdict is not Verdict.OK or check.name == SERIES_TAKEN]
    if not subject.anatomy.cord.seen_by_person:
        made.append(UNSEEN)
    if subject.barren:
        made.append(BARREN)
    return tuple(made)
