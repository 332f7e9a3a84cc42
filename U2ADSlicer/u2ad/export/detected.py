"""What ``u2ad detect`` left in a result folder, read back into the values that a review starts from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from u2ad.calibration import UNCALIBRATED, Yardstick
from u2ad.calibration.plain import yardstick_from_plain
from u2ad.cord import Cord, MaskSource
from u2ad.cord.levels import Landmark, Levels, LevelSource
from u2ad.detectors.maps import Maps
from u2ad.errors import UnreadableInputError
from u2ad.findings.candidates import CandidateSettings
from u2ad.result import files
from u2ad.result.document import FORMAT, VERSION, Document
from u2ad.result.wholeness import is_whole
from u2ad.scan import Check, Grid, Scan, Verdict

OPTIONAL = (files.EPISTEMIC, files.ALEATORIC)
"""Maps that a detector without a model does not have."""


@dataclass(frozen=True, eq=False)
class Detected:
    """A result as it was written.

    Args:
        document: of ``findings.json``.
        run: names the detection in journals: a digest of what it wrote about itself.
        maps: on the grid of the scan.
        cord: in which was searched; its fraction is 0 or 1, since a result keeps the mask alone.
        levels: that the detection named.
        settings: of its candidates.
        yardstick: that its scores are told by.
    """

    document: Document
    run: str
    maps: Maps
    cord: Cord
    levels: Levels
    settings: CandidateSettings
    yardstick: Yardstick


def read_detected(folder: Path, scan: Scan | None = None) -> Detected:
    """Read a result folder.

    Args:
        folder: that ``u2ad detect`` has written.
        scan: that was searched; None where it is not at hand.

    Raises:
        UnreadableInputError: if the folder is no result, is damaged, was made by a version that did not keep all that
            is needed, or belongs to another scan.
    """
    text = _text(folder)
    document = _document(text)
    try:
        _expect_of(scan, document)
        grid = scan.grid if scan is not None else _grid(document["input"]["grid"])
        return Detected(
            document,
            hashlib.sha256(text.encode()).hexdigest()[:16],
            _maps(folder, grid),
            _cord(document["cord"], _array(folder, files.CORD, grid), grid),
            levels_told(document),
            CandidateSettings(**document["provenance"]["candidate_settings"]),
            _yardstick(document),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise damaged() from error


def levels_told(document: Mapping[str, Any]) -> Levels:
    """The levels that a detection has named, with their source; unknown where it has named none."""
    told = [Landmark(body["name"], body["along_mm"]) for body in document["levels"]]
    source = LevelSource(document["levels_source"])
    return Levels.from_landmarks(told).told_by(source) if len(told) > 1 else Levels.unknown()


def damaged() -> UnreadableInputError:
    """Of a result that lacks something, or holds something else."""
    return UnreadableInputError("The result is damaged.", "Run the detection again.")


def _text(folder: Path) -> str:
    try:
        return (folder / files.FINDINGS).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise UnreadableInputError(
            "There is no result in the folder.", "Give a folder that u2ad detect has made."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInputError(
            "The result cannot be read.", "Copy it again, or run the detection again."
        ) from error


def _document(text: str) -> Document:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise damaged() from error
    if not isinstance(document, dict) or (document.get("format"), document.get("version")) != (FORMAT, VERSION):
        raise UnreadableInputError(
            "The result was made by another version of u2ad.", "Run the detection again, or update u2ad."
        )
    if not is_whole(document):
        raise damaged()
    return document


def _expect_of(scan: Scan | None, document: Document) -> None:
    if scan is not None and scan.digest != document["provenance"]["scan_sha256"]:
        raise UnreadableInputError(
            "The scan is not the one that the result was made from.",
            "Give the very images that the detection has read; of several series choose the right one.",
            option="--series",
        )


def _grid(told: Mapping[str, Any]) -> Grid:
    return Grid(tuple(told["shape_kji"]), np.array(told["ijk_to_ras"]))


def _maps(folder: Path, grid: Grid) -> Maps:
    if not (folder / files.CERTAINTY).is_file():
        raise UnreadableInputError(
            "The result lacks the map of certainty, which earlier versions did not keep.", "Run the detection again."
        )
    epistemic, aleatoric = (_array(folder, name, grid) if (folder / name).is_file() else None for name in OPTIONAL)
    anomaly, expected, certainty = (
        _array(folder, name, grid) for name in (files.ANOMALY, files.RECONSTRUCTION, files.CERTAINTY)
    )
    return Maps(grid, anomaly, expected, certainty, epistemic, aleatoric)


def _array(folder: Path, name: str, grid: Grid) -> np.ndarray:
    """One image of the result, float32, KJI, which must lie on the grid of the scan."""
    from u2ad.scan.reading import read_scan  # ITK, only where files are read

    try:
        image = read_scan(folder / name)
    except UnreadableInputError as error:  # says what to do with a scan, not with a result
        raise damaged() from error
    if not image.grid.matches(grid, tolerance=0.01):
        raise UnreadableInputError(
            "The maps of the result lie on another grid than its findings.", "Run the detection again."
        )
    return np.ascontiguousarray(image.array, np.float32)


def _cord(told: Mapping[str, Any], mask: np.ndarray, grid: Grid) -> Cord:
    checks = tuple(
        Check(check["name"], Verdict(check["verdict"]), check["sentence"], check["remedy"]) for check in told["checks"]
    )
    return Cord(grid, mask, MaskSource(told["source"]), bool(told["seen_by_person"]), checks)


def _yardstick(document: Document) -> Yardstick:
    """A result from before there were calibrations has none."""
    with suppress(KeyError):
        return yardstick_from_plain(document["calibration"])
    return UNCALIBRATED
