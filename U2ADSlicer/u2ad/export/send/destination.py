"""Where a site lets this program send DICOM objects: the file ``destinations.json`` in the data folder.

Docs/dicom-out.md has the form. Secrets never stand in it: it names the environment variables that hold them.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from u2ad.errors import U2ADError

FILE = "destinations.json"
LOOK = "See Docs/dicom-out.md for what stands in the file destinations.json of the data folder."
IN_CLEAR = frozenset({"password", "token", "secret", "user", "username"})
NAMED = frozenset({"password_from", "token_from", "user_from"})
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""Name of an environment variable; anything else may be a secret in the wrong place."""
LONGEST_TITLE = 16
"""Characters of an application entity title (VR AE, PS3.5 6.2)."""


class DestinationError(U2ADError):
    """A destination is not set, or not as it must be."""


@dataclass(frozen=True)
class Security:
    """How a destination is trusted, and what it may ask.

    Args:
        ca_file: PEM file of the authority that signed the destination's certificate; the usual ones where None.
        certificate_file: PEM file with this computer's own certificate and key, where the destination asks for one.
    """

    ca_file: Path | None = None
    certificate_file: Path | None = None


@dataclass(frozen=True)
class WebDestination:
    """A DICOMweb service (PS3.18).

    Args:
        name: that the site gave it.
        url: of the service, up to what comes before ``/studies``.
        user_from: environment variable with the name for basic authentication.
        password_from: environment variable with the password.
        token_from: environment variable with a bearer token, instead of both.
        timeout_seconds: how long connecting, and every single answer, may take.
        security: for https.
    """

    name: str
    url: str
    user_from: str = ""
    password_from: str = ""
    token_from: str = ""
    timeout_seconds: float = 60.0
    security: Security = Security()

    @property
    def is_encrypted(self) -> bool:
        """Whether nobody on the way can read what is sent."""
        return _parts(self.url).scheme == "https"


@dataclass(frozen=True)
class StoreDestination:
    """A storage service of the classic protocol (C-STORE, PS3.4 annex B).

    Args:
        name: that the site gave it.
        host: its name or address.
        port: of its service.
        called_ae: its application entity title.
        calling_ae: the title by which this program is known there.
        tls: whether the connection is encrypted.
        timeout_seconds: how long connecting, and every single answer, may take.
        security: for TLS.
    """

    name: str
    host: str
    port: int
    called_ae: str
    calling_ae: str = "U2AD"
    tls: bool = False
    timeout_seconds: float = 60.0
    security: Security = Security()

    @property
    def is_encrypted(self) -> bool:
        """Whether nobody on the way can read what is sent."""
        return self.tls


Destination = WebDestination | StoreDestination
Kind = type[WebDestination] | type[StoreDestination]
_KINDS: dict[str, Kind] = {"dicomweb": WebDestination, "dicom": StoreDestination}
_TYPES: dict[str, type | tuple[type, ...]] = {"str": str, "int": int, "float": (int, float), "bool": bool}


