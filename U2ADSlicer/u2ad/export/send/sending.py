"""Sending files to a destination, and telling of each what became of it. Nothing is sent unless this is called."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from u2ad.errors import U2ADError
from u2ad.export.send.destination import Destination, WebDestination
from u2ad.export.send.sent import ConnectionFailed, ObjectRefused, Outcome, SendingError, Sent, Tell, nobody
from u2ad.progress import Progress


class Connection(Protocol):
    """An open way to a destination."""

    def put(self, path: Path) -> None:
        """Send one file.

        Raises:
            ObjectRefused: if the destination does not take it.
            ConnectionFailed: if nothing more can be sent.
        """


def send(paths: Sequence[Path], destination: Destination, progress: Progress, tell: Tell = nobody) -> tuple[Sent, ...]:
    """Send DICOM files, one after the other.

    Args:
        paths: the files; none of them is changed or deleted.
        destination: that the reader has chosen.
        progress: advanced by one for each object; where it stops the run, what was stored until then stays there.
        tell: told of each object what became of it.

    Returns:
        What became of each: all are stored.

    Raises:
        SendingError: if some are not stored; it tells of each what became of it.
        DestinationError: if a secret or a certificate of the destination is missing.
    """
    progress.step("Send", len(paths))
    sent: list[Sent] = []
    remedy = ""
    try:
        with _quiet(), _connected(destination, paths) as connection:
            for path in paths:
                one, advice = _put(path, connection)
                sent.append(one)
                tell(one)
                remedy = remedy or advice
                progress.advance()
    except ConnectionFailed as error:
        remedy = remedy or error.remedy
        for one in _rest(paths, sent, error):
            sent.append(one)
            tell(one)
    if any(one.outcome is not Outcome.STORED for one in sent):
        raise SendingError(sent, remedy)
    return tuple(sent)


@contextmanager
def _quiet() -> Iterator[None]:
    """What speaks the protocols logs hosts, addresses and objects."""
    loggers = [logging.getLogger(name) for name in ("pynetdicom", "dicomweb_client", "retrying", "urllib3")]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.CRITICAL + 1)
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _put(path: Path, connection: Connection) -> tuple[Sent, str]:
    try:
        connection.put(path)
    except ObjectRefused as error:
        return Sent(path, Outcome.REFUSED, error.problem), error.remedy
    return Sent(path, Outcome.STORED), ""


def _rest(paths: Sequence[Path], sent: Sequence[Sent], error: U2ADError) -> list[Sent]:
    """Of the one that was under way nothing certain is known; the others were not tried."""
    left = paths[len(sent) :]
    outcomes = [Outcome.FAILED, *[Outcome.NOT_SENT] * len(left)]
    return [Sent(path, outcome, error.problem) for path, outcome in zip(left, outcomes, strict=False)]


@contextmanager
def _connected(destination: Destination, paths: Sequence[Path]) -> Iterator[Connection]:
    """What speaks the destination's protocol is imported only now."""
    if isinstance(destination, WebDestination):
        from u2ad.export.send.stow import web_connection

        with web_connection(destination) as connection:
            yield connection
    else:
        from u2ad.export.send.store import store_connection

        with store_connection(destination, paths) as connection:
            yield connection
