"""The sagittal view turns any array without moving a voxel in the patient."""

import itertools

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from u2ad.scan import Grid, SagittalView

LEFT, INFERIOR, POSTERIOR = (-1, 0, 0), (0, 0, -1), (0, -1, 0)
ORIENTATIONS = [
    (order, signs) for order in itertools.permutations(range(3)) for signs in itertools.product((1, -1), repeat=3)
]


def oblique_grid(order=(0, 1, 2), signs=(1, 1, 1), degrees=12.0) -> Grid:
    tilt = Rotation.from_euler("xyz", [degrees, -degrees / 2, degrees / 3], degrees=True).as_matrix()
    affine = np.eye(4)
    affine[:3, :3] = tilt @ (np.eye(3)[:, list(order)] * np.array(signs)) @ np.diag([0.6, 0.7, 3.3])
    affine[:3, 3] = (11.0, -23.0, 5.0)
    return Grid((4, 5, 6), affine)


@pytest.mark.parametrize(("order", "signs"), ORIENTATIONS)
def test_axes_run_left_inferior_posterior_from_any_orientation(order, signs):
    view = SagittalView.from_grid(oblique_grid(order, signs))

    agreement = np.sum(view.grid.directions * np.array([LEFT, INFERIOR, POSTERIOR]), axis=1)

    assert (agreement > 0.9).all()


@pytest.mark.parametrize(("order", "signs"), ORIENTATIONS)
def test_every_voxel_stays_where_it_lies(order, signs):
    grid = oblique_grid(order, signs)
    view = SagittalView.from_grid(grid)
    index = np.stack(np.indices(grid.shape), axis=-1)
    ras = grid.to_ras(index)

    turned = np.stack([view.apply(ras[..., axis]) for axis in range(3)], axis=-1)

    expected = view.grid.to_ras(np.stack(np.indices(view.grid.shape), axis=-1))
    np.testing.assert_allclose(turned, expected, atol=1e-9)


@pytest.mark.parametrize(("order", "signs"), ORIENTATIONS)
def test_restore_undoes_apply_exactly(order, signs):
    grid = oblique_grid(order, signs)
    view = SagittalView.from_grid(grid)
    array = np.arange(np.prod(grid.shape)).reshape(grid.shape)

    np.testing.assert_array_equal(view.restore(view.apply(array)), array)


def test_strongly_oblique_axes_are_each_used_once():
    view = SagittalView.from_grid(oblique_grid(degrees=44.0))

    assert sorted(view.order) == [0, 1, 2]


def test_an_array_of_another_shape_is_rejected():
    view = SagittalView.from_grid(oblique_grid())

    with pytest.raises(ValueError, match="expected an array of shape"):
        view.apply(np.zeros((6, 5, 4)))