def read_destinations(root: Path) -> dict[str, Destination]:
    """The destinations that the site has set, by name; none where there is no file.

    Args:
        root: the data folder, such as :func:`u2ad.home.default_root`.

    Raises:
        DestinationError: if the file cannot be read or an entry is not as it must be.
    """
    path = root / FILE
    if not path.exists():
        return {}
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["destinations"]
        listed = dict(entries.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DestinationError("The list of destinations cannot be read.", LOOK) from error
    return {name: _destination(name, entry) for name, entry in listed.items()}


def chosen_destination(name: str, root: Path) -> Destination:
    """The destination of that name.

    Raises:
        DestinationError: if there is none, or the list cannot be read.
    """
    known = read_destinations(root)
    if name not in known:
        offered = f"Choose one of these: {', '.join(sorted(known))}." if known else LOOK
        raise DestinationError("There is no destination of that name.", offered)
    return known[name]


def secret_from(variable: str) -> str:
    """What an environment variable holds.

    Raises:
        DestinationError: if it is not set.
    """
    value = os.environ.get(variable, "")
    if not value:
        raise DestinationError(
            "An environment variable that the destination needs is not set.",
            "Set those that destinations.json names for it before the program is started.",
        )
    return value


def _destination(name: str, entry: Any) -> Destination:
    if not isinstance(entry, Mapping):
        raise _wrong(name, "is no list of settings")
    told = dict(entry)
    kind = _KINDS.get(str(told.pop("kind", "")))
    if kind is None:
        raise _wrong(name, 'has no "kind" of "dicomweb" or "dicom"')
    if clear := IN_CLEAR & set(told):
        raise DestinationError(
            f'The destination "{name}" has a {sorted(clear)[0]} in clear.',
            "Put it into an environment variable and name that, such as in password_from.",
        )
    for key in NAMED & set(told):
        if not VARIABLE.fullmatch(str(told[key])):
            raise _wrong(name, f'does not name an environment variable in "{key}"')
    security = Security(*(_file(name, told.pop(key, None)) for key in ("ca_file", "certificate_file")))
    made = _made(name, kind, told, security)
    _expect_web(made) if isinstance(made, WebDestination) else _expect_store(made)
    return made


def _made(name: str, kind: Kind, told: dict[str, Any], security: Security) -> Destination:
    known = {field.name: str(field.type) for field in fields(kind) if field.name not in ("name", "security")}
    if unknown := sorted(set(told) - set(known)):
        raise _wrong(name, f'has a setting "{unknown[0]}" that is not known')
    for key, value in told.items():
        if not _has_type(value, known[key]):
            raise _wrong(name, f'has a "{key}" of the wrong type')
    try:
        return kind(name=name, security=security, **told)
    except TypeError:
        raise _wrong(name, "lacks a setting that it needs") from None


def _has_type(value: Any, wanted: str) -> bool:
    """JSON's true is no number."""
    return isinstance(value, _TYPES[wanted]) and isinstance(value, bool) == (wanted == "bool")


def _expect_web(one: WebDestination) -> None:
    parts = _parts(one.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _wrong(one.name, "has no address that begins with https:// or http://")
    if parts.username or parts.password:
        raise DestinationError(
            f'The destination "{one.name}" has a password in clear.',
            "Put it into an environment variable and name that in password_from.",
        )
    if bool(one.user_from) != bool(one.password_from) or (one.user_from and one.token_from):
        raise _wrong(one.name, "needs user_from and password_from together, or token_from alone")
    if parts.scheme == "http" and (one.user_from or one.token_from) and not _is_here(parts.hostname):
        raise DestinationError(
            f'The destination "{one.name}" would get its password over an unencrypted connection.',
            "Give an address that begins with https://.",
        )
    _expect_time(one)


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:  # such as half of an address of IPv6
        return SplitResult("", "", "", "", "")


def _expect_store(one: StoreDestination) -> None:
    titles = (one.called_ae, one.calling_ae)
    if any(not title.strip() or len(title) > LONGEST_TITLE or not title.isascii() for title in titles):
        raise _wrong(one.name, "has an application entity title that is empty or longer than 16 letters")
    if not 0 < one.port < 2**16:
        raise _wrong(one.name, "has a port that is not between 1 and 65535")
    _expect_time(one)


def _expect_time(one: Destination) -> None:
    if not 0 < one.timeout_seconds <= 3600:
        raise _wrong(one.name, "has a time-out that is not between 0 and 3600 seconds")


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _file(name: str, told: Any) -> Path | None:
    if told is None:
        return None
    path = Path(str(told)).expanduser()
    if not path.is_file():
        raise _wrong(name, "names a certificate file that is not there")
    return path


def _wrong(name: str, what: str) -> DestinationError:
    return DestinationError(f'The destination "{name}" {what}.', LOOK)
