"""The names of the files in a result folder."""

from __future__ import annotations

import re

from u2ad.scan.output import LEFT_BY_SYSTEMS

ANOMALY = "anomaly.nii.gz"
EPISTEMIC = "epistemic.nii.gz"
ALEATORIC = "aleatoric.nii.gz"
RECONSTRUCTION = "reconstruction.nii.gz"
CERTAINTY = "certainty.nii.gz"
CORD = "cord.nii.gz"
FINDINGS = "findings.json"
REPORT = "report.html"
OVERVIEW = "overview.png"
SEGMENTATION = "findings.seg.nrrd"
PICTURES = "pictures"
LABELS = "findings-labels.nii.gz"
"""No part of a result: the findings as a label map, from which findings.seg.nrrd is made."""

WRITTEN = frozenset(
    {ANOMALY, EPISTEMIC, ALEATORIC, RECONSTRUCTION, CERTAINTY, CORD, FINDINGS, REPORT, OVERVIEW, SEGMENTATION, PICTURES}
)
"""All that lies in a result folder, the segmentation and the pictures of the embedded Slicer included."""


def picture_of(label: int) -> str:
    """The picture of one finding, relative to the result folder."""
    return f"{PICTURES}/finding-{label}.png"


def is_written(name: str) -> bool:
    """Whether a result folder may hold a file or folder of this name: u2ad or a file manager puts it there.

    Args:
        name: relative to the result folder, with forward slashes.
    """
    if name in WRITTEN or name.rpartition("/")[2] in LEFT_BY_SYSTEMS:
        return True
    return re.fullmatch(rf"{PICTURES}/finding-\d+\.png", name) is not None
