"""One walk from a scan to ranked findings, in memory: cord, straightening, detector, candidates."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from u2ad.calibration import UNCALIBRATED, Yardstick
from u2ad.cord.centreline import Centreline, centreline_of
from u2ad.cord.cord import Cord, MaskSource
from u2ad.cord.levels import Levels
from u2ad.cord.path import cord_through
from u2ad.cord.plausibility import check_cord
from u2ad.cord.straight_cord import StraightCord, straighten_cord
from u2ad.detectors.detector import Detector, on_scan
from u2ad.detectors.maps import Maps
from u2ad.findings import CandidateSettings, Findings, find
from u2ad.progress import Progress
from u2ad.scan import Check, Scan


@dataclass(frozen=True, eq=False)
class Anatomy:
    """What is known of a scan's cord before anything is looked for.

    Args:
        cord: its mask, with the checks of the mask and of what it shows.
        line: its centreline.
        levels: vertebral levels along it.
    """

    cord: Cord
    line: Centreline
    levels: Levels

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks of the mask, of the anatomy that it shows, and of the levels."""
        return self.cord.checks + self.levels.checks


@dataclass(frozen=True, eq=False)
class Detection:
    """What a detector found in a scan."""

    maps: Maps
    findings: Findings


def find_cord(
    scan: Scan, drawn: np.ndarray | None, progress: Progress, points: np.ndarray | None = None
) -> tuple[Cord, Centreline]:
    """The cord of a scan: the reader's mask, else the one through the reader's points, else an automatic one; checked.

    Args:
        scan: the scan.
        drawn: cord fraction drawn by the reader on the scan's grid, KJI; None where nobody has drawn it.
        progress: told of the steps.
        points: RAS in mm of points clicked along the cord, (N, 3); None where there are none.

    Raises:
        RefusedInputError: if there is no usable stretch of cord, or the points cannot lie on one.
        U2ADError: if the cord network's weights are missing or damaged.
    """
    if drawn is not None:
        cord = Cord(scan.grid, drawn, MaskSource.READER, seen_by_person=True)
    elif points is not None:
        cord = cord_through(scan, points, progress)
    else:
        from u2ad.cord.segmentation import segment_cord

        cord = segment_cord(scan, progress)
    line = centreline_of(cord)
    return replace(cord, checks=check_cord(scan, cord, line)), line


def detect(
    scan: Scan,
    anatomy: Anatomy,
    detector: Detector,
    progress: Progress,
    settings: CandidateSettings | None = None,
    yardstick: Yardstick = UNCALIBRATED,
) -> Detection:
    """Run a detector on a scan and rank what it finds.

    Args:
        scan: the scan.
        anatomy: its cord.
        detector: which method.
        progress: told of the steps.
        settings: of the candidates; where None, with the threshold of the yardstick or else the detector's own.
        yardstick: what the scores are measured by.

    Raises:
        RefusedInputError: if cord and fluid cannot be told apart.
        U2ADError: if the detector's weights are missing or damaged.
    """
    progress.step("Straighten the cord")
    straight = straighten_cord(scan, anatomy.cord, anatomy.line)
    progress.advance()
    return examine(straight, anatomy, detector, progress, settings, yardstick)


def examine(
    straight: StraightCord,
    anatomy: Anatomy,
    detector: Detector,
    progress: Progress,
    settings: CandidateSettings | None = None,
    yardstick: Yardstick = UNCALIBRATED,
) -> Detection:
    """The same as :func:`detect`, of a cord that is straightened already."""
    maps = on_scan(detector.detect(straight, progress), straight)
    progress.step("Rank the findings")
    maps = yardstick.levelled(maps, anatomy.line, anatomy.levels)
    settings = settings or yardstick.settings(detector.threshold)
    findings = find(maps, anatomy.cord, anatomy.line, anatomy.levels, settings)
    progress.advance()
    return Detection(maps, yardstick.placed(findings))
