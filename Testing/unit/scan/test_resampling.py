"""Values keep their place in the patient when the lattice changes; thick slices are means, not samples."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from u2ad.scan import Grid, SagittalView, Scan, acquire_thick, read_scan, resample, sagittal_grid


def grid_with(axes: np.ndarray, spacing_ijk, shape, centre=(0.0, 0.0, 0.0)) -> Grid:
    affine = np.eye(4)
    affine[:3, :3] = np.asarray(axes) * spacing_ijk
    middle = affine[:3, :3] @ ((np.array(shape)[::-1] - 1) / 2)
    affine[:3, 3] = np.array(centre) - middle
    return Grid(shape, affine)


def rotation(degrees: float) -> np.ndarray:
    return Rotation.from_euler("xyz", [degrees, -degrees, degrees / 2], degrees=True).as_matrix()


def field(ras: np.ndarray) -> np.ndarray:
    """A linear function of place: linear interpolation reproduces it exactly."""
    return ras @ np.array([1.0, -2.0, 0.5]) + 7.0


def ras_of(grid: Grid) -> np.ndarray:
    return grid.to_ras(np.stack(np.indices(grid.shape), axis=-1))


LEFT_HANDED = np.diag([1.0, 1.0, -1.0])


@pytest.mark.parametrize("order", ["linear", "bspline"])
@pytest.mark.parametrize("handedness", [np.eye(3), LEFT_HANDED])
def test_a_linear_field_keeps_its_values_on_any_grid(order, handedness):
    source = grid_with(rotation(20) @ handedness, (0.8, 1.0, 2.0), (30, 50, 60))
    target = grid_with(rotation(-35) @ LEFT_HANDED, (1.5, 0.7, 1.1), (8, 12, 9), centre=(1, 2, -3))

    values = resample(field(ras_of(source)), source, target, order)

    assert values.dtype == np.float32
    np.testing.assert_allclose(values, field(ras_of(target)), atol=2e-3 if order == "linear" else 0.2)


def test_nearest_keeps_the_type_and_invents_no_values():
    source = grid_with(rotation(10), (1, 1, 1), (20, 20, 20))
    target = grid_with(rotation(-10), (0.7, 0.7, 0.7), (25, 25, 25))
    labels = np.random.default_rng(0).integers(0, 5, source.shape).astype(np.int16)

    assert resample(labels > 2, source, target, "nearest").dtype == bool
    moved = resample(labels, source, target, "nearest")
    assert moved.dtype == np.int16
    assert set(np.unique(moved)) <= set(range(5))


def test_the_background_fills_what_lies_outside():
    source = grid_with(np.eye(3), (1, 1, 1), (10, 10, 10))
    target = grid_with(np.eye(3), (1, 1, 1), (10, 10, 10), centre=(100, 0, 0))

    assert (resample(np.ones(source.shape), source, target, "linear", background=-4) == -4).all()


def test_an_array_of_another_shape_is_rejected():
    grid = grid_with(np.eye(3), (1, 1, 1), (4, 5, 6))

    with pytest.raises(ValueError, match="expected an array of shape"):
        resample(np.zeros((6, 5, 4)), grid, grid, "linear")


@pytest.mark.parametrize("oblique", [0.0, 6.0])
def test_a_sagittal_grid_covers_the_same_field_as_dicom_would(oblique):
    source = grid_with(np.eye(3)[:, [2, 0, 1]], (1, 1, 1), (180, 50, 220), centre=(3, -30, 15))

    target = sagittal_grid(source, in_plane=0.6, thickness=3.3, oblique_deg=oblique)

    assert target.spacing == pytest.approx([3.3, 0.6, 0.6])
    assert target.skew < 1e-12
    right, inferior, posterior = target.directions
    assert np.linalg.det(np.stack([posterior, inferior, right])) == pytest.approx(1)
    assert np.degrees(np.arccos(right[0].clip(-1, 1))) == pytest.approx(oblique, abs=1e-6)
    assert (inferior[2], posterior[1]) < (-0.99, -0.99)
    np.testing.assert_allclose(target.corners().mean(axis=0), source.corners().mean(axis=0), atol=1e-6)
    view = SagittalView.from_grid(source).grid
    difference = np.array(view.shape) * view.spacing - np.array(target.shape) * target.spacing
    assert ((difference >= 0) & (difference < target.spacing)).all()


def test_a_thick_slice_is_the_mean_across_its_thickness():
    source = grid_with(np.eye(3), (1, 1, 1), (40, 40, 30))
    array = np.zeros(source.shape, np.float32)
    array[:, :, 15] = 100.0
    target = sagittal_grid(source, in_plane=1.0, thickness=3.0)

    thick = acquire_thick(Scan(array, source), target)

    inner = thick.array[:, 5:-5, 5:-5]
    assert inner.sum(axis=0) == pytest.approx(np.full(inner.shape[1:], 100 / 3), rel=0.05)
    assert inner.max() < 40, "a point sample would give 100"
    assert thick.facts.slice_thickness_mm == pytest.approx(3.0)


def test_thick_slices_equal_the_mean_of_the_thin_ones_that_they_hold():
    rng = np.random.default_rng(5)
    source = grid_with(np.eye(3)[:, [1, 2, 0]], (1, 1, 1), (24, 30, 30))
    array = rng.normal(100, 20, source.shape).astype(np.float32)
    view = SagittalView.from_grid(source)
    thin = view.apply(array)[::-1]
    target = sagittal_grid(source, in_plane=1.0, thickness=4.0)

    thick = acquire_thick(Scan(array, source), target)

    expected = thin.reshape(6, 4, 30, 30).mean(axis=1)
    correlation = np.corrcoef(thick.array[1:-1].ravel(), expected[1:-1].ravel())[0, 1]
    assert correlation > 0.97
    point_samples = resample(array, source, target, "linear")
    assert np.corrcoef(point_samples[1:-1].ravel(), expected[1:-1].ravel())[0, 1] < 0.9


def test_in_plane_averaging_keeps_coarse_pixels_free_of_aliasing():
    source = grid_with(np.eye(3), (1, 1, 1), (24, 40, 12))
    stripes = np.where(np.arange(40) % 2, 200.0, 0.0).astype(np.float32)
    array = np.broadcast_to(stripes[None, :, None], source.shape)
    target = sagittal_grid(source, in_plane=2.0, thickness=3.0)

    thick = acquire_thick(Scan(array, source), target)

    assert np.abs(thick.array[1:-1, 2:-2, 2:-2] - 100).max() < 25


def test_a_real_isotropic_scan_becomes_a_clinical_stack(real_data):
    scan = read_scan(real_data / "fixture_errsm30_crop" / "t2.nii.gz")
    target = sagittal_grid(scan.grid, in_plane=0.6, thickness=3.3, oblique_deg=4)

    thick = acquire_thick(scan, target)

    assert thick.array.shape == target.shape
    assert scan.array.min() <= thick.array.min()
    assert thick.array.max() <= scan.array.max()
    inside = (slice(3, -3), slice(20, -20), slice(20, -20))
    points = resample(scan.array, scan.grid, target, "linear")
    assert thick.array[inside].mean() == pytest.approx(points[inside].mean(), rel=0.02)
    assert np.diff(thick.array[inside], axis=0).std() < np.diff(points[inside], axis=0).std()
