"""The set of voxels that a finding consists of, and its written form."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from u2ad.review.voxels import LONGEST_SIDE, Voxels

places = st.tuples(st.integers(0, 9), st.integers(0, 40), st.integers(0, 12))
sets = st.frozensets(places, max_size=60)


def voxels(chosen: frozenset) -> Voxels:
    return Voxels(np.array(sorted(chosen), dtype=int).reshape(-1, 3))


def as_set(chosen: Voxels) -> frozenset:
    return frozenset(map(tuple, chosen.kji.tolist()))


@given(sets)
def test_what_is_written_is_read_again(chosen: frozenset) -> None:
    assert Voxels.decoded(voxels(chosen).encoded()) == voxels(chosen)


@given(sets, sets, sets)
def test_they_behave_like_sets(first: frozenset, second: frozenset, third: frozenset) -> None:
    a, b, c = voxels(first), voxels(second), voxels(third)
    assert as_set(a.union(b, c)) == first | second | third
    assert as_set(a.without(b)) == first - second
    assert a.meets(b) == bool(first & second)
    assert (a == b) == (first == second)
    assert len(a) == len(first)


@given(sets, places)
def test_one_voxel_is_found(chosen: frozenset, place: tuple) -> None:
    assert voxels(chosen).holds(place) == (place in chosen)


@given(sets)
def test_box_and_mask_hold_exactly_them(chosen: frozenset) -> None:
    whole = np.zeros((10, 41, 13), bool)
    whole[voxels(chosen).box] = voxels(chosen).mask
    assert as_set(Voxels.of_mask(whole)) == chosen


def test_they_are_sorted_once_each_and_read_only() -> None:
    several = Voxels(np.array([(2, 0, 1), (0, 5, 5), (2, 0, 1), (0, 5, 4)]))
    assert several.kji.tolist() == [[0, 5, 4], [0, 5, 5], [2, 0, 1]]
    assert several.kji.dtype == np.int32
    with pytest.raises(ValueError, match="read-only"):
        several.kji[0, 0] = 1


def test_equal_ones_are_one_key() -> None:
    assert {voxels(frozenset({(1, 2, 3)})), voxels(frozenset({(1, 2, 3)})), Voxels.none()} == {
        voxels(frozenset({(1, 2, 3)})),
        Voxels.none(),
    }


def test_nothing_in_common_gives_back_the_very_same() -> None:
    a, b = voxels(frozenset({(1, 1, 1)})), voxels(frozenset({(2, 2, 2)}))
    assert a.without(b) is a


def test_pieces_touch_at_corners_and_come_by_size() -> None:
    corner = [(0, 0, 0), (1, 1, 1)]
    apart = [(5, 10, 10), (5, 10, 11), (5, 11, 11)]
    assert [as_set(part) for part in voxels(frozenset(corner + apart)).parts()] == [frozenset(apart), frozenset(corner)]
    assert Voxels.none().parts() == ()


def test_far_apart_voxels_stay_a_short_text() -> None:
    """A slip of the brush at the other end of the picture must not make a journal of megabytes."""
    assert len(Voxels(np.array([(0, 0, 0), (19, 511, 511)])).encoded()) < 2000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "0,0,0+1,1,1:",
        "0,0,0+1,1,1:!!!!",
        "0,0,0+9999999,9999999,9999999:eJwDAAAAAAE=",
        "0,0,0+2097152,2097152,2097152:eJwDAAAAAAE=",
        "0,0,0+1,1,1:eJwDAAAAAAE=",
        "0,0,0+3,3,3:" + Voxels(np.zeros((1, 3), int)).encoded().partition(":")[2],
        "-1,0,0+1,1,1:" + Voxels(np.zeros((1, 3), int)).encoded().partition(":")[2],
        Voxels(np.array([(4, 5, 6), (4, 9, 9)])).encoded()[:-4],
    ],
)
def test_damaged_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        Voxels.decoded(text)


@pytest.mark.parametrize(
    "kji",
    [np.array([(0, -1, 0)]), np.array([(0, 0, LONGEST_SIDE)]), np.array([(0.5, 0, 0)]), np.array([1, 2, 3])],
)
def test_what_is_no_index_is_refused(kji: np.ndarray) -> None:
    with pytest.raises(ValueError, match="expected"):
        Voxels(kji)
