"""The two reports as products of an export, drawn once for all of them."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from weakref import WeakKeyDictionary

from u2ad.export.formats import Format
from u2ad.export.job import Job
from u2ad.export.product import Part, Product
from u2ad.export.report.content import Content
from u2ad.export.report.sections import content_of
from u2ad.export.reviewed import Reviewed
from u2ad.result.text import write_text

BARE, PICTURES, ENTRY = 60_000, 150_000, 85_000
"""Bytes of a report without pictures, of its overview, and of a finding's four pictures."""


def report_html(job: Job) -> Product:
    """``report.html``: one file, nothing outside it."""
    size = round(size_of(job) * 4 / 3)
    return Product(Format.REPORT_HTML, (Part("report.html", size, lambda path: _write_html(job, path)),))


def report_pdf(job: Job) -> Product:
    """``report.pdf``: for print."""
    return Product(Format.REPORT_PDF, (Part("report.pdf", size_of(job), lambda path: _write_pdf(job, path)),))


def pdf_for(job: Job) -> bytes:
    """The PDF of a job for a DICOM object, made once; it names nobody where the object must not."""
    if job.choice.deidentify:
        from u2ad.export.nameless import nameless

        return _Report(nameless(job.reviewed)).pdf
    return _of(job).pdf


class _Report:
    """One report: content and PDF are made when first asked for, and kept."""

    def __init__(self, reviewed: Reviewed) -> None:
        self._reviewed = reviewed

    @cached_property
    def content(self) -> Content:
        return content_of(self._reviewed)

    @cached_property
    def pdf(self) -> bytes:
        from u2ad.export.report.pdf import pdf_of

        return pdf_of(self.content)


_REPORTS: WeakKeyDictionary[Job, _Report] = WeakKeyDictionary()


def _of(job: Job) -> _Report:
    return _REPORTS.setdefault(job, _Report(job.reviewed))


def size_of(job: Job) -> int:
    """Expected bytes of the PDF."""
    pictures = 0 if job.reviewed.image is None else PICTURES + ENTRY * len(job.reviewed.findings)
    return BARE + pictures


def _write_html(job: Job, path: Path) -> None:
    from u2ad.export.report.html import html_of

    write_text(path, html_of(_of(job).content))


def _write_pdf(job: Job, path: Path) -> None:
    path.write_bytes(_of(job).pdf)
