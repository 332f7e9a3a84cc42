"""What everybody must know who relies on what leaves: each form of an export says it in its own place."""

from __future__ import annotations

from u2ad.export.reviewed import Reviewed
from u2ad.scan import Verdict

CORRECTED = "The cord was corrected after the detection, which has not searched what was added."
UNSEEN = "Nobody has looked at the cord mask."


def refusals(reviewed: Reviewed) -> list[str]:
    """What was refused and searched on request all the same."""
    parts = (reviewed.document.get(name, {}) for name in ("input", "cord"))
    checks = [check for part in parts for check in part.get("checks", ())]
    return [check["sentence"] for check in checks if check["verdict"] == Verdict.REFUSE.value]


def caveats(reviewed: Reviewed) -> list[str]:
    """All of them, a sentence each, the gravest first."""
    told = [f"Refused by a check, run anyway: {sentence}" for sentence in refusals(reviewed)]
    told += [CORRECTED] if reviewed.cord_is_corrected else []
    return told if reviewed.cord_is_seen else [*told, UNSEEN]
