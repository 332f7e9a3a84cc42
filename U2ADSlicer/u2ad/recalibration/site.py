"""A site's own lesion-free scans join the reference that patients are compared with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from u2ad.adaptation.reading import spread
from u2ad.calibration import Calibration
from u2ad.calibration.choosing import calibration_for
from u2ad.calibration.site import OwnScan, add_own
from u2ad.errors import Cancelled, U2ADError, UnreadableInputError
from u2ad.progress import Progress
from u2ad.scan import Scan
from u2ad.scan.reading import read_one_of_many
from u2ad.scan.verdict import series_taken
from u2ad.walk import Marks, Method, Walk, Walked

SUFFIXES = (".nii", ".nii.gz", ".nrrd", ".mha")
"""Of the scans in a folder. One without any is a BIDS folder where T2-weighted scans lie deeper in it, else a DICOM
series."""


@dataclass(frozen=True)
class Change:
    """What a site's scans have changed for one class of scans.

    Args:
        kind: name of the class.
        scans: in the reference, before and after.
        middle: median score of the reference, before and after.
        own: how many scans of the site there are.
        loud: how many of those have more than one candidate at the threshold.
        threshold: of the class.
    """

    kind: str
    scans: tuple[int, int]
    middle: tuple[float, float]
    own: int
    loud: int
    threshold: float


@dataclass(frozen=True)
class Extension:
    """What came of adding scans.

    Args:
        added: how many were added.
        refused: why others were not, one or two sentences each.
        changes: of the classes that hold own scans.
        taken: which series was taken of folders that hold several, one sentence each.
    """

    added: int
    refused: tuple[str, ...]
    changes: tuple[Change, ...]
    taken: tuple[str, ...] = ()


def scans_in(paths: Iterable[Path]) -> Iterator[Path]:
    """The scans that are meant by files and folders, in the order of their names."""
    for path in paths:
        files = sorted(file for file in path.iterdir() if file.name.endswith(SUFFIXES)) if path.is_dir() else []
        yield from files or spread([path])


def extend(paths: Iterable[Path], method: Method, root: Path, progress: Progress) -> Extension:
    """Score lesion-free scans and add their scores to the site's own.

    Nothing of a scan is kept but the digest of its voxels, its score and its number of candidates. What cannot be read
    or is refused is left out, and said. Each scan is kept as soon as it is scored: a run that is stopped loses none.

    Args:
        paths: scans, or folders of them. That they are free of lesions, the caller answers for.
        method: how they are looked at; the version of the network counts.
        root: the data folder.
        progress: told of the steps.

    Raises:
        U2ADError: if the scores of this detector and network are not calibrated.
        OutputError: if the data folder cannot be written.
        Cancelled: if the progress says so.
    """
    walk = Walk(method)
    before, _ = calibration_for(*walk.model, root)
    if before is None:
        raise U2ADError(
            "The scores of this model are not calibrated, so there is nothing to extend.",
            "Calibrate it first with `u2ad calibrate fit`.",
        )
    added, own = 0, ()
    refused: list[str] = []
    taken: list[str] = []
    for path in scans_in(paths):
        try:
            progress.step("Read the scan")
            scan = read_one_of_many(path)
            scored = _scored(walk, scan, progress)
        except Cancelled:
            raise
        except U2ADError as error:
            refused.append(str(error))
        else:
            own, added = add_own([scored], root), added + 1
            taken += series_taken(scan.remarks)
    after, _ = calibration_for(*walk.model, root)
    return Extension(added, tuple(refused), tuple(_changes(before, after or before, own)), tuple(taken))


def _scored(walk: Walk, scan: Scan, progress: Progress) -> OwnScan:
    walked = walk.through(scan, Marks(), progress)
    if not walked.yardstick.kind:
        raise UnreadableInputError("The calibration has seen no scans with slices like these.")
    return _own(walk, walked)


def _own(walk: Walk, walked: Walked) -> OwnScan:
    detector, weights = walk.model
    findings = walked.detection.findings
    return OwnScan(
        walked.provenance.scan_digest,
        detector,
        weights,
        walked.yardstick.kind,
        findings.cord_score,
        len(findings.ranked),
    )


def _changes(before: Calibration, after: Calibration, own: tuple[OwnScan, ...]) -> Iterator[Change]:
    for was, now in zip(before.classes, after.classes, strict=True):
        mine = [one for one in own if one.kind == now.name and after.suits(one.detector, one.weights)]
        if mine:
            yield Change(
                now.name,
                (was.reference.scans, now.reference.scans),
                (median(was.reference.scores), median(now.reference.scores)),
                len(mine),
                sum(one.alarms > 1 for one in mine),
                now.threshold,
            )
