"""Confidence in a review: of the candidate as it is now, kept with what is held, and silent on what a reader drew."""

import numpy as np
import pytest
from reviewed_cord import PLACES, make_case, mask_of, voxels_of

from u2ad.calibration import Confidence, Yardstick
from u2ad.review import Case, Decision, Journal, Review, Voxels
from u2ad.review.changes import Hold, from_plain, to_plain
from u2ad.review.decision import Origin
from u2ad.review.table import rows

YARDSTICK = Yardstick("For tests.", confidence=Confidence(-8.0, {"log_score": 2.0}))


@pytest.fixture
def case() -> Case:
    return make_case(yardstick=YARDSTICK)


def test_each_candidate_has_its_own(review: Review) -> None:
    told = [finding.figures.confidence for finding in review.findings]
    assert told == sorted(told, reverse=True)
    assert len(set(told)) == 4
    assert [finding.confidence for finding in review.case.derive(4).ranked] == told


def test_it_follows_the_candidate_that_the_threshold_leaves(review: Review) -> None:
    """Far below ``low`` the outline grows, and with it the score."""
    before = review.findings[0].figures
    review.move_threshold(1.0)
    (same, *_) = review.findings
    assert same.figures.confidence == YARDSTICK.rated(same.figures).confidence
    review.move_threshold(4.0)
    assert review.findings[0].figures.confidence == before.confidence


def test_an_edit_changes_it(review: Review) -> None:
    half = mask_of(PLACES["strong"][0])
    half[:, 14:] = False
    before = review.findings[0].figures.confidence
    review.edit("finding-1", Voxels(np.argwhere(half)))
    edited = next(finding for finding in review.findings if finding.number == 1)
    assert edited.figures.confidence == YARDSTICK.rated(edited.figures).confidence != before


def test_what_a_reader_has_drawn_has_none(review: Review) -> None:
    key = review.add(voxels_of((slice(2, 4), slice(20, 30), slice(4, 8))))
    (own,) = [finding for finding in review.findings if finding.key == key]
    assert own.origin is Origin.READER
    assert own.figures.confidence is None
    assert rows([own])[0]["confidence"] is None


def test_what_is_held_keeps_the_confidence_that_it_had(review: Review, journal: Journal, clock) -> None:
    told = review.findings[1].figures.confidence
    review.decide("finding-2", Decision.CONFIRMED)
    review.change_case(make_case())  # a later detection without a calibration
    assert review.findings[1].figures.confidence == told
    again = Review(make_case(), journal, clock=clock)
    assert again.findings[1].figures.confidence == told
    assert rows(again.findings)[1]["confidence"] == round(told, 2)


@pytest.mark.parametrize("lost", ["confidence", "certainty"])
def test_a_journal_from_before_there_were_calibrations_is_read(review: Review, lost: str) -> None:
    finding = review.findings[0]
    plain = to_plain(Hold(finding.key, finding.voxels, finding.figures, Origin.MODEL))
    del plain["figures"][lost]
    back = from_plain(plain)
    assert isinstance(back, Hold)
    assert back.figures.score == finding.figures.score
    if lost == "confidence":
        assert back.figures.confidence is None
