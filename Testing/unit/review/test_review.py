"""The review: what is listed, what a reader can do, and that everything can be taken back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from reviewed_cord import PLACES, SHAPE, make_case, voxels_of

from u2ad.cord.levels import Levels
from u2ad.errors import OutputError, U2ADError
from u2ad.review import Case, Decision, Journal, Listed, Origin, Review, Voxels
from u2ad.review.decision import UNJUDGED
from u2ad.review.state import fold

STRONG, MIDDLE, WEAK, FAINT = (f"finding-{number}" for number in (1, 2, 3, 4))
FREE = (slice(4, 6), slice(85, 95), slice(5, 9))


def by_key(review: Review) -> dict[str, Listed]:
    return {finding.key: finding for finding in review.findings}


def reopened(review: Review, journal: Journal, case: Case | None = None) -> Review:
    return Review(case or review.case, Journal(journal.folder), reader="Reader Two")


# The list


def test_findings_come_by_falling_score_and_are_numbered_like_that(review: Review) -> None:
    assert [finding.key for finding in review.findings] == [STRONG, MIDDLE, WEAK, FAINT]
    scores = [finding.figures.score for finding in review.findings]
    assert scores == sorted(scores, reverse=True)
    assert [finding.figures.label for finding in review.findings] == [1, 2, 3, 4]
    assert review.patient_score == scores[0]


def test_what_is_listed_is_what_a_detection_tells(review: Review) -> None:
    told = review.case.derive(review.threshold)
    assert [finding.figures for finding in review.findings] == list(told.ranked)
    for finding in review.findings:
        assert finding.voxels == Voxels(np.argwhere(told.labels == finding.number))


def test_the_slider_shows_and_hides_candidates_which_keep_their_numbers(review: Review) -> None:
    review.move_threshold(8)
    assert list(by_key(review)) == [STRONG, MIDDLE]
    review.move_threshold(4)
    assert list(by_key(review)) == [STRONG, MIDDLE, WEAK, FAINT]


def test_what_appears_later_gets_the_next_number_whatever_its_rank(case: Case) -> None:
    review = Review(replace(case, settings=replace(case.settings, threshold=11)))
    assert list(by_key(review)) == [STRONG]
    review.move_threshold(6)
    review.move_threshold(9)
    review.move_threshold(6)
    assert list(by_key(review)) == [STRONG, MIDDLE, WEAK]


def test_a_threshold_below_the_outline_still_works(review: Review) -> None:
    review.move_threshold(0.5)
    assert len(review.findings) == 4


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf")])
def test_a_threshold_is_a_number_above_nothing(review: Review, value: float) -> None:
    with pytest.raises(ValueError, match="threshold"):
        review.move_threshold(value)
    with pytest.raises(ValueError, match="threshold"):
        review.open("run", value)
    assert review.actions == ()


def test_a_held_finding_stays_when_the_threshold_moves_over_it(review: Review) -> None:
    before = by_key(review)[FAINT]
    review.decide(FAINT, Decision.REJECTED, "motion")
    review.move_threshold(11)
    assert list(by_key(review)) == [STRONG, FAINT]
    after = by_key(review)[FAINT]
    assert (after.voxels, after.figures, after.held) == (before.voxels, before.figures, True)


def test_a_candidate_whose_peak_is_held_is_not_listed_again(review: Review) -> None:
    whole = by_key(review)[WEAK].voxels
    peak = Voxels(np.array([(3, 53, 10)]))
    review.edit(WEAK, whole.without(Voxels(whole.kji[:8])).union(peak))
    assert list(by_key(review)) == [STRONG, MIDDLE, WEAK, FAINT]


def test_other_candidates_are_listed_without_what_is_held(review: Review) -> None:
    lower_half = Voxels.of_mask(np.ones((1, 4, 4)), (3, 54, 9))
    review.add(lower_half)
    weak = by_key(review)[WEAK]
    assert weak.voxels == voxels_of(PLACES["weak"][0]).without(lower_half)
    assert weak.figures.volume == pytest.approx(16 * 1.5)
    assert not weak.voxels.meets(lower_half)


def test_what_is_left_of_a_candidate_is_dropped_when_it_is_too_small(review: Review) -> None:
    around_the_peak = voxels_of(PLACES["weak"][0]).without(Voxels(np.array([(3, 53, 10), (3, 53, 11)])))
    review.add(around_the_peak)
    assert WEAK not in by_key(review)


def test_counts_and_patient_score_follow_the_decisions(review: Review) -> None:
    review.decide(STRONG, Decision.REJECTED)
    review.decide(MIDDLE, Decision.CONFIRMED)
    assert review.counts == {
        Decision.UNDECIDED: 2,
        Decision.CONFIRMED: 1,
        Decision.REJECTED: 1,
        Decision.UNSURE: 0,
    }
    assert review.patient_score == by_key(review)[MIDDLE].figures.score


# Decisions


def test_a_decision_on_a_candidate_is_one_line_with_all_that_belongs_to_it(review: Review, journal: Journal) -> None:
    listed = by_key(review)[WEAK]
    review.decide(WEAK, Decision.CONFIRMED, "demyelination", "two levels")
    (line,) = journal.path.read_text().splitlines()
    assert line == review.actions[0].to_json()
    (held,) = fold(journal.read()).held.values()
    assert (held.voxels, held.figures, held.origin, held.edited) == (
        listed.voxels,
        listed.figures,
        Origin.MODEL,
        False,
    )
    said = held.judgement
    assert (said.decision, said.reason, said.comment) == (Decision.CONFIRMED, "demyelination", "two levels")
    assert (said.reader, said.at) == ("Reader One", "2026-03-01T09:00:00Z")


def test_a_reader_without_a_name_may_decide(case: Case, journal: Journal) -> None:
    review = Review(case, journal)
    review.decide(WEAK, Decision.UNSURE)
    assert by_key(review)[WEAK].judgement.reader == ""
    assert by_key(reopened(review, journal))[WEAK].judgement.decision is Decision.UNSURE


def test_the_same_decision_twice_is_one_but_a_second_reader_counts(review: Review) -> None:
    review.decide(WEAK, Decision.CONFIRMED)
    review.decide(WEAK, Decision.CONFIRMED)
    assert len(review.actions) == 1
    review.reader = "Reader Two"
    review.decide(WEAK, Decision.CONFIRMED)
    assert by_key(review)[WEAK].judgement.reader == "Reader Two"


def test_notes_leave_the_decision(review: Review) -> None:
    review.decide(WEAK, Decision.REJECTED)
    review.note(WEAK, "motion", "swallowing")
    said = by_key(review)[WEAK].judgement
    assert (said.decision, said.reason, said.comment) == (Decision.REJECTED, "motion", "swallowing")


def test_an_undecided_finding_with_a_comment_is_held_until_the_comment_is_gone(review: Review) -> None:
    review.note(FAINT, "", "ask a colleague")
    review.move_threshold(11)
    assert by_key(review)[FAINT].judgement.comment == "ask a colleague"
    review.note(FAINT, "", "")
    assert FAINT not in by_key(review)


def test_a_decision_taken_back_makes_a_candidate_again(review: Review) -> None:
    review.decide(WEAK, Decision.CONFIRMED)
    review.decide(WEAK, Decision.UNDECIDED)
    assert not by_key(review)[WEAK].held
    review.move_threshold(11)
    assert WEAK not in by_key(review)


def test_a_decision_taken_back_keeps_what_a_reader_has_drawn(review: Review) -> None:
    key = review.add(voxels_of(FREE))
    review.decide(key, Decision.CONFIRMED)
    review.decide(key, Decision.UNDECIDED)
    assert by_key(review)[key].judgement == UNJUDGED
    before = len(review.actions)
    review.decide(key, Decision.UNDECIDED)
    review.decide(WEAK, Decision.UNDECIDED)
    assert len(review.actions) == before


def test_what_is_gone_from_the_list_cannot_be_decided(review: Review) -> None:
    review.move_threshold(11)
    for step in (
        lambda: review.decide(WEAK, Decision.CONFIRMED),
        lambda: review.note(WEAK, "", "x"),
        lambda: review.edit(WEAK, voxels_of(FREE)),
        lambda: review.split(WEAK),
        lambda: review.merge([STRONG, WEAK]),
    ):
        with pytest.raises(U2ADError, match="no longer in the list"):
            step()
    assert review.actions == ()


# Voxels


def test_an_edited_finding_keeps_number_origin_and_judgement(review: Review) -> None:
    review.decide(WEAK, Decision.CONFIRMED)
    bigger = by_key(review)[WEAK].voxels.union(voxels_of((slice(3, 4), slice(58, 60), slice(9, 13))))
    review.edit(WEAK, bigger)
    finding = by_key(review)[WEAK]
    assert (finding.voxels, finding.edited, finding.origin) == (bigger, True, Origin.MODEL)
    assert finding.judgement.decision is Decision.CONFIRMED
    assert finding.figures.volume == pytest.approx(40 * 1.5)
    assert finding.figures.extent[0] == pytest.approx(10)


def test_an_edit_that_changes_nothing_is_none(review: Review) -> None:
    review.edit(WEAK, Voxels(by_key(review)[WEAK].voxels.kji[::-1]))
    assert review.actions == ()


def test_nothing_can_be_edited_away_or_added_empty(review: Review) -> None:
    with pytest.raises(U2ADError, match="Nothing is left"):
        review.edit(WEAK, Voxels.none())
    with pytest.raises(U2ADError, match="Nothing is painted"):
        review.add(Voxels.none())


def test_voxels_outside_the_scan_are_an_error_before_anything_is_written(review: Review) -> None:
    with pytest.raises(ValueError, match="inside a scan"):
        review.add(Voxels(np.array([(0, SHAPE[1], 0)])))
    assert review.actions == ()


def test_an_added_finding_is_the_readers_under_the_number_that_was_announced(review: Review) -> None:
    number = review.next_number
    key = review.add(voxels_of(FREE))
    finding = by_key(review)[key]
    assert (finding.number, finding.origin, finding.edited) == (number, Origin.READER, False)
    assert finding.judgement == UNJUDGED
    assert finding.figures.volume == pytest.approx(80 * 1.5)
    assert finding.figures.score == 0
    assert finding.figures.centre == pytest.approx((4.5, 1.75, -89.5))
    assert review.next_number == number + 1


def test_merging_makes_one_finding_of_the_lowest_number(review: Review) -> None:
    review.decide(FAINT, Decision.CONFIRMED, comment="lower end")
    whole = by_key(review)[WEAK].voxels.union(by_key(review)[FAINT].voxels)
    assert review.merge([FAINT, WEAK, FAINT]) == WEAK
    assert list(by_key(review)) == [STRONG, MIDDLE, WEAK]
    merged = by_key(review)[WEAK]
    assert (merged.voxels, merged.edited, merged.origin) == (whole, True, Origin.MODEL)
    assert (merged.judgement.decision, merged.judgement.comment) == (Decision.CONFIRMED, "lower end")


def test_merging_what_was_judged_differently_is_undecided_and_keeps_all_comments(review: Review) -> None:
    review.decide(WEAK, Decision.CONFIRMED, "demyelination", "one")
    review.decide(FAINT, Decision.REJECTED, "motion", "two")
    review.merge([WEAK, FAINT])
    said = by_key(review)[WEAK].judgement
    assert (said.decision, said.reason, said.comment) == (Decision.UNDECIDED, "", "one; two")


def test_what_only_readers_saw_stays_theirs_when_merged(review: Review) -> None:
    keys = [review.add(voxels_of((slice(4, 6), slice(row, row + 3), slice(5, 9)))) for row in (85, 92)]
    assert by_key(review)[review.merge(keys)].origin is Origin.READER


@pytest.mark.parametrize("keys", [[], [WEAK], [WEAK, WEAK]])
def test_merging_needs_two(review: Review, keys: list[str]) -> None:
    with pytest.raises(U2ADError, match="needs two"):
        review.merge(keys)


def test_splitting_undoes_a_merge_in_its_own_way(review: Review) -> None:
    weak, faint = by_key(review)[WEAK].voxels, by_key(review)[FAINT].voxels
    review.edit(WEAK, weak.union(voxels_of((slice(3, 4), slice(58, 59), slice(9, 13)))))
    review.decide(WEAK, Decision.CONFIRMED)
    review.merge([WEAK, FAINT])
    keys = review.split(WEAK)
    assert keys == (WEAK, "finding-5")
    first, second = (by_key(review)[key] for key in keys)
    assert len(first.voxels) == 36
    assert second.voxels == faint
    assert first.judgement == second.judgement
    assert second.judgement.decision is Decision.CONFIRMED


def test_pieces_that_touch_at_a_corner_are_one(review: Review) -> None:
    key = review.add(voxels_of(FREE).union(Voxels(np.array([(3, 95, 9)]))))
    with pytest.raises(U2ADError, match="all one piece"):
        review.split(key)


# Undo and redo


def steps(review: Review) -> dict[str, Callable[[], object]]:
    return {
        "decide": lambda: review.decide(WEAK, Decision.CONFIRMED),
        "edit": lambda: review.edit(WEAK, voxels_of(FREE)),
        "add": lambda: review.add(voxels_of(FREE)),
        "merge": lambda: review.merge([STRONG, MIDDLE]),
        "split": lambda: review.split(review.findings[-1].key),
        "threshold": lambda: (review.move_threshold(7), review.settle_threshold()),
        "assess": lambda: review.assess("suspicious", "see C5"),
    }


@pytest.mark.parametrize("kind", ["decide", "edit", "add", "merge", "split", "threshold", "assess"])
def test_every_step_can_be_undone_and_redone(review: Review, kind: str) -> None:
    apart = review.add(voxels_of((slice(1, 2), slice(0, 1), slice(3, 5))).union(Voxels(np.array([(1, 3, 3)]))))
    assert review.findings[-1].key == apart
    before, shown = review.state, _shown(review)
    steps(review)[kind]()
    after, shown_after = review.state, _shown(review)
    assert shown_after != shown
    assert review.undo() == kind
    assert (review.state, _shown(review)) == (before, shown)
    assert review.redo() == kind
    assert (review.state, _shown(review)) == (after, shown_after)
    assert len(review.actions) == 4


def _shown(review: Review) -> list[tuple]:
    rows: list[tuple] = [(f.key, f.voxels, f.figures, f.judgement, f.held) for f in review.findings]
    return [*rows, (review.threshold, review.assessment)]


def test_a_new_step_ends_redoing(review: Review) -> None:
    review.decide(WEAK, Decision.CONFIRMED)
    review.undo()
    assert review.can_redo
    review.decide(STRONG, Decision.CONFIRMED)
    assert not review.can_redo
    assert review.redo() is None


def test_with_nothing_to_undo_nothing_happens(review: Review) -> None:
    assert not review.can_undo
    assert (review.undo(), review.redo()) == (None, None)
    assert review.actions == ()


def test_a_first_impression_and_a_detection_are_not_undone(review: Review) -> None:
    review.impress("suspicious", "something at C4")
    review.open("run-1")
    assert not review.can_undo
    review.decide(WEAK, Decision.CONFIRMED)
    review.undo()
    assert review.impression is not None
    assert (review.impression.suspicious, review.impression.text) == ("suspicious", "something at C4")
    assert review.impression.reader == "Reader One"


def test_undone_steps_stay_in_the_log(review: Review, journal: Journal) -> None:
    review.decide(WEAK, Decision.CONFIRMED)
    review.undo()
    assert [action.kind for action in journal.read()] == ["decide", "undo"]


def test_undo_reaches_into_earlier_sessions(review: Review, journal: Journal) -> None:
    review.decide(WEAK, Decision.CONFIRMED)
    later = reopened(review, journal)
    assert later.undo() == "decide"
    assert not by_key(later)[WEAK].held
    assert reopened(later, journal).can_redo


# Threshold, detections, anatomy


def test_a_moving_threshold_is_not_written_but_where_it_rests(review: Review) -> None:
    for value in (5, 6, 7):
        review.move_threshold(value)
    assert review.actions == ()
    review.settle_threshold()
    review.settle_threshold()
    assert [action.kind for action in review.actions] == ["threshold"]
    assert review.state.threshold == 7


def test_a_threshold_in_motion_stays_where_it_is_while_decisions_are_taken(review: Review) -> None:
    review.move_threshold(5.5)
    review.decide(STRONG, Decision.CONFIRMED)
    assert review.threshold == 5.5


def test_a_detection_brings_its_threshold_once(review: Review) -> None:
    review.open("run-1", 7.5)
    assert (review.run, review.threshold, len(review.findings)) == ("run-1", 7.5, 2)
    review.move_threshold(5)
    review.settle_threshold()
    review.open("run-1", 7.5)
    assert (review.threshold, len(review.actions)) == (5, 2)
    review.open("run-2", 8)
    assert review.threshold == 8


def test_another_detection_keeps_held_findings_and_derives_the_rest_anew(review: Review) -> None:
    review.decide(WEAK, Decision.CONFIRMED)
    held = by_key(review)[WEAK]
    places = {"middle": PLACES["middle"], "new": ((slice(3, 4), slice(80, 90), slice(9, 13)), 7.0)}
    review.change_case(make_case(places))
    review.open("run-2", 4.0)
    assert list(by_key(review)) == [MIDDLE, "finding-5", WEAK]
    again = by_key(review)[WEAK]
    assert (again.voxels, again.judgement) == (held.voxels, held.judgement)
    assert again.figures.centre == pytest.approx(held.figures.centre, abs=0.01)
    assert replace(again.figures, centre=held.figures.centre) == held.figures


def test_a_candidate_whose_peak_moves_within_it_keeps_its_number(review: Review) -> None:
    assert MIDDLE in by_key(review)
    case = make_case({"middle": PLACES["middle"]})
    assert case.maps is not None
    case.maps.anomaly[3, 36, 12] = 15
    review.change_case(case)
    assert list(by_key(review)) == [MIDDLE]


def test_corrected_levels_name_held_findings_too(case: Case) -> None:
    review = Review(replace(case, levels=Levels.unknown()))
    review.decide(WEAK, Decision.CONFIRMED)
    assert by_key(review)[WEAK].figures.level == "unknown"
    review.change_case(case)
    assert by_key(review)[WEAK].figures.level == case.levels.level_at(by_key(review)[WEAK].figures.along) != "unknown"


def test_the_curve_is_that_of_the_detection(review: Review) -> None:
    curve, told = review.curve, review.case.derive(4).curve
    assert np.array_equal(curve.value, told.value, equal_nan=True)
    assert review.curve is curve


# Another day, another trouble


def test_everything_is_there_another_day(review: Review, journal: Journal) -> None:
    review.open("run-1", 5)
    review.impress("normal")
    review.decide(WEAK, Decision.REJECTED, "motion", "Café")
    review.edit(STRONG, by_key(review)[STRONG].voxels.without(Voxels(np.array([(3, 17, 12)]))))
    key = review.add(voxels_of(FREE))
    review.merge([MIDDLE, key])
    review.assess("suspicious", "")
    review.undo()
    later = reopened(review, journal)
    assert later.state == review.state
    assert later.actions == review.actions
    assert _shown(later) == _shown(review)


def test_a_log_from_elsewhere_is_written_down_with_the_first_step(review: Review, tmp_path: Path) -> None:
    """As when a scene is opened on another computer: its journal must be whole there too."""
    review.decide(WEAK, Decision.CONFIRMED)
    elsewhere = Journal(tmp_path / "elsewhere")
    later = Review(review.case, elsewhere, actions=review.actions)
    assert not elsewhere.path.exists()
    later.decide(STRONG, Decision.REJECTED)
    assert Journal(elsewhere.folder).read() == later.actions
    assert len(later.actions) == 2


def test_a_review_without_a_journal_is_in_memory(case: Case) -> None:
    review = Review(case)
    review.decide(WEAK, Decision.CONFIRMED)
    assert len(review.actions) == 1


def test_where_the_disk_refuses_the_review_goes_on_and_is_told_once(case: Case, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    journal = Journal(tmp_path / "file" / "case")
    review = Review(case, journal)
    with pytest.raises(OutputError):
        review.decide(WEAK, Decision.CONFIRMED)
    assert by_key(review)[WEAK].judgement.decision is Decision.CONFIRMED
    review.decide(STRONG, Decision.REJECTED)
    assert journal.pending == review.actions
    (tmp_path / "file").unlink()
    review.undo()
    assert Journal(journal.folder).read() == review.actions
    assert len(review.actions) == 3


def test_the_clock_of_the_computer_orders_nothing(case: Case, journal: Journal) -> None:
    times = iter([datetime.fromisoformat(f"{year}-01-01T00:00:00+00:00") for year in range(2030, 2000, -1)])
    review = Review(case, journal, clock=lambda: next(times))
    review.decide(WEAK, Decision.CONFIRMED)
    review.decide(WEAK, Decision.REJECTED)
    assert by_key(reopened(review, journal))[WEAK].judgement.decision is Decision.REJECTED


def test_nobody_is_named_but_the_reader(review: Review, journal: Journal) -> None:
    review.decide(WEAK, Decision.CONFIRMED)
    text = journal.path.read_text()
    assert "Reader One" in text
    assert str(Path.home()) not in text
    assert str(journal.folder) not in text


def test_readings_are_those_that_are_offered(review: Review) -> None:
    with pytest.raises(ValueError, match="expected one of"):
        review.impress("fine")
    with pytest.raises(ValueError, match="expected one of"):
        review.assess("fine")
    review.assess("")
    assert review.assessment is not None
