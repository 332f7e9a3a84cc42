"""How well the automatic cord mask fits, by the kind of scan: real ones as they are and cut, simulated ones to hard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from monai.metrics.hausdorff_distance import compute_hausdorff_distance
from scipy import ndimage

from u2ad.cord import Cord, MaskSource
from u2ad.cord.centreline import centreline_of
from u2ad.cord.plausibility import confidence
from u2ad.cord.segmentation import segment_cord
from u2ad.errors import RefusedInputError
from u2ad.models.store import STARTER_FOLDER
from u2ad.progress import Progress
from u2ad.scan import Grid, SagittalView, Scan, Verdict
from u2ad.scan.masks import read_mask
from u2ad.scan.reading import read_scan
from u2ad.scan.resampling import acquire_thick, sagittal_grid
from u2ad.simulation import DIFFICULTIES, HELD_BACK, Acquisition, hard_neck, seeds

FIRST_SEED = seeds.TEST.start
"""Simulated cases count from here."""

TILTS = (0.0, 6.0, -6.0)
"""Degrees by which the thick sagittal slices of a real scan are tilted."""

PART = (0.3, 0.75)
"""Share of its rows that the part of a real scan begins and ends at: about C4 to T2."""

AROUND = 60.0
"""Simulated hard necks show this many mm before and behind the cord."""

OFF = 4.0
"""A centreline leaves the cord where it is farther than this many mm, half a cord, from the true one."""

USABLE = 0.9
"""Share of its length on which a usable centreline stays on the cord."""

GOOD = 0.85
"""Overlap that a mask of a hard scan should reach."""

MARGIN = 3.0
"""The cord's upper end is uncertain by this many mm; what is marked above is brainstem."""


@dataclass(frozen=True, eq=False)
class CordCase:
    """A scan with its true cord.

    Args:
        kind: class of the table, such as "simulated, hard".
        scan: the scan.
        cord: true cord fraction on the scan's grid, KJI.
        ends: whether the cord's upper end, and not the picture's border, ends the truth.
    """

    kind: str
    scan: Scan
    cord: np.ndarray
    ends: bool = False


@dataclass(frozen=True)
class CordFit:
    """How well a mask fits.

    Args:
        kind: class of the case.
        dice: overlap with the truth, 0 to 1.
        surface: 95 % Hausdorff distance in mm; infinite for an empty mask.
        line_error: median distance of the true centreline's points from the found one, mm; infinite without one.
        usable: whether the found centreline stays on the cord over ``USABLE`` of its length.
        brainstem: volume marked above the cord's upper end in mm3; NaN where the picture does not show it.
        flagged: whether the checks warn of the mask.
    """

    kind: str
    dice: float
    surface: float
    line_error: float
    usable: bool
    brainstem: float
    flagged: bool


@dataclass(frozen=True)
class CordRow:
    """What the table says of one class.

    Args:
        kind: the class.
        scans: how many.
        dice: mean overlap.
        worst: lowest overlap.
        good: share of the scans with an overlap of at least ``GOOD``.
        surface: median of the 95 % Hausdorff distances in mm.
        usable: share of the scans with a usable centreline.
        line_error: median centreline error in mm.
        brainstem: mean volume marked above the cord in mm3; NaN where no scan shows its upper end.
        flagged: share of the scans whose mask the checks warn of.
    """

    kind: str
    scans: int
    dice: float
    worst: float
    good: float
    surface: float
    usable: float
    line_error: float
    brainstem: float
    flagged: float


def rows_of(fits: Sequence[CordFit]) -> list[CordRow]:
    """One row a class, in order of appearance."""
    kinds = dict.fromkeys(fit.kind for fit in fits)
    return [_row(kind, [fit for fit in fits if fit.kind == kind]) for kind in kinds]


def _row(kind: str, fits: list[CordFit]) -> CordRow:
    dice = np.array([fit.dice for fit in fits])
    stems = [fit.brainstem for fit in fits if np.isfinite(fit.brainstem)]
    return CordRow(
        kind,
        len(fits),
        float(dice.mean()),
        float(dice.min()),
        float((dice >= GOOD).mean()),
        float(np.median([fit.surface for fit in fits])),
        float(np.mean([fit.usable for fit in fits])),
        float(np.median([fit.line_error for fit in fits])),
        float(np.mean(stems)) if stems else float("nan"),
        float(np.mean([fit.flagged for fit in fits])),
    )


