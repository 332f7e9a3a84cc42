"""Every detector finds what is brighter than the cord around it, and nothing else."""

import numpy as np
import pytest
from cord_tube import make_tube, with_spot

from u2ad.cord.centreline import centreline_of
from u2ad.cord.levels import Levels
from u2ad.cord.straight_cord import straighten_cord
from u2ad.detection import Anatomy, detect
from u2ad.detectors.registry import CONTROLS, NAMES, make_detector
from u2ad.errors import U2ADError
from u2ad.progress import Silent

HEIGHT = 12.0


@pytest.fixture(scope="module", params=[(1.0, 1.0, 1.0), (3.3, 0.6, 0.6)], ids=["isotropic", "thick"])
def tube(request):
    return make_tube(request.param)


@pytest.fixture(scope="module")
def anatomy(tube):
    return Anatomy(tube.cord, centreline_of(tube.cord), Levels.unknown())


@pytest.mark.parametrize("name", NAMES)
def test_a_bright_spot_is_the_first_finding_at_its_place(tube, anatomy, name):
    found = detect(with_spot(tube, HEIGHT, 120.0), anatomy, make_detector(name), Silent()).findings
    assert found.ranked
    assert np.linalg.norm(np.array(found.ranked[0].centre) - tube.middle(np.array(HEIGHT))) < 2.5


@pytest.mark.parametrize("name", NAMES)
def test_a_dark_spot_is_no_finding(tube, anatomy, name):
    found = detect(with_spot(tube, HEIGHT, -120.0), anatomy, make_detector(name), Silent()).findings
    middle = tube.middle(np.array(HEIGHT))
    assert not [f for f in found.ranked if np.linalg.norm(np.array(f.centre) - middle) < 5]


@pytest.mark.parametrize("name", CONTROLS)
def test_a_shading_of_the_whole_scan_is_no_finding(tube, anatomy, name):
    noisy = with_spot(tube, HEIGHT, 0.0)
    height = noisy.grid.to_ras(np.moveaxis(np.indices(noisy.grid.shape), 0, -1))[..., 2]
    shaded = type(noisy)((noisy.array * np.exp(height / 200)).astype(np.float32), noisy.grid)
    assert not detect(shaded, anatomy, make_detector(name), Silent()).findings.ranked


@pytest.mark.parametrize("name", NAMES)
def test_maps_lie_on_the_grid_of_the_scan_and_are_empty_away_from_the_cord(tube, anatomy, name):
    maps = detect(with_spot(tube, HEIGHT, 120.0), anatomy, make_detector(name), Silent()).maps
    far = np.abs(tube.cord.grid.to_ras(np.moveaxis(np.indices(tube.cord.grid.shape), 0, -1))[..., 1]) > 30
    given = {"anomaly": maps.anomaly, "reconstruction": maps.reconstruction, "epistemic": maps.epistemic}
    for label, values in given.items():
        if values is not None:
            assert values.shape == tube.scan.grid.shape, label
            assert np.isfinite(values).all(), label
            assert not values[far].any(), label
    assert maps.anomaly.min() >= 0


def test_u2ad_gives_both_uncertainties_and_the_controls_none(tube, anatomy):
    scan = with_spot(tube, HEIGHT, 120.0)
    for name in NAMES:
        maps = detect(scan, anatomy, make_detector(name, draws=3), Silent()).maps
        assert (maps.epistemic is None) == (maps.aleatoric is None) == (name != "u2ad")


def test_u2ad_rebuilds_the_spot_darker_than_it_is(tube, anatomy):
    scan = with_spot(tube, HEIGHT, 120.0)
    maps = detect(scan, anatomy, make_detector("u2ad"), Silent()).maps
    k, j, i = np.round(tube.cord.grid.to_kji(tube.middle(np.array(HEIGHT)))).astype(int)
    assert maps.reconstruction[k, j, i] < scan.array[k, j, i] - 40
    assert maps.reconstruction[k, j, i] == pytest.approx(250, abs=80)


def test_u2ad_gives_the_same_maps_for_the_same_seed_only(tube, anatomy):
    scan = with_spot(tube, HEIGHT, 120.0)
    first, again, other = (
        detect(scan, anatomy, make_detector("u2ad", draws=3, seed=seed), Silent()).maps for seed in (1, 1, 2)
    )
    assert np.array_equal(first.anomaly, again.anomaly)
    assert not np.array_equal(first.anomaly, other.anomaly)


