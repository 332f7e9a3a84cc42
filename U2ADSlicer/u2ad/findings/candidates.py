"""Candidates: connected regions of the cord that are brighter than expected, ranked and measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from u2ad.cord import Centreline, Cord
from u2ad.cord.levels import Levels
from u2ad.detectors.maps import Maps
from u2ad.findings.curve import curve_of
from u2ad.findings.finding import Finding, Findings
from u2ad.findings.region import Region, measured
from u2ad.findings.suspicion import Suspicion
from u2ad.scan import Grid
from u2ad.scan.pieces import connected_pieces

LEVEL_STEP = 1.25
"""Factor from level to level while connected pieces are taken apart."""


@dataclass(frozen=True)
class CandidateSettings:
    """What makes a region a candidate.

    Args:
        threshold: certainty-weighted anomaly that at least one voxel of a candidate reaches.
        low: certainty-weighted anomaly that each of its voxels reaches.
        outline: share of a candidate's peak that each of its voxels reaches. With ``low`` alone a bright lesion would
            be drawn as far as its faintest halo.
        seed_certainty: certainty of the voxel that reaches ``threshold``. .875 is a cord fraction of .95 under the
            weight clip((fraction - .6) / .4): the partial-volume rim may belong to a candidate, it raises none.
        smallest_volume: mm3. A lesion of 3 x 2 x 2.4 mm, the smallest that we simulate, has 7.5 mm3.
        most: candidates beyond this rank are dropped; nobody reviews more in one cord.

    Raises:
        ValueError: if ``low`` is not above 0 and at most ``threshold``.
    """

    threshold: float = 4.0
    low: float = 2.0
    outline: float = 0.35
    seed_certainty: float = 0.875
    smallest_volume: float = 5.0
    most: int = 50

    def __post_init__(self) -> None:
        if not 0 < self.low <= self.threshold:
            msg = f"expected 0 < low <= threshold, got low {self.low!r} and threshold {self.threshold!r}"
            raise ValueError(msg)


def find(maps: Maps, cord: Cord, line: Centreline, levels: Levels, settings: CandidateSettings) -> Findings:
    """Find, measure and rank the candidates of one scan.

    Hysteresis on the certainty-weighted anomaly: 26-connected regions above ``low``, drawn in to ``outline`` of their
    own peak, that hold a trustworthy voxel above ``threshold``. Ranked by the square root of (mass x peak), where mass
    is the sum of the weighted anomaly times the volume of a voxel: against the peak alone it raised sensitivity at one
    false alarm a scan from .60 to .75 (measured on simulated lesions in real scans); times the square of the certainty
    (:attr:`Region.score`). Fast enough to follow a slider;
    see the tests.

    Raises:
        ValueError: if maps and cord are not on the same grid.
    """
    suspicion = Suspicion.of(maps, cord)
    pieces = pieces_of(suspicion, maps.grid, settings)
    regions = pieces.above(settings)
    labels = np.zeros(maps.grid.shape, dtype=np.int16)
    for label, region in enumerate(regions, start=1):
        labels[tuple(region.kji.T)] = label
    ranked = tuple(measured(label, region, maps, line, levels) for label, region in enumerate(regions, start=1))
    return Findings(
        maps.grid,
        labels,
        ranked,
        curve_of(suspicion, maps.grid, line, levels),
        patient_score(ranked),
        settings.threshold,
        pieces.regions[0].score if pieces.regions else 0.0,
    )


def patient_score(ranked: tuple[Finding, ...]) -> float:
    """The score of the most suspicious finding, 0 where there is none."""
    return max((finding.score for finding in ranked), default=0.0)


@dataclass(frozen=True, eq=False)
class Pieces:
    """All that can be a candidate; which of it is one, the threshold alone decides.

    Args:
        regions: by falling score; equal scores in the order of the array.
        reach: highest trustworthy value of each, by which the threshold judges it; shape (N,).
    """

    regions: tuple[Region, ...]
    reach: np.ndarray

    def above(self, settings: CandidateSettings) -> list[Region]:
        """The candidates at the threshold of some settings, by falling score."""
        chosen = np.flatnonzero(self.reach >= settings.threshold)
        return [self.regions[place] for place in chosen[: settings.most]]


def pieces_of(suspicion: Suspicion, grid: Grid, settings: CandidateSettings) -> Pieces:
    """All that settings like these make a candidate at one threshold or another, as long as their ``low`` stays."""
    pieces = _outlined(suspicion.value, settings)
    reach = np.zeros(int(pieces.max(initial=0)) + 1, suspicion.value.dtype)
    trusted = (suspicion.value >= settings.low) & (suspicion.certainty >= settings.seed_certainty)
    np.maximum.at(reach, pieces[trusted], suspicion.value[trusted])
    chosen = _large_enough(pieces, grid, settings) & (reach > 0)
    kji = np.argwhere(chosen[pieces])
    label = pieces[tuple(kji.T)]
    kji = kji[np.argsort(label, kind="stable")]
    names, starts = np.unique(np.sort(label), return_index=True)
    place = tuple(kji.T)
    parts = (kji + suspicion.corner, suspicion.value[place], suspicion.certainty[place])
    split = zip(*(np.split(part, starts[1:]) for part in parts), strict=True) if len(names) else ()
    regions = [Region(voxels, value, certainty, grid.voxel_volume) for voxels, value, certainty in split]
    ranks = sorted(range(len(regions)), key=lambda place: -regions[place].score)
    return Pieces(tuple(regions[place] for place in ranks), reach[names[ranks]])


def _outlined(value: np.ndarray, settings: CandidateSettings) -> np.ndarray:
    """Connected pieces above ``low``, each above ``outline`` of its own peak.

    The level rises step by step; a piece that is drawn in far enough stays, and what comes apart on the way is
    judged by its own peak, so that a bright neighbour does not swallow a weak one.
    """
    pieces, level, rest = np.zeros(value.shape, np.int32), settings.low, value >= settings.low
    while rest.any():
        labels, count = connected_pieces(rest & (value >= level))
        if count == 0:
            break
        wanted = settings.outline * _peaks(value, labels, count)
        done = (labels > 0) & (wanted[labels] <= level)
        pieces[done] = labels[done] + pieces.max()
        rest = (labels > 0) & ~done
        if rest.any():
            level = min(level * LEVEL_STEP, float(wanted[labels[rest]].min()))
    return pieces


def _peaks(value: np.ndarray, labels: np.ndarray, count: int) -> np.ndarray:
    """The highest value of each label, 0 for the background, shape (count + 1,)."""
    peaks = np.zeros(count + 1, value.dtype)
    inside = labels > 0
    np.maximum.at(peaks, labels[inside], value[inside])
    return peaks


def _large_enough(pieces: np.ndarray, grid: Grid, settings: CandidateSettings) -> np.ndarray:
    enough = np.bincount(pieces.ravel()) * grid.voxel_volume >= settings.smallest_volume
    enough[:1] = False
    return enough