def real_cases(data: Path, people: Sequence[str]) -> Iterator[CordCase]:
    """Every person as stored, in sagittal slices of 3.3 mm straight and tilted, and a part of the neck.

    Args:
        data: folder with ``PERSON/PERSON_T2w.nii.gz`` and ``PERSON/PERSON_T2w_label-SC_seg.nii.gz``.
        people: their names.
    """
    for person in people:
        scan = read_scan(data / person / f"{person}_T2w.nii.gz")
        cord = read_mask(data / person / f"{person}_T2w_label-SC_seg.nii.gz", scan.grid).astype(np.float32)
        yield CordCase("real, as stored", scan, cord)
        yield _part("real, part of the neck", scan, cord)
        for tilt in TILTS:
            grid = sagittal_grid(scan.grid, 0.6, 3.3, tilt)
            thick = acquire_thick(Scan(cord, scan.grid), grid).array
            kind = "real, 3.3 mm" if tilt == 0 else "real, 3.3 mm tilted"
            yield CordCase(kind, acquire_thick(scan, grid), thick)


def _part(kind: str, scan: Scan, cord: np.ndarray) -> CordCase:
    """Some rows of a scan, turned into a sagittal view."""
    view = SagittalView.from_grid(scan.grid)
    first, last = (round(share * view.grid.shape[1]) for share in PART)
    affine = view.grid.affine.copy()
    affine[:3, 3] = view.grid.to_ras(np.array([0, first, 0]))
    grid = Grid((view.grid.shape[0], last - first, view.grid.shape[2]), affine)
    image, mask = (np.ascontiguousarray(view.apply(array)[:, first:last]) for array in (scan.array, cord))
    return CordCase(kind, Scan(image, grid, scan.facts), mask)


def simulated_cases(count: int, seed: int = 0) -> Iterator[CordCase]:
    """``count`` thick-slice necks of each simulated class, with seeds and settings that training has not seen."""
    for number in range(count):
        numbered = FIRST_SEED + seed + number
        rng = np.random.default_rng((numbered, 4))
        ordinary = Acquisition.random(rng, thick=True)
        yield _simulated("simulated, ordinary", numbered, (), ordinary)
        plain = Acquisition.sagittal().near_cord(AROUND)
        yield _simulated("simulated, long stenosis", numbered, ("stenosis",), plain)
        others = rng.choice([name for name in DIFFICULTIES if name != "stenosis"], size=2, replace=False)
        yield _simulated("simulated, hard", numbered, ("stenosis", *map(str, others)), plain)


def _simulated(kind: str, seed: int, difficulties: tuple[str, ...], acquisition: Acquisition) -> CordCase:
    phantom = hard_neck(seed, HELD_BACK, difficulties, acquisition)
    first_rows = SagittalView.from_grid(phantom.scan.grid).apply(phantom.cord)[:, :2]
    return CordCase(kind, phantom.scan, phantom.cord, ends=not first_rows.any())


def run(cases: Iterable[CordCase], progress: Progress, weights: Path = STARTER_FOLDER) -> list[CordFit]:
    """Mark the cord of every case and compare."""
    fits = []
    for case in cases:
        fits.append(fit(case, segment_cord(case.scan, progress, weights)))
    return fits


def fit(case: CordCase, found: Cord) -> CordFit:
    """Compare a mask with the truth."""
    truth = case.cord >= 0.5
    overlap = 2 * (found.mask & truth).sum() / max(found.mask.sum() + truth.sum(), 1)
    line_error, usable = _line(case, found)
    return CordFit(
        case.kind,
        float(overlap),
        surface_distance(found.mask, truth, case.scan.grid.spacing),
        line_error,
        usable,
        _brainstem(found.mask, case),
        _flagged(found),
    )


def surface_distance(found: np.ndarray, truth: np.ndarray, spacing: np.ndarray) -> float:
    """95 % Hausdorff distance of two masks in mm (MONAI); infinite where one is empty."""
    if not (found.any() and truth.any()):
        return float("inf")
    box = ndimage.find_objects((found | truth).astype(np.uint8))[0]
    one, other = (torch.from_numpy(np.pad(mask[box], 1)[None, None].astype(np.float32)) for mask in (found, truth))
    distance = compute_hausdorff_distance(one, other, include_background=True, percentile=95, spacing=spacing.tolist())
    return float(distance)


def _line(case: CordCase, found: Cord) -> tuple[float, bool]:
    true = centreline_of(Cord(case.scan.grid, case.cord, MaskSource.READER, seen_by_person=True)).points
    try:
        line = centreline_of(found).points
    except RefusedInputError:
        return float("inf"), False
    distance = np.linalg.norm(true[:, None] - line[None], axis=-1).min(axis=1)
    return float(np.median(distance)), bool((distance <= OFF).mean() >= USABLE)


def _flagged(found: Cord) -> bool:
    return found.trust is not None and confidence(found.trust).verdict is not Verdict.OK


def _brainstem(found: np.ndarray, case: CordCase) -> float:
    if not case.ends:
        return float("nan")
    view = SagittalView.from_grid(case.scan.grid)
    truth = view.apply(case.cord) >= 0.5
    top = np.flatnonzero(truth.any(axis=(0, 2)))[0]
    above = max(0, int(top - MARGIN / view.grid.spacing[1]))
    return float(view.apply(found)[:, :above].sum() * case.scan.grid.voxel_volume)
