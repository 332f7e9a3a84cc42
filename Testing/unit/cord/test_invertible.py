"""Straightening can be undone: places to half a voxel, lesions' volume to 5 %, also where the cord is cut off."""

from dataclasses import replace

import numpy as np
import pytest
from cord_tube import Tube, make_tube

from u2ad.cord.centreline import centreline_of
from u2ad.cord.cord import Cord
from u2ad.cord.straightening import StraightFrame, straight_frame
from u2ad.scan import Grid, SagittalView, Scan

GRIDS = {
    "isotropic": {"spacing": (1.2, 1.2, 1.2)},
    "thick and oblique": {"spacing": (4.0, 0.7, 0.7), "tilt": (12.0, -8.0, 15.0)},
    "left-handed": {"spacing": (3.3, 0.7, 0.7), "flips": (-1, 1, 1)},
    "much bent": {"spacing": (3.3, 0.7, 0.7), "bend": 16.0},
}
CUTS = {
    "whole": (-80.0, 80.0),
    "cut above": (-80.0, 30.0),
    "cut below": (-25.0, 80.0),
    "cut at both ends": (-25.0, 30.0),
}


def part(tube: Tube, low: float, high: float) -> Tube:
    """The tube in a picture that ends at these heights: what lies beyond was never scanned."""
    view = SagittalView.from_grid(tube.scan.grid)
    middle = np.array(view.grid.shape) / 2
    heights = np.array(
        [view.grid.to_ras(np.array([middle[0], row, middle[2]]))[2] for row in range(view.grid.shape[1])]
    )
    rows = np.flatnonzero((heights >= low) & (heights <= high))
    box = slice(rows[0], rows[-1] + 1)
    affine = view.grid.affine.copy()
    affine[:3, 3] = view.grid.to_ras(np.array([0, rows[0], 0]))
    image, fraction = (
        np.ascontiguousarray(view.apply(array)[:, box]) for array in (tube.scan.array, tube.cord.fraction)
    )
    grid = Grid(image.shape, affine)
    return replace(tube, scan=Scan(image, grid), cord=replace(tube.cord, grid=grid, fraction=fraction))


def straightened(tube: Tube) -> StraightFrame:
    cord: Cord = tube.cord
    return straight_frame(cord, centreline_of(cord))


def blob(tube: Tube, height: float, aside: float = 0.0) -> np.ndarray:
    """A lesion of 6 mm along the cord and 3 mm across, soft at its edge."""
    grid = tube.scan.grid
    offset = (
        grid.to_ras(np.moveaxis(np.indices(grid.shape), 0, -1)) - tube.middle(np.array(height)) - (0, aside, 0)
    ) / ((2.0, 1.5, 3.0))
    return np.clip(1.5 - np.linalg.norm(offset, axis=-1), 0, 1).astype(np.float32)


def centre(array: np.ndarray) -> np.ndarray:
    kji = np.argwhere(array > 0)
    weight = array[tuple(kji.T)]
    return (kji * weight[:, None]).sum(axis=0) / weight.sum()


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS)
@pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS)
def test_a_lesion_comes_back_where_it_was_and_as_large(grid, cut):
    tube = part(make_tube(**grid), *cut)
    frame = straightened(tube)
    low, high = max(cut[0], -68.0), min(cut[1], 68.0)
    for height, aside in ((high - 8.0, 2.0), ((low + high) / 2, 0.0), (low + 8.0, -2.0)):
        lesion = blob(tube, height, aside)
        back = frame.restore(frame.straighten(lesion))
        assert np.abs(centre(back) - centre(lesion)).max() < 0.5
        assert back.sum() == pytest.approx(lesion.sum(), rel=0.05)


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS)
@pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS)
def test_every_voxel_of_the_cord_comes_back_to_its_place(grid, cut):
    tube = part(make_tube(**grid), *cut)
    frame = straightened(tube)
    reached = frame.restore(np.ones(frame.shape, np.float32)) > 0.99
    assert reached[tube.cord.mask].mean() > 0.999
    for axis in range(3):
        index = np.indices(tube.scan.array.shape)[axis].astype(np.float32)
        off = np.abs(frame.restore(frame.straighten(index)) - index)[tube.cord.mask & reached]
        assert np.percentile(off, 99.9) < 0.5
