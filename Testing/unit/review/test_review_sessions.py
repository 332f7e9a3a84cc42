"""Two programs, or two computers, that review one scan without knowing of each other."""

from reviewed_cord import PLACES, make_case, voxels_of

from u2ad.review import Case, Decision, Journal, Review
from u2ad.review.journal import merged
from u2ad.review.state import fold

FREE = [(slice(1, 3), slice(row, row + 5), slice(5, 9)) for row in (60, 80)]


def decisions(review: Review) -> dict[str, Decision]:
    return {finding.key: finding.judgement.decision for finding in review.findings if finding.held}


def test_the_same_finding_decided_twice_is_one_and_the_last_line_counts(case: Case, journal: Journal) -> None:
    left, right = Review(case, journal), Review(case, Journal(journal.folder))
    left.decide("finding-2", Decision.CONFIRMED)
    right.decide("finding-2", Decision.REJECTED)
    assert decisions(Review(case, Journal(journal.folder))) == {"finding-2": Decision.REJECTED}


def test_two_findings_under_one_name_are_both_kept(case: Case, journal: Journal) -> None:
    left, right = Review(case, journal), Review(case, Journal(journal.folder))
    keys = [review.add(voxels_of(place)) for review, place in zip((left, right), FREE, strict=True)]
    assert keys[0] == keys[1] == "finding-5"
    left.decide("finding-5", Decision.CONFIRMED)
    right.decide("finding-5", Decision.REJECTED)
    left.edit("finding-5", voxels_of(PLACES["weak"][0]))
    later = Review(case, Journal(journal.folder))
    assert decisions(later) == {"finding-5": Decision.CONFIRMED, "finding-6": Decision.REJECTED}
    held = later.state.held
    assert held["finding-6"].voxels == voxels_of(FREE[1])
    assert held["finding-5"].voxels == voxels_of(PLACES["weak"][0])


def test_what_a_later_session_says_of_a_renamed_finding_stays_with_it(case: Case, journal: Journal) -> None:
    left, right = Review(case, journal), Review(case, Journal(journal.folder))
    left.add(voxels_of(FREE[0]))
    right.add(voxels_of(FREE[1]))
    later = Review(case, Journal(journal.folder))
    later.decide("finding-6", Decision.UNSURE)
    right.decide("finding-5", Decision.REJECTED)
    left.undo()
    last = Review(case, Journal(journal.folder))
    assert decisions(last) == {"finding-6": Decision.REJECTED}
    assert last.state.held["finding-6"].voxels == voxels_of(FREE[1])


def test_a_scene_and_the_disk_become_one_review(case: Case, journal: Journal) -> None:
    common = Review(case, journal)
    common.decide("finding-1", Decision.CONFIRMED)
    in_scene = Review(case, actions=common.actions)
    in_scene.decide("finding-2", Decision.REJECTED)
    on_disk = Review(case, Journal(journal.folder))
    on_disk.decide("finding-3", Decision.UNSURE)
    both = Review(case, Journal(journal.folder), actions=merged(Journal(journal.folder).read(), in_scene.actions))
    assert decisions(both) == {
        "finding-1": Decision.CONFIRMED,
        "finding-2": Decision.REJECTED,
        "finding-3": Decision.UNSURE,
    }
    both.assess("suspicious")
    assert fold(Journal(journal.folder).read()) == both.state


def test_numbers_of_the_log_are_not_given_to_anything_else(case: Case, journal: Journal) -> None:
    first = Review(case, journal)
    first.add(voxels_of(FREE[0]))
    first.undo()
    later = Review(make_case({"strong": PLACES["strong"]}), Journal(journal.folder))
    assert later.add(voxels_of(FREE[1])) == "finding-6"
    later.undo()
    later.undo()
    later.redo()
    assert later.state.held["finding-6"].voxels == voxels_of(FREE[1])
