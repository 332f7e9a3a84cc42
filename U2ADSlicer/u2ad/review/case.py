"""What a review is about: the grid of a scan, and what a detection has left on it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from u2ad.calibration import UNCALIBRATED, Yardstick
from u2ad.cord import Centreline, Cord
from u2ad.cord.levels import Levels
from u2ad.detectors.maps import Maps
from u2ad.findings.candidates import CandidateSettings, Pieces, find, pieces_of
from u2ad.findings.curve import curve_of
from u2ad.findings.finding import AnomalyCurve, Finding, Findings
from u2ad.findings.region import Region, measured
from u2ad.findings.suspicion import Suspicion
from u2ad.review.voxels import Voxels
from u2ad.scan import Grid

STEP = 0.5
"""mm between the points of the straight line that stands in for a centreline."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """A region that the maps show at a threshold.

    Args:
        voxels: what it consists of.
        figures: what was measured of it.
        peak: its most suspicious voxel, KJI, by which it is known again at another threshold.
    """

    voxels: Voxels
    figures: Finding
    peak: tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Case:
    """All that findings are derived from and measured by. Without a detection there is only a grid.

    Args:
        grid: the scan's grid.
        maps: of the detector, on that grid.
        cord: on that grid.
        line: the cord's centreline.
        levels: along that line.
        settings: of the candidates; the threshold comes from the review.
        yardstick: by which the confidence of a candidate is told.
    """

    grid: Grid
    maps: Maps | None = None
    cord: Cord | None = None
    line: Centreline | None = None
    levels: Levels = field(default_factory=Levels.unknown)
    settings: CandidateSettings = field(default_factory=CandidateSettings)
    yardstick: Yardstick = UNCALIBRATED
    _pieces: dict[float, Pieces] = field(default_factory=dict, init=False, repr=False)
    _candidates: dict[Region, Candidate] = field(default_factory=dict, init=False, repr=False)

    def derive(self, threshold: float) -> Findings:
        """What the maps show at a threshold, as a detection would tell it; nothing where there are no maps.

        Raises:
            ValueError: if the threshold is not above 0, or maps and cord are not on the same grid.
        """
        if self.maps is None or self.cord is None or self.line is None:
            return Findings(self.grid, np.zeros(self.grid.shape, np.int16), (), self.curve, 0.0, threshold)
        findings = find(self.maps, self.cord, self.line, self.levels, self._settings_at(threshold))
        return self.yardstick.placed(findings)

    def candidates(self, threshold: float) -> tuple[Candidate, ...]:
        """The same regions as :meth:`derive`, by falling score, without label map and curve: fast enough for a slider.

        Raises:
            ValueError: if the threshold is not above 0.
        """
        if self._suspicion is None:
            return ()
        settings = self._settings_at(threshold)
        regions = self._pieces_from(self._suspicion, settings).above(settings)
        return tuple(self._candidate(rank, region) for rank, region in enumerate(regions, start=1))

    def measure(self, voxels: Voxels) -> Finding:
        """Measure any voxels of the scan.

        Where there are no maps, score, peak and mean are 0 and there is no uncertainty. Where there is no centreline,
        a straight line from the top of the picture down stands in for it, and the level is unknown.

        Raises:
            ValueError: if there are no voxels, or some lie outside the scan.
        """
        if not len(voxels) or (voxels.kji >= np.array(self.grid.shape)).any():
            msg = f"expected voxels inside a scan of shape {self.grid.shape}"
            raise ValueError(msg)
        maps, place = self._maps, tuple(voxels.kji.T)
        certainty = maps.certainty[place]
        return self._measured(0, Region(voxels.kji, maps.anomaly[place] * certainty, certainty, self._voxel))

    def is_too_small(self, voxels: Voxels) -> bool:
        """Whether so few voxels are no candidate."""
        return len(voxels) * self._voxel < self.settings.smallest_volume

    @cached_property
    def curve(self) -> AnomalyCurve:
        """The anomaly along the cord, which no threshold changes; empty where there are no maps."""
        if self._suspicion is None or self.line is None:
            return AnomalyCurve(np.zeros(0), np.zeros(0, np.float32), ())
        return curve_of(self._suspicion, self.grid, self.line, self.levels)

    def _pieces_from(self, suspicion: Suspicion, settings: CandidateSettings) -> Pieces:
        """A hundred times as long in the making as a choice among them, so they are kept until ``low`` changes."""
        if settings.low not in self._pieces:
            self._pieces.clear()
            self._candidates.clear()
            self._pieces[settings.low] = pieces_of(suspicion, self.grid, settings)
        return self._pieces[settings.low]

    def _candidate(self, rank: int, region: Region) -> Candidate:
        if region not in self._candidates:
            k, j, i = region.kji[int(region.value.argmax())].tolist()
            self._candidates[region] = Candidate(Voxels(region.kji), self._measured(rank, region), (k, j, i))
        known = self._candidates[region]
        return known if known.figures.label == rank else replace(known, figures=replace(known.figures, label=rank))

    def _measured(self, label: int, region: Region) -> Finding:
        finding = measured(label, region, self._maps, self.line or self._plumb_line, self.levels)
        return self.yardstick.rated(finding)

    def _settings_at(self, threshold: float) -> CandidateSettings:
        """A slider may go below what makes a candidate's outline: then the outline follows."""
        return replace(self.settings, threshold=threshold, low=min(self.settings.low, threshold))

    @cached_property
    def _suspicion(self) -> Suspicion | None:
        if self.maps is None or self.cord is None or self.line is None:
            return None
        return Suspicion.of(self.maps, self.cord)

    @cached_property
    def _maps(self) -> Maps:
        if self.maps is not None:
            return self.maps
        nothing = np.broadcast_to(np.float32(0), self.grid.shape)
        return Maps(self.grid, nothing, nothing, nothing)

    @cached_property
    def _plumb_line(self) -> Centreline:
        corners = self.grid.corners()
        right, front, _ = corners.mean(axis=0)
        top, bottom = corners[:, 2].max(), corners[:, 2].min()
        up = np.arange(top, bottom - STEP, -STEP)
        return Centreline(np.stack([np.full_like(up, right), np.full_like(up, front), up], axis=1), STEP)

    @cached_property
    def _voxel(self) -> float:
        return self.grid.voxel_volume
