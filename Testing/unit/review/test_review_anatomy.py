"""What a reader does to the anatomy, and what was on the screen: written like every other step, and never undone."""

import json

import numpy as np
import pytest
from reviewed_cord import PLACES, make_case, voxels_of

from u2ad.review import Action, Case, Decision, Journal, Review, Voxels
from u2ad.review.action import ANATOMY, UNDOABLE
from u2ad.review.changes import Impress, Impression, Marks, Outline, Shown
from u2ad.review.journal import merged
from u2ad.review.state import State, fold

MARKS = {"C2": (3.0, 12.5, 20.0), "T1": (3.25, 80.0, 19.5)}
CORD = Voxels.of_mask(make_case().cord.mask)  # type: ignore[union-attr]
BRUSH = voxels_of(PLACES["weak"][0])


def again(review: Review, journal: Journal) -> Review:
    """What a program finds that starts after this one was killed."""
    return Review(review.case, Journal(journal.folder))


def kinds(review: Review) -> list[str]:
    return [action.kind for action in review.actions]


def test_marked_levels_are_there_after_a_kill(review: Review, journal: Journal) -> None:
    assert review.marks is None
    review.mark_levels(MARKS)
    assert again(review, journal).marks == MARKS


def test_all_marks_are_written_each_time_and_nothing_where_none_has_moved(review: Review) -> None:
    review.mark_levels({"C2": MARKS["C2"]})
    review.mark_levels(MARKS)
    review.mark_levels(dict(reversed(MARKS.items())))
    k, j, i = MARKS["C2"]
    review.mark_levels({**MARKS, "C2": (k, j + 0.005, i)})  # what saving a scene rounds
    assert kinds(review) == ["levels", "levels"]
    review.mark_levels({**MARKS, "C2": (k, j + 0.02, i)})
    assert review.marks == {**MARKS, "C2": (k, j + 0.02, i)}


def test_marks_that_are_cleared_are_no_marks_that_never_were(review: Review, journal: Journal) -> None:
    review.mark_levels({})
    assert review.actions == ()
    review.mark_levels(MARKS)
    review.mark_levels({})
    assert again(review, journal).marks == {}


@pytest.mark.parametrize("place", [(1.0, 2.0), (1.0, 2.0, float("nan")), (1.0, float("inf"), 0.0)])
def test_a_mark_is_a_place(review: Review, place: tuple) -> None:
    with pytest.raises(ValueError, match="expected"):
        review.mark_levels({"C2": place})
    assert review.actions == ()


def test_the_drawn_cord_is_there_after_a_kill(review: Review, journal: Journal) -> None:
    review.outline_cord(CORD)
    review.outline_cord(CORD.without(BRUSH))
    assert again(review, journal).cord == CORD.without(BRUSH)


def test_a_stroke_that_changes_nothing_is_none(review: Review) -> None:
    review.outline_cord(None)
    review.outline_cord(CORD)
    review.outline_cord(Voxels(CORD.kji[::-1]))
    assert kinds(review) == ["cord"]


def test_a_cord_that_is_erased_is_no_cord_that_was_never_drawn(review: Review, journal: Journal) -> None:
    review.outline_cord(Voxels.none())
    assert again(review, journal).cord == Voxels.none()
    review.outline_cord(None)
    assert again(review, journal).cord is None
    assert kinds(review) == ["cord", "cord"]


def test_a_cord_of_15000_voxels_is_a_line_of_a_few_thousand_letters() -> None:
    """Measured: 1.4 kB for a smooth one; 4 kB where every second voxel of the rim is missing, as here."""
    k, j, i = np.indices((13, 320, 60))
    distance = np.hypot((k - 6) * 3.3, (i - 30 - 15 * np.cos(j / 90)) * 0.45)
    ragged = distance + np.random.default_rng(0).uniform(-0.5, 0.5, distance.shape) < 4.5
    assert ragged.sum() > 15000
    assert len(Action("s-1", "t", "", "cord", (Outline(Voxels.of_mask(ragged)),)).to_json()) < 20_000


def test_a_cord_is_seen_for_one_detection_and_not_for_the_next(review: Review, journal: Journal) -> None:
    review.open("run-1")
    assert not review.cord_seen
    review.see_cord()
    review.see_cord()
    assert again(review, journal).cord_seen
    assert kinds(review) == ["open", "seen"]
    review.open("run-2")
    assert not review.cord_seen
    review.see_cord("run-1")
    assert not review.cord_seen
    assert review.state.seen == {"run-1"}


