"""From files to the scans of an adaptation: the scan, the cord mask that was used, and what its reader has decided."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from u2ad.adaptation.case import Decisions
from u2ad.adaptation.run import Subject
from u2ad.adaptation.within import Within
from u2ad.cord import MaskSource
from u2ad.errors import RefusedInputError, UnreadableInputError
from u2ad.progress import Progress
from u2ad.result import files
from u2ad.review.decision import Decision
from u2ad.review.reading import expect_inside, read_decisions
from u2ad.review.state import Held, fold
from u2ad.scan import Scan
from u2ad.scan.masks import read_mask
from u2ad.scan.reading import read_one_of_many
from u2ad.walk import Marks, anatomy_of

PATTERNS = ("*_T2w.nii.gz", "*_T2w.nii")
"""Scans in a folder that is laid out as BIDS asks for."""


@dataclass(frozen=True)
class Sources:
    """Where the scans of an adaptation come from.

    Args:
        scans: files, DICOM folders, and BIDS folders with T2-weighted scans.
        healthy: the same of normal scans, which are not trained on.
        results: result folders, or folders that hold some; the cord mask of each scan's own result is used. In each
            there is that of one of the scans.
        reviews: data folder with the journals of the reviews, or the journal of the only scan; this user's own data
            folder where None.
        anyway: go on in spite of refusals that can be overridden.
    """

    scans: tuple[Path, ...]
    healthy: tuple[Path, ...] = ()
    results: tuple[Path, ...] = ()
    reviews: Path | None = None
    anyway: bool = False


def read_subjects(sources: Sources, progress: Progress) -> list[Subject]:
    """Read all scans, find their cords, and look up what was decided.

    Raises:
        UnreadableInputError: if a scan, a result or a journal cannot be read, or the journal is of another scan.
        RefusedInputError: if a result is of none of the scans, or one journal is given for several.
        RefusedByCheck: if a check refuses a scan.
    """
    results = [_results_by_scan(folder) for folder in sources.results]
    places = [(path, False) for path in spread(sources.scans)] + [(path, True) for path in spread(sources.healthy)]
    _expect_one_scan(sources.reviews, len(places))
    progress.step("Read the scans", 2 * len(places))
    scans = []
    for path, _ in places:
        scans.append(read_one_of_many(path))
        progress.advance()
    _expect_results_of(scans, results)
    decisions = [decisions_of(scan, sources.reviews) for scan in scans]
    own = {digest: document for found in results for digest, document in found.items()}
    subjects = []
    for scan, said, (_, healthy) in zip(scans, decisions, places, strict=True):
        anatomy, checks = anatomy_of(scan, _marks_in(own.get(scan.digest)), sources.anyway, Within(progress))
        subjects.append(Subject(scan, anatomy, said, checks, healthy))
        progress.advance()
    return subjects


def decisions_of(scan: Scan, root: Path | None) -> Decisions:
    """What the journal of a scan says of its findings; nothing where there is no journal.

    Args:
        scan: the scan.
        root: data folder, or a journal; this user's own data folder where None.

    Raises:
        UnreadableInputError: if the journal is there but cannot be read, or belongs to another scan.
    """
    state = fold(read_decisions(scan, scan.grid, root).actions)
    expect_inside(state, scan.grid)
    return decisions_in(tuple(state.held.values()), scan.grid.shape)


def decisions_in(held: Sequence[Held], shape: tuple[int, int, int]) -> Decisions:
    """The voxels of held findings by what was decided on them; unsure counts as undecided."""
    masks = {decision: np.zeros(shape, bool) for decision in Decision}
    for finding in held:
        masks[finding.judgement.decision][tuple(finding.voxels.kji.T)] = True
    undecided = masks[Decision.UNDECIDED] | masks[Decision.UNSURE]
    return Decisions(masks[Decision.CONFIRMED], masks[Decision.REJECTED], undecided)


def spread(paths: Sequence[Path]) -> list[Path]:
    """The scans in BIDS folders, and all other paths as they are."""
    found: list[Path] = []
    for path in paths:
        inside = [scan for pattern in PATTERNS for scan in path.rglob(pattern)] if path.is_dir() else []
        found += sorted(inside) or [path]
    return found


def _marks_in(result: Path | None) -> Marks:
    """The cord mask of a result, with who made it and whether a person has looked at it."""
    if result is None:
        return Marks()
    cord = _read(result)["cord"]
    mask = result.with_name(files.CORD)
    return Marks(lambda grid: read_mask(mask, grid), bool(cord["seen_by_person"]), MaskSource(cord["source"]))


def _results_by_scan(folder: Path) -> dict[str, Path]:
    """The document of every result in a folder, by the digest of the scan that it belongs to."""
    documents = sorted(folder.rglob(files.FINDINGS))
    if not documents:
        raise UnreadableInputError("There is no result in the folder.", "Give a folder that u2ad detect has made.")
    return {_read(document)["provenance"]["scan_sha256"]: document for document in documents}


def _expect_results_of(scans: Sequence[Scan], results: Sequence[dict[str, Path]]) -> None:
    """Each folder of results has that of a scan; it may have others beside it, as the results of a whole site do."""
    digests = {scan.digest for scan in scans}
    if any(digests.isdisjoint(found) for found in results):
        raise RefusedInputError(
            "A result belongs to none of the scans: its cord mask would not be used.",
            "Give the result of one of these scans, detect in the scan as it is now, or leave the result out.",
            option="--result",
        )


def _expect_one_scan(reviews: Path | None, scans: int) -> None:
    if reviews is not None and reviews.is_file() and scans > 1:
        raise RefusedInputError(
            f"One journal cannot hold the decisions on {scans} scans.",
            "Give the data folder with the journals of all of them.",
            option="--reviews",
        )


def _read(document: Path) -> dict[str, Any]:
    """What a result says, with the entries that are looked up here."""
    try:
        told = json.loads(document.read_text(encoding="utf-8"))
        _ = told["provenance"]["scan_sha256"], told["cord"]["seen_by_person"], MaskSource(told["cord"]["source"])
        return told
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnreadableInputError("A result is damaged.", "Run the detection again.") from error
