"""Cases for everyone: scans with known lesions in them, and the same scans without.

A :class:`CasePlan` is cheap and names a case for good; :func:`make_case` makes it, whenever and in whichever process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

import numpy as np
from scipy import ndimage

from u2ad.benchmark.hardships import contrast_of, faulty, less_contrast, protocol_of, stenoses_of, with_stenoses
from u2ad.benchmark.people import Person
from u2ad.scan import Grid, Scan
from u2ad.scan.resampling import acquire_thick, resample, sagittal_grid
from u2ad.simulation import Lesion, inject_lesions, simulate
from u2ad.simulation.lesions import label_map
from u2ad.simulation.streams import stream

FAINT = 0.25
"""Lesions below this share of the cord-to-CSF contrast are the faint ones."""

THICK = 3.3
"""Slice thickness in mm of thick cases made of a real scan, with 0.6 mm pixels."""

NOISE = 0.03
"""Standard deviation of the noise added to a real scan, as a share of its cord's signal."""


class CaseSet(str, Enum):
    """How the scans of a set were taken."""

    ISOTROPIC = "isotropic"
    THICK = "thick"
    HARD = "hard"


@dataclass(frozen=True)
class CasePlan:
    """What makes a case; the same plan gives the same case, voxel for voxel.

    Two plans that differ by ``lesions`` alone give scans that differ by their lesions alone.

    Args:
        kind: isotropic, sagittal slices of about 3.3 mm a little oblique, or such slices with stenosis, coil shading,
            flow voids, motion, noise and low contrast.
        seed: of everything random; ranges are in :mod:`u2ad.simulation.seeds`.
        lesions: how many.
        person: place of the real person among those given, from 1; 0 for a simulated one.
        near_cord: whether only 40 mm before and behind the cord are in the field of view, which is quicker.
    """

    kind: CaseSet
    seed: int
    lesions: int = 0
    person: int = 0
    near_cord: bool = False

    @property
    def source(self) -> str:
        """Whose scan it is: "simulated", or "person 1"."""
        return f"person {self.person}" if self.person else "simulated"

    @property
    def name(self) -> str:
        """Name of the case, good for a file: it says nothing about who a real person is."""
        view = "-near" if self.near_cord else ""
        return f"{self.source.replace(' ', '')}-{self.kind.value}{view}-{self.seed}-{self.lesions}"

    @property
    def free(self) -> CasePlan:
        """The same scan without lesions."""
        return replace(self, lesions=0)


@dataclass(frozen=True)
class TrueLesion:
    """A lesion that is truly there.

    Args:
        label: its value in :attr:`Case.labels`.
        contrast: added signal as a share of the cord-to-CSF contrast.
        length: extent along the cord in mm.
        volume: of its voxels in mm3; 0 where it fills too little of any voxel.
        centre: RAS in mm.
    """

    label: int
    contrast: float
    length: float
    volume: float
    centre: tuple[float, float, float]

    @property
    def faint(self) -> bool:
        """Whether it has less than a quarter of the cord-to-CSF contrast."""
        return self.contrast < FAINT


@dataclass(frozen=True, eq=False)
class Case:
    """A scan with what is truly in it. Arrays are KJI on the scan's grid.

    Args:
        plan: what made it.
        scan: with or without lesions.
        cord: true cord fraction, float32.
        labels: lesions 1, 2, ... as a reader would outline them, int16.
        lesions: the lesions, in order of their labels.
        levels: RAS in mm of vertebrae and discs on or beside the cord; empty where unknown.
    """

    plan: CasePlan
    scan: Scan
    cord: np.ndarray
    labels: np.ndarray
    lesions: tuple[TrueLesion, ...]
    levels: Mapping[str, tuple[float, float, float]]


def plan_cases(
    kind: CaseSet, seeds: Iterable[int], lesions: Sequence[int] = (4, 1), person: int = 0, near_cord: bool = False
) -> list[CasePlan]:
    """A pair of plans a seed: a scan without lesions, then the same with as many as ``lesions`` says, in turn."""
    pairs = [
        CasePlan(kind, seed, lesions[number % len(lesions)], person, near_cord) for number, seed in enumerate(seeds)
    ]
    return [plan for pair in pairs for plan in (pair.free, pair)]


def make_cases(plans: Iterable[CasePlan], people: Sequence[Person] = (), cache: Path | None = None) -> Iterator[Case]:
    """The cases of some plans, one after the other, each made only when it is asked for.

    Args:
        plans: what is wanted.
        people: the real people that the plans speak of.
        cache: folder from which cases are taken, and into which they are put, each real person's apart; several
            processes may share it. After a change of the simulator take another.
    """
    from u2ad.benchmark.cache import kept

    whose = [person.digest[:12] for person in people] if cache else []
    for plan in plans:
        if cache is None:
            yield make_case(plan, people)
        else:
            folder = cache / (whose[plan.person - 1] if plan.person else "simulated")
            yield kept(plan, folder, lambda plan=plan: make_case(plan, people))


