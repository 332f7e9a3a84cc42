"""The report as Encapsulated PDF: it conforms, and gives the very file back."""

import pydicom
import pytest
from dicom_check import errors_in
from dicom_series import PATIENT

from u2ad.export.dicom.document import encapsulated_pdf
from u2ad.export.dicom.errors import NothingToExportError
from u2ad.export.dicom.saving import save

PDF = b"%PDF-1.4\nsomething of odd length!\n%%EOF"


@pytest.mark.parametrize("hidden", [False, True])
def test_it_conforms(reviewed, source, tmp_path, hidden):
    source = source.deidentified(b"k" * 32) if hidden else source

    assert errors_in(encapsulated_pdf(PDF, reviewed, source), tmp_path) == []


def test_the_file_comes_back_whole(reviewed, source, tmp_path):
    assert len(PDF) % 2
    save(encapsulated_pdf(PDF, reviewed, source), tmp_path / "report.dcm")

    read = pydicom.dcmread(tmp_path / "report.dcm")

    assert read.EncapsulatedDocument[: read.EncapsulatedDocumentLength] == PDF
    assert len(read.EncapsulatedDocument) == len(PDF) + 1
    assert str(read.PatientName) == PATIENT["PatientName"]
    assert [one.ReferencedSOPInstanceUID for one in read.SourceInstanceSequence] == list(source.instances)


def test_something_else_is_refused_in_words(reviewed, source):
    with pytest.raises(NothingToExportError, match="is no PDF"):
        encapsulated_pdf(b"<html>", reviewed, source)
