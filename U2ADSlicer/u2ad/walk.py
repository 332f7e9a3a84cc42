"""The walk from a scan to its findings and their provenance, the same for the command line and for the worker."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import numpy as np

from u2ad.calibration import Yardstick
from u2ad.calibration.choosing import yardstick_for
from u2ad.cord.centreline import Centreline
from u2ad.cord.cord import Cord, MaskSource
from u2ad.cord.labelling import find_levels
from u2ad.cord.levels import Levels, LevelSource
from u2ad.detection import Anatomy, Detection, detect, find_cord
from u2ad.detectors.registry import make_detector
from u2ad.errors import RefusedInputError
from u2ad.findings import CandidateSettings
from u2ad.models.store import read_manifest
from u2ad.models.versions import NAME, ModelStore
from u2ad.progress import Progress
from u2ad.result.provenance import Provenance, WeightFile
from u2ad.scan import Check, Grid, Scan, Verdict
from u2ad.scan.checks import check_form

if TYPE_CHECKING:
    from u2ad.models.autoencoder import Autoencoder


FOUND = (LevelSource.AUTOMATIC, LevelSource.REPAIRED)
"""Levels for which the scan was looked through."""


class RefusedByCheck(RefusedInputError):
    """A check refuses the scan, or the cord that was found in it.

    Args:
        check: which one; ``check.overridable`` says whether a person may let the detection run all the same.
    """

    def __init__(self, check: Check) -> None:
        super().__init__(check.sentence, check.remedy)
        self.check = check


@dataclass(frozen=True)
class Method:
    """How a scan is looked at.

    Args:
        detector: name of the detector.
        draws: how often each patch of cord is rebuilt.
        seed: of the Monte-Carlo masks.
        threads: of PyTorch; None for its own choice.
        anyway: go on in spite of refusals that can be overridden.
        model: version of the network, "starter" or the site's; the active one of the site where None.
    """

    detector: str = "u2ad"
    draws: int = 10
    seed: int = 0
    threads: int | None = None
    anyway: bool = False
    model: str | None = None


@dataclass(frozen=True)
class Marks:
    """What the reader has marked in the scan; asked for only when the walk gets there.

    Args:
        cord: gives the cord fraction on the scan's grid, float32, KJI; None where nobody has drawn the cord.
        cord_seen: whether a person has looked at that mask; a mask of another tool is not until somebody has.
        cord_source: who made it, where it is handed on as it was.
        points: gives points clicked along the cord, RAS in mm, (N, 3); None where there are none.
        levels: gives the vertebral levels along the cord's centreline; None to find them in the scan.
    """

    cord: Callable[[Grid], np.ndarray] | None = None
    cord_seen: bool = True
    cord_source: MaskSource = MaskSource.READER
    points: Callable[[], np.ndarray] | None = None
    levels: Callable[[Scan, Centreline], Levels] | None = None


@dataclass(frozen=True, eq=False)
class Walked:
    """What a walk has brought.

    Args:
        anatomy: the cord, its centreline and its levels.
        checks: of the scan, of the cord mask, and of what it shows.
        detection: the maps and the findings.
        provenance: all that is needed to get the same again.
        yardstick: what the scores were measured by.
    """

    anatomy: Anatomy
    checks: tuple[Check, ...]
    detection: Detection
    provenance: Provenance
    yardstick: Yardstick


class Walk:
    """One walk, made ready before the scan is read so that a wrong method costs no waiting.

    Args:
        method: how the scan is looked at.
        weights: the network, in place of the version that the method names.

    Attributes:
        detector: that looks.

    Raises:
        U2ADError: if there is no such detector, or no such version of the network.
    """

    def __init__(self, method: Method, weights: Autoencoder | None = None) -> None:
        self._started = datetime.now(timezone.utc)
        self._method = method
        self._threads = use_threads(method.threads)
        self._weights = weights or _weights_of(method)
        self.detector = make_detector(method.detector, method.draws, method.seed, self._weights)

    @property
    def model(self) -> tuple[str, tuple[str, ...]]:
        """What its scores are calibrated for: the detector's name and the SHA-256 of its weights."""
        return self.detector.name, self._digests(self.detector.weights)

    def through(self, scan: Scan, marks: Marks, progress: Progress) -> Walked:
        """Check a scan, find its cord, run the detector and rank what it finds.

        Raises:
            RefusedByCheck: if a check refuses the scan.
            RefusedInputError: if no cord can be found, or cord and fluid cannot be told apart.
            U2ADError: if weights are missing or damaged.
            Cancelled: if the progress says so.
        """
        anatomy, checks = anatomy_of(scan, marks, self._method.anyway, progress)
        return self.look(scan, anatomy, checks, self.yardstick_for(anatomy.cord), progress)

    def yardstick_for(self, cord: Cord) -> Yardstick:
        """What the scores in a cord are measured by; of an adapted network, candidates as before its adaptation."""
        ancestors = ModelStore().ancestors(self._weights.manifest) if self._weights else ()
        return yardstick_for(*self.model, cord, ancestors=ancestors)

    def look(
        self, scan: Scan, anatomy: Anatomy, checks: tuple[Check, ...], yardstick: Yardstick, progress: Progress
    ) -> Walked:
        """Run the detector where the cord is known, and rank what it finds.

        Raises:
            RefusedInputError: if cord and fluid cannot be told apart.
            Cancelled: if the progress says so.
        """
        settings = yardstick.settings(self.detector.threshold)
        detection = detect(scan, anatomy, self.detector, progress, settings, yardstick)
        return Walked(anatomy, checks, detection, self._provenance(scan, anatomy, settings), yardstick)

    def _digests(self, names: Iterable[str]) -> tuple[str, ...]:
        """SHA-256 of the weights with these names, the network of the chosen version among them."""
        trained = self._weights
        return tuple(
            trained.manifest.sha256 if trained and name == trained.manifest.name else read_manifest(name).sha256
            for name in names
        )

    def _provenance(self, scan: Scan, anatomy: Anatomy, candidates: CandidateSettings) -> Provenance:
        names = self.detector.weights
        names += ("cord",) if anatomy.cord.source is MaskSource.AUTOMATIC else ()
        names += ("levels",) if anatomy.levels.source in FOUND else ()
        settings = self.detector.settings
        return Provenance(
            detector=self.detector.name,
            detector_settings=settings,
            candidate_settings=candidates,
            grid_digest=scan.grid.digest,
            scan_digest=scan.digest,
            started=self._started,
            seconds=(datetime.now(timezone.utc) - self._started).total_seconds(),
            weights=tuple(map(WeightFile, names, self._digests(names))),
            model=self._weights.version if self._weights else None,
            seed=settings.get("seed"),
            draws=settings.get("draws"),
            threads=self._threads,
        )


