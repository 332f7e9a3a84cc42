"""How well vertebral levels are named, by the kind of scan: people with marked vertebrae, and simulated necks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from u2ad.benchmark.people import Person, read_people
from u2ad.cord.centreline import Centreline, centreline_of
from u2ad.cord.cord import Cord, MaskSource
from u2ad.cord.disc_evidence import NAMED
from u2ad.cord.labelling import find_levels
from u2ad.cord.levels import Levels, along_cord
from u2ad.errors import RefusedInputError
from u2ad.progress import Progress
from u2ad.scan import Grid, SagittalView, Scan
from u2ad.scan.resampling import acquire_thick, sagittal_grid
from u2ad.simulation import DIFFICULTIES, HELD_BACK, Acquisition, hard_neck

FIRST_SEED = 50000
"""Simulated cases count from here; networks are trained on seeds below 10000."""

ANOTHER_LEVEL = 8.0
"""A place that is off by this many mm, half the height of a cervical level, has the name of its neighbour."""

UPPER, LOWER = (0.0, 0.6), (0.4, 1.0)
"""Shares of a scan's rows between which parts of it lie."""

IN_VIEW = 2.0
"""A place counts where it lies this many mm inside the picture."""

AROUND = 55.0
"""Simulated necks show this many mm before and behind the cord."""


@dataclass(frozen=True, eq=False)
class LevelCase:
    """A scan whose levels are known.

    Args:
        kind: class of the table, such as "simulated, hard".
        scan: the scan.
        cord: true cord fraction on its grid, KJI.
        places: RAS in mm of vertebrae or discs by name.
    """

    kind: str
    scan: Scan
    cord: np.ndarray
    places: Mapping[str, tuple[float, float, float]]


@dataclass(frozen=True)
class LevelFit:
    """What came of one case.

    Args:
        kind: class of the case.
        errors: distance along the cord of each known place in the picture from where it was named, mm; empty where the
            levels were refused.
    """

    kind: str
    errors: tuple[float, ...]

    @property
    def exact(self) -> bool:
        """Whether no place has its neighbour's name."""
        return max(self.errors, default=np.inf) < ANOTHER_LEVEL


@dataclass(frozen=True)
class LevelRow:
    """What the table says of one class.

    Args:
        kind: the class.
        scans: how many.
        refused: share of the scans of which no level was named.
        exact: share of the others in which all names are right.
        repaired: share of all scans in which all names are right once C2/C3 is marked 1.5 mm off.
        median: median error in mm of the places of the scans that were named.
        ninety: error in mm that nine of ten of them keep below.
    """

    kind: str
    scans: int
    refused: float
    exact: float
    repaired: float
    median: float
    ninety: float


def real_cases(data: Path, people: Sequence[str]) -> Iterator[LevelCase]:
    """Every person as stored, in sagittal slices of 3.3 mm, and the upper and the lower part of the neck."""
    for person in read_people(data, people):
        yield LevelCase("real, as stored", person.scan, person.cord, person.levels)
        grid = sagittal_grid(person.scan.grid, 0.6, 3.3, 4.0)
        thick = acquire_thick(Scan(person.cord, person.scan.grid), grid).array
        yield LevelCase("real, 3.3 mm", acquire_thick(person.scan, grid), thick, person.levels)
        for rows in (UPPER, LOWER):
            yield _part("real, part of the neck", person, rows)


def simulated_cases(count: int, seed: int = 0) -> Iterator[LevelCase]:
    """``count`` necks of each simulated class, with seeds and settings that training has not seen."""
    for number in range(FIRST_SEED + seed, FIRST_SEED + seed + count):
        rng = np.random.default_rng((number, 5))
        for thick, kind in ((False, "simulated, thin"), (True, "simulated, thick")):
            whole = _simulated(kind, number, (), Acquisition.random(rng, thick).near_cord(AROUND))
            yield whole
        rows = UPPER if number % 2 else LOWER
        yield _part("simulated, part of the neck", Person(whole.scan, whole.cord, dict(whole.places)), rows)
        others = rng.choice([name for name in DIFFICULTIES if name != "stenosis"], size=2, replace=False)
        plain = Acquisition.sagittal().near_cord(AROUND)
        yield _simulated("simulated, hard", number, ("stenosis", *map(str, others)), plain)


