"""What the worker is asked to adapt to, as one value that travels as JSON. Standard library only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from u2ad.worker.job import Point, Row, checked, point_of, rows_of

CONFIRMED, REJECTED, UNDECIDED = 1, 2, 3
"""Values of a map of decisions; 0 where nothing was found."""


@dataclass(frozen=True)
class AdaptScan:
    """One scan of an adaptation. Its files lie in the folder of the job.

    Args:
        scan: as in :class:`u2ad.worker.job.DetectJob`, and so are all up to ``levels``.
        affine: see there.
        facts: see there.
        remarks: see there.
        cord: see there.
        cord_seen: see there.
        cord_source: who made that mask: "automatic", "points" or "reader".
        levels: see there.
        decisions: ``.npy`` of what the reader has decided, uint8, KJI on the scan's grid: 1 in confirmed, 2 in
            rejected, 3 in undecided and unsure findings; None where nothing was decided. What the present model finds
            beside it is undecided too.
        healthy: whether it is a normal scan, which is not trained on: what is found in it are false alarms.
    """

    scan: str
    affine: tuple[Row, Row, Row, Row]
    facts: Mapping[str, Any] = field(default_factory=dict)
    remarks: tuple[Mapping[str, Any], ...] = ()
    cord: str | None = None
    cord_seen: bool = True
    cord_source: str = "reader"
    levels: Mapping[str, Point] | None = None
    decisions: str | None = None
    healthy: bool = False


@dataclass(frozen=True)
class AdaptJob:
    """One adaptation.

    Args:
        scans: what is adapted to.
        output: folder to be made; it appears whole or not at all.
        stop: file whose appearance asks the worker to stop.
        owner: process whose end ends the worker too.
        model: version of the network that is adapted; the active one of the site where None.
        folds: into how many parts several scans are cut for cross-fitting; 0 for none.
        steps: most optimiser steps; None for as many as suit the scans.
        seconds: most that they may take; None for as many as suit the scans.
        seed: of everything random.
        draws: how often each patch of cord is rebuilt in a detection.
        threads: of PyTorch; None for its own choice.
        anyway: run in spite of refusals that can be overridden.
    """

    scans: tuple[AdaptScan, ...]
    output: str
    stop: str
    owner: int
    model: str | None = None
    folds: int = 0
    steps: int | None = None
    seconds: float | None = None
    seed: int = 0
    draws: int = 10
    threads: int | None = None
    anyway: bool = False

    def to_json(self) -> str:
        """The job as JSON text.

        Raises:
            ValueError: if a number is not finite.
        """
        return json.dumps({"kind": KINDS[type(self)], **asdict(self)}, indent=1, allow_nan=False)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> AdaptJob:
        """The job of :meth:`to_json`, from its values without the kind.

        Raises:
            ValueError: if they are no such job.
        """
        try:
            scans = tuple(_scan(told) for told in values["scans"])
            return cls(**checked({**values, "scans": scans}, cls))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            msg = f"expected an adaptation job: {error}"
            raise ValueError(msg) from error

    @property
    def part(self) -> Path:
        """Where the output is prepared."""
        return Path(f"{self.output}.part")


@dataclass(frozen=True)
class EstimateJob(AdaptJob):
    """What an adaptation would take: two of its steps are timed, and nothing is trained."""


KINDS: Mapping[type[AdaptJob], str] = {AdaptJob: "adapt", EstimateJob: "estimate"}
"""Names of the kinds in a job's file; a detection needs none."""


def _scan(told: Mapping[str, Any]) -> AdaptScan:
    values = checked(told, AdaptScan)
    levels = values.get("levels")
    values["affine"] = rows_of(values["affine"])
    values["remarks"] = tuple(values.get("remarks", ()))
    values["levels"] = None if levels is None else {name: point_of(ras) for name, ras in levels.items()}
    return AdaptScan(**values)
