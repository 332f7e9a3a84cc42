"""Provenance: all that is needed to get the same result again, and nothing that names a patient or a computer."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version

from u2ad import __version__
from u2ad.findings import CandidateSettings

RECORDED = {"torch": "torch", "monai": "monai", "SimpleITK": "SimpleITK", "numpy": "numpy"}
"""Libraries whose version can change a result, by the name of their distribution."""

Setting = str | int | float | bool | None
_PATH_OR_ADDRESS = re.compile(r"[/\\@]|^~")


def installed_versions() -> dict[str, str]:
    """Versions of this package, Python and the libraries in use; a library that is not installed is left out."""
    found = {"u2ad": __version__, "python": platform.python_version()}
    for name, distribution in RECORDED.items():
        try:
            found[name] = version(distribution)
        except PackageNotFoundError:
            continue
    return found


@dataclass(frozen=True)
class WeightFile:
    """Weights that a run used.

    Args:
        name: their name in the store, such as "cord"; no path.
        sha256: of the file.
    """

    name: str
    sha256: str


@dataclass(frozen=True)
class Provenance:
    """How one result came about.

    Args:
        detector: name of the detector, such as "u2ad" or "local_z".
        detector_settings: its settings by name.
        candidate_settings: what made a region a candidate.
        grid_digest: :attr:`u2ad.scan.Grid.digest` of the scan.
        scan_digest: :attr:`u2ad.scan.Scan.digest`.
        started: when the run began, with its time zone.
        seconds: how long it took.
        weights: the weights that it used, none for a detector without a model.
        model: version of the network, "starter" or the site's; None for a detector without a model.
        seed: of the random draws, None where there are none.
        draws: Monte-Carlo draws K for each token, None where there are none.
        device: kind of device that ran the model, such as "cpu" or "cuda".
        threads: threads that the model ran on.
        versions: of this package, Python and the libraries.

    Raises:
        ValueError: if a text holds a path or an address, or ``started`` has no time zone.
    """

    detector: str
    detector_settings: Mapping[str, Setting]
    candidate_settings: CandidateSettings
    grid_digest: str
    scan_digest: str
    started: datetime
    seconds: float
    weights: tuple[WeightFile, ...] = ()
    model: str | None = None
    seed: int | None = None
    draws: int | None = None
    device: str = "cpu"
    threads: int = 1
    versions: Mapping[str, str] = field(default_factory=installed_versions)

    def __post_init__(self) -> None:
        if self.started.tzinfo is None:
            msg = "expected a start time with its time zone"
            raise ValueError(msg)
        settings = [value for value in self.detector_settings.values() if isinstance(value, str)]
        names = [weights.name for weights in self.weights]
        for text in (self.detector, self.device, self.model or "", *settings, *names):
            if _PATH_OR_ADDRESS.search(text):
                msg = f"expected a plain word without a path, got {text!r}"
                raise ValueError(msg)

    @property
    def started_utc(self) -> str:
        """Start of the run in UTC, ISO 8601, to the second."""
        return self.started.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
