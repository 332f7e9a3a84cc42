"""Sending by the classic storage service, C-STORE (PS3.4 annex B), with TLS where the site asks for it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pydicom
from pydicom.filereader import read_file_meta_info
from pynetdicom import AE
from pynetdicom.association import Association
from pynetdicom.presentation import build_context

from u2ad.export.send.destination import DestinationError, StoreDestination
from u2ad.export.send.sent import NOT_TRUSTED, ConnectionFailed, ObjectRefused

ALREADY_THERE = 0x0111
"""Status "duplicate SOP instance" (PS3.7 annex C): the very object is there."""

WARNINGS = range(0xB000, 0xC000)
"""Stored, with a remark (PS3.4 table B.2-1)."""

OUT_OF_RESOURCES = range(0xA700, 0xA800)

ASK = "Ask the administrator of the archive."


@contextmanager
def store_connection(destination: StoreDestination, paths: Sequence[Path]) -> Iterator[StoreConnection]:
    """An association in which all of the files may be stored; released at the end, aborted if something fails.

    Raises:
        ConnectionFailed: if the destination cannot be reached or does not let this program in.
        DestinationError: if a certificate file cannot be read.
    """
    association = _associated(destination, paths)
    try:
        yield StoreConnection(association)
    except BaseException:
        association.abort()
        raise
    association.release()


def _associated(destination: StoreDestination, paths: Sequence[Path]) -> Association:
    entity = AE(ae_title=destination.calling_ae)
    entity.connection_timeout = entity.acse_timeout = destination.timeout_seconds
    entity.dimse_timeout = entity.network_timeout = destination.timeout_seconds
    tls = _tls(destination) if destination.tls else None
    contexts = [build_context(*kind) for kind in sorted(_kinds(paths))]
    try:
        association = entity.associate(
            destination.host,
            destination.port,
            contexts=contexts,
            ae_title=destination.called_ae,
            tls_args=(tls, destination.host) if tls else None,
        )
    except (OSError, UnicodeError) as error:  # no such host: looked up before anything is tried
        raise ConnectionFailed(
            "The host of the destination cannot be found.", "Check its name in destinations.json, and the network."
        ) from error
    if association.is_established:
        return association
    if tls and tls.sslsocket_class is _Distrusted:
        raise ConnectionFailed(*NOT_TRUSTED)
    raise _not_let_in(association)


def _kinds(paths: Sequence[Path]) -> set[tuple[str, str]]:
    """SOP class and transfer syntax of the files."""
    metas = [read_file_meta_info(path) for path in paths]
    return {(str(meta.MediaStorageSOPClassUID), str(meta.TransferSyntaxUID)) for meta in metas}


class _Socket(ssl.SSLSocket):
    """Remembers a certificate that was not trusted: pynetdicom only says that there is no connection."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except ssl.SSLCertVerificationError:
            self.context.sslsocket_class = _Distrusted
            raise


class _Distrusted(_Socket):
    """The mark that a certificate was not trusted."""


def _tls(destination: StoreDestination) -> ssl.SSLContext:
    """As PS3.15 B.9 asks: TLS 1.2 or newer, and the other side proves who it is."""
    security = destination.security
    try:
        context = ssl.create_default_context(cafile=str(security.ca_file) if security.ca_file else None)
        if security.certificate_file:
            context.load_cert_chain(security.certificate_file)
    except (OSError, ssl.SSLError) as error:
        raise DestinationError(
            "A certificate file of the destination cannot be read.", "Give a PEM file in ca_file or certificate_file."
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = _Socket
    return context


def _not_let_in(association: Association) -> ConnectionFailed:
    if association.is_rejected:
        return ConnectionFailed(
            "The destination does not let this program in by the application entity titles that are set.",
            "Have called_ae and calling_ae checked, and this computer made known there.",
        )
    if association.acceptor.primitive is not None:  # it answered, and took none of what was offered
        return ConnectionFailed("The destination takes none of these kinds of objects.", ASK)
    return ConnectionFailed(
        "The destination cannot be reached, or did not answer in time.", "Check the network and that the archive runs."
    )


class StoreConnection:
    """Puts objects into a storage service.

    Args:
        association: that is established.
    """

    def __init__(self, association: Association) -> None:
        self._association = association

    def put(self, path: Path) -> None:
        """Send one file.

        Raises:
            ObjectRefused: if the service does not take it.
            ConnectionFailed: if nothing more can be sent.
        """
        if not self._association.is_established:
            raise _ended()
        try:
            answer = self._association.send_c_store(pydicom.dcmread(path))
        except ValueError as error:  # no accepted context for this kind of object
            raise ObjectRefused("The destination does not take this kind of object.", ASK) from error
        except RuntimeError as error:
            raise _ended() from error
        if "Status" not in answer:
            raise _ended()
        _expect_stored(int(answer.Status))


def _expect_stored(status: int) -> None:
    if status in (0, ALREADY_THERE) or status in WARNINGS:
        return
    if status in OUT_OF_RESOURCES:
        raise ObjectRefused("The destination has no room for an object.", ASK)
    raise ObjectRefused(f"The destination refused an object (status {status:04X}h).", ASK)


def _ended() -> ConnectionFailed:
    return ConnectionFailed(
        "The destination ended the connection, or did not answer in time.",
        "Check the network and that the archive runs.",
    )
