"""Reliability by hand: bins, error, quiet scans, and lesions found."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from u2ad.calibration import Confidence, Reference, ScanClass
from u2ad.recalibration.reliability import (
    bins_of,
    error_of,
    found_at,
    reliability_of,
    wilson,
    write_reliability,
)

KIND = ScanClass("thick", 5.0, True, 6.0, {}, Confidence(-6.0, {"log_score": 2.0}), Reference((1.0,)))


def test_candidates_are_gathered_by_confidence() -> None:
    told = np.array([0.05, 0.2, 0.2, 0.6, 0.95, 1.0])
    bins = bins_of(told, np.array([0, 0, 1, 1, 1, 1], bool))
    assert [(one.low, one.candidates, one.real) for one in bins] == [(0, 1, 0), (0.1, 2, 0.5), (0.5, 1, 1), (0.9, 2, 1)]


def test_the_error_is_the_mean_distance_by_candidates() -> None:
    bins = bins_of(np.array([0.2, 0.2, 0.2, 0.8]), np.array([0, 0, 0, 1], bool))
    assert error_of(bins) == pytest.approx(0.2)
    honest = bins_of(np.full(10, 0.2), np.arange(10) < 2)
    assert error_of(honest) == pytest.approx(0)


def test_the_interval_of_a_share() -> None:
    """Wilson's interval of 7 in 10, from his formula."""
    assert wilson(7, 10) == (pytest.approx(0.3968, abs=1e-3), pytest.approx(0.8922, abs=1e-3))
    assert wilson(0, 10)[0] == 0
    assert wilson(10, 10)[1] == pytest.approx(1)


def test_quiet_scans_and_found_lesions_are_counted_at_the_threshold(make_evidence: Callable) -> None:
    evidence = [
        make_evidence([7.0, 6.5]),
        make_evidence([6.0, 5.9]),
        make_evidence([]),
        make_evidence([9.0, 5.0, 8.0], [(1,), (2,), ()]),
    ]
    result = reliability_of(KIND, evidence)
    assert result.scans == (4, 3)
    assert result.quiet[0] == pytest.approx(2 / 3)
    assert result.alarms == pytest.approx(1.0)
    assert result.found == 0.5


def test_a_lesion_under_two_candidates_counts_once(make_evidence: Callable) -> None:
    assert reliability_of(KIND, [make_evidence([9.0, 8.0], [(1,), (1,)])]).found == 1


def test_lesions_below_the_last_alarm_that_is_let_through_are_missed(make_evidence: Callable) -> None:
    evidence = [make_evidence([9.0, 8.0, 7.0, 6.0], [(1,), (), (), (2,)]), make_evidence([])]
    ranks = [one.reach for one in evidence]
    assert found_at(evidence, ranks, alarms=0.5) == 0.5, "one alarm passes, the second stops"
    assert found_at(evidence, ranks, alarms=1.0) == 1


def test_a_result_is_written_and_drawn(tmp_path: Path, make_evidence: Callable) -> None:
    result = reliability_of(KIND, [make_evidence([9.0, 3.0], [(1,), ()]), make_evidence([4.0])])
    write_reliability([result, result], tmp_path / "out")
    (told, _) = json.loads((tmp_path / "out" / "reliability.json").read_text())
    assert told["kind"] == "thick"
    assert (tmp_path / "out" / "reliability.png").read_bytes().startswith(b"\x89PNG")
