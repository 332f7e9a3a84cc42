"""NIfTI in the form of BIDS derivatives: findings with levels and decisions, cord, maps, and what they are in JSON.

Source of names and fields: Brain Imaging Data Structure 1.10, "Derivatives: common data types and metadata" and
"Imaging data types" (discrete segmentations with look-up tables, probabilistic segmentations, masks). BIDS has no
suffix for anomaly and uncertainty, so the maps are called ``_desc-<what>_map``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from u2ad import __version__
from u2ad.export.formats import Format
from u2ad.export.job import Job
from u2ad.export.lookup import lookup_table
from u2ad.export.product import Part, Product, Write
from u2ad.export.reviewed import DRAWN
from u2ad.result.document import RESEARCH_USE
from u2ad.result.text import write_text
from u2ad.review.listing import Listed
from u2ad.scan import Grid

ROOT = "derivatives/u2ad"
BIDS_VERSION = "1.10.0"
SIDE_CAR = 700
"""Bytes."""

MAPS = {
    "anomaly": ("Anomaly", "robust standard deviations above what is expected there; not weighted at the rim"),
    "epistemic": ("Epistemic uncertainty", "spread of the model's reconstructions, share of the cord-to-CSF contrast"),
    "aleatoric": ("Aleatoric uncertainty", "difference of scan and reconstruction, share of the cord-to-CSF contrast"),
    "reconstruction": ("Expected signal", "units of the scan"),
    "certainty": ("Certainty", "weight of each voxel: 1 in the core of the cord, 0 at its rim"),
}


def nifti(job: Job) -> Product:
    """Everything below ``derivatives/u2ad``, images on the grid of the scan."""
    return Product(Format.NIFTI, tuple(_parts(job)))


def labels_of(findings: tuple[Listed, ...], shape: tuple[int, int, int]) -> np.ndarray:
    """Findings as a label map, int16, KJI; each label is the finding's number, the higher score wins an overlap."""
    labels = np.zeros(shape, np.int16)
    for finding in reversed(findings):
        labels[tuple(finding.voxels.kji.T)] = finding.number
    return labels


def _parts(job: Job) -> Iterator[Part]:
    grid, stem = job.reviewed.grid, f"{ROOT}/sub-{job.choice.subject}/anat/sub-{job.choice.subject}"
    yield _json_part(f"{ROOT}/dataset_description.json", _description(job))
    labels = labels_of(job.chosen, grid.shape)
    yield from _image(f"{stem}_desc-findings_dseg", labels, grid, _about_labels(job))
    table = lookup_table(job.chosen, labels)
    yield Part(f"{stem}_desc-findings_dseg.tsv", len(table.encode()), partial(_write_text, text=table))
    if any(one.figures.confidence is not None for one in job.chosen):
        yield from _image(f"{stem}_desc-findings_probseg", _confidences(job), grid, _about_confidence(job))
    if job.cord is not None:
        yield from _image(f"{stem}_label-cord_mask", job.cord, grid, _about_cord(job))
    for name, (title, unit) in MAPS.items():
        array = getattr(job.reviewed.case.maps, name, None)
        if array is not None:
            about = _about(job, f"{title}.", Units=unit)
            yield from _image(f"{stem}_desc-{name}_map", array, grid, about)


def _image(stem: str, array: np.ndarray, grid: Grid, about: dict[str, Any]) -> Iterator[Part]:
    """An image and its side-car."""
    yield Part(f"{stem}.nii.gz", _packed(array), _image_writer(array, grid))
    yield _json_part(f"{stem}.json", about)


def _image_writer(array: np.ndarray, grid: Grid) -> Write:
    def write(path: Path) -> None:
        from u2ad.scan.writing import write_nifti  # ITK, only where images are written

        write_nifti(path, array, grid)

    return write


def _packed(array: np.ndarray) -> int:
    """Bytes after gzip: noise hardly shrinks, and what is 0 takes about a thousandth."""
    filled = int(np.count_nonzero(array))
    whole = array.dtype.kind in "bui"
    return filled * (1 if whole else 4) // (4 if whole else 1) + array.nbytes // 900 + 400


def _confidences(job: Job) -> np.ndarray:
    """Confidence of the finding that each voxel belongs to, float32, KJI; 0 outside, and where there is none."""
    values = np.zeros(job.reviewed.grid.shape, np.float32)
    for finding in reversed(job.chosen):
        values[tuple(finding.voxels.kji.T)] = finding.figures.confidence or 0
    return values


def _description(job: Job) -> dict[str, Any]:
    provenance = job.reviewed.document["provenance"]
    return {
        "Name": "U2AD findings of the cervical spinal cord",
        "BIDSVersion": BIDS_VERSION,
        "DatasetType": "derivative",
        "License": "As the scans that they were made from.",
        "GeneratedBy": [
            {
                "Name": "U2ADSlicer",
                "Version": __version__,
                "Description": f"{RESEARCH_USE} Detector {provenance['detector']}.",
            }
        ],
        "HowToAcknowledge": "See CITATION.cff of U2ADSlicer.",
    }


def _about(job: Job, description: str, **more: Any) -> dict[str, Any]:
    provenance = job.reviewed.document["provenance"]
    return {
        "Description": description,
        "SpatialReference": "orig",
        "Resolution": "That of the scan.",
        **more,
        "ResearchUse": RESEARCH_USE,
        "SourceSHA256": provenance["scan_sha256"],
        "Weights": {one["name"]: one["sha256"] for one in provenance["weights"]},
    }


def _about_labels(job: Job) -> dict[str, Any]:
    kept = "All findings, whatever was decided." if job.choice.all_findings else "Confirmed findings only."
    return _about(
        job,
        f"Regions brighter than expected in the spinal cord. {kept}",
        Manual=any(one.edited for one in job.chosen),
        Columns="The table of the same name tells level and decision of each label.",
    )


def _about_confidence(job: Job) -> dict[str, Any]:
    return _about(
        job,
        "How often candidates like the one that a voxel belongs to were real in scans of known truth.",
        Units="probability",
        Calibration=job.reviewed.case.yardstick.note,
    )


def _about_cord(job: Job) -> dict[str, Any]:
    reviewed = job.reviewed
    manual = reviewed.cord_source == DRAWN
    return _about(job, "Spinal cord.", Type="ROI", Manual=manual, SeenByPerson=reviewed.cord_is_seen)


def _json_part(name: str, told: dict[str, Any]) -> Part:
    text = json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    return Part(name, len(text.encode()), partial(_write_text, text=text))


def _write_text(path: Path, text: str) -> None:
    write_text(path, text)
