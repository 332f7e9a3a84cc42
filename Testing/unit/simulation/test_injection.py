"""Lesions put into scans: where they are, how bright, and what they leave alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from u2ad.errors import RefusedInputError
from u2ad.scan import Scan
from u2ad.scan.grid import grid_of
from u2ad.simulation import Acquisition, LesionSpec, Stenosis, inject_lesions, simulate
from u2ad.simulation.injection import csf_to_cord_ratio

FIXTURE = Path(__file__).parents[4] / "shared" / "data" / "fixture_errsm30_crop"
SMALL = replace(Acquisition.isotropic(), field_of_view=(36.0, 120.0, 80.0), centre=(0.0, 0.0, 0.0)).faultless()


@pytest.fixture(scope="module")
def phantom():
    return simulate(21, SMALL)


@pytest.fixture(scope="module")
def real():
    if not FIXTURE.exists():
        pytest.skip("the shared fixture of a real scan is not there")
    image = sitk.ReadImage(str(FIXTURE / "t2.nii.gz"))
    cord = sitk.GetArrayFromImage(sitk.ReadImage(str(FIXTURE / "t2_seg-manual.nii.gz")))
    return Scan(sitk.GetArrayFromImage(image), grid_of(image)), (cord > 0).astype(np.float32)


def test_a_real_scan_stays_as_it_was_away_from_its_lesions(real):
    scan, cord = real
    injected = inject_lesions(scan, cord, 2, np.random.default_rng(1))
    away = injected.share == 0
    assert away.mean() > 0.9
    np.testing.assert_array_equal(injected.scan.array[away], scan.array[away].astype(np.float32))
    assert set(np.unique(injected.labels)) == {0, 1, 2}


def test_lesions_in_a_real_scan_are_brighter_than_its_cord_and_inside_it(real):
    scan, cord = real
    spec = LesionSpec(8, 1.6, 2.2, 0.5, 0.6)
    injected = inject_lesions(scan, cord, [spec], np.random.default_rng(2))
    core = injected.share > 0.9
    normal = np.median(scan.array[(cord > 0) & (injected.share == 0)])
    expected = normal * (1 + 0.5 * (csf_to_cord_ratio(scan, cord) - 1))
    assert np.median(injected.scan.array[core]) == pytest.approx(expected, rel=0.2)
    assert (cord[injected.labels > 0] > 0).mean() > 0.9


@pytest.mark.parametrize(
    "protocol",
    [
        SMALL,
        replace(SMALL, spacing=(3.3, 0.6, 0.6), field_of_view=(39.6, 120.0, 80.0), tilt=(7.0, 3.0, -5.0)),
        replace(SMALL, tilt=(5.0, 5.0, 5.0), orientation="LPI"),
    ],
)
def test_share_of_the_lesion_adds_up_to_its_volume_at_any_resolution(protocol):
    target = simulate(22, protocol)
    spec = LesionSpec(7, 1.4, 1.8, 0.4, 0.6)
    injected = inject_lesions(target.scan, target.cord, [spec], np.random.default_rng(3))
    ellipsoid = 4 / 3 * np.pi * 3.5 * 1.4 * 1.8
    assert injected.share.sum() * target.scan.grid.voxel_volume == pytest.approx(ellipsoid, rel=0.25)


def test_brightness_follows_the_local_cord_under_coil_shading(phantom):
    shading = np.exp(np.linspace(0, 1.5, phantom.scan.grid.shape[1]))[None, :, None].astype(np.float32)
    shaded = replace(phantom.scan, array=phantom.scan.array * shading)
    injected = inject_lesions(shaded, phantom.cord, [LesionSpec(contrast=0.4)], np.random.default_rng(5))
    core = injected.share > 0.9
    signal = phantom.settings["contrast"]["signal"]
    expected = 1 + 0.4 * (signal["csf"] / signal["cord"] - 1)
    assert np.median(injected.scan.array[core] / shaded.array[core]) == pytest.approx(expected, rel=0.12)


def test_the_fluid_ratio_survives_a_stenosis_that_takes_the_fluid_away(phantom):
    stenosis = Stenosis("C5/C6", csf_left=0.0, flattening=0.3, length=40)
    narrow = simulate(21, SMALL, stenoses=[stenosis])
    wide_ratio = csf_to_cord_ratio(phantom.scan, phantom.cord)
    assert csf_to_cord_ratio(narrow.scan, narrow.cord) == pytest.approx(wide_ratio, rel=0.15)


def test_lesions_keep_clear_of_each_other(phantom):
    specs = [LesionSpec(5, 1.2, 1.4)] * 4
    injected = inject_lesions(phantom.scan, phantom.cord, specs, np.random.default_rng(8))
    heights = sorted(lesion.centre[2] for lesion in injected.lesions)
    assert np.diff(heights).min() > 6


def test_the_same_stream_gives_the_same_lesions(phantom):
    first, second = (inject_lesions(phantom.scan, phantom.cord, 2, np.random.default_rng(4)) for _ in range(2))
    assert first.scan.digest == second.scan.digest


def test_no_lesions_leave_the_scan_as_it_was(phantom):
    injected = inject_lesions(phantom.scan, phantom.cord, 0, np.random.default_rng(0))
    np.testing.assert_array_equal(injected.scan.array, phantom.scan.array)
    assert injected.labels.max() == 0


def test_a_scan_with_dark_fluid_is_refused(phantom):
    dark = np.where(phantom.csf > 0.3, phantom.scan.array * 0.1, phantom.scan.array)
    with pytest.raises(RefusedInputError, match="T2"):
        inject_lesions(replace(phantom.scan, array=dark), phantom.cord, 1, np.random.default_rng(0))


def test_an_empty_cord_is_refused_and_a_cord_of_another_shape_is_an_error(phantom):
    with pytest.raises(RefusedInputError, match="cord mask"):
        inject_lesions(phantom.scan, np.zeros_like(phantom.cord), 1, np.random.default_rng(0))
    with pytest.raises(ValueError, match="KJI"):
        inject_lesions(phantom.scan, phantom.cord[1:], 1, np.random.default_rng(0))
