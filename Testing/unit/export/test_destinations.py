"""The site's list of destinations: what it may hold, and what is refused in words before anything is sent."""

import json
from pathlib import Path

import pytest

from u2ad.export.send.destination import (
    DestinationError,
    StoreDestination,
    WebDestination,
    chosen_destination,
    read_destinations,
    secret_from,
)

WEB = {"kind": "dicomweb", "url": "https://archive.example/dicom-web"}
STORE = {"kind": "dicom", "host": "archive.example", "port": 11112, "called_ae": "ARCHIVE"}


def write(root: Path, **entries: object) -> Path:
    (root / "destinations.json").write_text(json.dumps({"destinations": entries}))
    return root


def test_there_are_none_without_the_file(tmp_path):
    assert read_destinations(tmp_path) == {}


def test_both_kinds_are_read(tmp_path):
    (tmp_path / "ca.pem").touch()
    secure = {"ca_file": str(tmp_path / "ca.pem"), "token_from": "ARCHIVE_TOKEN"}
    root = write(tmp_path, web=WEB | secure, store=STORE | {"tls": True, "timeout_seconds": 5})

    known = read_destinations(root)

    assert isinstance(known["web"], WebDestination)
    assert known["web"].security.ca_file == tmp_path / "ca.pem"
    assert known["store"] == StoreDestination("store", "archive.example", 11112, "ARCHIVE", tls=True, timeout_seconds=5)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("text", "is no list of settings"),
        ({"url": "https://x"}, 'no "kind"'),
        (WEB | {"password": "secret"}, "has a password in clear"),
        (WEB | {"url": "https://user:secret@x"}, "has a password in clear"),
        (WEB | {"url": "ftp://x"}, "no address that begins with https"),
        (WEB | {"url": "http://[x"}, "no address that begins with https"),
        (WEB | {"url": "http://x", "token_from": "T"}, "over an unencrypted connection"),
        (WEB | {"user_from": "U"}, "needs user_from and password_from together"),
        (WEB | {"token_from": "T", "user_from": "U", "password_from": "P"}, "or token_from alone"),
        (WEB | {"token_from": "Geheim-123!"}, 'does not name an environment variable in "token_from"'),
        (WEB | {"urll": "x"}, 'a setting "urll" that is not known'),
        (WEB | {"ca_file": "/not/there.pem"}, "a certificate file that is not there"),
        (WEB | {"timeout_seconds": 0}, "time-out that is not between"),
        (WEB | {"timeout_seconds": True}, '"timeout_seconds" of the wrong type'),
        (STORE | {"port": "11112"}, '"port" of the wrong type'),
        (STORE | {"port": 70000}, "a port that is not between"),
        (STORE | {"called_ae": "A" * 17}, "application entity title"),
        ({"kind": "dicom", "host": "x"}, "lacks a setting"),
    ],
)
def test_what_is_wrong_with_an_entry_is_told_and_nothing_secret_with_it(tmp_path, entry, told):
    with pytest.raises(DestinationError) as caught:
        read_destinations(write(tmp_path, archive=entry))

    assert told in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "Geheim" not in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize("text", ["", "{", "[]", '{"destinations": []}', '{"destinations": 3}', "\xff"])
def test_a_damaged_list_is_told(tmp_path, text):
    (tmp_path / "destinations.json").write_bytes(text.encode("latin-1"))

    with pytest.raises(DestinationError, match=r"cannot be read. See Docs/dicom-out.md"):
        read_destinations(tmp_path)


def test_an_unknown_name_is_answered_with_the_known_ones(tmp_path):
    write(tmp_path, beta=WEB, alpha=STORE)

    assert chosen_destination("beta", tmp_path).name == "beta"
    with pytest.raises(DestinationError, match="Choose one of these: alpha, beta"):
        chosen_destination("gamma", tmp_path)


def test_a_password_in_clear_may_go_to_this_computer_itself(tmp_path):
    known = read_destinations(write(tmp_path, here=WEB | {"url": "http://127.0.0.1:8042", "token_from": "T"}))

    assert known["here"].token_from == "T"


def test_a_secret_that_is_not_set_is_told(monkeypatch):
    monkeypatch.delenv("ARCHIVE_TOKEN", raising=False)

    with pytest.raises(DestinationError, match="environment variable that the destination needs is not set"):
        secret_from("ARCHIVE_TOKEN")
