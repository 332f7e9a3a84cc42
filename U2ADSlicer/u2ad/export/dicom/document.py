"""The report as Encapsulated PDF (PS3.3 A.45.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from u2ad.export.codes import REPORT_TITLE, coding_schemes
from u2ad.export.dicom.errors import NothingToExportError
from u2ad.export.dicom.headers import base_header
from u2ad.export.dicom.options import SeriesOf, equipment, finish, series
from u2ad.export.dicom.source import Source
from u2ad.export.reviewed import Reviewed

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

TITLE = "U2AD report - research use only"


def encapsulated_pdf(pdf: bytes, reviewed: Reviewed, source: Source, *, names_patient: bool = False) -> Dataset:
    """A PDF as a DICOM document of the patient and study that its scan belongs to.

    Args:
        pdf: the file.
        reviewed: the review that it tells of.
        source: the images of its scan; they are listed as the document's sources.
        names_patient: whether the pages themselves say who the patient is.

    Raises:
        NothingToExportError: if that is no PDF.
    """
    from highdicom import SOPClass
    from pydicom.uid import EncapsulatedPDFStorage, ExplicitVRLittleEndian

    if not pdf.startswith(b"%PDF-"):
        raise NothingToExportError("The report is no PDF.", "Make the report again, and export it.")
    dataset = SOPClass(
        sop_class_uid=EncapsulatedPDFStorage,
        modality="DOC",
        transfer_syntax_uid=ExplicitVRLittleEndian,
        series_description="U2AD report as PDF",
        coding_schemes=coding_schemes(),
        **_of_study(source),
        **series(source, SeriesOf.DOCUMENT),
        **equipment(reviewed),
    )
    _put_document(dataset, pdf, source, names_patient)
    return finish(dataset, source)


def _of_study(source: Source) -> dict[str, str | None]:
    header = base_header(source)
    keywords = {
        "study_instance_uid": "StudyInstanceUID",
        "patient_id": "PatientID",
        "patient_name": "PatientName",
        "patient_birth_date": "PatientBirthDate",
        "patient_sex": "PatientSex",
        "accession_number": "AccessionNumber",
        "study_id": "StudyID",
        "study_date": "StudyDate",
        "study_time": "StudyTime",
        "referring_physician_name": "ReferringPhysicianName",
    }
    return {name: header[keyword].value for name, keyword in keywords.items()}


def _put_document(dataset: Dataset, pdf: bytes, source: Source, names_patient: bool) -> None:
    from pydicom.sequence import Sequence

    dataset.ConversionType = "WSD"
    dataset.AcquisitionDateTime = None
    dataset.BurnedInAnnotation = "YES" if names_patient else "NO"
    dataset.DocumentTitle = TITLE
    dataset.ConceptNameCodeSequence = Sequence([REPORT_TITLE.concept()])
    dataset.SourceInstanceSequence = Sequence(_sources(source))
    dataset.MIMETypeOfEncapsulatedDocument = "application/pdf"
    dataset.EncapsulatedDocument = pdf + b"\0" * (len(pdf) % 2)
    dataset.EncapsulatedDocumentLength = len(pdf)


def _sources(source: Source) -> list[Dataset]:
    from pydicom.dataset import Dataset

    items = []
    for instance, sop_class in source.instances.items():
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class, instance
        items.append(item)
    return items
