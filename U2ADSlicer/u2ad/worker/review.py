"""A review in a private folder: how it goes from one process to another, whole."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from u2ad.calibration import UNCALIBRATED
from u2ad.calibration.plain import yardstick_from_plain
from u2ad.cord import Cord, MaskSource
from u2ad.cord.centreline import Centreline
from u2ad.cord.levels import Landmark, Levels, LevelSource
from u2ad.errors import U2ADError, UnreadableInputError
from u2ad.export.reviewed import Reviewed
from u2ad.findings.candidates import CandidateSettings
from u2ad.review.case import Case
from u2ad.review.changes import Assessment, Hold, Impression, Judge, from_plain, number_of, to_plain
from u2ad.review.listing import Listed
from u2ad.scan import Grid, Scan
from u2ad.scan.output import in_words
from u2ad.scan.scan import SourceImage
from u2ad.worker import private, result

REVIEW, RESULT, LINE = "review.json", "detection", "line.npy"


def write_review(folder: Path, reviewed: Reviewed) -> None:
    """Write a review into a folder that only this user may look into.

    Raises:
        U2ADError: if the scan or its maps are not at hand.
        OutputError: if it cannot be written.
    """
    case, image = reviewed.case, reviewed.image
    if image is None or case.maps is None or case.cord is None or case.line is None:
        raise U2ADError("There is no detection on this scan.", "Run a detection first.")
    with in_words():
        np.save(folder / private.SCAN, image.array, allow_pickle=False)
        np.save(folder / LINE, case.line.points, allow_pickle=False)
        (folder / REVIEW).write_text(json.dumps(_plain(reviewed, image, case.cord, case.line)), encoding="utf-8")
    result.write(folder / RESULT, json.dumps(reviewed.document), result.packed(case.maps, case.cord))


def read_review(folder: Path) -> Reviewed:
    """The review that :func:`write_review` has written.

    Raises:
        UnreadableInputError: if it is missing or damaged.
    """
    try:
        told = json.loads((folder / REVIEW).read_text(encoding="utf-8"))
        array = np.load(folder / private.SCAN, allow_pickle=False)
        grid = Grid(array.shape, np.array(told["affine"]))
        source = tuple(SourceImage(Path(one["path"]), one["instance"], one["frame"]) for one in told["source"])
        detected = result.read(folder / RESULT, grid)
        line = Centreline(np.load(folder / LINE, allow_pickle=False), float(told["step"]))
        findings = tuple(_listed(one) for one in told["findings"])
        return Reviewed(
            _case(detected, told, line),
            findings,
            detected.document,
            Scan(array, grid, source=source),
            told["reader"],
            None if told["impression"] is None else Impression(**told["impression"]),
            None if told["assessment"] is None else Assessment(**told["assessment"]),
            told["journal"],
        )
    except (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise UnreadableInputError("The files of the job cannot be read.", "Start it again.") from error


def _plain(reviewed: Reviewed, image: Scan, cord: Cord, line: Centreline) -> dict[str, Any]:
    levels = reviewed.case.levels
    return {
        "affine": image.grid.affine.tolist(),
        "source": [{**asdict(one), "path": str(one.path)} for one in image.source],
        "step": line.step,
        "cord": {"source": cord.source.value, "seen_by_person": cord.seen_by_person},
        "levels": {"bodies": [asdict(body) for body in levels.bodies], "source": levels.source.value},
        "findings": [_plain_finding(one) for one in reviewed.findings],
        "reader": reviewed.reader,
        "impression": None if reviewed.impression is None else asdict(reviewed.impression),
        "assessment": None if reviewed.assessment is None else asdict(reviewed.assessment),
        "journal": reviewed.journal,
    }


def _plain_finding(finding: Listed) -> dict[str, Any]:
    hold = Hold(finding.key, finding.voxels, finding.figures, finding.origin, finding.edited)
    return {"hold": to_plain(hold), "judge": to_plain(Judge(finding.key, finding.judgement)), "held": finding.held}


def _listed(told: Mapping[str, Any]) -> Listed:
    hold, judge = from_plain(told["hold"]), from_plain(told["judge"])
    if not isinstance(hold, Hold) or not isinstance(judge, Judge):
        raise ValueError("expected a finding and what is said of it")
    number = number_of(hold.key)
    return Listed(
        hold.key, number, hold.voxels, hold.figures, judge.judgement, hold.origin, hold.edited, bool(told["held"])
    )


def _case(detected: result.WorkerResult, told: Mapping[str, Any], line: Centreline) -> Case:
    """The cord as it is drawn now, which the document of the detection does not know of, and the line of old."""
    document, said = detected.document, told["cord"]
    cord = replace(detected.cord, source=MaskSource(said["source"]), seen_by_person=bool(said["seen_by_person"]))
    settings = CandidateSettings(**document["provenance"]["candidate_settings"])
    yardstick = yardstick_from_plain(document["calibration"]) if "calibration" in document else UNCALIBRATED
    return Case(cord.grid, detected.maps, cord, line, _levels(told["levels"]), settings, yardstick)


def _levels(told: Mapping[str, Any]) -> Levels:
    bodies = [Landmark(**body) for body in told["bodies"]]
    return Levels.from_landmarks(bodies).told_by(LevelSource(told["source"])) if bodies else Levels.unknown()
