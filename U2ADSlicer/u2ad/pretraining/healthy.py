"""Healthy cords as the network is shown them: people at several slice thicknesses, and simulated necks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from u2ad import __version__
from u2ad.cord.centreline import centreline_of
from u2ad.cord.cord import Cord, MaskSource
from u2ad.cord.plausibility import CONFIDENCE, check_cord
from u2ad.cord.segmentation import WEIGHTS, segment_cord
from u2ad.cord.straight_cord import straighten_cord
from u2ad.detectors.windows import channels_of
from u2ad.errors import RefusedInputError, U2ADError
from u2ad.models.manifest import read_manifest, sha256_of
from u2ad.pretraining.people import Person
from u2ad.scan import Check, Scan, Verdict
from u2ad.scan.checks import check_form
from u2ad.scan.masks import read_mask
from u2ad.scan.reading import read_scan
from u2ad.scan.resampling import acquire_thick, sagittal_grid
from u2ad.simulation import Acquisition, simulate

THICKNESSES = (1.0, 2.0, 3.3, 4.0)
"""Slice thicknesses in mm at which every person is seen."""

USABLE_MASK = 0.8
"""Dice from which an automatic mask is trained on: below it the network would learn what is no cord."""

MOST_STENOSES = 4
"""A simulated neck has up to this many narrow stretches, evenly drawn."""


def cords_of(person: Person, kept: Path) -> list[np.ndarray]:
    """A person at every thickness, with the drawn cord mask where there is one, and with automatic ones.

    Args:
        person: whose scan.
        kept: folder for what was prepared, so that a run that goes on need not do it again; its files are named by
            what they were made from.

    Returns:
        Channels of :func:`channels_of`, each (4, slice, along, across), float16.

    Raises:
        U2ADError: if scan or mask cannot be used; an automatic mask that is in doubt cannot, since nobody looks at it.
    """
    made_from = [person.scan, *([person.mask] if person.mask else [])]
    recipe = ("checked person", *map(sha256_of, made_from), *THICKNESSES)
    return _kept(kept, recipe, lambda: _person(person))


def simulated_cords(seed: int, kept: Path) -> list[np.ndarray]:
    """A simulated healthy neck, also a narrow one; arguments and result as of :func:`cords_of`."""
    return _kept(kept, ("simulated", seed, MOST_STENOSES), lambda: _simulated(seed))


def _person(person: Person) -> list[np.ndarray]:
    scan = read_scan(person.scan)
    _expect_no(check for check in check_form(scan) if check.verdict is Verdict.REFUSE)
    fraction = read_mask(person.mask, scan.grid) if person.mask else _trusted(scan)
    return [cord for thickness in THICKNESSES for cord in _both(*_thick(scan, fraction, thickness))]


def _trusted(scan: Scan) -> np.ndarray:
    """Fraction of the automatic mask of a scan; a RefusedInputError where it, or what it shows, is in doubt."""
    cord = segment_cord(scan)
    checks = check_cord(scan, cord, centreline_of(cord))
    _expect_no(check for check in checks if check.verdict is Verdict.REFUSE)
    _expect_no(check for check in checks if check.name == CONFIDENCE and check.verdict is not Verdict.OK)
    return cord.fraction


def _expect_no(doubts: Iterable[Check]) -> None:
    for doubt in doubts:
        raise RefusedInputError(doubt.sentence, "Give a cord mask that somebody has looked at, or leave the scan out.")


def _thick(scan: Scan, fraction: np.ndarray, thickness: float) -> tuple[Scan, np.ndarray]:
    grid = sagittal_grid(scan.grid, 1.0, thickness)
    return acquire_thick(scan, grid), acquire_thick(Scan(fraction.astype(np.float32), scan.grid), grid).array


def _simulated(seed: int) -> list[np.ndarray]:
    rng = np.random.default_rng((seed, 2))
    acquisition = Acquisition.random(rng).near_cord()
    phantom = simulate(seed, acquisition, stenoses=int(rng.integers(0, MOST_STENOSES + 1)))
    return _both(phantom.scan, phantom.cord)


def _both(scan: Scan, fraction: np.ndarray) -> list[np.ndarray]:
    """The cord with its true mask and with the automatic one, whose errors the network will meet in use."""
    automatic = segment_cord(scan)
    true = fraction >= 0.5
    overlap = 2 * (automatic.mask & true).sum() / max((automatic.mask.sum() + true.sum()), 1)
    usable = [fraction, automatic.fraction] if overlap >= USABLE_MASK else [fraction]
    return [_straight(scan, mask) for mask in usable]


def _straight(scan: Scan, fraction: np.ndarray) -> np.ndarray:
    cord = Cord(scan.grid, fraction, MaskSource.READER, seen_by_person=True)
    return channels_of(straighten_cord(scan, cord, centreline_of(cord))).astype(np.float16)


def _kept(folder: Path, recipe: tuple, make) -> list[np.ndarray]:
    """What was made of a recipe before, or now; versions of package and cord network belong to every recipe."""
    described = json.dumps([*recipe, __version__, read_manifest(WEIGHTS).sha256])
    file = folder / f"{hashlib.sha256(described.encode()).hexdigest()[:24]}.safetensors"
    try:
        arrays = load_file(file)
        return [arrays[f"{number}"] for number in range(len(arrays))]
    except (OSError, SafetensorError, KeyError):
        cords = make()
    if not cords:
        raise U2ADError("A scan shows no cord.", "Leave it out, or give a cord mask for it.")
    folder.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    save_file({f"{number}": np.ascontiguousarray(cord) for number, cord in enumerate(cords)}, part)
    part.replace(file)
    return cords
