"""A review goes into a real archive and comes out again, by both protocols, whatever goes wrong there."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
import pytest
import requests
from dicom_series import PATIENT, write_series
from dicomweb_client import DICOMwebClient
from orthanc import PASSWORD, USER, Archive, free_port, https_before, running, self_signed
from reviewed_scan import SHAPE, reviewed_scan, voxels_of

from u2ad.export.dicom.document import encapsulated_pdf
from u2ad.export.dicom.maps import parametric_maps
from u2ad.export.dicom.options import DicomOptions
from u2ad.export.dicom.saving import save
from u2ad.export.dicom.seg import segmentation
from u2ad.export.dicom.source import read_source
from u2ad.export.dicom.sr import structured_report
from u2ad.export.send.destination import Security, StoreDestination, WebDestination
from u2ad.export.send.sending import send
from u2ad.export.send.sent import Outcome, SendingError
from u2ad.progress import Silent
from u2ad.scan import read_scan

SOON = 5.0
"""Seconds to wait for an archive that should answer."""


@pytest.fixture(autouse=True)
def secrets(monkeypatch):
    monkeypatch.setenv("ARCHIVE_USER", USER)
    monkeypatch.setenv("ARCHIVE_PASSWORD", PASSWORD)
    monkeypatch.setenv("WRONG_PASSWORD", "not this one")


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> list[Path]:
    """The source series, and all objects of its review."""
    folder = tmp_path_factory.mktemp("export")
    scan = read_scan(write_series(folder / "source", voxels_of(SHAPE)))
    reviewed, source, every = reviewed_scan(scan), read_source(scan), DicomOptions(confirmed_only=False)
    segments = segmentation(reviewed, source, every)
    report = structured_report(reviewed, source, every, segments)
    document = encapsulated_pdf(b"%PDF-1.4\n%%EOF", reviewed, source)
    objects = [segments, report, *parametric_maps(reviewed, source), document]
    for number, dataset in enumerate(objects):
        save(dataset, folder / f"{number}.dcm")
    return [*sorted((folder / "source").iterdir()), *sorted(folder.glob("*.dcm"))]


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Iterator[Archive]:
    with running(tmp_path_factory.mktemp("archive") / "data") as one:
        yield one


def web(archive: Archive, **changed) -> WebDestination:
    told = {"user_from": "ARCHIVE_USER", "password_from": "ARCHIVE_PASSWORD", "timeout_seconds": SOON}
    return WebDestination("archive", **({"url": archive.url} | told | changed))


def store(archive: Archive, **changed) -> StoreDestination:
    told = {"port": archive.dicom, "called_ae": "ARCHIVE", "timeout_seconds": SOON}
    return StoreDestination("archive", "localhost", **(told | changed))


@pytest.mark.parametrize("way", [web, store])
def test_everything_comes_back_as_it_was_sent(archive, files, way):
    for listed in requests.get(f"http://localhost:{archive.web}/studies", auth=(USER, PASSWORD), timeout=10).json():
        requests.delete(f"http://localhost:{archive.web}/studies/{listed}", auth=(USER, PASSWORD), timeout=10)

    sent = send(files, way(archive), Silent())

    assert {one.outcome for one in sent} == {Outcome.STORED}
    client = reader_of(archive)
    (study,) = client.search_for_studies(search_filters={"PatientID": PATIENT["PatientID"]})
    series = client.search_for_series(study["0020000D"]["Value"][0])
    assert sorted(one["00080060"]["Value"][0] for one in series) == ["DOC", "MR", "OT", "SEG", "SR"]
    for path in files:
        expect_same(pydicom.dcmread(path), retrieved(client, path))


def reader_of(archive: Archive) -> DICOMwebClient:
    session = requests.Session()
    session.auth = (USER, PASSWORD)
    return DICOMwebClient(archive.url, session=session)


def retrieved(client: DICOMwebClient, path: Path) -> pydicom.Dataset:
    sent = pydicom.dcmread(path, stop_before_pixels=True)
    return client.retrieve_instance(sent.StudyInstanceUID, sent.SeriesInstanceUID, sent.SOPInstanceUID)


def expect_same(sent: pydicom.Dataset, back: pydicom.Dataset) -> None:
    assert str(back.PatientName) == PATIENT["PatientName"]
    assert back == sent


@pytest.mark.parametrize("way", [web, store])
def test_sending_again_does_no_harm(archive, files, way):
    send(files, way(archive), Silent())
    before = archive.instances()

    send(files, way(archive), Silent())

    assert archive.instances() == before


def test_wrong_credentials_are_told_and_nothing_is_stored(archive, files):
    with pytest.raises(SendingError, match=r"0 of 13 .* user name, password or token\. Check the env.*kept") as caught:
        send(files, web(archive, password_from="WRONG_PASSWORD"), Silent())

    assert [one.outcome for one in caught.value.sent] == [Outcome.FAILED] + [Outcome.NOT_SENT] * 12


def test_a_title_that_is_not_known_there_is_told(archive, files):
    with pytest.raises(SendingError, match=r"0 of 13 .* application entity titles"):
        send(files, store(archive, called_ae="OTHER"), Silent())


def test_an_address_without_the_service_is_told(archive, files):
    with pytest.raises(SendingError, match="no DICOMweb service at the address"):
        send(
            files[:1],
            WebDestination("x", f"http://localhost:{archive.web}/elsewhere", "ARCHIVE_USER", "ARCHIVE_PASSWORD"),
            Silent(),
        )


class KilledAfter(Silent):
    """Kills an archive once some objects are sent."""

    def __init__(self, archive: Archive, count: int) -> None:
        self.archive, self.left = archive, count

    def advance(self, amount: int = 1) -> None:
        self.left -= amount
        if self.left == 0:
            self.archive.process.kill()
            self.archive.process.wait()


@pytest.mark.parametrize("way", [web, store])
def test_an_archive_that_dies_in_between_leaves_every_file_and_a_true_account(tmp_path, files, way):
    before = [path.read_bytes() for path in files]

    with (
        running(tmp_path / "data") as archive,
        pytest.raises(SendingError, match=r"5 of 13 .*Check the network.*kept") as caught,
    ):
        send(files, way(archive), KilledAfter(archive, 5))

    outcomes = [one.outcome for one in caught.value.sent]
    assert outcomes == [Outcome.STORED] * 5 + [Outcome.FAILED] + [Outcome.NOT_SENT] * 7
    assert [one.path for one in caught.value.sent] == files
    assert [path.read_bytes() for path in files] == before


def test_nobody_there_is_told(files):
    with pytest.raises(SendingError, match=r"0 of 1 .*cannot be reached"):
        send(files[:1], StoreDestination("x", "localhost", free_port(), "ARCHIVE", timeout_seconds=2), Silent())


@contextmanager
def silent_server() -> Iterator[int]:
    """Lets in whoever comes, and never answers; yields its port."""
    with socket.create_server(("localhost", 0)) as listener:
        kept: list[socket.socket] = []
        thread = threading.Thread(target=lambda: [kept.append(listener.accept()[0]) for _ in range(2)], daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        for one in kept:
            one.close()


@pytest.mark.parametrize(
    "way",
    [
        lambda port: WebDestination("slow", f"http://localhost:{port}", timeout_seconds=0.5),
        lambda port: StoreDestination("slow", "localhost", port, "SLOW", timeout_seconds=0.5),
    ],
)
def test_an_archive_that_does_not_answer_is_not_waited_for(files, way):
    with silent_server() as port, pytest.raises(SendingError, match="did not answer in time"):
        send(files[:2], way(port), Silent())


@dataclass(frozen=True)
class Encrypted:
    """An archive that is reached by TLS alone, and the certificate that vouches for it."""

    archive: Archive
    url: str
    certificate: Path


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory) -> Iterator[Encrypted]:
    folder = tmp_path_factory.mktemp("encrypted")
    certificate, both = self_signed(folder / "own")
    tls = {
        "DicomTlsEnabled": True,
        "DicomTlsCertificate": str(certificate),
        "DicomTlsPrivateKey": str(certificate.with_name("key.pem")),
        "DicomTlsTrustedCertificates": str(certificate),
        "DicomTlsRemoteCertificateRequired": False,
    }
    with running(folder / "data", **tls) as archive, https_before(archive, both) as url:
        yield Encrypted(archive, url, certificate)


def safe_web(to: Encrypted, security: Security) -> WebDestination:
    return web(to.archive, url=to.url, security=security)


def safe_store(to: Encrypted, security: Security) -> StoreDestination:
    return store(to.archive, tls=True, security=security)


@pytest.mark.parametrize("way", [safe_web, safe_store])
def test_a_trusted_certificate_lets_everything_through(encrypted, files, way):
    sent = send(files[-3:], way(encrypted, Security(encrypted.certificate)), Silent())

    assert {one.outcome for one in sent} == {Outcome.STORED}


@pytest.mark.parametrize("way", [safe_web, safe_store])
@pytest.mark.parametrize("trust", ["nobody", "another"])
def test_a_certificate_that_nobody_vouches_for_stops_everything(encrypted, files, tmp_path, way, trust):
    security = Security(self_signed(tmp_path / "other")[0]) if trust == "another" else Security()

    with pytest.raises(SendingError, match=r"0 of 3 .*certificate .*not trusted.*ca_file"):
        send(files[-3:], way(encrypted, security), Silent())


def test_the_values_of_maps_and_segments_survive_the_archive(archive, files):
    send(files, web(archive), Silent())
    client = reader_of(archive)

    for path in files:
        sent = pydicom.dcmread(path)
        keyword = next((key for key in ("FloatPixelData", "PixelData") if key in sent), None)
        if keyword:
            back = retrieved(client, path)
            assert np.array_equal(np.frombuffer(back[keyword].value, "u1"), np.frombuffer(sent[keyword].value, "u1"))
