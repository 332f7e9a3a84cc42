"""Provenance: enough to repeat a result, too little to know whose it is."""

import getpass
import platform
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import pytest

from u2ad import __version__
from u2ad.result import Provenance, WeightFile
from u2ad.result.document import text_of


def test_versions_are_those_that_are_installed(provenance: Provenance) -> None:
    versions = provenance.versions
    assert versions["u2ad"] == __version__
    assert versions["python"] == platform.python_version()
    assert {name: version(name) for name in ("torch", "monai", "SimpleITK", "numpy")}.items() <= versions.items()


def test_the_start_is_told_in_utc(provenance: Provenance) -> None:
    assert provenance.started_utc == "2026-04-30T23:30:00Z"


def test_a_start_without_time_zone_is_an_error(provenance: Provenance) -> None:
    with pytest.raises(ValueError, match="time zone"):
        replace(provenance, started=datetime(2026, 5, 1))


@pytest.mark.parametrize(
    "change",
    [
        {"detector": "/opt/u2ad"},
        {"device": "someone@somewhere"},
        {"detector_settings": {"weights": "C:\\weights"}},
        {"detector_settings": {"weights": "~someone"}},
        {"weights": (WeightFile("folder/cord", "a" * 64),)},
    ],
)
def test_a_path_or_an_address_is_an_error(provenance: Provenance, change: dict) -> None:
    with pytest.raises(ValueError, match="without a path"):
        replace(provenance, **change)


def test_a_document_names_neither_computer_nor_user_nor_folder(make_document: Callable) -> None:
    text = text_of(make_document(3)).lower()
    assert socket.gethostname().lower() not in text
    assert str(Path.home()).lower() not in text
    assert f'"{getpass.getuser()}"'.lower() not in text
