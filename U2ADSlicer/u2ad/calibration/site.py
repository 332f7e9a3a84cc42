"""A site's own lesion-free scans: nothing but their scores and digests, which can be taken back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from u2ad.calibration.calibration import Calibration, ScanClass
from u2ad.calibration.store import digest_of, write_json
from u2ad.errors import U2ADError
from u2ad.locking import locked
from u2ad.scan.output import in_words

FILE = "calibration/own-scans.json"
"""In the data folder."""

LOCK = f"{FILE}.lock"
"""Held while the list is read and written, so that two programs do not lose each other's scans."""

FORMAT, VERSION = "u2ad-own-scans", 1


@dataclass(frozen=True)
class OwnScan:
    """What is kept of one lesion-free scan.

    Args:
        scan: SHA-256 of its voxels, by which it is known again.
        detector: name of the detector that scored it.
        weights: SHA-256 of the detector's weights.
        kind: name of the class of scans that it belongs to.
        score: highest score in its cord.
        alarms: how many candidates it has at the calibrated threshold.
    """

    scan: str
    detector: str
    weights: tuple[str, ...]
    kind: str
    score: float
    alarms: int

    @property
    def place(self) -> tuple[str, str, tuple[str, ...]]:
        """What makes it the same: the same scan under another mask or again counts once."""
        return self.scan, self.detector, self.weights


def read_own(root: Path) -> tuple[OwnScan, ...]:
    """The own scans in a data folder; none where none were added.

    Raises:
        U2ADError: if the file is damaged.
    """
    path = root / FILE
    if not path.is_file():
        return ()
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if (told["format"], told["version"], told["sha256"]) != (FORMAT, VERSION, digest_of(told["scans"])):
            raise ValueError
        return tuple(OwnScan(**{**one, "weights": tuple(one["weights"])}) for one in told["scans"])
    except (OSError, AttributeError, KeyError, TypeError, ValueError):
        raise U2ADError(
            "The list of this site's own scans is damaged.",
            "Remove it with `u2ad calibrate reset`, and add them again.",
        ) from None


def add_own(scans: Iterable[OwnScan], root: Path) -> tuple[OwnScan, ...]:
    """Add scans to those in a data folder and return them all; one that is there already is replaced.

    Raises:
        U2ADError: if the file is damaged.
        OutputError: if it cannot be written.
    """
    with _alone(root):
        known = {one.place: one for one in (*read_own(root), *scans)}
        plain = [asdict(one) | {"weights": list(one.weights)} for one in known.values()]
        write_json({"format": FORMAT, "version": VERSION, "sha256": digest_of(plain), "scans": plain}, root / FILE)
    return tuple(known.values())


def reset_own(root: Path) -> bool:
    """Forget all own scans; returns whether there were any."""
    path = root / FILE
    if not path.is_file():
        return False
    with _alone(root):
        path.unlink(missing_ok=True)
    return True


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    with in_words():
        (root / LOCK).parent.mkdir(parents=True, exist_ok=True)
        file = os.open(root / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        with locked(file):
            yield
    finally:
        os.close(file)


def extended(calibration: Calibration, own: Iterable[OwnScan]) -> Calibration:
    """A calibration whose references hold a site's own scans as well."""
    scores: dict[str, list[float]] = {}
    for one in own:
        if calibration.suits(one.detector, one.weights):
            scores.setdefault(one.kind, []).append(one.score)
    return replace(calibration, classes=tuple(_extended(kind, scores) for kind in calibration.classes))


def _extended(kind: ScanClass, scores: Mapping[str, list[float]]) -> ScanClass:
    return replace(kind, reference=kind.reference.extended(scores.get(kind.name, ())))