def test_scaling_the_scan_changes_no_anomaly(tube, anatomy):
    scan = with_spot(tube, HEIGHT, 120.0)
    brighter = type(scan)(scan.array * 7.5, scan.grid)
    for name in NAMES:
        one, two = (detect(s, anatomy, make_detector(name, draws=3), Silent()).maps.anomaly for s in (scan, brighter))
        assert np.allclose(one, two, atol=0.02), name


def test_one_pattern_explains_a_cord_that_one_pattern_makes_and_no_spot_in_it():
    from u2ad.detectors.low_rank import _robust_low_rank

    rng = np.random.default_rng(0)
    along, across = rng.normal(1, 0.2, size=(200, 1)), rng.normal(1, 0.2, size=(1, 60))
    made = along @ across
    spotted = made + rng.normal(0, 0.05, made.shape)
    spotted[90:100, 20:24] += 1.0
    fitted = _robust_low_rank(spotted, np.ones(made.shape), Silent())
    assert np.abs(fitted - made)[:80].mean() < 0.05
    assert (spotted - fitted)[90:100, 20:24].mean() > 0.7


def test_an_unknown_detector_is_an_error_that_names_the_known_ones():
    with pytest.raises(U2ADError, match="local_z"):
        make_detector("magic")


def test_windows_cover_all_cord_and_blend_back_to_what_was_cut(tube, anatomy):
    from u2ad.detectors.windows import blend, cut, windows_of
    from u2ad.models.masked_autoencoder import AutoencoderSize

    straight = straighten_cord(tube.scan, tube.cord, anatomy.line)
    size = AutoencoderSize()
    windows = windows_of(straight.fraction, size)
    pieces = cut(straight.image[None], windows, size)
    assert np.allclose(blend(pieces[:, 0], windows, straight.image, size), straight.image, atol=1e-5)
    covered = blend(np.ones((len(windows), *size.window)), windows, np.zeros_like(straight.image), size)
    assert straight.fraction[covered == 0].sum() < 0.02 * straight.fraction.sum()


@pytest.mark.parametrize("length", [15.0, 20.0])
def test_a_long_lesion_does_not_set_its_own_standard(tube, anatomy, length):
    scan = with_spot(tube, HEIGHT, 160.0, length)
    found = detect(scan, anatomy, make_detector("u2ad"), Silent()).findings
    ras = tube.cord.grid.to_ras(np.moveaxis(np.indices(tube.cord.grid.shape), 0, -1))
    offset = np.abs(ras - tube.middle(np.array(HEIGHT)))
    core = (offset < [1.0, 1.0, 0.35 * length]).all(axis=-1)
    assert (found.labels[core] > 0).mean() > 0.6


@pytest.mark.parametrize("plateau", [0.95, 0.8, 0.6])
def test_a_soft_mask_finds_what_a_hard_one_does(tube, plateau):
    soft = type(tube.cord)(tube.cord.grid, tube.cord.fraction * plateau, tube.cord.source, True)
    anatomy = Anatomy(soft, centreline_of(soft), Levels.unknown())
    assert detect(with_spot(tube, HEIGHT, 120.0), anatomy, make_detector("local_z"), Silent()).findings.ranked


def test_on_a_t1_scan_brighter_is_still_what_is_found():
    tube = make_tube((1.0, 1.0, 1.0), signal=(500.0, 200.0))
    anatomy = Anatomy(tube.cord, centreline_of(tube.cord), Levels.unknown())
    near = lambda found: [f for f in found.ranked if abs(f.centre[2] - HEIGHT) < 4]  # noqa: E731
    bright, dark = (
        detect(with_spot(tube, HEIGHT, change), anatomy, make_detector("column_median"), Silent()).findings
        for change in (120.0, -120.0)
    )
    assert near(bright)
    assert not near(dark)


def test_shifting_a_scan_below_zero_changes_little(tube, anatomy):
    scan = with_spot(tube, HEIGHT, 120.0)
    shifted = type(scan)(scan.array - 400, scan.grid)
    plain, below = (detect(s, anatomy, make_detector("column_median"), Silent()).findings for s in (scan, shifted))
    assert below.ranked[0].centre == pytest.approx(plain.ranked[0].centre, abs=1.0)
    assert below.ranked[0].score == pytest.approx(plain.ranked[0].score, rel=0.35)