def anatomy_of(scan: Scan, marks: Marks, anyway: bool, progress: Progress) -> tuple[Anatomy, tuple[Check, ...]]:
    """Check a scan and find its cord.

    Args:
        scan: the scan.
        marks: what the reader has marked in it.
        anyway: go on in spite of refusals that can be overridden.
        progress: told of the steps.

    Raises:
        RefusedByCheck: if a check refuses the scan.
        RefusedInputError: if no cord can be found.
    """
    form = _accepted(check_form(scan), anyway)
    anatomy = _anatomy(scan, marks, progress)
    return anatomy, form + _accepted(anatomy.checks, anyway)


def use_threads(threads: int | None) -> int:
    """Tell PyTorch how many threads to use, None for its own choice; returns how many it uses."""
    import torch

    if threads is not None:
        torch.set_num_threads(threads)
    return torch.get_num_threads()


def _weights_of(method: Method) -> Autoencoder | None:
    """The version of the network that a method asks for; None where its detector has none."""
    if NAME not in make_detector(method.detector).weights:
        return None
    from u2ad.models.autoencoder import load_autoencoder  # and with it MONAI, for which controls do not wait

    return load_autoencoder(ModelStore().version(method.model))


def _accepted(checks: Iterable[Check], anyway: bool) -> tuple[Check, ...]:
    """The checks, if none of them refuses the scan for good; of several refusals the one that no person can lift."""
    checks = tuple(checks)
    refusals = [check for check in checks if check.verdict is Verdict.REFUSE and not (anyway and check.overridable)]
    if refusals:
        raise RefusedByCheck(min(refusals, key=lambda check: check.overridable))
    return checks


def _anatomy(scan: Scan, marks: Marks, progress: Progress) -> Anatomy:
    drawn = marks.cord(scan.grid) if marks.cord else None
    cord, line = find_cord(scan, drawn, progress, marks.points() if marks.points else None)
    if cord.source is MaskSource.READER:
        cord = replace(cord, source=marks.cord_source, seen_by_person=marks.cord_seen)
    progress.step("Name the levels")
    levels = (marks.levels or find_levels)(scan, line)
    progress.advance()
    return Anatomy(cord, line, levels)
