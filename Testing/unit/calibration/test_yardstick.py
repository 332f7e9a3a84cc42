"""What a yardstick does to maps and findings, and what of it travels with a result."""

from dataclasses import replace

import numpy as np
import pytest
from calibrated import CONFIDENCE
from cord_tube import make_tube

from u2ad.calibration import UNCALIBRATED, Reference, Yardstick
from u2ad.calibration.plain import yardstick_from_plain, yardstick_to_plain
from u2ad.cord.centreline import centreline_of
from u2ad.cord.levels import Levels
from u2ad.detectors.maps import Maps
from u2ad.findings import CandidateSettings, Finding, find

YARDSTICK = Yardstick("Note.", "thick", 5.0, {"C3": 2.0, "C6": 0.5}, CONFIDENCE, Reference((1.0, 2.0, 3.0)), "d" * 64)


@pytest.fixture(scope="module")
def scene():
    tube = make_tube()
    line = centreline_of(tube.cord)
    levels = Levels.from_points({"C3": line.point_at(20), "C6": line.point_at(80)}, line)
    anomaly = (3 * (tube.cord.fraction > 0.5)).astype(np.float32)
    maps = Maps(tube.scan.grid, anomaly, anomaly, tube.cord.fraction)
    return tube, line, levels, maps


def test_an_anomaly_is_divided_by_the_scale_of_its_vertebra(scene) -> None:
    tube, line, levels, maps = scene
    anomaly = YARDSTICK.levelled(maps, line, levels).anomaly
    for along, factor in ((5, 2.0), (20, 2.0), (50, 1.25), (80, 0.5), (120, 0.5)):
        k, j, i = np.round(tube.scan.grid.to_kji(line.point_at(along))).astype(int)
        assert anomaly[k, j, i] == pytest.approx(3 / factor, rel=0.03), along


def test_above_the_named_vertebrae_the_scale_of_c1_counts(scene) -> None:
    tube, line, _, maps = scene
    levels = Levels.from_points({"C2": line.point_at(40), "C6": line.point_at(110)}, line)
    above = levels.middle_of("C1") or 0.0
    assert 0 < above < 30
    anomaly = replace(YARDSTICK, scale={"C1": 3.0, "C2": 1.0}).levelled(maps, line, levels).anomaly
    for along, factor in ((above / 2, 3.0), (above, 3.0), ((above + 40) / 2, 2.0), (40, 1.0), (100, 1.0)):
        k, j, i = np.round(tube.scan.grid.to_kji(line.point_at(along))).astype(int)
        assert anomaly[k, j, i] == pytest.approx(3 / factor, rel=0.04), along


def test_a_scan_that_begins_below_c2_has_the_scale_of_each_vertebra_above_it(scene) -> None:
    tube, line, _, maps = scene
    levels = Levels.from_points({"C5": line.point_at(70), "C7": line.point_at(110)}, line)
    scale = {"C1": 4.0, "C2": 1.0, "C3": 1.0, "C4": 2.0, "C5": 1.0}
    anomaly = replace(YARDSTICK, scale=scale).levelled(maps, line, levels).anomaly
    for name in ("C3", "C4", "C5"):
        k, j, i = np.round(tube.scan.grid.to_kji(line.point_at(levels.middle_of(name)))).astype(int)
        assert anomaly[k, j, i] == pytest.approx(3 / scale[name], rel=0.06), name


def test_where_levels_are_unknown_nothing_is_scaled(scene) -> None:
    _, line, _, maps = scene
    assert YARDSTICK.levelled(maps, line, Levels.unknown()) is maps
    assert UNCALIBRATED.levelled(maps, line, scene[2]) is maps


def test_every_finding_gets_its_confidence_and_the_scan_its_percentile(scene) -> None:
    tube, line, levels, maps = scene
    spot = maps.anomaly * 0
    spot[tuple(np.round(tube.scan.grid.to_kji(line.point_at(50))).astype(int))] = 9.0
    found = find(replace(maps, anomaly=spot), tube.cord, line, levels, CandidateSettings(smallest_volume=1))
    placed = YARDSTICK.placed(found)
    assert [finding.confidence for finding in placed.ranked] == [CONFIDENCE.of(finding) for finding in found.ranked]
    assert len(placed.ranked) == 1
    assert placed.percentile == 100
    assert "higher than each of 3" in YARDSTICK.standing(placed)


def test_the_score_of_the_cord_does_not_depend_on_the_threshold(scene) -> None:
    tube, line, levels, maps = scene
    high, low = (
        find(maps, tube.cord, line, levels, CandidateSettings(threshold=threshold)) for threshold in (2.5, 50.0)
    )
    assert (len(high.ranked), len(low.ranked)) == (1, 0)
    assert high.cord_score == low.cord_score == high.patient_score > 0


def test_without_a_calibration_there_are_no_numbers(finding: Finding, scene) -> None:
    tube, line, levels, maps = scene
    placed = UNCALIBRATED.placed(find(maps, tube.cord, line, levels, CandidateSettings(threshold=2.5)))
    assert placed.percentile is None
    assert placed.ranked[0].confidence is None
    assert UNCALIBRATED.standing(placed) == "The scores are not calibrated."


def test_a_result_carries_what_confidence_is_told_from(finding: Finding) -> None:
    back = yardstick_from_plain(yardstick_to_plain(YARDSTICK))
    assert back.rated(finding) == YARDSTICK.rated(finding)
    assert (back.note, back.digest) == (YARDSTICK.note, YARDSTICK.digest)
    assert yardstick_from_plain(yardstick_to_plain(UNCALIBRATED)) == UNCALIBRATED


def test_a_result_does_not_carry_other_peoples_scores() -> None:
    assert yardstick_to_plain(YARDSTICK)["reference"] == {"scans": 3, "own": 0}
