"""A straight cord with four bright places, of which everything can be worked out by hand."""

import numpy as np

from u2ad.cord import Centreline, Cord, MaskSource
from u2ad.cord.levels import Levels
from u2ad.detectors.maps import Maps
from u2ad.review import Case, Voxels
from u2ad.scan import Grid

Place = tuple[slice, slice, slice]

SHAPE = (7, 101, 21)
PLACES: dict[str, tuple[Place, float]] = {
    "strong": ((slice(3, 4), slice(10, 18), slice(9, 13)), 12.0),
    "middle": ((slice(3, 4), slice(30, 38), slice(9, 13)), 9.0),
    "weak": ((slice(3, 4), slice(50, 58), slice(9, 13)), 6.0),
    "faint": ((slice(3, 4), slice(70, 78), slice(9, 13)), 4.5),
}


def voxels_of(place: Place) -> Voxels:
    return Voxels(np.argwhere(mask_of(place)))


def mask_of(place: Place) -> np.ndarray:
    mask = np.zeros(SHAPE, bool)
    mask[place] = True
    return mask


def make_case(places: dict[str, tuple[Place, float]] = PLACES, **changed: object) -> Case:
    """Sagittal slices 3 mm thick of 0.5 x 1 mm pixels around a cord that runs straight down."""
    grid = Grid(SHAPE, np.array([[0, 0, 3.0, -9], [-0.5, 0, 0, 5], [0, -1.0, 0, 0], [0, 0, 0, 1]]))
    fraction = np.zeros(SHAPE, np.float32)
    fraction[1:6, :, 3:18] = 1
    anomaly = np.zeros(SHAPE, np.float32)
    for number, (place, value) in enumerate(places.values()):
        anomaly[place] = value
        k, j, i = (side.start for side in place)
        anomaly[k, j + 3, i + 1] = value + 0.5 + number / 10
    z = np.arange(0, 100.25, 0.5)
    line = Centreline(np.stack([0 * z, 0 * z, -z], axis=1), 0.5)
    levels = Levels.from_points({"C3": line.point_at(9), "C6": line.point_at(60)}, line)
    maps = Maps(grid, anomaly, anomaly, fraction, anomaly / 100, anomaly / 50)
    parts = {"maps": maps, "cord": Cord(grid, fraction, MaskSource.READER, True), "line": line, "levels": levels}
    return Case(grid, **(parts | changed))  # type: ignore[arg-type]
