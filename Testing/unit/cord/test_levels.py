"""Vertebral levels: names along the cord, from points that somebody has marked."""

import json
from pathlib import Path

import numpy as np
import pytest

from u2ad.cord.centreline import Centreline, centreline_of
from u2ad.cord.cord import Cord, MaskSource
from u2ad.cord.levels import DISCS, TEMPLATE_FACES, VERTEBRAE, Landmark, Levels, read_levels
from u2ad.errors import RefusedInputError, UnreadableInputError
from u2ad.scan import Grid
from u2ad.scan.reading import read_image_file
from u2ad.scan.writing import write_nifti

DATA = Path(__file__).parents[4] / "shared" / "data"
FIXTURE = DATA / "fixture_errsm30_crop"
POINTS = sorted(DATA.glob("healthy/*/*_label-C2T2_points.nii.gz"))
PAM50 = DATA / "prior" / "PAM50_small_MIT" / "PAM50_small_label_disc.nii.gz"
needs_data = pytest.mark.skipif(not FIXTURE.is_dir(), reason="the shared MRI data are not here")


def straight_line(length: float = 200.0) -> Centreline:
    """From z = 0 downwards, so that a point's place along the cord is -z."""
    z = np.arange(0, length + 0.25, 0.5)
    return Centreline(np.stack([0 * z, 0 * z, -z], axis=1), 0.5)


def at(along: float) -> list[float]:
    return [0.0, 12.0, -along]


def place_of(levels: Levels, name: str) -> float:
    return next(mark.along for mark in (*levels.bodies, *levels.discs) if mark.name == name)


def line_of(mask: Path) -> Centreline:
    image = read_image_file(mask)
    return centreline_of(Cord(image.grid, (image.array > 0).astype(np.float32), MaskSource.READER, True))


def test_nothing_is_known_of_unknown_levels() -> None:
    assert {Levels.unknown().level_at(along) for along in (-5.0, 0.0, 50.0)} == {"unknown"}


def test_levels_between_two_points_follow_the_template() -> None:
    levels = Levels.from_points({"C2": at(20), "T1": at(20 + 105 * 1.1)}, straight_line())
    assert [body.name for body in levels.bodies] == list(VERTEBRAE[1:8])
    assert place_of(levels, "C5") == pytest.approx(20 + 1.1 * (60 - 8), abs=0.5)
    assert place_of(levels, "C4/C5") == pytest.approx(20 + 1.1 * (52 - 8), abs=0.5)


def test_a_marked_vertebra_in_between_wins_over_the_template() -> None:
    two = {"C2": at(20), "T1": at(125)}
    levels = Levels.from_points({**two, "C5": at(78)}, straight_line())
    assert place_of(levels, "C5") == pytest.approx(78)
    assert place_of(Levels.from_points(two, straight_line()), "C5") == pytest.approx(72, abs=0.5)


def test_order_of_the_points_in_the_file_does_not_matter() -> None:
    points = {"T1": at(125), "C2": at(20), "C4/C5": at(64)}
    backwards = dict(reversed(points.items()))
    assert Levels.from_points(points, straight_line()) == Levels.from_points(backwards, straight_line())


@pytest.mark.parametrize(
    ("along", "name"),
    [
        (8.0, "unknown"),
        (20.0, "C2"),
        (28 - 2.6, "C2"),
        (28 - 2.4, "C2/C3"),
        (28 + 2.4, "C2/C3"),
        (28 + 2.6, "C3"),
        (37.0, "C3"),
        (46 + 2.6, "C4"),
        (63.9, "C4"),
        (64.1, "unknown"),
    ],
)
def test_a_place_is_named_by_its_vertebra_or_its_disc(along: float, name: str) -> None:
    levels = Levels.from_points({"C2": at(20), "C4": at(55)}, straight_line())
    assert levels.level_at(along) == name


def test_a_point_above_the_visible_cord_still_counts() -> None:
    line = straight_line()
    levels = Levels.from_points({"C2": [0.0, 12.0, 30.0], "C7": at(55)}, line)
    assert place_of(levels, "C2") == pytest.approx(-30)
    assert place_of(levels, "C7") == pytest.approx(55)


def test_a_point_below_the_visible_cord_still_counts() -> None:
    levels = Levels.from_points({"C2": at(20), "T1": at(125)}, straight_line(80))
    assert place_of(levels, "T1") == pytest.approx(125)


