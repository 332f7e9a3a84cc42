"""The foot of the page Export: nothing leaves before the reader has said so, and of each object its fate is told."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import slicer
from database_scan import as_stored, write_scan
from dicom_series import PATIENT
from exported_objects import write_objects
from loopback_archive import NO_ROOM, set_destinations, store_archive, store_entry, web_archive

from u2ad.worker.events import Delivered
from U2ADSlicerLib.process.ending import DIED, FAILED, FINISHED, STOPPED, Ending

OBJECTS = {"exportDicomSegCheck", "exportDicomSrCheck"}


@pytest.fixture
def archive():
    with store_archive() as one:
        yield one


@pytest.fixture
def asked(monkeypatch):
    """The questions that the reader was asked; each is answered with OK."""
    questions = []
    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda text, **_: questions.append(text) or True)
    return questions


@pytest.fixture(scope="module")
def objects(tmp_path_factory) -> Path:
    """An export of a segmentation and a structured report."""
    return write_objects(tmp_path_factory.mktemp("objects"))


@pytest.fixture
def offered(reviewed, archive, data, objects, tmp_path):
    """The page Export after an export of the scan that is under review."""
    from U2ADSlicerLib.panels.sending import Sendable

    set_destinations(data, archive=store_entry(archive))
    shutil.copytree(objects, tmp_path / "out")
    names = ("Patient's Name", "Patient ID")
    sendable = Sendable(tmp_path / "out", reviewed.workspace.volume, reviewed.session.review.actions, names, False)
    reviewed.widget.panel.export.sending.offer(sendable)
    reviewed.page("exportPage")
    return reviewed


@pytest.fixture
def exporting(hour, detection, archive, data, tmp_path, monkeypatch):
    """A scan of the DICOM database is reviewed, and its segmentation and structured report are chosen."""
    set_destinations(data, archive=store_entry(archive))
    stored = replace(detection, scan=as_stored(detection.scan))
    database = write_scan(tmp_path / "series", stored.scan)
    monkeypatch.setattr(slicer, "dicomDatabase", database, raising=False)
    hour.load(stored).SetAttribute("DICOM.instanceUIDs", " ".join(database.instances))
    hour.take(stored)
    hour.press("C")
    hour.page("exportPage")
    (tmp_path / "out").mkdir()
    hour.ui.exportFolderButton.directory = str(tmp_path / "out")
    choose(hour, OBJECTS)
    return hour


def declined(monkeypatch) -> list[str]:
    """The questions that the reader is asked from now on; each is answered with Cancel."""
    questions = []
    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda text, **_: questions.append(text))
    return questions


def choose(hour, names) -> None:
    from U2ADSlicerLib.panels.export import PRODUCTS

    for name in PRODUCTS:
        getattr(hour.ui, name).setChecked(name in names)
    hour.settle()


def export(hour) -> None:
    hour.click("exportButton")
    hour.wait_until(lambda: not hour.widget.panel.export.isRunning)
    hour.settle()
    assert "Written" in hour.ui.exportStatus.text


def send(hour) -> str:
    """Clicks, waits until the worker has ended, and returns what the page says."""
    hour.click("sendButton")
    hour.wait_until(lambda: not hour.widget.panel.export.sending.isRunning)
    hour.settle()
    return hour.ui.sendStatus.text


@pytest.mark.slow
def test_what_was_just_exported_is_stored_and_may_be_sent_again_as_the_same(exporting, archive, asked):
    export(exporting)
    assert send(exporting) == "2 of 2 objects are stored in archive."
    assert archive.patients == {PATIENT["PatientID"]}
    first = list(archive.instances)
    assert len(set(first)) == 2
    send(exporting)
    assert archive.instances == first * 2
    assert "They tell who the patient is: Patient's Name, Patient ID, " in asked[1]
    assert not [question for question in asked for value in PATIENT.values() if f" {value}" in question]
    assert exporting.ui.sendButton.text == "Send ..."


@pytest.mark.slow
def test_de_identified_objects_are_told_and_sent_as_such_and_tables_cannot_be(exporting, archive, asked):
    exporting.click("exportDeidentifyCheck")
    export(exporting)
    send(exporting)
    assert "de-identified" in asked[0]
    assert "Patient" not in asked[0]
    assert len(archive.patients) == 1
    assert archive.patients != {PATIENT["PatientID"]}
    choose(exporting, {"exportTableCheck"})
    export(exporting)
    assert not exporting.ui.sendButton.isEnabled()
    assert "Export DICOM objects" in exporting.ui.sendButton.toolTip


def test_nothing_is_sent_unless_the_question_is_answered_with_ok(offered, archive, monkeypatch):
    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda *_, **__: False)
    assert send(offered) == ""
    assert archive.instances == []


def test_the_question_tells_what_goes_where(offered, monkeypatch):
    asked = declined(monkeypatch)
    send(offered)
    offered.page("reviewPage")
    offered.press("C")
    offered.page("exportPage")
    send(offered)
    assert "Send 2 DICOM objects to archive?" in asked[0]
    assert "Patient's Name, Patient ID" in asked[0]
    assert "not encrypted" in asked[0]
    assert "The review has changed since they were exported" not in asked[0]
    assert "The review has changed since they were exported" in asked[1]


def test_what_is_refused_is_counted_with_its_reason_and_the_files_stay(offered, archive, asked, tmp_path):
    archive.status = NO_ROOM
    told = send(offered)
    assert "0 of 2 objects are stored in archive." in told
    assert "2 refused. The destination has no room for an object." in told
    assert "Ask the administrator" in told
    assert "send them again" in told
    assert len(list((tmp_path / "out").rglob("*.dcm"))) == 2


def test_an_archive_that_is_not_there_is_told(offered, archive, asked, data):
    set_destinations(data, archive=store_entry(archive, called_ae="NOBODY", port=1))
    told = send(offered)
    assert "1 failed: nothing certain is known of it. The destination cannot be reached" in told
    assert "1 not sent." in told


def test_sending_stops_when_the_reader_says_so(offered, archive, asked):
    archive.wait = 30.0
    offered.click("sendButton")
    offered.wait_until(lambda: archive.instances and offered.ui.sendButton.isEnabled())
    assert offered.ui.sendButton.text == "Cancel"
    assert offered.ui.sendProgress.isVisible()
    assert "Sending to archive: 0 of 2." in offered.ui.sendStatus.text
    assert not offered.ui.exportButton.isEnabled()
    offered.click("sendButton")
    offered.wait_until(lambda: not offered.widget.panel.export.sending.isRunning, 3)
    assert offered.ui.sendStatus.text.startswith("Stopped.\n0 of 2 objects are stored in archive.")
    assert len(archive.instances) == 1


def test_the_objects_of_one_scan_are_not_offered_for_another(offered, detection):
    other = offered.load(detection, "Another")
    offered.widget.panel.workspace.parameters.inputVolume = other
    offered.settle()
    assert not offered.ui.sendButton.isEnabled()
    assert "Export DICOM objects of this scan first" in offered.ui.sendButton.toolTip


def test_files_that_are_gone_are_told_before_anything_is_asked(offered, asked, tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(slicer.util, "warningDisplay", lambda text, **_: told.append(text))
    next((tmp_path / "out").rglob("seg.dcm")).unlink()
    offered.click("sendButton")
    assert asked == []
    assert told == ["Some of the exported DICOM objects are not there any more.\n\nExport again."]


def test_secrets_reach_the_worker_by_the_environment_alone(offered, asked, data, monkeypatch):
    with web_archive("reader", "secret") as web:
        entry = {"kind": "dicomweb", "url": f"http://localhost:{web.port}/dicom-web"}
        set_destinations(data, web={**entry, "user_from": "ARCHIVE_USER", "password_from": "ARCHIVE_PASSWORD"})
        offered.page("reviewPage")
        offered.page("exportPage")
        monkeypatch.setenv("ARCHIVE_USER", "reader")
        assert "environment variable that the destination needs is not set" in send(offered)
        monkeypatch.setenv("ARCHIVE_PASSWORD", "secret")
        assert send(offered) == "2 of 2 objects are stored in web."
        assert len(web.instances) == 2


def test_without_destinations_the_row_says_who_can_set_them(reviewed):
    reviewed.page("exportPage")
    assert "Your site can set some: see Docs/dicom-out.md." in reviewed.ui.sendStatus.text
    assert not reviewed.ui.sendButton.isEnabled()
    assert reviewed.ui.sendButton.toolTip == reviewed.ui.sendStatus.text


def test_a_list_that_cannot_be_read_is_told_with_its_remedy(reviewed, data):
    data.mkdir(exist_ok=True)
    (data / "destinations.json").write_text("{")
    reviewed.page("exportPage")
    assert reviewed.ui.sendStatus.text.startswith("The list of destinations cannot be read. See Docs/dicom-out.md")
    assert not reviewed.ui.sendButton.isEnabled()


def test_several_destinations_are_offered_by_their_names_and_the_chosen_one_stays_chosen(reviewed, data):
    entry = {"kind": "dicom", "host": "localhost", "port": 1, "called_ae": "A"}
    set_destinations(data, beta=entry, alpha=entry)
    reviewed.page("exportPage")
    combo = reviewed.ui.sendCombo
    assert [combo.itemText(index) for index in range(combo.count)] == ["beta", "alpha"]
    combo.setCurrentIndex(1)
    set_destinations(data, gamma=entry, alpha=entry)
    reviewed.page("reviewPage")
    reviewed.page("exportPage")
    assert combo.currentText == "alpha"


STORED = Delivered("stored")
REFUSED = Delivered("refused", "Not this one.")
ENDS = {
    "all": ([STORED, STORED], Ending(FINISHED), ["2 of 2 objects are stored in X."]),
    "some": (
        [STORED, REFUSED],
        Ending(FAILED, "1 of 2 objects were stored. Not this one.", "Ask. Kept."),
        ["1 of 2 objects are stored in X.", "\u2715 1 refused. Not this one.", "Ask. Kept."],
    ),
    "none tried": ([], Ending(FAILED, "A secret is missing.", "Set it."), ["A secret is missing. Set it."]),
    "died": (
        [STORED],
        Ending(DIED, "It has ended.", "Again."),
        ["1 of 2 objects are stored in X.", "It has ended. Again."],
    ),
}


@pytest.mark.parametrize(("delivered", "ending", "told"), ENDS.values(), ids=ENDS)
def test_every_end_tells_what_is_known(hour, delivered, ending, told):
    from U2ADSlicerLib.panels.sending import endWords

    assert list(endWords("X", 2, delivered, ending)) == told


def test_a_stopped_sending_says_that_the_rest_is_uncertain(hour):
    from U2ADSlicerLib.panels.sending import endWords

    told = list(endWords("X", 3, [STORED], Ending(STOPPED)))
    assert told[:2] == ["Stopped.", "1 of 3 objects are stored in X."]
    assert "not certain" in told[2]