def _simulated(kind: str, seed: int, difficulties: tuple[str, ...], acquisition: Acquisition) -> LevelCase:
    phantom = hard_neck(seed, HELD_BACK, difficulties, acquisition)
    return LevelCase(kind, phantom.scan, phantom.cord, {name: phantom.levels[name] for name in NAMED})


def _part(kind: str, person: Person, shares: tuple[float, float]) -> LevelCase:
    """Some rows of a scan, turned into a sagittal view."""
    view = SagittalView.from_grid(person.scan.grid)
    first, last = (round(share * view.grid.shape[1]) for share in shares)
    affine = view.grid.affine.copy()
    affine[:3, 3] = view.grid.to_ras(np.array([0, first, 0]))
    grid = Grid((view.grid.shape[0], last - first, view.grid.shape[2]), affine)
    image, cord = (np.ascontiguousarray(view.apply(array)[:, first:last]) for array in (person.scan.array, person.cord))
    return LevelCase(kind, Scan(image, grid, person.scan.facts), cord, person.levels)


def run(cases: Iterable[LevelCase], progress: Progress) -> list[tuple[LevelFit, LevelFit]]:
    """Name the levels of every case by itself, and again with one mark."""
    fits = []
    progress.step("Name the levels")
    for case in cases:
        fits.append(fit(case))
        progress.advance()
    return fits


def fit(case: LevelCase) -> tuple[LevelFit, LevelFit]:
    """Compare the names that are found, and those that follow from one mark, with the true ones."""
    line = centreline_of(Cord(case.scan.grid, case.cord, MaskSource.READER, seen_by_person=True))
    name = "C2/C3" if "C2/C3" in case.places else next(iter(case.places))
    mark = np.asarray(case.places[name]) + np.array([0, 0, 1.5])
    try:
        repaired = find_levels(case.scan, line, {name: mark.tolist()})
    except RefusedInputError:
        repaired = Levels.unknown()
    return _fit(case, line, find_levels(case.scan, line)), _fit(case, line, repaired)


def _fit(case: LevelCase, line: Centreline, levels: Levels) -> LevelFit:
    named = {landmark.name: landmark.along for landmark in (*levels.bodies, *levels.discs)}
    true = dict(zip(case.places, along_cord(line, list(case.places.values())), strict=True))
    seen = [name for name, ras in case.places.items() if name in named and _in_view(case.scan.grid, ras)]
    return LevelFit(case.kind, tuple(abs(float(true[name]) - named[name]) for name in seen))


def _in_view(grid: Grid, ras: tuple[float, float, float]) -> bool:
    kji = grid.to_kji(np.asarray(ras))
    room = IN_VIEW / grid.spacing
    return bool((kji >= room).all() and (kji <= np.array(grid.shape) - 1 - room).all())


def rows_of(fits: Sequence[tuple[LevelFit, LevelFit]]) -> list[LevelRow]:
    """One row a class, in order of appearance."""
    kinds = dict.fromkeys(found.kind for found, _ in fits)
    return [_row(kind, [pair for pair in fits if pair[0].kind == kind]) for kind in kinds]


def _row(kind: str, fits: list[tuple[LevelFit, LevelFit]]) -> LevelRow:
    named = [found for found, _ in fits if found.errors]
    errors = [error for found in named for error in found.errors] or [float("nan")]
    return LevelRow(
        kind,
        len(fits),
        1 - len(named) / len(fits),
        float(np.mean([found.exact for found in named])) if named else float("nan"),
        float(np.mean([repaired.exact for _, repaired in fits])),
        float(np.median(errors)),
        float(np.percentile(errors, 90)),
    )