def test_vertebrae_below_the_known_ones_are_left_out() -> None:
    points = {"C2": at(20), "T1": at(125), "T7": at(280), "T6/T7": at(270)}
    assert Levels.from_points(points, straight_line()).bodies[-1].name == "T1"


@pytest.mark.parametrize(
    ("points", "word"),
    [
        ({"C2": at(20)}, "at least two"),
        ({}, "at least two"),
        ({"C2": at(125), "T1": at(20)}, "head to foot"),
        ({"C2": at(20), "C3": at(20), "T1": at(125)}, "head to foot"),
        ({"C2": at(20), "T1": at(20 + 105 * 0.55)}, "too close"),
        ({"C2": at(10), "T1": at(10 + 105 * 1.7)}, "too far"),
        ({"C2": at(20), "C3": at(60), "T1": at(125)}, "too close together or too far apart"),
        ({"C2": at(20), "dens": at(10), "T1": at(125)}, "name"),
        ({"C2": [60.0, 0.0, -20.0], "T1": at(125)}, "another scan"),
    ],
)
def test_levels_that_cannot_be_right_are_refused(points: dict, word: str) -> None:
    with pytest.raises(RefusedInputError, match=word) as caught:
        Levels.from_points(points, straight_line())
    assert caught.value.remedy


def test_levels_of_the_simulator_are_read(tmp_path: Path) -> None:
    path = tmp_path / "levels.json"
    path.write_text(json.dumps({"C2": at(20), "C2/C3": at(28), "T1": at(125), "T6": at(240)}), encoding="utf-8")
    assert place_of(read_levels(path, straight_line()), "T1") == pytest.approx(125)


@pytest.mark.parametrize(
    "text", ["[1, 2]", "{", '{"C2": [1, 2]}', '{"C2": null}', '{"C2": [1, 2, NaN]}', '{"C2": "abc"}']
)
def test_a_file_of_levels_that_holds_none_is_unreadable(tmp_path: Path, text: str) -> None:
    path = tmp_path / "levels.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableInputError, match="JSON"):
        read_levels(path, straight_line())


def test_a_missing_file_of_levels_is_unreadable(tmp_path: Path) -> None:
    for name in ("levels.json", "levels.nii.gz"):
        with pytest.raises(UnreadableInputError, match="There is no such file"):
            read_levels(tmp_path / name, straight_line())


def labels(tmp_path: Path, name: str, voxels: dict[int, list[int]]) -> Path:
    """A label image of 1 mm voxels along z; ``voxels`` gives the places along the cord of each value."""
    grid = Grid((200, 3, 3), np.array([[1, 0, 0, -1], [0, 1, 0, -1], [0, 0, -1, 0], [0, 0, 0, 1.0]]))
    array = np.zeros(grid.shape, dtype=np.int16)
    for value, places in voxels.items():
        array[places] = value
    if all(len(places) == 1 for places in voxels.values()):
        array[:, 0], array[:, :, 0] = 0, 0
    write_nifti(tmp_path / name, array, grid)
    return tmp_path / name


def test_points_in_a_label_image_lie_at_mid_body(tmp_path: Path) -> None:
    levels = read_levels(labels(tmp_path, "points.nii.gz", {2: [20], 9: [150]}), straight_line())
    assert place_of(levels, "C2") == pytest.approx(20, abs=0.5)
    assert place_of(levels, "T2") == pytest.approx(150, abs=0.5)


def test_points_in_an_image_of_discs_are_discs(tmp_path: Path) -> None:
    levels = read_levels(labels(tmp_path, "label-discs.nii.gz", {3: [28], 8: [110]}), straight_line())
    assert place_of(levels, "C2/C3") == pytest.approx(28, abs=0.5)
    assert place_of(levels, "C7/T1") == pytest.approx(110, abs=0.5)


def test_regions_in_a_label_image_end_at_the_discs(tmp_path: Path) -> None:
    regions = {3: list(range(30, 48)), 4: list(range(48, 66)), 5: list(range(66, 82)), 6: list(range(82, 85))}
    levels = read_levels(labels(tmp_path, "levels.nii.gz", regions), straight_line())
    found = [place_of(levels, name) for name in ("C3/C4", "C4/C5", "C5/C6")]
    assert found == pytest.approx([47.5, 65.5, 81.5], abs=0.5)
    assert place_of(levels, "C6") == pytest.approx(89.5, abs=1), "a region that the picture cuts off is not the whole"


