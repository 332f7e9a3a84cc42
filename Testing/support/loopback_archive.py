"""Small archives inside the test's own process, on loopback: C-STORE by pynetdicom, STOW-RS by http.server."""

from __future__ import annotations

import base64
import io
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset
from pynetdicom import AE, AllStoragePresentationContexts, evt

STORED = 0x0000
NO_ROOM = 0xA700
CANNOT = 0xC000


@dataclass
class Archive:
    """An archive that listens.

    Args:
        port: on which.
        instances: SOP instance UIDs in the order of their coming, as often as they came.
        patients: patient IDs that came with them.
        status: that every object is answered with.
        wait: seconds before every answer.
    """

    port: int = 0
    instances: list[str] = field(default_factory=list)
    patients: set[str] = field(default_factory=set)
    status: int = STORED
    wait: float = 0.0

    def take(self, dataset: Dataset) -> int:
        self.instances.append(str(dataset.SOPInstanceUID))
        self.patients.add(str(dataset.PatientID))
        time.sleep(self.wait)
        return self.status


@contextmanager
def store_archive() -> Iterator[Archive]:
    """An archive of the classic protocol, called ARCHIVE."""
    archive = Archive()
    entity = AE(ae_title="ARCHIVE")
    entity.supported_contexts = AllStoragePresentationContexts
    handlers = [(evt.EVT_C_STORE, lambda event: archive.take(event.dataset))]
    server = entity.start_server(("localhost", 0), block=False, evt_handlers=handlers)
    archive.port = server.server_address[1]
    try:
        yield archive
    finally:
        server.shutdown()


@contextmanager
def web_archive(user: str, password: str) -> Iterator[Archive]:
    """A DICOMweb service that lets nobody in but this user."""
    archive = Archive()
    asked = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Authorization") != asked:
                self.send_response(401)
                self.end_headers()
                return
            self._answer(_objects_in(self.headers["Content-Type"], body))

        def _answer(self, objects: list[Dataset]) -> None:
            answer = Dataset()
            answer.ReferencedSOPSequence = []
            for one in objects:
                archive.take(one)
                item = Dataset()
                item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = one.SOPClassUID, one.SOPInstanceUID
                answer.ReferencedSOPSequence.append(item)
            self.send_response(200)
            self.send_header("Content-Type", "application/dicom+json")
            self.end_headers()
            self.wfile.write(answer.to_json().encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("localhost", 0), Handler)
    archive.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield archive
    finally:
        server.shutdown()
        server.server_close()


def set_destinations(root: Path, **entries: dict) -> None:
    """What a site writes into its data folder."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "destinations.json").write_text(json.dumps({"destinations": entries}))


def store_entry(archive: Archive, **changed: object) -> dict:
    return {"kind": "dicom", "host": "localhost", "port": archive.port, "called_ae": "ARCHIVE", **changed}


def _objects_in(content_type: str, body: bytes) -> list[Dataset]:
    """The objects of a multipart body (PS3.18 8.6.1.2)."""
    message = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    parts = message.get_payload()
    return [pydicom.dcmread(io.BytesIO(part.get_payload(decode=True))) for part in parts]
