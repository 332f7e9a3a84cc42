"""Sending by DICOMweb STOW-RS (PS3.18 10.5), one request for each object."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pydicom
import requests
from dicomweb_client import DICOMwebClient
from pydicom.dataset import Dataset
from urllib3.exceptions import LocationParseError

from u2ad.export.send.destination import LOOK, DestinationError, WebDestination, secret_from
from u2ad.export.send.sent import NOT_TRUSTED, ConnectionFailed, ObjectRefused

ALREADY_THERE = 0x0111
"""Failure reason "duplicate SOP instance" (PS3.7 annex C): the very object is there."""

ASK = "Ask the administrator of the archive."


@contextmanager
def web_connection(destination: WebDestination) -> Iterator[WebConnection]:
    """A session with a DICOMweb service; nothing is sent before the first object.

    Raises:
        DestinationError: if a secret is not set.
    """
    with _session(destination) as session:
        yield WebConnection(_client(destination, session))


def _session(destination: WebDestination) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # neither proxies nor certificates nor passwords that the site has not set here
    session.max_redirects = 0  # what is meant for one address goes to no other
    security = destination.security
    session.verify = str(security.ca_file) if security.ca_file else True
    session.cert = str(security.certificate_file) if security.certificate_file else None
    if destination.token_from:
        session.headers["Authorization"] = f"Bearer {secret_from(destination.token_from)}"
    elif destination.user_from:
        session.auth = (secret_from(destination.user_from), secret_from(destination.password_from))
    return session


def _client(destination: WebDestination, session: requests.Session) -> DICOMwebClient:
    try:
        client = DICOMwebClient(destination.url.rstrip("/"), session=session, timeout=destination.timeout_seconds)
    except ValueError as error:
        raise DestinationError("The address of the destination is malformed.", LOOK) from error
    client.set_http_retry_params(retry=False)  # the reader decides whether to try again
    return client


class WebConnection:
    """Puts objects into a DICOMweb service.

    Args:
        client: of that service.
    """

    def __init__(self, client: DICOMwebClient) -> None:
        self._client = client

    def put(self, path: Path) -> None:
        """Send one file.

        Raises:
            ObjectRefused: if the service does not take it.
            ConnectionFailed: if nothing more can be sent.
        """
        dataset = pydicom.dcmread(path)
        try:
            answer = self._client.store_instances([dataset])
        except requests.HTTPError as error:
            raise _of_status(error.response) from error
        except requests.RequestException as error:
            raise _of_connection(error) from error
        except (UnicodeError, LocationParseError) as error:
            raise ConnectionFailed("The address of the destination is malformed.", LOOK) from error
        except ValueError as error:
            raise ConnectionFailed("The destination gave an answer that is no DICOMweb.", ASK) from error
        _expect_stored(answer, str(dataset.SOPInstanceUID))


def _expect_stored(answer: Dataset, instance: str) -> None:
    """Believe that an object is stored only if the answer names it (PS3.18 table I.2.2-2)."""
    failed = {str(item.get("ReferencedSOPInstanceUID")): item for item in answer.get("FailedSOPSequence") or []}
    if instance in failed:
        reason = int(failed[instance].get("FailureReason") or 0)
        if reason != ALREADY_THERE:
            raise _refused(f"reason {reason:04X}h")
        return
    stored = {str(item.get("ReferencedSOPInstanceUID")) for item in answer.get("ReferencedSOPSequence") or []}
    if instance not in stored:
        raise ObjectRefused("The destination did not say that it has stored an object.", ASK)


def _of_status(response: requests.Response | None) -> ConnectionFailed | ObjectRefused:
    """What a status of HTTP means."""
    status = 0 if response is None else response.status_code
    if status in _CLOSED:
        return ConnectionFailed(*_CLOSED[status])
    if status == 409 and response is not None:
        return _conflict(response)
    if 400 <= status < 500:
        return _refused(f"status {status}")
    return ConnectionFailed(f"The destination has trouble of its own (status {status}).", "Try again later.")


_CLOSED = {
    401: (
        "The destination does not accept the user name, password or token.",
        "Check the environment variables that the destination names.",
    ),
    403: ("The destination does not let this user store objects.", ASK),
    404: (
        "There is no DICOMweb service at the address of the destination.",
        "Check the address in destinations.json.",
    ),
}
"""Statuses that no other object would change: problem and remedy."""


def _conflict(response: requests.Response) -> ObjectRefused:
    """409: stored was nothing (PS3.18 10.5.3.1)."""
    try:
        failed = Dataset.from_json(response.json()).FailedSOPSequence
        return _refused(f"reason {int(failed[0].FailureReason):04X}h")
    except (ValueError, AttributeError, IndexError, TypeError, KeyError):
        return _refused("status 409")


def _refused(why: str) -> ObjectRefused:
    return ObjectRefused(f"The destination refused an object ({why}).", ASK)


def _of_connection(error: requests.RequestException) -> ConnectionFailed:
    if isinstance(error, requests.exceptions.SSLError):
        return ConnectionFailed(*NOT_TRUSTED)
    if isinstance(error, requests.Timeout):
        return ConnectionFailed(
            "The destination did not answer in time.", "Check the network, or set a longer timeout_seconds."
        )
    if isinstance(error, requests.TooManyRedirects):
        return ConnectionFailed(
            "The destination points to another address.", "Give that address in destinations.json, if it is trusted."
        )
    return ConnectionFailed(
        "The destination cannot be reached, or ended the connection.", "Check the network and that the archive runs."
    )
