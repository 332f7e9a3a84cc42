"""Answers: kept whole, read back, and held against the truth."""

from dataclasses import replace

import numpy as np
from benchmark_answers import answer

from u2ad.benchmark.answers import Answer, AnswerFile, Segment
from u2ad.benchmark.asking import compared
from u2ad.benchmark.cases import Case, CasePlan, CaseSet, TrueLesion
from u2ad.benchmark.examples import worst
from u2ad.findings import AnomalyCurve, Finding, Findings
from u2ad.scan import Grid, Scan


def case_with(labels):
    grid = Grid(labels.shape, np.eye(4))
    lesions = tuple(TrueLesion(n, 0.3, 5.0, 10.0, (0.0, 0.0, 0.0)) for n in range(1, int(labels.max()) + 1))
    plan = CasePlan(CaseSet.THICK, 50_000, len(lesions))
    return Case(plan, Scan(np.zeros(labels.shape, np.float32), grid), np.ones(labels.shape), labels, lesions, {})


def findings(labels, *scores):
    ranked = tuple(
        Finding(n, score, (0, 0, 0), 0, (1, 1, 1), 1, score, score, None, None, "unknown")
        for n, score in enumerate(scores, start=1)
    )
    curve = AnomalyCurve(np.zeros(1), np.zeros(1), ("unknown",))
    return Findings(Grid(labels.shape, np.eye(4)), labels, ranked, curve, max(scores, default=0), 3)


def test_a_lesion_is_found_by_a_candidate_that_shares_a_voxel_and_takes_its_best_score():
    lesions, labels = np.zeros((1, 1, 12), np.int16), np.zeros((1, 1, 12), np.int16)
    lesions[..., 1:4], lesions[..., 8:10] = 1, 2
    labels[..., 3:5], labels[..., 0:2], labels[..., 6] = 1, 2, 3
    hits, alarms = compared(findings(labels, 9.0, 5.0, 4.0), case_with(lesions))
    assert [hit.score for hit in hits] == [9.0, 0.0]
    assert alarms == (4.0,)


def test_one_candidate_may_find_two_lesions():
    lesions = np.array([[[1, 0, 2]]], np.int16)
    hits, alarms = compared(findings(np.ones((1, 1, 3), np.int16), 7.0), case_with(lesions))
    assert [hit.score for hit in hits] == [7.0, 7.0]
    assert alarms == ()


def test_an_answer_comes_back_as_it_was():
    told = answer(3, [5.0, (0.1, 0.0)], [4.0], segments=(Segment("C2/C3", True, 5.0),), lesion_voxels=((3, 7),))
    assert Answer.from_json(told.to_json()) == told


def test_what_was_being_written_when_a_run_ended_is_left_out_and_harms_nothing_after_it(tmp_path):
    file = AnswerFile(tmp_path / "answers.jsonl")
    assert file.read() == []
    file.append([answer(1), answer(2)])
    whole = (tmp_path / "answers.jsonl").read_text()
    (tmp_path / "answers.jsonl").write_text(whole[:-30])
    assert file.read() == [answer(1)]
    file.append([answer(3)])
    assert file.read() == [answer(1), answer(3)]


def test_the_worst_mistakes_are_the_clearest_misses_and_the_highest_alarms_of_test_cases():
    answers = [answer(1, [(0.2, 0.0), (0.5, 0.0)], [3.0, 1.0]), answer(2, [], [9.0, 4.0]), answer(3, [8.0])]
    answers.append(replace(answer(4, [], [99.0]), reference=True))
    examples = worst(answers, 2)
    assert [(example.mistake, example.case, example.place) for example in examples] == [
        ("miss", "case-1-2", 1),
        ("miss", "case-1-2", 0),
        ("false alarm", "case-2-0", 0),
        ("false alarm", "case-2-0", 1),
    ]
    assert "50 %" in examples[0].told
