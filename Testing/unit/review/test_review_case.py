"""What findings are derived from and measured by, with and without a detection."""

import numpy as np
import pytest
from reviewed_cord import PLACES, SHAPE, make_case, voxels_of

from u2ad.cord import Cord, MaskSource
from u2ad.review import Case, Decision, Review, Voxels

BLOCK = (slice(2, 4), slice(20, 30), slice(4, 8))


def bare() -> Case:
    return Case(make_case().grid)


def test_candidates_are_those_of_the_detection(case: Case) -> None:
    for threshold in (0.5, 4, 8):
        told = case.derive(threshold)
        candidates = case.candidates(threshold)
        assert [candidate.figures for candidate in candidates] == list(told.ranked)
        for rank, candidate in enumerate(candidates, start=1):
            assert candidate.voxels == Voxels(np.argwhere(told.labels == rank))


def test_the_peak_is_the_most_suspicious_voxel(case: Case) -> None:
    assert [candidate.peak for candidate in case.candidates(8)] == [(3, 13, 10), (3, 33, 10)]


def test_any_voxels_are_measured_like_a_candidate(case: Case) -> None:
    (first, *_) = case.derive(4).ranked
    measured = case.measure(voxels_of(PLACES["strong"][0]))
    assert measured.score == pytest.approx(first.score)
    assert (measured.extent, measured.level, measured.centre) == (first.extent, first.level, first.centre)
    assert measured.epistemic == pytest.approx(first.epistemic)


def test_without_maps_place_and_size_are_measured() -> None:
    figures = bare().measure(voxels_of(BLOCK))
    assert figures.volume == pytest.approx(80 * 1.5)
    assert figures.centre == pytest.approx((-1.5, 2.25, -24.5))
    assert figures.extent == pytest.approx((10, 2, 6), abs=0.51)
    assert (figures.score, figures.peak, figures.mean, figures.level) == (0, 0, 0, "unknown")
    assert (figures.epistemic, figures.aleatoric) == (None, None)


def test_without_maps_there_are_no_candidates_but_a_review() -> None:
    review = Review(bare())
    assert (review.findings, review.patient_score, len(review.curve.along)) == ((), 0.0, 0)
    key = review.add(voxels_of(BLOCK))
    review.decide(key, Decision.CONFIRMED)
    assert [finding.key for finding in review.findings] == ["finding-1"]
    assert review.case.derive(4).ranked == ()


def test_what_was_found_before_a_detection_is_that_finding_afterwards() -> None:
    review = Review(bare())
    key = review.add(voxels_of(PLACES["strong"][0]))
    review.change_case(make_case())
    assert len(review.findings) == 4
    (found,) = [finding for finding in review.findings if finding.key == key]
    assert found.figures.level == "C3"


def test_an_empty_cord_has_no_candidates(case: Case) -> None:
    empty = Cord(case.grid, np.zeros(SHAPE, np.float32), MaskSource.READER, True)
    assert make_case(cord=empty).candidates(4) == ()


@pytest.mark.parametrize("voxels", [Voxels.none(), Voxels(np.array([(SHAPE[0], 0, 0)]))])
def test_only_voxels_of_the_scan_are_measured(case: Case, voxels: Voxels) -> None:
    with pytest.raises(ValueError, match="inside a scan"):
        case.measure(voxels)
