"""The curve along the cord."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from u2ad.cord import Centreline, Cord, MaskSource
from u2ad.cord.levels import Levels
from u2ad.detectors.maps import Maps
from u2ad.findings import AnomalyCurve, CandidateSettings, find
from u2ad.scan import Grid

SETTINGS = CandidateSettings()


@pytest.fixture
def curve(cord: Cord, line: Centreline, levels: Levels) -> Callable[[Maps], AnomalyCurve]:
    return lambda maps: find(maps, cord, line, levels, SETTINGS).curve


def test_it_has_one_value_for_each_millimetre(make_maps: Callable, curve: Callable, line: Centreline) -> None:
    drawn = curve(make_maps())
    assert len(drawn.along) == len(drawn.value) == len(drawn.level) == round(line.length)
    assert np.diff(drawn.along) == pytest.approx(1)
    assert drawn.along[0] == pytest.approx(0.5)


def test_it_is_the_highest_value_of_the_cross_section(make_maps: Callable, curve: Callable) -> None:
    drawn = curve(make_maps(((4, 40, 20), 3.0), ((5, 40, 15), 7.0), ((4, 60, 20), 2.0)))
    assert drawn.value[40] == pytest.approx(7)
    assert drawn.value[60] == pytest.approx(2)
    assert np.count_nonzero(drawn.value) == 2


def test_it_weighs_by_certainty(make_maps: Callable, curve: Callable) -> None:
    drawn = curve(make_maps(((4, 40, 20), 8.0), certainty=[((4, 40, 20), 0.25)]))
    assert drawn.value[40] == pytest.approx(2)


def test_it_leaves_out_what_lies_outside_the_mask(make_maps: Callable, curve: Callable) -> None:
    assert not curve(make_maps(((1, 40, 20), 8.0), certainty=[((1, 40, 20), 1.0)])).value.any()


def test_it_names_the_level_of_each_place(make_maps: Callable, curve: Callable, levels: Levels) -> None:
    drawn = curve(make_maps())
    assert [levels.level_at(along) for along in drawn.along] == list(drawn.level)
    assert {"C3", "C4/C5", "C6", "unknown"} <= set(drawn.level)


def test_thick_axial_slices_leave_no_comb(line: Centreline) -> None:
    grid = Grid((25, 20, 20), np.array([[1, 0, 0, -10], [0, 1, 0, -10], [0, 0, -4.0, -2], [0, 0, 0, 1]]))
    ones = np.ones(grid.shape, dtype=np.float32)
    cord = Cord(grid, ones, MaskSource.READER, True)
    drawn = find(Maps(grid, ones, ones, ones), cord, line, Levels.unknown(), SETTINGS).curve
    assert (drawn.value[1:-1] == 1).all()
    assert set(drawn.level) == {"unknown"}


def test_a_gap_in_the_mask_is_not_searched(make_maps: Callable, cord: Cord, line: Centreline, levels: Levels) -> None:
    fraction = cord.fraction.copy()
    fraction[:, 30:40] = 0
    everywhere = make_maps(((slice(None), slice(None), slice(None)), 1.0))
    drawn = find(everywhere, replace(cord, fraction=fraction), line, levels, SETTINGS).curve
    assert np.flatnonzero(np.isnan(drawn.value)).tolist() == list(range(30, 40))
    assert (drawn.value[:30] == 1).all()
    assert (drawn.value[40:] == 1).all()


def test_what_looks_normal_is_zero(make_maps: Callable, curve: Callable) -> None:
    assert (curve(make_maps()).value == 0).all()


@pytest.mark.parametrize("spacing", [1.0, 1.2, 1.4, 1.9, 2.6, 3.3])
@pytest.mark.parametrize("shift", [0.0, 0.3, 0.5])
def test_voxels_longer_than_a_section_leave_none_unsearched(line: Centreline, spacing: float, shift: float) -> None:
    grid = Grid(
        (round(104 / spacing), 20, 20),
        np.array([[1, 0, 0, -10], [0, 1, 0, -10], [0, 0, -spacing, 2 - shift], [0, 0, 0, 1]]),
    )
    ones = np.ones(grid.shape, dtype=np.float32)
    cord = Cord(grid, ones, MaskSource.READER, True)
    drawn = find(Maps(grid, ones, ones, ones), cord, line, Levels.unknown(), SETTINGS).curve
    assert (drawn.value[1:-1] == 1).all()
