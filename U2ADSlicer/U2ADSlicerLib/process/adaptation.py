"""One adaptation, or the estimate of its cost: reviewed scans in memory become a job of the worker."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from u2ad.scan import Scan
from u2ad.worker import private
from u2ad.worker.adapt_job import AdaptJob, AdaptScan, EstimateJob
from u2ad.worker.events import Estimated, Event, Learned
from U2ADSlicerLib.process.run import Listener, Run


@dataclass(frozen=True, eq=False)
class AdaptInput:
    """What one reviewed scan brings along.

    Args:
        scan: the scan.
        cord: cord fraction on its grid, KJI; None to mark the cord automatically.
        cordSeen: whether a person has looked at that mask.
        cordSource: who made it, as :class:`u2ad.worker.adapt_job.AdaptScan` says.
        levels: RAS in mm of marked vertebrae or discs by name; None where there are none.
        decisions: uint8, KJI: 0 nothing, 1 confirmed, 2 rejected, 3 undecided or unsure; None without a review.
        healthy: whether a reader has read it as normal: not trained on, false alarms are counted in it.
    """

    scan: Scan
    cord: np.ndarray | None = None
    cordSeen: bool = True
    cordSource: str = "reader"
    levels: Mapping[str, Sequence[float]] | None = None
    decisions: np.ndarray | None = None
    healthy: bool = False


@dataclass(frozen=True)
class AdaptOptions:
    """How a model is adapted; as :class:`u2ad.worker.adapt_job.AdaptJob`."""

    model: str | None = None
    seed: int = 0
    draws: int = 10
    threads: int | None = None
    folds: int = 0


class AdaptListener(Listener, Protocol):
    """Told of an adaptation, always on the main thread."""

    def onEstimated(self, estimated: Estimated) -> None:
        """What it will cost, before the training starts."""

    def onLearned(self, learned: Learned) -> None:
        """Another point of the live curve."""


class AdaptationRun(Run):
    """Adaptations and estimates, one at a time."""

    def start(
        self, inputs: Sequence[AdaptInput], options: AdaptOptions, listener: AdaptListener, keep: Path | None
    ) -> None:
        """Starts an adaptation; what it makes is a proposal in ``keep``, the site's models stay as they are.

        Raises:
            U2ADError: if it cannot be started; nothing is left behind then, and no end is told.
        """

        def makeJob(folder: Path) -> AdaptJob:
            return AdaptJob(scans=_scansIn(folder, inputs), **_common(folder), **asdict(options))

        self._told = listener
        self.startJob(makeJob, listener, keep)

    def estimate(self, inputs: Sequence[AdaptInput], options: AdaptOptions, listener: AdaptListener) -> None:
        """Measures what an adaptation would cost; takes some seconds.

        Raises:
            U2ADError: as :meth:`start`.
        """

        def makeJob(folder: Path) -> EstimateJob:
            return EstimateJob(scans=_scansIn(folder, inputs), **_common(folder), **asdict(options))

        self._told = listener
        self.startJob(makeJob, listener, None)

    def _onEvent(self, event: Event) -> None:
        if isinstance(event, Learned):
            self._told.onLearned(event)
        elif isinstance(event, Estimated):
            self._told.onEstimated(event)
        else:
            super()._onEvent(event)


def _common(folder: Path) -> dict[str, Any]:
    return {"output": str(folder / private.OUTPUT), "stop": str(folder / private.STOP), "owner": os.getpid()}


def _scansIn(folder: Path, inputs: Sequence[AdaptInput]) -> tuple[AdaptScan, ...]:
    return tuple(_scanIn(folder, number, given) for number, given in enumerate(inputs))


def _scanIn(folder: Path, number: int, given: AdaptInput) -> AdaptScan:
    """One scan of a job, with its arrays written into the job's folder."""

    def written(what: str, array: np.ndarray | None) -> str | None:
        if array is None:
            return None
        path = folder / f"{what}-{number}.npy"
        np.save(path, array, allow_pickle=False)
        return str(path)

    levels = given.levels
    return AdaptScan(
        scan=str(written("scan", given.scan.array)),
        affine=tuple(tuple(float(value) for value in row) for row in given.scan.grid.affine),
        facts={name: value for name, value in asdict(given.scan.facts).items() if value is not None},
        cord=written("cord", None if given.cord is None else np.asarray(given.cord, np.float32)),
        cord_seen=given.cordSeen,
        cord_source=given.cordSource,
        levels=None if levels is None else {name: tuple(map(float, ras)) for name, ras in levels.items()},
        decisions=written("decisions", given.decisions),
        healthy=given.healthy,
    )
