"""The names of the files in a result folder."""

from __future__ import annotations

ANOMALY = "anomaly.nii.gz"
EPISTEMIC = "epistemic.nii.gz"
ALEATORIC = "aleatoric.nii.gz"
RECONSTRUCTION = "reconstruction.nii.gz"
CORD = "cord.nii.gz"
FINDINGS = "findings.json"
REPORT = "report.html"
OVERVIEW = "overview.png"
PICTURES = "pictures"
LABELS = "findings-labels.nii.gz"
"""No part of a result: the findings as a label map, from which findings.seg.nrrd is made."""


def picture_of(label: int) -> str:
    """The picture of one finding, relative to the result folder."""
    return f"{PICTURES}/finding-{label}.png"
