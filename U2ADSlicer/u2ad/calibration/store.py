"""Calibrations on disk: a JSON file that carries its own SHA-256, and the search for the one that suits a run."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from u2ad.calibration.calibration import Calibration
from u2ad.calibration.plain import from_plain, to_plain
from u2ad.calibration.yardstick import NOT_CALIBRATED, Yardstick
from u2ad.errors import U2ADError
from u2ad.scan import Grid
from u2ad.scan.output import in_words

STARTER = Path(__file__).with_name("starter.json")
"""The calibration of the starter weights, which comes with the program."""

FORMAT, VERSION = "u2ad-calibration", 1


@dataclass(frozen=True)
class CalibrationFile:
    """What a file of calibrations holds.

    Args:
        calibrations: one for each detector with certain weights.
        digest: SHA-256 of them.
    """

    calibrations: tuple[Calibration, ...]
    digest: str


def read(path: Path = STARTER) -> CalibrationFile:
    """Read calibrations.

    Raises:
        U2ADError: if the file is missing, or not as it was written.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        calibrations = tuple(from_plain(one) for one in told["calibrations"])
        if (told["format"], told["version"], told["sha256"]) != (FORMAT, VERSION, digest_of(told["calibrations"])):
            raise ValueError
    except (OSError, AttributeError, KeyError, TypeError, ValueError):
        raise U2ADError("The calibration is missing or damaged.", "Reinstall U2ADSlicer.") from None
    return CalibrationFile(calibrations, told["sha256"])


def write(calibrations: Iterable[Calibration], path: Path) -> str:
    """Write calibrations, whole or not at all, and return their SHA-256.

    Raises:
        OutputError: if the file cannot be written.
    """
    plain = [to_plain(calibration) for calibration in calibrations]
    told = {"format": FORMAT, "version": VERSION, "sha256": digest_of(plain), "calibrations": plain}
    write_json(told, path)
    return told["sha256"]


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


def yardstick_for(detector: str, weights: tuple[str, ...], grid: Grid, path: Path = STARTER) -> Yardstick:
    """What counts for one scan. A run never fails for want of a calibration: it says that there is none.

    Args:
        detector: its name.
        weights: SHA-256 of the weights that it uses, in its order.
        grid: of the scan.
        path: of the calibrations.
    """
    try:
        file = read(path)
    except U2ADError as error:
        return Yardstick(f"{error.problem} {NOT_CALIBRATED}.")
    for calibration in file.calibrations:
        if calibration.suits(detector, weights):
            return calibration.yardstick(grid, file.digest)
    return Yardstick(f"{NOT_CALIBRATED} for this model.")