def make_case(plan: CasePlan, people: Sequence[Person] = ()) -> Case:
    """Make one case; see :func:`make_cases`."""
    return _real(plan, people[plan.person - 1]) if plan.person else _simulated(plan)


def _simulated(plan: CasePlan) -> Case:
    hard = plan.kind is CaseSet.HARD
    acquisition = protocol_of(plan.kind.value, stream(plan.seed, "protocol"))
    phantom = simulate(
        plan.seed,
        acquisition.near_cord() if plan.near_cord else acquisition,
        lesions=plan.lesions,
        stenoses=stenoses_of(stream(plan.seed, "hard stenoses")) if hard else 0,
        contrast=contrast_of(stream(plan.seed, "low contrast")) if hard else None,
    )
    return _case(plan, phantom.scan, phantom.cord, phantom.labels, phantom.lesions, phantom.levels)


def _real(plan: CasePlan, person: Person) -> Case:
    person = person.near_cord() if plan.near_cord else person
    healthy, cord = person.scan, person.cord
    if plan.kind is CaseSet.HARD:
        healthy = less_contrast(healthy, cord, stream(plan.seed, "low contrast"))
        healthy, cord = with_stenoses(healthy, cord, stream(plan.seed, "hard stenoses"))
    injected = inject_lesions(healthy, cord, plan.lesions, stream(plan.seed, "lesions"))
    grid = cord_grid = healthy.grid
    if plan.kind is not CaseSet.ISOTROPIC:
        grid = _thick_grid(cord_grid, stream(plan.seed, "protocol"))
    scan = Scan(_taken(injected.scan.array, cord_grid, grid), grid, healthy.facts)
    if plan.kind is CaseSet.HARD:
        scan = faulty(scan, stream(plan.seed, "faults"))
    else:
        scan = _noisy(scan, float(np.median(healthy.array[cord >= 0.5])), stream(plan.seed, "faults"))
    fraction = _taken(cord, cord_grid, grid).clip(0, 1)
    return _case(plan, scan, fraction, _labels_on(injected.labels, cord_grid, grid), injected.lesions, person.levels)


def _case(
    plan: CasePlan, scan: Scan, cord: np.ndarray, labels: np.ndarray, lesions: Sequence[Lesion], levels: Mapping
) -> Case:
    volumes = np.bincount(labels.ravel(), minlength=len(lesions) + 1) * scan.grid.voxel_volume
    true = tuple(
        TrueLesion(number, lesion.spec.contrast, lesion.spec.length, float(volumes[number]), _three(lesion.centre))
        for number, lesion in enumerate(lesions, start=1)
    )
    return Case(plan, scan, cord, labels, true, levels)


def _thick_grid(grid: Grid, rng: np.random.Generator) -> Grid:
    """Sagittal slices of 3.3 mm, tilted a little and shifted by up to half a slice."""
    thick = sagittal_grid(grid, 0.6, THICK, float(rng.uniform(-6, 6)))
    affine = thick.affine.copy()
    affine[:3, 3] = thick.to_ras(np.array([rng.uniform(-0.5, 0.5), 0, 0]))
    return Grid(thick.shape, affine)


def _taken(array: np.ndarray, source: Grid, target: Grid) -> np.ndarray:
    array = array.astype(np.float32)
    return array if target is source else acquire_thick(Scan(array, source), target).array


def _labels_on(labels: np.ndarray, source: Grid, target: Grid) -> np.ndarray:
    """Lesions on another grid: each as many of its fullest voxels as a reader would outline."""
    if target is source or not labels.any():
        return np.zeros(target.shape, np.int16) if not labels.any() else labels
    share = _taken(labels > 0, source, target)
    nearest = np.asarray(ndimage.distance_transform_edt(labels == 0, return_distances=False, return_indices=True))
    owner = resample(labels[tuple(nearest)], source, target, "nearest")
    return label_map([np.where(owner == n, share, 0) for n in range(1, int(labels.max()) + 1)], target.shape)


def _noisy(scan: Scan, signal: float, rng: np.random.Generator) -> Scan:
    noise = rng.normal(0, NOISE * signal, scan.grid.shape).astype(np.float32)
    return replace(scan, array=np.abs(scan.array + noise))


def _three(point: np.ndarray) -> tuple[float, float, float]:
    x, y, z = (float(value) for value in point)
    return x, y, z
