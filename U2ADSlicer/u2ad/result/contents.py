"""What a result folder holds before the pictures are drawn: the maps, the cord and the document."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from u2ad.calibration import UNCALIBRATED, Yardstick
from u2ad.cord import Cord
from u2ad.cord.levels import Levels
from u2ad.detectors.maps import Maps
from u2ad.findings import Findings
from u2ad.result.document import document_of, text_of
from u2ad.result.files import ALEATORIC, ANOMALY, CERTAINTY, CORD, EPISTEMIC, FINDINGS, RECONSTRUCTION
from u2ad.result.provenance import Provenance
from u2ad.result.text import write_text
from u2ad.scan import Check
from u2ad.scan.writing import write_nifti


def write_result(
    folder: Path,
    cord: Cord,
    maps: Maps,
    findings: Findings,
    checks: tuple[Check, ...],
    provenance: Provenance,
    levels: Levels,
    yardstick: Yardstick = UNCALIBRATED,
) -> None:
    """Write maps, cord mask and ``findings.json``, all images on the grid of the scan.

    Epistemic and aleatoric maps are written where the detector has them.

    Args:
        folder: exists already; see :class:`u2ad.result.folder.ResultFolder`.
        cord: where was searched; its grid, the scan's, is the grid of every file.
        maps: of the detector.
        findings: what was found.
        checks: the checks of the scan; those of the cord may be among them.
        provenance: how the result came about.
        levels: where the vertebrae lie.
        yardstick: what the scores were measured by.

    Raises:
        OutputError: if a file cannot be written.
        ValueError: if the parts are not on one grid.
    """
    if not (maps.grid.matches(cord.grid) and findings.grid.matches(cord.grid)):
        msg = "expected cord, maps and findings on one grid"
        raise ValueError(msg)
    arrays: dict[str, np.ndarray | None] = {
        ANOMALY: maps.anomaly,
        EPISTEMIC: maps.epistemic,
        ALEATORIC: maps.aleatoric,
        RECONSTRUCTION: maps.reconstruction,
        CERTAINTY: maps.certainty,
        CORD: cord.mask,
    }
    for name, array in arrays.items():
        if array is not None:
            write_nifti(folder / name, array, cord.grid)
    write_text(folder / FINDINGS, text_of(document_of(cord, findings, checks, provenance, levels, yardstick)))
