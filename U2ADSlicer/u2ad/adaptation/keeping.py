"""Writing an adapted network into a folder, from which a site's store keeps it; one that did not pass is left out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from u2ad.adaptation.document import document_of, rounded
from u2ad.adaptation.figures import Figures
from u2ad.adaptation.run import Adapted
from u2ad.models.store import save
from u2ad.models.versions import ADAPTATION
from u2ad.result.text import write_text
from u2ad.scan.output import in_words

REPORT = "adaptation.json"


def write_adapted(folder: Path, adapted: Adapted) -> None:
    """Write the network, where it passed, and ``adaptation.json``.

    Raises:
        OutputError: if they cannot be written.
    """
    told = {**adapted.model.manifest.training[ADAPTATION], "figures": _told(adapted.figures)}
    training = {**adapted.model.manifest.training, ADAPTATION: told}
    with in_words():
        if adapted.verdict.passed:
            save(adapted.model.network, replace(adapted.model.manifest, training=training), folder)
    write_text(folder / REPORT, json.dumps(document_of(adapted), indent=1, allow_nan=False) + "\n")


def _told(figures: tuple[Figures, Figures]) -> dict[str, object]:
    return {"before": rounded(figures[0]), "after": rounded(figures[1])}
