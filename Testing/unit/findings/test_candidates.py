"""Candidates: which regions count, what is measured of them, and in which order they come."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from u2ad.cord import Centreline, Cord, MaskSource
from u2ad.cord.centreline import centreline_of
from u2ad.cord.levels import Levels
from u2ad.detectors.maps import Maps
from u2ad.findings import CandidateSettings, Findings, find
from u2ad.scan import Grid
from u2ad.scan.reading import read_image_file

SETTINGS = CandidateSettings(threshold=4, low=2, smallest_volume=5)
WEAK = (slice(4, 5), slice(40, 50), slice(18, 22))
STRONG = (slice(4, 5), slice(44, 46), slice(19, 21))


@pytest.fixture
def found(cord: Cord, line: Centreline, levels: Levels) -> Callable[[Maps], Findings]:
    return lambda maps, settings=SETTINGS: find(maps, cord, line, levels, settings)


def test_nothing_is_found_in_a_quiet_cord(make_maps: Callable, found: Callable) -> None:
    findings = found(make_maps())
    assert findings.ranked == ()
    assert findings.patient_score == 0
    assert not findings.labels.any()
    assert findings.labels.dtype == np.int16


def test_a_region_without_a_seed_is_no_candidate(make_maps: Callable, found: Callable) -> None:
    assert not found(make_maps((WEAK, 3.9))).ranked


def test_a_seed_brings_its_whole_region(make_maps: Callable, found: Callable) -> None:
    findings = found(make_maps((WEAK, 2.5), (STRONG, 6)))
    (finding,) = findings.ranked
    assert finding.volume == pytest.approx(40 * 1.5)
    assert np.count_nonzero(findings.labels == 1) == 40
    assert findings.labels[WEAK].all()


def test_score_is_the_root_of_mass_times_peak(make_maps: Callable, found: Callable) -> None:
    (finding,) = found(make_maps((WEAK, 2.5), (STRONG, 6))).ranked
    mass = (36 * 2.5 + 4 * 6) * 1.5
    assert finding.score == pytest.approx(np.sqrt(mass * 6))
    assert finding.peak == pytest.approx(6)
    assert finding.mean == pytest.approx((36 * 2.5 + 4 * 6) / 40)


def test_what_lies_on_the_rim_ranks_below_the_same_in_the_core(make_maps: Callable, found: Callable) -> None:
    core, rim = (slice(4, 5), slice(10, 18), slice(18, 22)), (slice(4, 5), slice(60, 68), slice(18, 22))
    half = (slice(4, 5), slice(60, 68), slice(18, 20))
    maps = make_maps((core, 6), (rim, 6), (half, 12), certainty=[(half, 0.5)])  # the same weighted anomaly
    first, second = found(maps).ranked
    assert (first.along, second.along) == (pytest.approx(13.5), pytest.approx(63.5))
    assert (first.certainty, second.certainty) == (1, pytest.approx(0.75))
    assert first.mean == second.mean
    assert second.score == pytest.approx(first.score * 0.75**2)


def test_regions_that_touch_at_a_corner_are_one(make_maps: Callable, found: Callable) -> None:
    corner = (slice(5, 6), slice(50, 54), slice(22, 25))
    assert len(found(make_maps((WEAK, 5), (corner, 5))).ranked) == 1


def test_regions_a_voxel_apart_are_two(make_maps: Callable, found: Callable) -> None:
    apart = (slice(4, 5), slice(51, 55), slice(18, 22))
    assert len(found(make_maps((WEAK, 5), (apart, 5))).ranked) == 2


def test_small_regions_are_dropped_by_volume_not_by_voxels(make_maps: Callable, found: Callable) -> None:
    three, four = (slice(4, 5), slice(20, 23), slice(20, 21)), (slice(4, 5), slice(70, 74), slice(20, 21))
    (finding,) = found(make_maps((three, 9), (four, 9))).ranked
    assert finding.volume == pytest.approx(6)


def test_candidates_are_ranked_and_labelled_by_score(make_maps: Callable, found: Callable) -> None:
    small, large = (slice(4, 5), slice(10, 15), slice(18, 20)), (slice(4, 6), slice(60, 70), slice(18, 24))
    findings = found(make_maps((small, 9), (WEAK, 5), (large, 8)))
    scores = [finding.score for finding in findings.ranked]
    assert scores == sorted(scores, reverse=True)
    assert [finding.label for finding in findings.ranked] == [1, 2, 3]
    assert (findings.labels[large] == 1).all()
    assert findings.patient_score == scores[0]


def test_no_more_than_the_wanted_number_is_kept(make_maps: Callable, found: Callable) -> None:
    places = [((slice(4, 5), slice(row, row + 3), slice(18, 21)), 5 + row / 100) for row in range(5, 95, 6)]
    findings = found(make_maps(*places), replace(SETTINGS, most=4))
    assert len(findings.ranked) == 4
    assert findings.labels.max() == 4
    assert (findings.labels[places[-1][0]] == 1).all()


def test_the_rim_raises_no_alarm(make_maps: Callable, found: Callable) -> None:
    """Certainty .8, anomaly 6: 4.8 after weighting is above the threshold, but the voxel is no seed."""
    assert not found(make_maps((WEAK, 6), certainty=[(WEAK, 0.8)])).ranked
    assert found(make_maps((WEAK, 6), certainty=[(WEAK, 0.9)])).ranked


def test_the_rim_belongs_to_a_candidate_that_the_core_raised(make_maps: Callable, found: Callable) -> None:
    rim = (slice(4, 5), slice(50, 52), slice(18, 22))
    (finding,) = found(make_maps((WEAK, 5), (rim, 5), certainty=[(rim, 0.6)])).ranked
    assert finding.volume == pytest.approx(48 * 1.5)
    assert finding.mean == pytest.approx((40 * 5 + 8 * 3) / 48)


def test_what_a_reader_takes_out_of_the_mask_is_found_no_more(
    make_maps: Callable, cord: Cord, line: Centreline, levels: Levels
) -> None:
    maps = make_maps((WEAK, 5))
    fraction = cord.fraction.copy()
    fraction[WEAK] = 0
    assert not find(maps, replace(cord, fraction=fraction), line, levels, SETTINGS).ranked


def test_place_and_extent_are_in_mm_along_and_across_the_cord(make_maps: Callable, found: Callable) -> None:
    place = (slice(4, 6), slice(40, 46), slice(16, 20))
    (finding,) = found(make_maps((place, 5))).ranked
    assert finding.extent == pytest.approx((6, 2, 6))
    assert finding.centre == pytest.approx((1.5, 1.25, -42.5))
    assert finding.along == pytest.approx(42.5)
    assert finding.level == "C5"


def test_one_voxel_has_the_size_of_a_voxel(make_maps: Callable, found: Callable) -> None:
    one = (slice(4, 5), slice(40, 41), slice(20, 21))
    (finding,) = found(make_maps((one, 5)), replace(SETTINGS, smallest_volume=0)).ranked
    assert finding.extent == pytest.approx((1, 0.5, 3))
    assert finding.volume == pytest.approx(1.5)


def test_the_centre_lies_where_the_anomaly_is(make_maps: Callable, found: Callable) -> None:
    (finding,) = found(make_maps((WEAK, 2), ((slice(4, 5), slice(48, 50), slice(18, 22)), 5))).ranked
    assert finding.centre[2] == pytest.approx(-(32 * 2 * 43.5 + 8 * 5 * 48.5) / (32 * 2 + 8 * 5))


def test_extent_follows_a_cord_that_leans(levels: Levels) -> None:
    """A slab of 10 mm along a cord that leans 40 degrees forward, 4 mm across: the axes of the scan would say 9.6."""
    lean = np.deg2rad(40)
    down, front = np.array([0, np.sin(lean), -np.cos(lean)]), np.array([0, np.cos(lean), np.sin(lean)])
    grid = Grid((40, 120, 120), np.array([[0, 0, 0.5, -10], [-0.5, 0, 0, 60], [0, -0.5, 0, 0], [0, 0, 0, 1.0]]))
    ras = grid.to_ras(np.moveaxis(np.indices(grid.shape), 0, -1))
    along, across = ras @ down, ras @ front - np.array([0, 30, -30]) @ front
    inside = (np.abs(across) < 4) & (np.abs(ras[..., 0]) < 4)
    lesion = inside & (np.abs(along - np.array([0, 30, -30]) @ down) < 5) & (np.abs(across) < 2)
    cord = Cord(grid, inside.astype(np.float32), MaskSource.READER, True)
    maps = Maps(grid, lesion * np.float32(6), np.zeros(grid.shape, np.float32), inside.astype(np.float32))
    offset = np.array([0, 30, -30]) - 20 * down
    line = Centreline(offset + np.arange(0, 40, 0.5)[:, None] * down, 0.5)
    (finding,) = find(maps, cord, line, levels, SETTINGS).ranked
    assert finding.extent[0] == pytest.approx(10, abs=1)
    assert finding.extent[1] == pytest.approx(4, abs=1)


def test_uncertainties_are_means_over_the_finding(make_maps: Callable, found: Callable) -> None:
    (finding,) = found(make_maps((WEAK, 5))).ranked
    assert finding.epistemic == pytest.approx(0.05)
    assert finding.aleatoric == pytest.approx(0.1)


def test_a_detector_without_a_model_has_no_uncertainty(make_maps: Callable, found: Callable) -> None:
    (finding,) = found(make_maps((WEAK, 5), uncertainty=False)).ranked
    assert finding.epistemic is None
    assert finding.aleatoric is None


def test_a_higher_threshold_never_finds_more(make_maps: Callable, found: Callable) -> None:
    rng = np.random.default_rng(0)
    rows = range(5, 95, 6)
    places = [((slice(4, 5), slice(row, row + 3), slice(15, 19)), float(rng.uniform(2, 9))) for row in rows]
    counts = [len(found(make_maps(*places), replace(SETTINGS, threshold=t)).ranked) for t in (2, 3, 4, 6, 8, 10)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


@pytest.mark.parametrize(("threshold", "low"), [(4, 5), (4, 0), (0, 0)])
def test_thresholds_that_make_no_sense_are_an_error(threshold: float, low: float) -> None:
    with pytest.raises(ValueError, match="low"):
        CandidateSettings(threshold=threshold, low=low)


def test_maps_of_another_grid_are_an_error(make_maps: Callable, cord: Cord, line: Centreline, levels: Levels) -> None:
    moved = cord.grid.affine.copy()
    moved[0, 3] += 5
    elsewhere = Cord(Grid(cord.grid.shape, moved), cord.fraction, cord.source, False)
    with pytest.raises(ValueError, match="same grid"):
        find(make_maps((WEAK, 5)), elsewhere, line, levels, SETTINGS)


def test_an_empty_mask_holds_no_finding(make_maps: Callable, cord: Cord, line: Centreline, levels: Levels) -> None:
    empty = replace(cord, fraction=np.zeros_like(cord.fraction))
    findings = find(make_maps((WEAK, 5)), empty, line, levels, SETTINGS)
    assert findings.ranked == ()
    assert np.isnan(findings.curve.value).all()


def test_the_same_maps_give_the_same_findings(make_maps: Callable, found: Callable) -> None:
    twins = [((slice(4, 5), slice(row, row + 4), slice(18, 22)), 5) for row in (10, 30, 50)]
    first, second = found(make_maps(*twins)), found(make_maps(*twins))
    assert first.ranked == second.ranked
    assert (first.labels == second.labels).all()
    assert [finding.along for finding in first.ranked] == pytest.approx([11.5, 31.5, 51.5])


def test_thirty_candidates_in_a_large_scan_are_found() -> None:
    """20 x 512 x 512 voxels, as a clinical scan has at most."""
    grid = Grid((20, 512, 512), np.array([[0, 0, 3.3, -33], [-0.5, 0, 0, 128], [0, -0.5, 0, 128], [0, 0, 0, 1.0]]))
    fraction = np.zeros(grid.shape, dtype=np.float32)
    fraction[8:12, :, 246:267] = 1
    rng = np.random.default_rng(1)
    anomaly = rng.uniform(0, 1.9, grid.shape).astype(np.float32) * fraction
    for row in range(5, 500, 16):
        anomaly[9:11, row : row + 9, 252:258] = 6
    z = np.arange(128, -127, -0.5)
    line = Centreline(np.stack([0 * z, 0 * z, z], axis=1), 0.5)
    levels = Levels.from_points({"C2": line.point_at(20), "T1": line.point_at(125)}, line)
    cord = Cord(grid, fraction, MaskSource.AUTOMATIC, False)
    maps = Maps(grid, anomaly, anomaly, fraction, anomaly, anomaly)
    assert len(find(maps, cord, line, levels, SETTINGS).ranked) == 31


def test_a_lesion_in_a_real_cord_is_found_where_it_is(data: Path) -> None:
    seg = read_image_file(data / "healthy" / "sub-errsm30" / "sub-errsm30_T2w_label-SC_seg.nii.gz")
    fraction = (seg.array > 0).astype(np.float32)
    cord = Cord(seg.grid, fraction, MaskSource.READER, True)
    line = centreline_of(cord)
    truth = line.point_at(70.0)
    inside = np.argwhere(fraction > 0)
    distance = np.linalg.norm(seg.grid.to_ras(inside) - truth, axis=1)
    anomaly = np.zeros(seg.grid.shape, dtype=np.float32)
    anomaly[tuple(inside.T)] = 8 * np.exp(-((distance / 3) ** 2))
    (finding,) = find(Maps(seg.grid, anomaly, anomaly, fraction), cord, line, Levels.unknown(), SETTINGS).ranked
    assert np.linalg.norm(np.subtract(finding.centre, truth)) < 1.5
    assert finding.along == pytest.approx(70, abs=1.5)
    assert finding.extent == pytest.approx((7, 7, 7), abs=2)
    assert finding.level == "unknown"


def test_a_bright_candidate_is_not_drawn_as_far_as_its_faint_halo(make_maps: Callable, found: Callable) -> None:
    halo, core = (slice(4, 5), slice(40, 60), slice(18, 22)), (slice(4, 5), slice(48, 52), slice(18, 22))
    maps = make_maps((halo, 3), (core, 20))
    (drawn_in,) = found(maps).ranked
    (whole,) = found(maps, replace(SETTINGS, outline=0.0)).ranked
    assert whole.extent[0] > 3 * drawn_in.extent[0]


def test_a_bright_neighbour_does_not_swallow_a_weak_candidate(make_maps: Callable, found: Callable) -> None:
    bridge = (slice(4, 5), slice(40, 60), slice(18, 22))
    weak, strong = (slice(4, 5), slice(41, 45), slice(18, 22)), (slice(4, 5), slice(52, 56), slice(18, 22))
    ranked = found(make_maps((bridge, 2.2), (weak, 5.5), (strong, 20))).ranked
    assert [round(finding.peak, 1) for finding in ranked] == [20, 5.5]
