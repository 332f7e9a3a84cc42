"""Calibrations on disk: a JSON file that carries its own SHA-256."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from u2ad.calibration.calibration import Calibration
from u2ad.calibration.plain import from_plain, to_plain
from u2ad.errors import U2ADError
from u2ad.scan.output import in_words

STARTER = Path(__file__).with_name("starter.json")
"""The calibrations of the starter weights, which come with the program."""

OWN = "calibration/models.json"
"""In the data folder: calibrations of a site's own versions of the network."""

FORMAT, VERSION = "u2ad-calibration", 1


def read(path: Path = STARTER) -> tuple[Calibration, ...]:
    """Read calibrations.

    Raises:
        U2ADError: if the file is missing, or not as it was written.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if (told["format"], told["version"], told["sha256"]) != (FORMAT, VERSION, digest_of(told["calibrations"])):
            raise ValueError
        return tuple(from_plain(one) for one in told["calibrations"])
    except (OSError, AttributeError, KeyError, TypeError, ValueError):
        remedy = (
            "Reinstall U2ADSlicer." if path == STARTER else "Remove the file, and fit it again: `u2ad calibrate fit`."
        )
        raise U2ADError("The calibration is missing or damaged.", remedy) from None


def write(calibrations: Iterable[Calibration], path: Path) -> None:
    """Write calibrations, whole or not at all.

    Raises:
        OutputError: if the file cannot be written.
    """
    plain = [to_plain(calibration) for calibration in calibrations]
    told = {"format": FORMAT, "version": VERSION, "sha256": digest_of(plain), "calibrations": plain}
    write_json(told, path)


def write_json(told: dict[str, Any], path: Path) -> None:
    """Write JSON under a temporary name, then rename it.

    Raises:
        OutputError: if the file cannot be written.
    """
    part = path.with_name(f".{path.name}.part-{secrets.token_hex(4)}")
    try:
        with in_words():
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(told, indent=1, allow_nan=False) + "\n", encoding="utf-8", newline="\n")
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def digest_of(plain: Any) -> str:
    """SHA-256 of JSON types, the same for the same content, as a hexadecimal string."""
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