@needs_data
def test_template_spacing_is_that_of_pam50() -> None:
    image = read_image_file(PAM50)
    z = np.array([image.grid.to_ras(np.argwhere(image.array == n)).mean(axis=0)[2] for n in range(2, 13)])
    assert len(z) == len(DISCS) + 1
    np.testing.assert_allclose(z[0] - z, TEMPLATE_FACES[1:], atol=0.01)


@needs_data
def test_interpolated_levels_of_a_real_scan_are_within_a_millimetre() -> None:
    """C3 and C5 are marked; in between, C4's stretch of cord was labelled by SCT, under numbers one too low."""
    line = line_of(FIXTURE / "t2_seg-manual.nii.gz")
    levels = read_levels(FIXTURE / "labels.nii.gz", line)
    regions = read_levels(FIXTURE / "t2_seg-manual_labeled.nii.gz", line)
    one_off = {"C3/C4": "C2/C3", "C4/C5": "C3/C4"}
    errors = [abs(place_of(levels, true) - place_of(regions, named)) for true, named in one_off.items()]
    assert max(errors) <= 1.0
    assert levels.level_at(place_of(levels, "C4")) == "C4"


@needs_data
@pytest.mark.parametrize("points", POINTS, ids=lambda path: path.parent.name)
def test_c2_and_t2_of_a_real_scan_make_a_likely_spine(points: Path) -> None:
    line = line_of(Path(str(points).replace("C2T2_points", "SC_seg")))
    levels = read_levels(points, line)
    assert [body.name for body in levels.bodies] == list(VERTEBRAE[1:9])
    assert 100 < levels.bodies[-1].along - levels.bodies[0].along < 140


def test_levels_know_discs_only_between_known_bodies() -> None:
    levels = Levels.from_landmarks([Landmark("C3", 20.0), Landmark("C4/C5", 48.0)])
    assert [disc.name for disc in levels.discs] == ["C3/C4", "C4/C5"]


def grey(kind: str, shape: tuple[int, int, int]) -> np.ndarray:
    noise = np.random.default_rng(4).random(shape)
    return {
        "fractions": (noise * 9).astype(np.float32),
        "many values": (noise * 80).astype(np.int16),
        "labels everywhere": (noise * 9).astype(np.uint8),
    }[kind]


@pytest.mark.parametrize(
    ("kind", "shape"),
    [("fractions", (20, 20, 20)), ("many values", (20, 20, 20)), ("labels everywhere", (110, 110, 110))],
)
def test_a_grey_image_holds_no_levels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, shape: tuple[int, int, int]
) -> None:
    write_nifti(tmp_path / "scan.nii.gz", grey(kind, shape), Grid(shape, np.eye(4)))
    monkeypatch.setattr(Centreline, "along", lambda *_: pytest.fail("voxels were worked on before the refusal"))
    with pytest.raises(RefusedInputError, match="holds no level labels") as caught:
        read_levels(tmp_path / "scan.nii.gz", straight_line())
    assert caught.value.remedy


def test_points_of_many_places_are_those_of_each() -> None:
    line = straight_line()
    along = np.array([-5.0, 0.0, 0.74, 33.3, 200.0, 250.0])
    np.testing.assert_array_equal(line.point_at(along), np.stack([line.point_at(float(value)) for value in along]))
    np.testing.assert_allclose(line.point_at(along)[:, 2], [0, 0, -0.5, -33.5, -200, -200])


@pytest.mark.parametrize("marked", [{"C2/C3": at(28)}, {"C2/C3": at(28), "L3": at(190)}])
def test_a_file_with_one_place_is_left_to_who_can_find_the_others(tmp_path: Path, marked: dict) -> None:
    path = tmp_path / "one.json"
    path.write_text(json.dumps(marked))
    asked = []
    read_levels(path, straight_line(), lambda points: asked.append(dict(points)) or Levels.unknown())
    assert asked == [{"C2/C3": at(28)}]
    with pytest.raises(RefusedInputError, match="at least two"):
        read_levels(path, straight_line())


def test_a_file_with_no_place_is_refused_whoever_could_find_them(tmp_path: Path) -> None:
    (tmp_path / "none.json").write_text("{}")
    with pytest.raises(RefusedInputError, match="at least two"):
        read_levels(tmp_path / "none.json", straight_line(), lambda _: Levels.unknown())
