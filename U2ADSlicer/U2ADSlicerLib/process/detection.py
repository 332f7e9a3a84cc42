"""One detection: a scan in memory becomes a job of the worker."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from u2ad.scan import Scan
from u2ad.worker import private
from u2ad.worker.job import DetectJob
from U2ADSlicerLib.process.run import Listener, Run


@dataclass(frozen=True)
class Options:
    """How a scan is looked at; as :class:`u2ad.walk.Method`, which needs PyTorch to be imported."""

    detector: str = "u2ad"
    seed: int = 0
    draws: int = 10
    threads: int | None = None
    anyway: bool = False
    model: str | None = None


class DetectionRun(Run):
    """Detections, one at a time."""

    def start(
        self,
        scan: Scan,
        options: Options,
        listener: Listener,
        cord: np.ndarray | None = None,
        cordSeen: bool = True,
        levels: Mapping[str, Sequence[float]] | None = None,
        keep: Path | None = None,
    ) -> None:
        """Starts a detection.

        Args:
            scan: the scan.
            options: how it is looked at.
            listener: told of the run.
            cord: the reader's cord fraction on the scan's grid, KJI; None to mark the cord automatically.
            cordSeen: whether a person has looked at that mask.
            levels: RAS in mm of marked vertebrae or discs by name; None where there are none.
            keep: where the result is kept for good, in place of a former one; None to keep none.

        Raises:
            U2ADError: if a run is not over yet, the disk cannot be written, or the worker cannot be started. Nothing
                is left behind, and no end is told.
        """

        def makeJob(folder: Path) -> DetectJob:
            return _jobIn(folder, scan, options, cord, cordSeen, levels)

        self.startJob(makeJob, listener, keep)


def _jobIn(
    folder: Path,
    scan: Scan,
    options: Options,
    cord: np.ndarray | None,
    cordSeen: bool,
    levels: Mapping[str, Sequence[float]] | None,
) -> DetectJob:
    """The job of a run, with its arrays written into its folder."""
    np.save(folder / private.SCAN, scan.array, allow_pickle=False)
    if cord is not None:
        np.save(folder / private.CORD, np.asarray(cord, dtype=np.float32), allow_pickle=False)
    return DetectJob(
        scan=str(folder / private.SCAN),
        affine=tuple(tuple(float(number) for number in row) for row in scan.grid.affine),
        output=str(folder / private.OUTPUT),
        stop=str(folder / private.STOP),
        owner=os.getpid(),
        facts={name: value for name, value in asdict(scan.facts).items() if value is not None},
        remarks=tuple({**asdict(check), "verdict": check.verdict.value} for check in scan.remarks),
        cord=None if cord is None else str(folder / private.CORD),
        cord_seen=cordSeen,
        levels=None if levels is None else {name: tuple(map(float, ras)) for name, ras in levels.items()},
        **asdict(options),
    )
