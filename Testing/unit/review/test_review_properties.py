"""Whatever a reader does in whatever order: undoing leads back, redoing forth, and the disk knows as much as memory."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reviewed_cord import SHAPE, make_case

from u2ad.errors import U2ADError
from u2ad.review import Decision, Journal, Review, Voxels
from u2ad.review.action import UNDOABLE
from u2ad.review.changes import Hold
from u2ad.review.state import State, fold

CASE = make_case()
OTHER_CASE = make_case({"only": ((slice(2, 4), slice(33, 41), slice(9, 13)), 7.0)})

numbers = st.integers(0, 30)
steps = st.one_of(
    st.tuples(st.just("decide"), numbers, st.sampled_from(Decision), st.sampled_from(["", "motion"])),
    st.tuples(st.just("note"), numbers, st.sampled_from(["", "a comment", "another"])),
    st.tuples(st.just("edit"), numbers, numbers),
    st.tuples(st.just("add"), numbers),
    st.tuples(st.just("merge"), numbers, numbers),
    st.tuples(st.just("split"), numbers),
    st.tuples(st.just("threshold"), st.sampled_from([1.0, 4.0, 6.0, 8.0, 11.0])),
    st.tuples(st.just("assess"), st.sampled_from(["normal", "suspicious", ""])),
    st.tuples(st.just("impress"), st.sampled_from(["normal", "unsure"])),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
    st.tuples(st.just("detect"), st.booleans()),
)
often = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


def painted(row: int) -> Voxels:
    """Two spots that may meet others: rows 0 to 90, two slices."""
    mask = np.zeros(SHAPE, bool)
    mask[2, 3 * row : 3 * row + 3, 9:12] = True
    mask[3, 3 * row + 4 : 3 * row + 6, 5:8] = True
    return Voxels.of_mask(mask)


def key(review: Review, number: int) -> str:
    """The key of any finding of the list; none where it is empty."""
    return review.findings[number % len(review.findings)].key if review.findings else ""


def move(review: Review, value: float) -> None:
    review.move_threshold(value)
    review.settle_threshold()


STEPS: dict[str, Callable[..., object]] = {
    "decide": lambda review, n, decision, reason: review.decide(key(review, n), decision, reason),
    "note": lambda review, n, comment: review.note(key(review, n), "", comment),
    "edit": lambda review, n, row: review.edit(key(review, n), painted(row)),
    "add": lambda review, row: review.add(painted(row)),
    "merge": lambda review, n, m: review.merge([key(review, n), key(review, m)]),
    "split": lambda review, n: review.split(key(review, n)),
    "threshold": move,
    "assess": lambda review, reading: review.assess(reading),
    "impress": lambda review, reading: review.impress(reading),
    "undo": lambda review: review.undo(),
    "redo": lambda review: review.redo(),
    "detect": lambda review, other: review.change_case(OTHER_CASE if other else CASE),
}


def take(review: Review, step: tuple) -> None:
    """What a reader does; what cannot be done is refused with a word, and changes nothing."""
    known = review.actions
    try:
        STEPS[step[0]](review, *step[1:])
    except U2ADError:
        assert review.actions == known


@often
@given(st.lists(steps, max_size=12), st.data())
def test_undo_leads_back_step_by_step_and_redo_forth_again(before: list[tuple], data: st.DataObject) -> None:
    review = Review(CASE)
    for step in before:
        take(review, step)
    states: list[State] = [review.state]
    for step in data.draw(st.lists(steps.filter(lambda step: step[0] not in ("undo", "redo", "impress")), max_size=6)):
        known = len(review.actions)
        take(review, step)
        new = review.actions[known:]
        assert len(new) <= 1
        if new and new[0].kind in UNDOABLE:
            states.append(review.state)
    for state in reversed(states[:-1]):
        assert review.undo() is not None
        assert review.state == fold(review.actions) == state
    for state in states[1:]:
        assert review.redo() is not None
        assert review.state == state


@often
@given(st.lists(st.one_of(steps, st.tuples(st.just("reopen"))), max_size=20))
def test_the_disk_always_knows_as_much_as_the_memory(taken: list[tuple]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        review = Review(CASE, Journal(Path(folder)))
        for step in taken:
            if step == ("reopen",):
                review = Review(review.case, Journal(Path(folder)))
            else:
                take(review, step)
            assert Journal(Path(folder)).read() == review.actions
            assert fold(review.actions) == review.state


@often
@given(st.lists(steps, max_size=20), st.floats(0.5, 15))
def test_no_threshold_changes_what_is_held_and_no_number_stands_twice(taken: list[tuple], threshold: float) -> None:
    review = Review(CASE)
    for step in taken:
        take(review, step)
    held = {f.key: (f.voxels, f.figures, f.judgement, f.edited) for f in review.findings if f.held}
    review.move_threshold(threshold)
    listed = review.findings
    assert {f.key: (f.voxels, f.figures, f.judgement, f.edited) for f in listed if f.held} == held
    assert set(held) == set(review.state.held)
    assert len({f.number for f in listed}) == len(listed)
    assert all(len(f.voxels) for f in listed)
    scores = [f.figures.score for f in listed]
    assert scores == sorted(scores, reverse=True)
    open_voxels = [f.voxels for f in listed if not f.held]
    assert not any(f.voxels.meets(voxels) for f in listed if f.held for voxels in open_voxels)
    assert all(np.isfinite(dataclass_numbers(f)).all() for f in listed)


def dataclass_numbers(finding: object) -> list[float]:
    figures = finding.figures  # type: ignore[attr-defined]
    return [figures.score, figures.along, figures.volume, figures.mean, figures.peak, *figures.centre, *figures.extent]


@often
@given(st.lists(steps, min_size=1, max_size=10), st.lists(steps, min_size=1, max_size=10), st.integers(0, 2**10))
def test_two_programs_at_once_lose_nothing_of_each_other(first: list[tuple], second: list[tuple], order: int) -> None:
    """What each holds in the end is held afterwards too, unless both have spoken of the same finding."""
    with tempfile.TemporaryDirectory() as folder:
        reviews = [Review(CASE, Journal(Path(folder))) for _ in range(2)]
        queues = [list(first), list(second)]
        while any(queues):
            turn = order % 2 if all(queues) else int(not queues[0])
            order //= 2
            take(reviews[turn], queues[turn].pop(0))
        both = Review(CASE, Journal(Path(folder)))
        assert {a.id for a in both.actions} == {a.id for review in reviews for a in review.actions}
        kept = {held.voxels for held in both.state.held.values()}
        for mine, other in (reviews, reversed(reviews)):
            touched = Voxels.none().union(*(hold.voxels for hold in holds(other)))
            disputed = {hold.key for hold in holds(mine) if hold.voxels.meets(touched)}
            assert {held.voxels for key, held in mine.state.held.items() if key not in disputed} <= kept


def holds(review: Review) -> list[Hold]:
    return [change for action in review.actions for change in action.changes if isinstance(change, Hold)]
