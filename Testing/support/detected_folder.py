"""A result folder as ``u2ad detect`` leaves it, of a review that is made up."""

import json
from pathlib import Path

from u2ad.export.reviewed import Reviewed
from u2ad.result.document import text_of
from u2ad.result.files import ALEATORIC, ANOMALY, CERTAINTY, CORD, EPISTEMIC, FINDINGS, RECONSTRUCTION
from u2ad.scan import Scan
from u2ad.scan.writing import write_nifti


def write_detected(folder: Path, reviewed: Reviewed, scan: Scan) -> Path:
    """Write maps, cord and document, which name ``scan`` as the one that was searched; returns the folder."""
    folder.mkdir()
    maps, cord = reviewed.case.maps, reviewed.case.cord
    arrays = {ANOMALY: maps.anomaly, RECONSTRUCTION: maps.reconstruction, CERTAINTY: maps.certainty}
    arrays |= {EPISTEMIC: maps.epistemic, ALEATORIC: maps.aleatoric, CORD: cord.mask}
    for name, array in arrays.items():
        write_nifti(folder / name, array, reviewed.grid)
    document = json.loads(text_of(reviewed.document))
    document["provenance"]["scan_sha256"] = scan.digest
    (folder / FINDINGS).write_text(text_of(document), encoding="utf-8")
    return folder
