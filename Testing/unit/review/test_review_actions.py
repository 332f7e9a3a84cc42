"""One line of a journal: what is written is read again, and nothing of a newer version is lost."""

import json
import math
from dataclasses import replace

import pytest
from reviewed_cord import PLACES, make_case, voxels_of

from u2ad.findings import Finding
from u2ad.review.action import Action, unique
from u2ad.review.changes import (
    Assess,
    Assessment,
    Drop,
    Hold,
    Impress,
    Impression,
    Judge,
    Marks,
    Opened,
    Outline,
    Seen,
    Shown,
    Threshold,
    number_of,
)
from u2ad.review.decision import REASONS, Decision, Judgement, Origin
from u2ad.review.state import fold

VOXELS = voxels_of(PLACES["weak"][0])
FIGURES = make_case().measure(VOXELS)
COMMENT = 'a "b" \n = 5 µm \ud800 \u2028 \x85 end'
JUDGEMENT = Judgement(Decision.UNSURE, "motion", COMMENT, "Dr. Müller", "2026-03-01T09:00:00Z")
EVERYTHING = Action(
    "5e55-1",
    "2026-03-01T09:00:00Z",
    "Dr. Müller",
    "decide",
    (
        Hold("finding-3", VOXELS, FIGURES, Origin.READER, edited=True),
        Drop("finding-4"),
        Judge("finding-3", JUDGEMENT),
        Threshold(3.25),
        Impress(Impression("normal", "text", "r", "t", blind=True)),
        Assess(Assessment("", "c", "r", "t")),
        Opened("run", 4.5),
        Marks({"C2": (3.5, 10.125, -4.0), "C7/T1": (3.0, 80.0, 9.5)}),
        Marks({}),
        Outline(VOXELS),
        Outline(None),
        Seen("run"),
        Shown(""),
    ),
    "5e55-0",
)


def test_every_change_survives_its_line() -> None:
    assert Action.from_json(EVERYTHING.to_json()) == EVERYTHING


def test_a_line_is_one_line_for_every_reader_of_lines() -> None:
    line = EVERYTHING.to_json()
    assert line.isascii()
    assert line.splitlines() == [line]


def test_a_line_holds_nothing_but_what_it_should() -> None:
    plain = json.loads(EVERYTHING.to_json())
    assert set(plain) == {"id", "at", "reader", "kind", "changes", "target"}
    assert set(plain["changes"][0]) == {"change", "key", "voxels", "figures", "origin", "edited"}


def test_an_uncertainty_that_is_no_number_is_none() -> None:
    figures = replace(FIGURES, epistemic=math.nan, score=math.inf)
    action = Action("a-1", "t", "", "decide", (Hold("finding-1", VOXELS, figures, Origin.MODEL),))
    (hold,) = Action.from_json(action.to_json()).changes
    assert isinstance(hold, Hold)
    assert (hold.figures.epistemic, hold.figures.score) == (None, 0.0)


def test_a_detector_without_uncertainty_stays_without() -> None:
    figures: Finding = replace(FIGURES, epistemic=None, aleatoric=None)
    action = Action("a-1", "t", "", "decide", (Hold("finding-1", VOXELS, figures, Origin.MODEL),))
    assert Action.from_json(action.to_json()) == action


def test_an_unknown_kind_is_kept_word_for_word_and_ignored() -> None:
    line = '{"id":"x-1","at":"t","reader":"","kind":"dictate","changes":[{"change":"threshold","value":9}],"new":[1]}'
    action = Action.from_json(line)
    assert action.to_json() == line
    assert fold([action]) == fold([])


def test_what_is_unknown_in_a_known_kind_is_kept_and_the_rest_counts() -> None:
    line = (
        '{"id":"x-1","at":"t","reader":"","kind":"decide","target":null,"changes":'
        '[{"change":"colour","value":"red"},{"change":"threshold","value":9,"why":"new"},7,'
        '{"change":"judge","key":"finding-1","judgement":{"decision":"deferred"}}]}'
    )
    action = Action.from_json(line)
    assert action.changes == (Threshold(9.0),)
    assert action.to_json() == line
    assert fold([action]).threshold == 9


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{}",
        "[]",
        "7",
        "null",
        '{"id":1,"at":"t","reader":"","kind":"decide","changes":[]}',
        '{"id":"a","at":"t","reader":"","kind":["decide"],"changes":[]}',
        '{"id":"a","at":"t","reader":"","kind":"decide","changes":null}',
        '{"id":"a","at":"t","reader":"","kind":"decide","changes":[],"target":3}',
        EVERYTHING.to_json()[:-1],
    ],
)
def test_a_damaged_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - JSON's own message, or ours
        Action.from_json(line)


def test_infinite_numbers_are_no_changes() -> None:
    line = '{"id":"a","at":"t","reader":"","kind":"threshold","changes":[{"change":"threshold","value":Infinity}]}'
    assert Action.from_json(line).changes == ()


def test_a_repeated_id_counts_once() -> None:
    first = Action("a-1", "t", "", "threshold", (Threshold(3),))
    again = Action("a-1", "t", "", "threshold", (Threshold(5),))
    assert unique([first, again]) == (first,)
    assert fold([first, again]).threshold == 3


@pytest.mark.parametrize("key", ["finding-", "finding-x", "finding-01", "candidate-1", "finding--1", "finding-²", ""])
def test_keys_are_keys(key: str) -> None:
    assert number_of("finding-12") == 12
    with pytest.raises(ValueError, match="expected a key"):
        number_of(key)


def test_every_decision_has_its_reasons() -> None:
    assert set(REASONS) == set(Decision)
    assert all(len(set(reasons)) == len(reasons) for reasons in REASONS.values())
    assert REASONS[Decision.CONFIRMED]
    assert REASONS[Decision.REJECTED]
