"""A straight cord with made-up maps: what is found in it can be worked out by hand."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from u2ad.cord import Centreline, Cord, MaskSource
from u2ad.cord.levels import Levels
from u2ad.detectors.maps import Maps
from u2ad.scan import Grid


@pytest.fixture
def line() -> Centreline:
    """Straight down from z = 0 over 100 mm, at x = y = 0."""
    z = np.arange(0, 100.25, 0.5)
    return Centreline(np.stack([0 * z, 0 * z, -z], axis=1), 0.5)


@pytest.fixture
def grid() -> Grid:
    """Sagittal slices 3 mm thick of 0.5 x 1 mm pixels; K runs left to right, J down, I to the back."""
    affine = np.array([[0, 0, 3.0, -12], [-0.5, 0, 0, 10], [0, -1.0, 0, 0], [0, 0, 0, 1]])
    return Grid((9, 101, 41), affine)


@pytest.fixture
def cord(grid: Grid) -> Cord:
    """A square of five slices and 21 columns: 15 x 10.5 mm, wider than real ones, so that there is room."""
    fraction = np.zeros(grid.shape, dtype=np.float32)
    fraction[2:7, :, 10:31] = 1
    return Cord(grid, fraction, MaskSource.AUTOMATIC, False)


@pytest.fixture
def levels(line: Centreline) -> Levels:
    return Levels.from_points({"C3": line.point_at(9), "C6": line.point_at(60)}, line)


@pytest.fixture
def make_maps(grid: Grid, cord: Cord) -> Callable[..., Maps]:
    """``make_maps((place, anomaly), ..., certainty=[(place, value)])``; everywhere else 0 and certain."""

    def make(*anomaly: tuple, certainty: Sequence[tuple] = (), uncertainty: bool = True) -> Maps:
        values = {"anomaly": np.zeros(grid.shape, np.float32), "certainty": (cord.fraction > 0).astype(np.float32)}
        for name, places in (("anomaly", anomaly), ("certainty", certainty)):
            for place, value in places:
                values[name][place] = value
        epistemic = values["anomaly"] / 100 if uncertainty else None
        aleatoric = values["anomaly"] / 50 if uncertainty else None
        return Maps(
            grid, values["anomaly"], np.zeros(grid.shape, np.float32), values["certainty"], epistemic, aleatoric
        )

    return make


@pytest.fixture
def data() -> Path:
    """The shared MRI data."""
    path = Path(__file__).parents[4] / "shared" / "data"
    if not path.is_dir():
        pytest.skip("the shared MRI data are not here")
    return path
