"""The forms in which a review can leave the program, by the words of the command line."""

from __future__ import annotations

from enum import Enum


class Format(Enum):
    """One kind of product. The values are words of the command line: they never change."""

    SEG_NRRD = "seg-nrrd"
    MRB = "mrb"
    NIFTI = "nifti"
    DICOM_SEG = "dicom-seg"
    DICOM_SR = "dicom-sr"
    DICOM_PM = "dicom-pm"
    DICOM_PDF = "dicom-pdf"
    REPORT_HTML = "report-html"
    REPORT_PDF = "report-pdf"
    CSV = "csv"
    JSON = "json"
    JOURNAL = "journal"

    @property
    def title(self) -> str:
        """What a reader sees."""
        return TITLES[self]

    @property
    def is_dicom(self) -> bool:
        """Whether it is written from the headers of the scan's DICOM images."""
        return self.value.startswith("dicom-")


TITLES = {
    Format.SEG_NRRD: "Segmentation of the findings for 3D Slicer",
    Format.MRB: "Scene for 3D Slicer, with scan, maps and decisions",
    Format.NIFTI: "NIfTI in the form of BIDS derivatives",
    Format.DICOM_SEG: "DICOM Segmentation",
    Format.DICOM_SR: "DICOM Structured Report (TID 1500)",
    Format.DICOM_PM: "DICOM Parametric Maps",
    Format.DICOM_PDF: "Report as DICOM Encapsulated PDF",
    Format.REPORT_HTML: "Report for a browser",
    Format.REPORT_PDF: "Report for print",
    Format.CSV: "Table of findings and decisions",
    Format.JSON: "Findings and decisions for programs",
    Format.JOURNAL: "Journal: every step of the review",
}

USUAL = (
    Format.SEG_NRRD,
    Format.DICOM_SEG,
    Format.DICOM_SR,
    Format.REPORT_HTML,
    Format.REPORT_PDF,
    Format.CSV,
    Format.JSON,
    Format.JOURNAL,
)
"""What is written where no format is named, as far as it can be: what colleagues read, and what an archive takes.
Maps and scenes are large and for studies, so they are asked for by name."""
