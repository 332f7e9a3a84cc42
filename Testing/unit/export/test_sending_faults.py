"""Sending where the site's settings lead nowhere, or where the files are no longer what was exported."""

from pathlib import Path

import pytest
from exported_objects import NAMES, write_objects

from u2ad.errors import UnreadableInputError
from u2ad.export.send.destination import StoreDestination, WebDestination
from u2ad.export.send.sent import SendingError
from u2ad.export.sending import send_export
from u2ad.progress import Silent


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    return write_objects(tmp_path_factory.mktemp("objects"))


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b", "x" * 70])
@pytest.mark.parametrize("kind", ["dicom", "dicomweb"])
def test_a_host_that_nobody_knows_is_told(written, host, kind):
    there = StoreDestination("x", host, 104, "X", timeout_seconds=5)
    web = WebDestination("x", f"http://{host}/dicom-web", timeout_seconds=5)
    with pytest.raises(SendingError, match=r"0 of 2 .*(cannot be found|cannot be reached|is malformed).*kept"):
        send_export(written, there if kind == "dicom" else web, Silent())


@pytest.mark.parametrize("harm", [lambda data: b"no DICOM", lambda data: data[:-100], lambda data: b""])
def test_damaged_objects_are_not_sent(tmp_path, harm):
    written = write_objects(tmp_path)
    path = written / NAMES[0]
    path.write_bytes(harm(path.read_bytes()))
    with pytest.raises(UnreadableInputError, match="damaged or changed"):
        send_export(written, StoreDestination("x", "localhost", 9, "X"), Silent())
