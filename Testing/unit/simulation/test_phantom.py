"""What a phantom promises: the same seed the same voxels, truth that agrees with the signal, geometry that holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from u2ad.simulation import Acquisition, Contrast, LesionSpec, Stenosis, simulate
from u2ad.simulation.anatomy import draw_anatomy
from u2ad.simulation.streams import stream
from u2ad.simulation.tissue import Tissue

SMALL = replace(Acquisition.isotropic(), field_of_view=(28.0, 110.0, 70.0), centre=(0.0, 0.0, 0.0))
CLEAN = SMALL.faultless()
SPECS = (LesionSpec(9, 1.7, 2.2, 0.5, 0.6, "C4"), LesionSpec(6, 1.5, 1.6, 0.3, 0.6, "C6"))
THICK_OBLIQUE = replace(
    CLEAN, spacing=(3.3, 0.6, 0.6), thickness=3.3, field_of_view=(39.6, 110.0, 70.0), tilt=(8.0, -4.0, 6.0)
)


@pytest.fixture(scope="module")
def clean():
    return simulate(5, CLEAN, lesions=SPECS)


@pytest.fixture(scope="module")
def thick():
    return simulate(5, THICK_OBLIQUE, lesions=SPECS)


def test_same_seed_gives_the_same_voxels_and_another_seed_does_not():
    first, second, other = simulate(3, SMALL, 1), simulate(3, SMALL, 1), simulate(4, SMALL, 1)
    assert first.scan.digest == second.scan.digest
    np.testing.assert_array_equal(first.labels, second.labels)
    assert first.scan.digest != other.scan.digest


def test_lesions_change_nothing_but_the_voxels_they_touch():
    without, with_lesions = simulate(6, SMALL, 0), simulate(6, SMALL, 3)
    untouched = with_lesions.lesion_share == 0
    np.testing.assert_array_equal(without.scan.array[untouched], with_lesions.scan.array[untouched])
    np.testing.assert_array_equal(without.cord, with_lesions.cord)
    core = with_lesions.lesion_share > 0.9
    assert core.any()
    assert (with_lesions.scan.array[core] > without.scan.array[core]).mean() > 0.95


def test_cord_is_darker_than_csf_in_t2w_by_the_contrast_that_was_asked_for(clean):
    signal = clean.settings["contrast"]["signal"]
    normal = (clean.cord > 0.99) & (clean.lesion_share == 0)
    ratio = np.median(clean.scan.array[normal]) / np.median(clean.scan.array[clean.csf > 0.99])
    assert ratio == pytest.approx(signal["cord"] / signal["csf"], rel=0.08)


def test_lesions_are_brighter_than_cord_by_the_asked_share_of_the_cord_to_csf_contrast(clean):
    plain = simulate(5, CLEAN)
    signal = clean.settings["contrast"]["signal"]
    full = (signal["csf"] - signal["cord"]) * clean.settings["contrast"]["scale"]
    for label, lesion in enumerate(clean.lesions, start=1):
        core = (clean.labels == label) & (clean.lesion_share > 0.97)
        assert core.sum() >= 5
        added = np.median(clean.scan.array[core] - plain.scan.array[core]) / full
        assert added == pytest.approx(lesion.spec.contrast, rel=0.06)


@pytest.mark.parametrize("which", ["clean", "thick"])
def test_lesion_volume_is_that_of_the_specified_ellipsoid(which, request):
    phantom = request.getfixturevalue(which)
    asked = sum(4 / 3 * np.pi * lesion.half_axes.prod() for lesion in phantom.lesions)
    measured = phantom.lesion_share.sum() * phantom.scan.grid.voxel_volume
    assert measured == pytest.approx(asked, rel=0.15)


def test_thick_slices_conserve_volume_and_thin_out_the_lesion(clean, thick):
    cord = [p.cord.sum() * p.scan.grid.voxel_volume for p in (clean, thick)]
    assert cord[1] == pytest.approx(cord[0], rel=0.06)
    full = [p.lesion_share[p.lesion_share > 0.95].sum() / p.lesion_share.sum() for p in (clean, thick)]
    assert full[1] < 0.6 * full[0]


@pytest.mark.parametrize("orientation", ["PSR", "RAS", "LPI", "SLP", "AIL"])
def test_level_points_lie_in_the_cord_whatever_the_orientation_and_tilt(orientation):
    phantom = simulate(8, replace(CLEAN, tilt=(12.0, -5.0, 9.0), orientation=orientation))
    checked = 0
    for ras in phantom.levels.values():
        index = np.round(phantom.scan.grid.to_kji(ras)).astype(int)
        if (index >= 0).all() and (index < phantom.scan.grid.shape).all():
            assert phantom.cord[tuple(index)] > 0.9
            checked += 1
    assert checked >= 5


def test_stored_axes_point_where_the_orientation_says():
    grid = simulate(8, replace(CLEAN, orientation="ASL", field_of_view=(20.0, 30.0, 40.0))).scan.grid
    np.testing.assert_allclose(grid.affine[:3, :3], np.array([[0, 0, -1], [1, 0, 0], [0, 1, 0]]), atol=1e-9)
    assert grid.shape == (20, 30, 40)


def test_orientation_moves_no_voxel_in_the_patient():
    stored = simulate(9, replace(SMALL, orientation="PSR"))
    other = simulate(9, replace(SMALL, orientation="LIA"))
    ras = stored.scan.grid.to_ras(np.array([3, 17, 29]))
    index = np.round(other.scan.grid.to_kji(ras)).astype(int)
    assert other.scan.array[tuple(index)] == stored.scan.array[3, 17, 29]


def test_levels_come_in_anatomical_order_from_head_to_foot(clean):
    heights = [ras[2] for ras in clean.levels.values()]
    assert list(clean.levels)[:5] == ["C1", "C2", "C2/C3", "C3", "C3/C4"]
    assert heights == sorted(heights, reverse=True)


def test_a_lesion_lies_at_the_level_it_was_asked_for_and_inside_the_cord(clean):
    lesion = clean.lesions[1]
    assert lesion.level == "C6"
    assert np.linalg.norm(lesion.centre - clean.levels["C6"]) < 7
    assert (clean.cord[clean.labels > 0] > 0.5).mean() > 0.9


def test_stenosis_narrows_cord_and_csf_at_its_disc_and_nowhere_else():
    tight = Stenosis("C4/C5", csf_left=0.0, flattening=0.5, length=9)
    narrow, wide = simulate(7, CLEAN, stenoses=[tight]), simulate(7, CLEAN)
    assert _across(narrow, "cord", "C4/C5") < 0.75 * _across(wide, "cord", "C4/C5")
    assert _across(narrow, "csf", "C4/C5") < 0.13 * _across(wide, "csf", "C4/C5")
    assert _across(narrow, "cord", "C6/C7") == pytest.approx(_across(wide, "cord", "C6/C7"), rel=0.02)


def test_a_long_stenosis_leaves_no_csf_over_its_length():
    long = Stenosis("C5/C6", csf_left=0.0, flattening=0.2, length=60)
    narrow, wide = simulate(7, CLEAN, stenoses=[long]), simulate(7, CLEAN)
    for level in ("C4/C5", "C5", "C6", "C6/C7"):
        assert _across(narrow, "csf", level) < 0.45 * _across(wide, "csf", level)


def _across(phantom, name: str, level: str) -> float:
    """Volume in mm3 of 3 mm along the cord."""
    height = phantom.scan.grid.to_kji(phantom.levels[level])[1]
    rows = slice(round(height) - 1, round(height) + 2)
    return float(getattr(phantom, name)[:, rows].sum())


def test_flow_voids_darken_csf_and_leave_the_cord_alone():
    still, moving = simulate(2, CLEAN), simulate(2, replace(CLEAN, flow=1.0))
    csf, cord = still.csf > 0.99, still.cord > 0.99
    assert moving.scan.array[csf].mean() < 0.95 * still.scan.array[csf].mean()
    np.testing.assert_allclose(moving.scan.array[cord], still.scan.array[cord], rtol=0.02)


def test_noise_in_the_cord_has_the_asked_strength():
    quiet, noisy = simulate(2, CLEAN), simulate(2, replace(CLEAN, signal_to_noise=25.0))
    cord = quiet.cord > 0.99
    deviation = np.std((noisy.scan.array - quiet.scan.array)[cord]) / quiet.settings["contrast"]["scale"]
    assert deviation == pytest.approx(1 / 25, rel=0.1)


@pytest.mark.parametrize(
    "fault", [{"bias": 1.0}, {"kept": 0.7}, {"motion": 0.5}, {"motion": 0.5, "phase_axis": "columns"}]
)
def test_each_fault_changes_the_scan_but_not_the_truth(fault):
    good, bad = simulate(2, CLEAN), simulate(2, replace(CLEAN, **fault))
    change = np.abs(bad.scan.array - good.scan.array).mean() / good.scan.array.mean()
    assert 0.01 < change < 0.8
    np.testing.assert_array_equal(good.cord, bad.cord)


def test_random_contrasts_include_scans_with_csf_darker_than_cord_and_separate_the_two():
    drawn = [Contrast.random(stream(seed, "contrast")) for seed in range(40)]
    difference = np.array([contrast[Tissue.CSF] - contrast[Tissue.CORD] for contrast in drawn])
    assert (difference < 0).any()
    assert (difference > 0).any()
    assert np.abs(difference).min() >= 0.15


def test_people_differ_in_size_curvature_and_canal():
    people = [draw_anatomy(np.random.default_rng(seed)) for seed in range(12)]
    assert np.std([person.size for person in people]) > 0.02
    bends = [np.ptp(person.curve.inclination[400:800]) for person in people]
    assert np.rad2deg(max(bends)) > 15 > np.rad2deg(min(bends))


def test_random_protocols_span_isotropic_and_thick_and_stay_valid():
    drawn = [Acquisition.random(np.random.default_rng(seed)) for seed in range(30)]
    through = np.array([acquisition.spacing[0] for acquisition in drawn])
    assert through.min() <= 1.0
    assert through.max() >= 2.8
    assert all(acquisition.spacing[1] <= 1.0 for acquisition in drawn)


@pytest.mark.parametrize(
    "wrong", [{"orientation": "PSL "}, {"orientation": "PPR"}, {"spacing": (0, 1, 1)}, {"kept": 0.1}]
)
def test_impossible_protocols_are_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        replace(SMALL, **wrong)


def test_unknown_levels_are_refused_by_name():
    with pytest.raises(ValueError, match="L4"):
        simulate(1, CLEAN, lesions=[LesionSpec(level="L4")])
    with pytest.raises(ValueError, match="L4/L5"):
        simulate(1, CLEAN, stenoses=[Stenosis("L4/L5")])
