"""The DICOM objects of an export: what is written of them, and what stands in the way.

What they hold is :mod:`u2ad.export.dicom`'s; here they become files.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from u2ad.errors import U2ADError
from u2ad.export import obstacles
from u2ad.export.formats import Format
from u2ad.export.job import Job
from u2ad.export.product import Part, Product

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from u2ad.export.dicom.source import Source

FOLDER = "dicom"
HEADER = 12_000
"""Bytes of a header with the references to its source images."""


def dicom_seg(job: Job) -> Product:
    """``dicom/seg.dcm``: one segment a finding."""
    voxels = int(np.prod(job.reviewed.grid.shape[1:]))
    size = HEADER + sum(len(np.unique(one.voxels.kji[:, 0])) * (voxels // 8 + 700) for one in job.chosen)
    return _product(job, Format.DICOM_SEG, {"seg": (size, partial(_segmentation, job))}, obstacles.nothing_chosen(job))


def _product(
    job: Job,
    format_: Format,
    made: dict[str, tuple[int, Callable[[Source], Dataset]]],
    obstacle: U2ADError | None = None,
) -> Product:
    source = job.source
    if isinstance(source, U2ADError):
        return Product(format_, obstacle=source)
    if obstacle is not None:
        return Product(format_, obstacle=obstacle)
    parts = (Part(f"{FOLDER}/{name}.dcm", size, partial(_write, make, source)) for name, (size, make) in made.items())
    return Product(format_, tuple(parts))


def _write(make: Callable[[Source], Dataset], source: Source, path: Path) -> None:
    make(source).save_as(path, enforce_file_format=True)


def _segmentation(job: Job, source: Source) -> Dataset:
    from u2ad.export.dicom.options import DicomOptions
    from u2ad.export.dicom.seg import segmentation

    return segmentation(job.reviewed, source, DicomOptions(confirmed_only=not job.choice.all_findings))
