"""``u2ad export`` on a result of ``u2ad detect``: what is written, what is told, what is refused."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pydicom
import pypdfium2
import pytest
from detected_folder import write_detected
from pynetdicom import AE, StoragePresentationContexts, evt

from u2ad.benchmark.crowded import crowded
from u2ad.benchmark.series import with_series
from u2ad.errors import ExitCode
from u2ad.review.decision import Decision
from u2ad.review.journal import Journal, case_folder, voxel_key
from u2ad.review.review import Review
from u2ad.scan.reading import read_scan

NAMES = ("Made^Up", "NOBODY", "19991231")
"""What the series says of its patient."""


@pytest.fixture(scope="module")
def detected(tmp_path_factory) -> Path:
    """A DICOM series, and its result."""
    folder = tmp_path_factory.mktemp("exported")
    made = crowded((10, 120, 120), 3, decided=False)
    with_series(made.image, folder / "series")
    write_detected(folder / "result", made, read_scan(folder / "series"))
    return folder


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    """A data folder of its own."""
    monkeypatch.setenv("U2ADSLICER_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def decided(detected, data) -> Path:
    """The same, its first finding confirmed and its second rejected."""
    from u2ad.export.reading import read_reviewed

    reviewed = read_reviewed(detected / "result", detected / "series")
    journal = Journal(case_folder(data, voxel_key(reviewed.image.array)))
    review = Review(reviewed.case, journal, "Dr Ä")
    first, second, *_ = review.findings
    review.decide(first.key, Decision.CONFIRMED, "demyelination", "typical")
    review.decide(second.key, Decision.REJECTED, "motion")
    return detected


def texts_in(folder: Path) -> str:
    return " ".join(
        path.read_bytes().decode("utf-8", "replace")
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in {".json", ".csv", ".html", ".jsonl", ".tsv", ".nrrd"}
    )


def test_the_usual_formats_hold_the_decisions(decided, command, tmp_path):
    ended = command("export", decided / "result", "--source", decided / "series", "-o", tmp_path / "out")
    assert ended.code == 0, ended.err
    names = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    expected = {"findings.seg.nrrd", "dicom/seg.dcm", "dicom/sr.dcm", "report.html", "report.pdf", "findings.csv"}
    assert names == expected | {"review.json", "journal.jsonl", "export.json"}
    told = json.loads((tmp_path / "out" / "review.json").read_text(encoding="utf-8"))
    assert [one["decision"] for one in told["findings"]][:2] == ["confirmed", "rejected"]
    segmentation = pydicom.dcmread(tmp_path / "out" / "dicom" / "seg.dcm")
    assert len(segmentation.SegmentSequence) == 1
    assert str(segmentation.PatientID) == "NOBODY"
    assert not [word for word in NAMES if word in texts_in(tmp_path / "out") + ended.out + ended.err]
    assert "Patient ID" in ended.out


def test_the_preflight_writes_nothing_and_shows_who_would_be_named(decided, command, tmp_path):
    ended = command("export", decided / "result", "--source", decided / "series", "--list")
    assert ended.code == 0, ended.err
    assert "NOBODY" in ended.out
    assert "--de-identify" in ended.out
    assert "To be written" in ended.out
    assert not (tmp_path / "out").exists()


def test_the_preflight_says_that_the_folder_is_taken(decided, command, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("kept")
    arguments = ["export", decided / "result", "--source", decided / "series", "--list"]
    ended = command(*arguments, "-o", tmp_path / "out")
    assert ended.code == ExitCode.OUTPUT
    assert "To be written" in ended.out
    assert "no export has written" in ended.err
    assert command(*arguments, "-o", tmp_path / "new").code == 0
    assert [path.name for path in tmp_path.iterdir() if path.name in ("out", "new")] == ["out"]


def test_deidentified_objects_name_nobody(decided, command, tmp_path):
    arguments = ["export", decided / "result", "--source", decided / "series", "-o", tmp_path / "out", "--de-identify"]
    ended = command(*arguments, "--format", "dicom-seg", "--format", "dicom-sr", "--format", "dicom-pdf")
    assert ended.code == 0, ended.err
    for path in (tmp_path / "out").rglob("*.dcm"):
        stored = path.read_bytes()
        assert not [word for word in NAMES if word.encode() in stored], path.name
        assert str(pydicom.dcmread(path).PatientIdentityRemoved) == "YES"
    assert "NOBODY" not in ended.out
    assert "identifies the patient" not in ended.out, "nothing does any more"


def test_a_deidentified_document_names_neither_reader_nor_words_nor_times(decided, command, tmp_path):
    arguments = ["export", decided / "result", "--source", decided / "series", "-o", tmp_path / "out", "--de-identify"]
    assert command(*arguments, "--format", "dicom-pdf", "--reader", "Dr. Geheim").code == 0
    pages = pypdfium2.PdfDocument(
        bytes(pydicom.dcmread(tmp_path / "out" / "dicom" / "report.dcm").EncapsulatedDocument)
    )
    text = " ".join(page.get_textpage().get_text_range() for page in pages)
    made = json.loads((decided / "result" / "findings.json").read_text(encoding="utf-8"))["provenance"]
    assert "Confirmed" in text
    for hidden in ("Geheim", "UTC", made["scan_sha256"][:16]):
        assert hidden not in text


def test_looking_at_a_deidentified_export_makes_no_secret(decided, data, command):
    arguments = ["export", decided / "result", "--source", decided / "series", "--list", "--de-identify"]
    assert command(*arguments).code == 0
    assert not list(data.rglob("deidentification.key"))


def test_all_findings_go_with_their_decision_on_request(decided, command, tmp_path):
    arguments = ["export", decided / "result", "--source", decided / "series", "-o", tmp_path / "out"]
    ended = command(*arguments, "--all-findings", "--format", "dicom-seg", "--format", "dicom-sr")
    assert ended.code == 0, ended.err
    segmentation = pydicom.dcmread(tmp_path / "out" / "dicom" / "seg.dcm")
    told = json.loads((decided / "result" / "findings.json").read_text(encoding="utf-8"))
    assert len(segmentation.SegmentSequence) == len(told["findings"])
    report = pydicom.dcmread(tmp_path / "out" / "dicom" / "sr.dcm")
    assert segmentation.SOPInstanceUID in str(report)


def test_one_format_for_each_product(decided, command, tmp_path):
    for name in ("seg-nrrd", "nifti", "dicom-pm", "report-html", "csv", "json", "journal"):
        target = tmp_path / name
        ended = command("export", decided / "result", "--source", decided / "series", "-o", target, "--format", name)
        assert ended.code == 0, ended.err
        assert len([path for path in target.rglob("*") if path.is_file()]) >= 2


def test_without_the_scan_there_is_a_report_without_pictures(decided, command, tmp_path):
    ended = command("export", decided / "result", "-o", tmp_path / "out")
    assert ended.code == 0, ended.err
    assert "no pictures" in ended.out
    assert not (tmp_path / "out" / "dicom").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), ExitCode.OUTPUT, "--output"),
        (("-o", "out", "--format", "dicom-seg"), ExitCode.REFUSED, "DICOM"),
        (("-o", "out", "--format", "journal"), ExitCode.REFUSED, "no journal"),
        (("-o", "out", "--format", "tiff"), ExitCode.USAGE, "tiff"),
        (("-o", "out", "--reviews", "missing.jsonl"), ExitCode.UNREADABLE, "no such journal"),
        (("-o", "out", "--source", "missing"), ExitCode.UNREADABLE, "no such file"),
        (("-o", "out", "--format", "nifti", "--subject", "Doe Jane"), ExitCode.REFUSED, "letters and digits"),
    ],
)
def test_what_cannot_be_done_is_told_with_its_remedy(detected, command, tmp_path, monkeypatch, arguments, code, words):
    monkeypatch.chdir(tmp_path)
    ended = command("export", detected / "result", *arguments)
    assert ended.code == code
    assert words in " ".join(ended.err.split())
    assert "Traceback" not in ended.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_result_is_refused(command, tmp_path):
    ended = command("export", tmp_path, "-o", tmp_path / "out")
    assert ended.code == ExitCode.UNREADABLE
    assert "no result" in ended.err
    assert str(tmp_path) not in ended.err


def test_an_export_is_replaced_on_request_only(detected, command, tmp_path):
    arguments = ("export", detected / "result", "-o", tmp_path / "out", "--format", "csv")
    assert command(*arguments).code == 0
    assert command(*arguments).code == ExitCode.OUTPUT
    assert command(*arguments, "--force").code == 0
    shutil.rmtree(tmp_path / "out")


@pytest.fixture
def archive(data) -> Iterator[list[str]]:
    """A storage service on loopback, set as the destination "pacs"; the SOP instances that it has stored."""
    stored: list[str] = []

    def keep(event) -> int:
        stored.append(str(event.request.AffectedSOPInstanceUID))
        return 0x0000

    entity = AE("PACS")
    entity.supported_contexts = StoragePresentationContexts
    server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, keep)])
    port = server.socket.getsockname()[1]
    data.mkdir()
    entry = {"kind": "dicom", "host": "127.0.0.1", "port": port, "called_ae": "PACS", "timeout_seconds": 5}
    (data / "destinations.json").write_text(json.dumps({"destinations": {"pacs": entry}}), encoding="utf-8")
    yield stored
    server.shutdown()


def test_dicom_objects_are_sent_on_request_only(archive, detected, command, tmp_path):
    arguments = ["export", detected / "result", "--source", detected / "series", "--all-findings"]
    formats = ["--format", "dicom-seg", "--format", "dicom-sr", "--format", "csv"]
    assert command(*arguments, *formats, "-o", tmp_path / "kept").code == 0
    assert archive == []
    ended = command(*arguments, *formats, "-o", tmp_path / "sent", "--send", "pacs")
    assert ended.code == 0, ended.err
    written = [str(pydicom.dcmread(path).SOPInstanceUID) for path in sorted((tmp_path / "sent").rglob("*.dcm"))]
    assert archive == written
    assert "Sent to pacs: 2 objects." in ended.out
    again = command("send", tmp_path / "sent", "pacs")
    assert again.code == 0, again.err
    assert archive == written * 2, "the same objects"
    assert "stored    seg.dcm" in again.out


def test_an_archive_that_does_not_answer_costs_no_file(archive, data, detected, command, tmp_path):
    told = json.loads((data / "destinations.json").read_text(encoding="utf-8"))
    told["destinations"]["pacs"]["port"] = 1
    (data / "destinations.json").write_text(json.dumps(told), encoding="utf-8")
    arguments = ["export", detected / "result", "--source", detected / "series", "--all-findings"]
    ended = command(*arguments, "--format", "dicom-sr", "-o", tmp_path / "out", "--send", "pacs")
    assert ended.code == ExitCode.FAILED
    assert "kept" in ended.err
    assert "failed    sr.dcm" in ended.out or "not sent  sr.dcm" in ended.out
    assert (tmp_path / "out" / "dicom" / "sr.dcm").is_file()


@pytest.mark.parametrize(
    ("formats", "name", "words"), [(("csv",), "pacs", "dicom-seg"), (("dicom-sr",), "elsewhere", "pacs")]
)
def test_a_wrong_destination_is_told_before_anything_is_written(
    archive, detected, command, tmp_path, formats, name, words
):
    arguments = ["export", detected / "result", "--source", detected / "series", "-o", tmp_path / "out"]
    ended = command(*arguments, "--send", name, *[word for one in formats for word in ("--format", one)])
    assert ended.code in (ExitCode.REFUSED, ExitCode.FAILED)
    assert words in ended.err
    assert not (tmp_path / "out").exists()
    assert archive == []
