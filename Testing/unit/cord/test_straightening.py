"""The straightened cord is straight, and everything goes back to where it came from."""

import numpy as np
import pytest
from cord_tube import make_tube
from scipy import ndimage

from u2ad.cord.centreline import centreline_of
from u2ad.cord.straight_cord import CONTRAST, CORD_SIGNAL, straighten_cord
from u2ad.cord.straightening import PIXEL, WIDTH, straight_frame
from u2ad.errors import RefusedInputError


@pytest.fixture(params=[(1.0, 1.0, 1.0), (3.3, 0.6, 0.6)], ids=["isotropic", "thick"])
def straightened(request):
    tube = make_tube(request.param)
    line = centreline_of(tube.cord)
    return tube, straighten_cord(tube.scan, tube.cord, line)


def test_the_cord_runs_down_the_middle(straightened):
    _, straight = straightened
    weight = straight.fraction[:, 10:-10].sum(axis=0)
    middle = weight @ np.arange(WIDTH) / weight.sum(axis=1)
    assert np.abs(middle - (WIDTH - 1) / 2).max() * PIXEL < 0.6


def test_its_width_stays_what_it_was(straightened):
    _, straight = straightened
    width = straight.fraction[:, 20:-20].sum(axis=2).max(axis=0) * PIXEL
    assert width.mean() == pytest.approx(9.0, abs=0.5)
    assert width.std() < 0.5


def test_positions_survive_the_way_there_and_back_to_half_a_voxel(straightened):
    tube, straight = straightened
    for axis in (1, 2):
        index = np.indices(tube.scan.array.shape)[straight.frame.view.order[axis]].astype(np.float32)
        back = straight.frame.restore(straight.frame.straighten(index))
        inside = ndimage.binary_erosion(tube.cord.mask & (back != 0), iterations=1)
        assert inside.sum() > 100
        assert np.abs(back - index)[inside].max() < 0.5


def test_the_volume_of_a_spot_is_kept_to_five_percent(straightened):
    tube, straight = straightened
    kji = tube.cord.grid.to_kji(tube.middle(np.array(10.0)))
    distance = (np.indices(tube.scan.array.shape) - kji[:, None, None, None]) * tube.cord.grid.spacing[
        :, None, None, None
    ]
    spot = np.exp(-((np.linalg.norm(distance, axis=0) / 3.0) ** 2)).astype(np.float32)
    back = straight.frame.restore(straight.frame.straighten(spot))
    assert back.sum() == pytest.approx(spot.sum(), rel=0.05)


def test_nothing_comes_back_away_from_the_cord(straightened):
    tube, straight = straightened
    back = straight.frame.restore(np.ones(straight.frame.shape, np.float32))
    ras = tube.cord.grid.to_ras(np.moveaxis(np.indices(back.shape), 0, -1))
    far = np.abs(ras - tube.middle(ras[..., 2]))[..., 1] > 14
    assert far.any()
    assert not back[far].any()
    assert (back[tube.cord.mask] > 0.99).all()


def test_slices_do_not_mix(straightened):
    tube, straight = straightened
    numbered = np.empty(tube.scan.array.shape, np.float32)
    view = straight.frame.view
    view.apply(numbered)[:] = np.arange(view.grid.shape[0])[:, None, None]
    assert np.allclose(straight.frame.straighten(numbered), straight.frame.slices[:, None, None])


def test_cord_and_fluid_come_to_their_places_on_the_common_scale(straightened):
    _, straight = straightened
    core = straight.fraction > 0.99
    assert np.median(straight.image[core]) == pytest.approx(CORD_SIGNAL, abs=0.01)
    across = np.abs(np.arange(WIDTH) - (WIDTH - 1) / 2) * PIXEL
    deep = straight.fraction[:, :, WIDTH // 2] * (straight.fraction.sum(axis=2) * PIXEL > 8.5) > 0.99
    fluid = straight.image[deep][:, np.abs(across - 6.0) < 0.5]
    assert np.median(fluid) == pytest.approx(CORD_SIGNAL + CONTRAST, abs=0.1)


def test_a_shaded_coil_leaves_no_trace_on_the_common_scale():
    tube = make_tube((1.0, 1.0, 1.0))
    height = tube.scan.grid.to_ras(np.moveaxis(np.indices(tube.scan.array.shape), 0, -1))[..., 2]
    shaded = type(tube.scan)(tube.scan.array * np.exp(height / 120).astype(np.float32), tube.scan.grid)
    line = centreline_of(tube.cord)
    plain, shaded = (straighten_cord(scan, tube.cord, line) for scan in (tube.scan, shaded))
    core = plain.fraction > 0.99
    assert np.abs(plain.image - shaded.image)[core][:].max() < 0.08
    assert np.abs(plain.image - shaded.image)[core].mean() < 0.02


def test_scan_units_come_back(straightened):
    tube, straight = straightened
    unclipped = (straight.image > 0.01) & (straight.image < 0.99)
    signal = straight.frame.straighten(tube.scan.array)
    assert np.allclose(straight.to_scan_units(straight.image)[unclipped], signal[unclipped], rtol=1e-3, atol=0.5)


def test_cord_and_fluid_alike_are_refused():
    tube = make_tube(signal=(500.0, 505.0))
    with pytest.raises(RefusedInputError, match="same signal"):
        straighten_cord(tube.scan, tube.cord, centreline_of(tube.cord))


def test_a_short_cord_still_fills_one_window():
    tube = make_tube((1.0, 1.0, 1.0))
    height = tube.cord.grid.to_ras(np.moveaxis(np.indices(tube.cord.fraction.shape), 0, -1))[..., 2]
    short = type(tube.cord)(
        tube.cord.grid, np.where(np.abs(height) < 13, tube.cord.fraction, 0), tube.cord.source, True
    )
    frame = straight_frame(short, centreline_of(short))
    assert frame.shape[1] >= 64
    middle = frame.view.grid.to_ras(np.concatenate([[frame.slices[0]], frame.middle[32] / frame.view.grid.spacing[1:]]))
    assert middle[1] == pytest.approx(tube.middle(middle[2])[1], abs=1.0)