def test_what_was_shown_once_was_shown(review: Review, journal: Journal) -> None:
    review.open("run-1")
    assert not review.shown
    review.mark_shown()
    review.mark_shown()
    review.open("run-2")
    assert again(review, journal).shown
    review.mark_shown("run-1")
    assert kinds(review) == ["open", "shown", "open"]
    assert review.state.shown == {"run-1"}


def test_anatomy_is_not_undone_with_decisions_and_does_not_end_redoing(review: Review) -> None:
    review.decide("finding-1", Decision.CONFIRMED)
    review.mark_levels(MARKS)
    review.outline_cord(CORD)
    review.see_cord()
    review.mark_shown()
    assert review.undo() == "decide"
    review.mark_levels({})
    assert review.redo() == "decide"
    assert (review.marks, review.cord, review.cord_seen, review.shown) == ({}, CORD, True, True)
    assert not ANATOMY & UNDOABLE


# Blind reading


def test_an_impression_is_blind_only_before_anything_was_shown(review: Review, journal: Journal) -> None:
    review.open("run-1")
    review.impress("normal")
    assert review.impression is not None
    assert review.impression.blind
    review.mark_shown()
    assert again(review, journal).impression == review.impression
    review.impress("suspicious")
    assert not review.impression.blind
    assert json.loads(review.actions[-1].to_json())["changes"][0]["impression"]["blind"] is False


def test_a_new_detection_does_not_make_a_reader_blind_again(review: Review) -> None:
    review.mark_shown("run-1")
    review.open("run-2")
    review.impress("normal")
    assert review.impression is not None
    assert not review.impression.blind


def test_who_knows_of_more_than_this_log_is_not_blind(case: Case) -> None:
    review = Review(case)
    review.impress("normal", unblinded=True)
    assert review.impression is not None
    assert not review.impression.blind


def test_an_impression_loses_its_claim_when_an_earlier_log_comes_to_light() -> None:
    shown = Action("a-1", "2026-03-01T09:00:00Z", "", "shown", (Shown("run"),))
    told = Action("b-1", "2026-03-01T10:00:00Z", "", "impression", (Impress(Impression("normal", blind=True)),))
    assert fold([told]).impression == Impression("normal", blind=True)
    assert fold(merged([shown], [told])).impression == Impression("normal", blind=False)


def test_an_impression_of_a_version_that_watched_nothing_claims_nothing() -> None:
    line = (
        '{"id":"a-1","at":"t","reader":"","kind":"impression","target":null,"changes":'
        '[{"change":"impress","impression":{"suspicious":"normal","text":"","reader":"","at":"t"}}]}'
    )
    assert fold([Action.from_json(line)]).impression == Impression("normal", at="t", blind=False)


# Other versions


@pytest.mark.parametrize("kind", ["levels", "cord", "seen", "shown"])
def test_an_older_version_keeps_the_line_and_ignores_it(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    review = Review(make_case())
    review.mark_levels(MARKS)
    review.outline_cord(CORD)
    review.see_cord()
    review.mark_shown()
    (line,) = (action.to_json() for action in review.actions if action.kind == kind)
    older = frozenset(UNDOABLE | {"open", "impression", "undo", "redo"})
    for function in (Action.from_json.__func__, fold):  # type: ignore[attr-defined]
        monkeypatch.setitem(function.__globals__, "KINDS", older)
    action = Action.from_json(line)
    assert action.changes == ()
    assert action.to_json() == line
    assert fold([action]) == State()


@pytest.mark.parametrize(
    "change",
    [
        '{"change":"marks","points":[["C2",[1,2,3]]]}',
        '{"change":"marks","points":{"C2":[1,2]}}',
        '{"change":"marks","points":{"C2":[1,2,"NaN"]}}',
        '{"change":"outline"}',
        '{"change":"outline","voxels":"7"}',
        '{"change":"seen"}',
    ],
)
def test_what_is_damaged_changes_nothing(change: str) -> None:
    action = Action.from_json(f'{{"id":"a-1","at":"t","reader":"","kind":"levels","changes":[{change}]}}')
    assert action.changes == ()


def test_names_and_places_are_all_that_is_written_of_marks() -> None:
    plain = json.loads(Action("a-1", "t", "", "levels", (Marks(MARKS),)).to_json())
    assert plain["changes"] == [{"change": "marks", "points": {name: list(place) for name, place in MARKS.items()}}]
