"""A real archive for tests: Debian's Orthanc with its DICOMweb plug-in, in a process of its own on loopback."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

INSTALL = "sudo apt-get install orthanc orthanc-dicomweb openssl"
PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
USER, PASSWORD = "tester", "only for this test"


@dataclass(frozen=True)
class Archive:
    """A running Orthanc.

    Args:
        process: of it; kill it to have the archive die.
        web: port of HTTP.
        dicom: port of C-STORE.
    """

    process: subprocess.Popen
    web: int
    dicom: int

    @property
    def url(self) -> str:
        return f"http://localhost:{self.web}/dicom-web"

    def answers(self) -> bool:
        """Whether it is up; its DICOM service starts before the web, and must not be knocked at without TLS."""
        try:
            with socket.create_connection(("localhost", self.web), timeout=1):
                return True
        except OSError:
            return False

    def instances(self) -> set[str]:
        """The SOP instance UIDs of all that it holds, by its own interface."""
        listed = requests.get(f"http://localhost:{self.web}/instances?expand", auth=(USER, PASSWORD), timeout=10).json()
        return {one["MainDicomTags"]["SOPInstanceUID"] for one in listed}


def expect_orthanc() -> None:
    """Skip the test where there is no Orthanc."""
    orthanc = shutil.which("Orthanc") or shutil.which("Orthanc", path="/usr/sbin")
    if orthanc is None or not PLUGIN.exists() or shutil.which("openssl") is None:
        pytest.skip(f"Orthanc is not installed: {INSTALL}")


@contextmanager
def running(folder: Path, **settings: Any) -> Iterator[Archive]:
    """Start an Orthanc, and end it.

    Args:
        folder: for its database; made.
        settings: further ones of its configuration.
    """
    expect_orthanc()
    folder.mkdir(parents=True)
    web, dicom = free_port(), free_port()
    config = folder / "orthanc.json"
    config.write_text(json.dumps(_settings(folder, web, dicom) | settings), encoding="utf-8")
    program = shutil.which("Orthanc") or "/usr/sbin/Orthanc"
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([program, str(config)], stdout=log, stderr=log)
    archive = Archive(process, web, dicom)
    try:
        _wait_for(archive, folder / "log")
        yield archive
    finally:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        return listener.getsockname()[1]


def self_signed(folder: Path, host: str = "localhost") -> tuple[Path, Path]:
    """A new certificate for a host that vouches for itself, and the same with its key, both as PEM."""
    certificate, key, both = folder / "certificate.pem", folder / "key.pem", folder / "both.pem"
    folder.mkdir(parents=True, exist_ok=True)
    told = ["-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}", "-days", "2", "-nodes"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", *told, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    both.write_text(certificate.read_text() + key.read_text())
    return certificate, both


@contextmanager
def https_before(archive: Archive, both: Path) -> Iterator[str]:
    """The address of the archive behind TLS that ends before it, as behind a hospital's reverse proxy.

    Debian 12's Orthanc ends with a segmentation fault at the first https request while its DICOMweb plug-in is loaded.

    Args:
        archive: that it leads to.
        both: PEM file with certificate and key.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    with socket.create_server(("localhost", 0)) as listener:
        threading.Thread(target=_let_in, args=(listener, context, archive.web), daemon=True).start()
        yield f"https://localhost:{listener.getsockname()[1]}/dicom-web"


def _let_in(listener: socket.socket, context: ssl.SSLContext, port: int) -> None:
    with suppress(OSError):  # the listener is closed at the end
        while True:
            plain, _ = listener.accept()
            with suppress(OSError), context.wrap_socket(plain, server_side=True) as outer:
                _pass_on(outer, port)


def _pass_on(outer: ssl.SSLSocket, port: int) -> None:
    """Both ways at once, until one side ends."""
    with socket.create_connection(("localhost", port)) as inner:
        back = threading.Thread(target=_pump, args=(inner, outer), daemon=True)
        back.start()
        _pump(outer, inner)
        back.join()


def _pump(come_from: socket.socket, go_to: socket.socket) -> None:
    with suppress(OSError):
        while part := come_from.recv(65536):
            go_to.sendall(part)
    with suppress(OSError):
        go_to.shutdown(socket.SHUT_WR)


def _settings(folder: Path, web: int, dicom: int) -> dict[str, Any]:
    return {
        "StorageDirectory": str(folder),
        "IndexDirectory": str(folder),
        "Plugins": [str(PLUGIN)],
        "HttpPort": web,
        "DicomPort": dicom,
        "DicomCheckCalledAet": True,
        "DicomAet": "ARCHIVE",
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": True,
        "RegisteredUsers": {USER: PASSWORD},
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
    }


def _wait_for(archive: Archive, log: Path) -> None:
    until = time.monotonic() + 20
    while not archive.answers():
        assert archive.process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.05)
