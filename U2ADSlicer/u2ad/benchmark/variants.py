"""What is compared: the detector, the controls without a network, and the ablations; a variant is one entry."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import u2ad
from u2ad import __version__
from u2ad.adaptation.settings import Guidance
from u2ad.benchmark.adapted import METHOD, CrossFitted, to_the_scan
from u2ad.benchmark.trial import Trial
from u2ad.calibration.choosing import calibration_for, yardstick_for
from u2ad.calibration.plain import to_plain
from u2ad.calibration.store import STARTER, digest_of
from u2ad.calibration.yardstick import UNCALIBRATED, Yardstick
from u2ad.cord import Cord
from u2ad.cord.straight_cord import StraightCord
from u2ad.detectors import scoring
from u2ad.detectors.detector import Detector, StraightMaps
from u2ad.detectors.registry import CONTROLS, PAPER, make_detector
from u2ad.errors import U2ADError
from u2ad.models.manifest import read_manifest
from u2ad.progress import Progress

SCORING = ("adaptation", "cord", "detectors", "findings", "models")
"""Rooms whose code decides what a scan's candidates are."""

NO_SITE = Path(os.devnull)
"""A data folder with nothing in it."""


LINES = ("length_mm", "breadth_mm", "directions")
"""Settings of the score that knows lines; no other does."""


@dataclass(frozen=True)
class Variant:
    """Something that finds lesions.

    Args:
        name: on the command line and in the table.
        what: what is different about it, for the table.
        make: the detector for a scan.
        control: whether it needs no network.
        calibrated: whether the calibration that comes with the program is for it.
    """

    name: str
    what: str
    make: Callable[[Trial], Detector]
    control: bool = False
    calibrated: bool = False

    @property
    def weights(self) -> tuple[str, ...]:
        """Names of the weights that it starts from."""
        return () if self.control else (METHOD,)

    def fingerprint(self, automatic: bool, draws: int) -> str:
        """Names everything that its answers depend on beside the case: with other weights they are other answers."""
        parts = [__version__, self.name, _source(), *self._digests()]
        parts += [] if self.control else [f"{draws} draws"]
        parts += [read_manifest("cord").sha256] if automatic else []
        if self.calibrated and (calibration := calibration_for(self.name, self._digests(), NO_SITE, STARTER)[0]):
            parts.append(digest_of(to_plain(calibration)))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]

    def yardstick(self, cord: Cord) -> Yardstick:
        """What its scores are measured by in a scan with this cord: a site's own calibration does not count here."""
        if not self.calibrated:
            return UNCALIBRATED
        return yardstick_for(self.name, self._digests(), cord, root=NO_SITE)

    def _digests(self) -> tuple[str, ...]:
        return tuple(read_manifest(name).sha256 for name in self.weights)


@dataclass(frozen=True)
class Residual:
    """A detector whose reconstruction is scored by its residual alone, without uncertainty or anything else.

    Args:
        inner: the detector.
        absolute: whether darker than expected counts as much as brighter, as in the published method.
    """

    inner: Detector
    absolute: bool
    threshold: float = 4.0

    @property
    def name(self) -> str:
        """As the detector's."""
        return self.inner.name

    @property
    def weights(self) -> tuple[str, ...]:
        """As the detector's."""
        return self.inner.weights

    @property
    def settings(self) -> dict[str, Any]:
        """As the detector's, with the plain smoothing of a residual."""
        others = {name: value for name, value in self.inner.settings.items() if name not in LINES}
        return others | {"smoothing_mm": scoring.SMOOTHING}

    def detect(self, cord: StraightCord, progress: Progress) -> StraightMaps:
        """Score a straightened cord."""
        maps = self.inner.detect(cord, progress)
        residual = np.where(cord.fraction > 0, cord.image - maps.reconstruction, 0)
        smooth = scoring.smooth_inside(np.abs(residual) if self.absolute else residual, cord.certainty)
        return replace(maps, anomaly=scoring.local_z(smooth, cord.fraction, cord.certainty))


def _plain(name: str) -> Callable[[Trial], Detector]:
    return lambda trial: make_detector(name, trial.draws, trial.seed)


WHAT_CONTROLS_DO = {
    "local_z": "signal against the cord above and below",
    "column_median": "signal against the same place of the cross-section above and below",
    "difference_of_gaussians": "signal smoothed by 1 mm against 6 mm",
    "low_rank": "signal against one pattern along the cord",
    "cord_z": "signal against the whole cord",
}

VARIANTS: dict[str, Variant] = {
    variant.name: variant
    for variant in (
        Variant(METHOD, "the method as it comes", _plain(METHOD), calibrated=True),
        *(Variant(name, WHAT_CONTROLS_DO[name], _plain(name), control=True, calibrated=True) for name in CONTROLS),
        Variant("signed", "its signed residual alone", lambda trial: Residual(_plain(METHOD)(trial), absolute=False)),
        Variant(
            "absolute", "its absolute residual alone", lambda trial: Residual(_plain(METHOD)(trial), absolute=True)
        ),
        Variant("adapted", "adapted to the scan, what was found left out", to_the_scan(Guidance.BOTH, leave_out=True)),
        Variant("adapted_both", "adapted to the scan, by both uncertainties", to_the_scan(Guidance.BOTH)),
        Variant("adapted_epistemic", "adapted to the scan, by the epistemic alone", to_the_scan(Guidance.EPISTEMIC)),
        Variant("adapted_random", "adapted to the scan, by chance, as many steps", to_the_scan(Guidance.RANDOM)),
        Variant("adapted_published", "adapted to the scan, as the published code", to_the_scan(Guidance.PUBLISHED)),
        Variant("cross_fitted", "adapted to four other scans of the set, what was found left out", CrossFitted({})),
        Variant(PAPER, "its network scored as published: absolute residual, whole cord, random masks", _plain(PAPER)),
    )
}
"""Everything that can be compared, by name."""

DEFAULT = (METHOD, *CONTROLS)
"""What is compared where nothing is named."""


@cache
def _source() -> str:
    """Digest of the code that scores come from: with other code they are other answers, too."""
    package = Path(u2ad.__file__).parent
    files = sorted(file for room in SCORING for file in (package / room).rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def variants_of(names: tuple[str, ...]) -> list[Variant]:
    """The variants of some names; "all" means all, none the method and the controls. The method is always among them.

    Raises:
        U2ADError: if there is none of that name.
    """
    chosen = names or DEFAULT
    wanted = list(VARIANTS) if "all" in chosen else [METHOD, *(name for name in chosen if name != METHOD)]
    unknown = [name for name in wanted if name not in VARIANTS]
    if unknown:
        raise U2ADError(f"There is nothing called {unknown[0]!r} to compare.", f"Choose of {', '.join(VARIANTS)}.")
    return [VARIANTS[name] for name in wanted]
