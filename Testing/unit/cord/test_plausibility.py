"""What is odd about a mask is noticed and said, with what to do."""

import numpy as np
import pytest
from cord_tube import make_tube

from u2ad.cord import Cord, MaskSource
from u2ad.cord.centreline import centreline_of
from u2ad.cord.cord import Trust
from u2ad.cord.plausibility import check_cord, confidence
from u2ad.scan import Facts, Scan, Verdict


def verdicts(tube, fraction=None, scan=None):
    cord = tube.cord if fraction is None else Cord(tube.cord.grid, fraction, tube.cord.source, True)
    return {check.name: check for check in check_cord(scan or tube.scan, cord, centreline_of(cord))}


def ras_of(tube):
    return tube.cord.grid.to_ras(np.moveaxis(np.indices(tube.cord.fraction.shape), 0, -1))


@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (3.3, 0.6, 0.6)])
def test_a_good_mask_of_a_t2_scan_passes_every_check(spacing):
    tube = make_tube(spacing)
    assert {name: check.verdict for name, check in verdicts(tube).items()} == dict.fromkeys(
        ("cord_continuity", "cord_course", "cord_size", "one_cord", "coverage", "region", "signal", "weighting"),
        Verdict.OK,
    )


def test_a_gap_is_noticed_with_its_length(tube):
    fraction = np.where(np.abs(ras_of(tube)[..., 2]) < 8, 0, tube.cord.fraction)
    check = verdicts(tube, fraction)["cord_continuity"]
    assert check.verdict is Verdict.WARN
    assert "16 mm" in check.sentence or "15 mm" in check.sentence
    assert "--cord" in check.remedy


def test_a_jump_to_the_side_is_noticed(tube):
    shifted = np.roll(tube.cord.fraction, 18, axis=2)
    fraction = np.where(ras_of(tube)[..., 2] > 0, tube.cord.fraction, shifted)
    assert verdicts(tube, fraction)["cord_course"].verdict is Verdict.WARN


def test_a_mask_of_the_whole_canal_is_too_large(tube):
    distance = np.linalg.norm((ras_of(tube) - tube.middle(ras_of(tube)[..., 2]))[..., :2], axis=-1)
    assert verdicts(tube, (distance < 9).astype(np.float32))["cord_size"].verdict is Verdict.WARN


def test_two_cords_side_by_side_are_noticed(tube):
    twins = np.maximum(tube.cord.fraction, np.roll(tube.cord.fraction, 22, axis=2))
    assert verdicts(tube, twins)["one_cord"].verdict is Verdict.WARN


def test_a_short_stretch_is_said_to_be_short(tube):
    fraction = np.where(np.abs(ras_of(tube)[..., 2]) < 20, tube.cord.fraction, 0)
    assert verdicts(tube, fraction)["coverage"].verdict is Verdict.WARN


def test_an_automatic_cord_that_ends_far_above_the_lower_border_looks_lumbar(tube):
    fraction = np.where(ras_of(tube)[..., 2] > 0, tube.cord.fraction, 0)
    cord = Cord(tube.cord.grid, fraction, MaskSource.AUTOMATIC, False)
    check = {c.name: c for c in check_cord(tube.scan, cord, centreline_of(cord))}["region"]
    assert check.verdict is Verdict.REFUSE
    assert check.overridable


def test_a_reader_may_mark_a_part_of_the_cord(tube):
    fraction = np.where(ras_of(tube)[..., 2] > 0, tube.cord.fraction, 0)
    check = verdicts(tube, fraction)["region"]
    assert check.verdict is Verdict.WARN
    assert "nothing is looked for below" in check.sentence


def test_negative_values_are_told(tube):
    scan = Scan(tube.scan.array - 400, tube.scan.grid)
    assert verdicts(tube, scan=scan)["signal"].verdict is Verdict.WARN


def test_a_scan_that_says_it_is_cervical_is_believed(tube):
    fraction = np.where(ras_of(tube)[..., 2] > 0, tube.cord.fraction, 0)
    scan = Scan(tube.scan.array, tube.scan.grid, Facts(region_hint="cervical"))
    assert verdicts(tube, fraction, scan)["region"].verdict is Verdict.OK


def test_a_cord_brighter_than_its_fluid_is_not_t2():
    assert verdicts(make_tube(signal=(500.0, 200.0)))["weighting"].verdict is Verdict.REFUSE


def test_a_steady_automatic_mask_is_trusted():
    assert confidence(Trust(0.98, 0.02, ((0.0, 4.0),))).verdict is Verdict.OK


@pytest.mark.parametrize("trust", [Trust(0.91, 0.1, ()), Trust(0.97, 0.4, ((5.0, 12.0),)), Trust(0.0, 0.0, ())])
def test_an_unsteady_mask_is_probably_wrong_and_points_are_the_remedy(trust):
    check = confidence(trust)
    assert check.verdict is Verdict.WARN
    assert "probably wrong" in check.sentence
    assert "--points" in check.remedy
    assert "--cord" in check.remedy


def test_a_long_unsure_stretch_is_named_by_its_place():
    check = confidence(Trust(0.97, 0.11, ((3.0, 8.0), (40.0, 74.0))))
    assert check.verdict is Verdict.WARN
    assert "from 40 to 74 mm below its upper end" in check.sentence
    assert "from 3" not in check.sentence


def test_only_an_automatic_mask_is_asked_how_sure_it_is(tube):
    assert "cord_confidence" not in verdicts(tube)
    cord = Cord(tube.cord.grid, tube.cord.fraction, MaskSource.AUTOMATIC, False, trust=Trust(0.5, 0.0, ()))
    found = {check.name: check.verdict for check in check_cord(tube.scan, cord, centreline_of(cord))}
    assert found["cord_confidence"] is Verdict.WARN
