"""The DICOM objects of an export: which files become of them, and what stands in the way.

What they hold is :mod:`u2ad.export.dicom`'s business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from u2ad.errors import RefusedInputError, U2ADError
from u2ad.export import obstacles
from u2ad.export.formats import Format
from u2ad.export.job import Job
from u2ad.export.product import Part, Product

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from u2ad.export.dicom.options import DicomOptions
    from u2ad.export.dicom.source import Source

FOLDER = "dicom"
HEADER, FRAME, GROUP = 12_000, 700, 6_000
"""Bytes of a header with its references, of what is said of one frame, and of one group of measurements."""
MAPS = ("anomaly", "epistemic", "aleatoric")
"""In the order in which they are made."""


def dicom_seg(job: Job) -> Product:
    """``dicom/seg.dcm``: one segment a finding."""
    frame = int(np.prod(job.reviewed.grid.shape[1:])) // 8 + FRAME
    size = HEADER + sum(len(np.unique(one.voxels.kji[:, 0])) * frame for one in job.chosen)
    made = {"seg": (size, lambda source: _objects(job, source).segmentation)}
    return _product(job, Format.DICOM_SEG, made, obstacles.nothing_chosen(job))


def dicom_sr(job: Job) -> Product:
    """``dicom/sr.dcm``: measurements and decisions; refers to the segments where these are exported too."""
    size = HEADER + GROUP * (1 + len(job.chosen))
    return _product(job, Format.DICOM_SR, {"sr": (size, lambda source: _objects(job, source).report)})


def dicom_pm(job: Job) -> Product:
    """``dicom/map-<quantity>.dcm``: anomaly and uncertainties, voxel by voxel."""
    maps = job.reviewed.case.maps
    known = [name for name in MAPS if maps is not None and getattr(maps, name) is not None]
    obstacle = None if known else RefusedInputError("There are no maps.", "Run a detection first.")
    slices, *plane = job.reviewed.grid.shape
    size = HEADER + slices * (4 * int(np.prod(plane)) + FRAME)
    made = {f"map-{name}": (size, partial(_map, job, place)) for place, name in enumerate(known)}
    return _product(job, Format.DICOM_PM, made, obstacle)


def dicom_pdf(job: Job) -> Product:
    """``dicom/report.dcm``: the report, which names no patient, in an object that does."""
    from u2ad.export.report.product import size_of

    return _product(job, Format.DICOM_PDF, {"report": (HEADER + size_of(job), partial(_document, job))})


class _Objects:
    """What several formats of one job share."""

    def __init__(self, job: Job, source: Source) -> None:
        self._job, self._source = job, source

    @cached_property
    def segmentation(self) -> Dataset:
        from u2ad.export.dicom.seg import segmentation

        return segmentation(self._job.reviewed, self._source, _options(self._job))

    @cached_property
    def report(self) -> Dataset:
        from u2ad.export.dicom.sr import structured_report

        segmented = self.segmentation if self._has_segments else None
        return structured_report(self._job.reviewed, self._source, _options(self._job), segmented)

    @cached_property
    def maps(self) -> tuple[Dataset, ...]:
        from u2ad.export.dicom.maps import parametric_maps

        return parametric_maps(self._job.reviewed, self._source)

    @property
    def _has_segments(self) -> bool:
        return Format.DICOM_SEG in self._job.choice.wanted and bool(self._job.chosen)


_MADE: WeakKeyDictionary[Job, _Objects] = WeakKeyDictionary()


def _objects(job: Job, source: Source) -> _Objects:
    return _MADE.setdefault(job, _Objects(job, source))


def _options(job: Job) -> DicomOptions:
    from u2ad.export.dicom.options import DicomOptions

    return DicomOptions(confirmed_only=not job.choice.all_findings)


def _map(job: Job, place: int, source: Source) -> Dataset:
    return _objects(job, source).maps[place]


def _document(job: Job, source: Source) -> Dataset:
    from u2ad.export.dicom.document import encapsulated_pdf
    from u2ad.export.report.product import pdf_for

    return encapsulated_pdf(pdf_for(job), job.reviewed, source)


def _product(
    job: Job,
    format_: Format,
    made: Mapping[str, tuple[int, Callable[[Source], Dataset]]],
    obstacle: U2ADError | None = None,
) -> Product:
    source = job.source
    if isinstance(source, U2ADError):
        return Product(format_, obstacle=source)
    if obstacle is not None:
        return Product(format_, obstacle=obstacle)
    parts = (Part(f"{FOLDER}/{name}.dcm", size, partial(_write, make, job)) for name, (size, make) in made.items())
    return Product(format_, tuple(parts))


def _write(make: Callable[[Source], Dataset], job: Job, path: Path) -> None:
    from u2ad.export.dicom.saving import save

    save(make(job.told_source), path)
