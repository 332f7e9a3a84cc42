"""Every format's product, made by its own file, which is imported only when the format is asked for."""

from __future__ import annotations

from importlib import import_module

from u2ad.export.formats import Format
from u2ad.export.job import Job
from u2ad.export.product import Product

MAKERS = {
    Format.SEG_NRRD: ("seg_nrrd", "seg_nrrd"),
    Format.MRB: ("mrb", "mrb"),
    Format.NIFTI: ("nifti", "nifti"),
    Format.DICOM_SEG: ("objects", "dicom_seg"),
    Format.DICOM_SR: ("objects", "dicom_sr"),
    Format.DICOM_PM: ("objects", "dicom_pm"),
    Format.DICOM_PDF: ("objects", "dicom_pdf"),
    Format.REPORT_HTML: ("report.product", "report_html"),
    Format.REPORT_PDF: ("report.product", "report_pdf"),
    Format.CSV: ("tables", "csv"),
    Format.JSON: ("tables", "as_json"),
    Format.JOURNAL: ("tables", "journal"),
}
"""Module of this room and the function in it that makes the product of a job."""


def product_of(job: Job, format_: Format) -> Product:
    """What a format would write."""
    module, name = MAKERS[format_]
    return getattr(import_module(f"u2ad.export.{module}"), name)(job)
