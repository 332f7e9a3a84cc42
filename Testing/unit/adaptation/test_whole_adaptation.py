"""A whole adaptation: what is left out, what is told, and what can be kept."""

import json
from dataclasses import replace

import numpy as np
import pytest

from u2ad.adaptation import cohort, run
from u2ad.adaptation.case import AdaptationCase, Decisions
from u2ad.adaptation.figures import Figures, figures_of
from u2ad.adaptation.keeping import write_adapted
from u2ad.adaptation.report import write_report
from u2ad.adaptation.run import Method, Subject, adapt_to, prepare
from u2ad.adaptation.settings import AdaptationSettings, settings_for
from u2ad.adaptation.training import Trained
from u2ad.cli import show_adaptation
from u2ad.cord import MaskSource
from u2ad.errors import RefusedInputError
from u2ad.models.autoencoder import load_autoencoder
from u2ad.models.versions import STARTER, ModelStore
from u2ad.progress import Silent
from u2ad.scan import Check, Verdict


class Deaf:
    def estimated(self, cost):
        self.cost = cost

    def learned(self, point):
        pass


@pytest.fixture(scope="module")
def nothing(spot):
    empty = np.zeros(spot.shape, bool)
    return Decisions(empty, empty, empty)


@pytest.fixture(scope="module")
def adapted(spotted, anatomy, nothing):
    """Two steps to a tube, with the same tube as a normal scan beside it, cross-fitting left out."""
    subjects = [Subject(spotted, anatomy, nothing), Subject(spotted, anatomy, nothing, healthy=True)]
    method = Method(AdaptationSettings(steps=2, batch=2), draws=2)
    return adapt_to(subjects, load_autoencoder(), method, Silent(), Deaf())


@pytest.fixture
def with_good_figures(monkeypatch):
    """Figures that the guard lets pass, without a training: what is found decides."""
    figures = iter([Figures(0.020, 0.021, 9.0, 5.0), Figures(0.016, 0.019, 9.5, 5.5)])
    monkeypatch.setattr(run, "figures_of", lambda *_: next(figures))
    monkeypatch.setattr(run, "train", lambda network, *_: Trained(network, (), "", 0.0))


def found_afterwards(monkeypatch, change):
    """Let the adapted network find what ``change`` makes of the findings of the present one, scan by scan."""
    detect = run._detect_all

    def detect_all(step, subjects, *rest):
        walked = detect(step, subjects, *rest)
        if step != run.AFTER:
            return walked
        pairs = zip(subjects, walked, strict=True)
        return tuple(
            replace(w, detection=replace(w.detection, findings=change(s, w.detection.findings))) for s, w in pairs
        )

    monkeypatch.setattr(run, "_detect_all", detect_all)


def without(findings):
    return replace(findings, labels=np.zeros_like(findings.labels), ranked=())


def with_one_more(findings):
    return replace(findings, ranked=(*findings.ranked, findings.ranked[0]))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda subject, found: found, ""),
        (lambda subject, found: found if subject.healthy else without(found), "A confirmed finding is no longer found"),
        (lambda subject, found: with_one_more(found) if subject.healthy else found, "1 false alarm more than before"),
    ],
    ids=["the same", "a confirmed finding lost", "a false alarm in a normal scan"],
)
def test_what_the_adapted_model_finds_decides_whether_it_may_be_kept(
    subject, spotted, anatomy, nothing, parent, with_good_figures, monkeypatch, change, words
):
    found_afterwards(monkeypatch, change)
    subjects = [subject, Subject(spotted, anatomy, nothing, healthy=True)]
    method = Method(AdaptationSettings(steps=2, batch=2), draws=2)
    verdict = adapt_to(subjects, parent, method, Silent(), Deaf()).verdict
    assert verdict.passed == (not words)
    assert words in verdict.reasons[0]


@pytest.mark.parametrize(
    ("kind", "counts"), [(None, (0, 0, 1)), ("confirmed", (1, 0, 0)), ("rejected", (0, 1, 0)), ("undecided", (0, 0, 1))]
)
def test_what_the_model_finds_is_left_out_unless_the_reader_has_decided(
    parent, spotted, anatomy, nothing, spot, decided, kind, counts
):
    said = decided(kind) if kind else nothing
    (known,), _, (case,) = prepare(
        [Subject(spotted, anatomy, said)], parent, Method(AdaptationSettings(), draws=2), Silent()
    )
    parts = (known.decisions.confirmed, known.decisions.rejected, known.decisions.undecided)
    assert tuple(bool(part[spot].mean() > 0.5) for part in parts) == tuple(map(bool, counts))
    assert case.normal.any() == (kind == "rejected")
    assert case.findings.any() == (kind != "rejected")


def test_a_candidate_that_a_rejected_finding_touches_is_not_rejected_whole(parent, spotted, anatomy, nothing, spot):
    corner = np.zeros(spot.shape, bool)
    corner[tuple(np.argwhere(spot)[0])] = True
    said = replace(nothing, rejected=corner)
    (known,), _, _ = prepare([Subject(spotted, anatomy, said)], parent, Method(AdaptationSettings(), draws=2), Silent())
    assert known.decisions.undecided[spot & ~corner].mean() > 0.5


@pytest.fixture
def all_finding(spotted, anatomy, nothing):
    """A scan whose whole cord a reader has confirmed to be a lesion."""
    return Subject(spotted, anatomy, replace(nothing, confirmed=anatomy.cord.fraction > 0))


def test_a_scan_whose_cord_is_all_finding_spoils_no_cohort(
    subject, all_finding, straight, parent, monkeypatch, tmp_path
):
    monkeypatch.setattr(cohort, "train", lambda network, *_: Trained(network, (), "", 0.0))
    method = Method(AdaptationSettings(steps=1, batch=2), draws=2, folds=2)
    around = []
    monkeypatch.setattr(run, "estimate", lambda *given: around.append(given[3]))
    adapted = adapt_to([subject, all_finding, subject], parent, method, Silent(), Deaf())
    assert [one.is_learned for one in adapted.subjects] == [True, False, True]
    assert (around[0].scans, around[0].folds) == (3, 2)
    assert around[0].detection > 0
    alone = figures_of(parent.network, [AdaptationCase.of(straight, adapted.subjects[0].decisions)], 0)
    assert adapted.figures[0] == alone
    assert adapted.cross_fitted.before.residual == pytest.approx(alone.residual)
    write_adapted(tmp_path, adapted)
    told = json.loads((tmp_path / "adaptation.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert [scan["learned"] for scan in told["scans"]] == [True, False, True]
    assert "too little cord" in write_report(tmp_path).read_text(encoding="utf-8")


def test_too_few_scans_to_learn_from_are_refused_before_the_training(subject, all_finding, parent, monkeypatch):
    monkeypatch.setattr(run, "train", lambda *_: pytest.fail("trained"))
    method = Method(AdaptationSettings(steps=1), draws=2, folds=2)
    with pytest.raises(RefusedInputError, match="1 scan to learn from cannot be cut into 2 parts"):
        adapt_to([subject, all_finding], parent, method, Silent(), Deaf())
    with pytest.raises(RefusedInputError, match="too little cord without findings"):
        adapt_to([all_finding], parent, replace(method, folds=0), Silent(), Deaf())


def test_the_report_tells_all_and_names_nobody(adapted, tmp_path):
    write_adapted(tmp_path, adapted)
    told = json.loads((tmp_path / "adaptation.json").read_text(encoding="utf-8"))
    assert [scan["healthy"] for scan in told["scans"]] == [False, True]
    assert told["false_alarms"] == {
        "scans": 1,
        "before": told["scans"][1]["findings"]["before"],
        "after": told["scans"][1]["findings"]["after"],
    }
    assert [point["step"] for point in told["curve"]] == [1, 2]
    assert told["seconds"] > 0
    page = write_report(tmp_path).read_text(encoding="utf-8")
    assert told["verdict"]["reasons"][0] in page
    assert "False alarms in 1 normal scans" in page
    assert str(tmp_path) not in page + json.dumps(told)


@pytest.fixture
def doubtful(adapted):
    """The same, where a check of the first scan has doubts and nobody has looked at either cord."""
    cord = replace(adapted.subjects[0].anatomy.cord, source=MaskSource.AUTOMATIC, seen_by_person=False)
    checks = (
        Check("spacing", Verdict.WARN, "Slices are thick.", "Trust less."),
        Check("form", Verdict.OK, "All is well."),
    )
    first, normal = (replace(one, anatomy=replace(one.anatomy, cord=cord)) for one in adapted.subjects)
    return replace(adapted, subjects=(replace(first, checks=checks), normal))


def test_the_terminal_tells_what_was_doubtful_of_the_masks_that_were_learned_from(doubtful, adapted, tmp_path, capsys):
    show_adaptation.outcome(doubtful, tmp_path)
    lines = capsys.readouterr().out.splitlines()
    assert "warn   Scan 1: Slices are thick. Trust less." in lines
    assert any(line.startswith("warn   Scans 1, 2: Nobody has looked at the cord mask.") for line in lines)
    assert not any("All is well" in line for line in lines)
    show_adaptation.outcome(adapted, tmp_path)
    assert "warn" not in capsys.readouterr().out


def test_the_report_tells_it_too(doubtful, tmp_path):
    write_adapted(tmp_path, doubtful)
    first, normal = json.loads((tmp_path / "adaptation.json").read_text(encoding="utf-8"))["scans"]
    assert [caveat["name"] for caveat in first["caveats"]] == ["spacing", "cord_seen"]
    assert [caveat["name"] for caveat in normal["caveats"]] == ["cord_seen"]
    page = write_report(tmp_path).read_text(encoding="utf-8")
    assert "Slices are thick. Trust less." in page
    assert page.count("Nobody has looked at the cord mask.") == 2


def test_what_passed_can_be_kept_under_the_name_that_was_told(adapted, tmp_path):
    passed = replace(adapted, verdict=replace(adapted.verdict, passed=True))
    write_adapted(tmp_path / "candidate", passed)
    told = json.loads((tmp_path / "candidate" / "adaptation.json").read_text(encoding="utf-8"))
    kept = ModelStore(tmp_path / "models").keep(tmp_path / "candidate")
    assert kept.id == told["model"] == passed.model.version
    assert kept.parent == STARTER
    assert kept.adaptation["figures"] == told["figures"]
    assert "sha256" in kept.adaptation["scans"][0]


def test_what_did_not_pass_is_not_there_to_be_kept(adapted, tmp_path):
    refused = replace(adapted, verdict=replace(adapted.verdict, passed=False))
    write_adapted(tmp_path, refused)
    assert [path.name for path in tmp_path.iterdir()] == ["adaptation.json"]
    assert json.loads((tmp_path / "adaptation.json").read_text(encoding="utf-8"))["model"] is None


def test_several_scans_bring_more_steps_and_more_time():
    one, four = settings_for(1), settings_for(4)
    assert four.steps == 2 * one.steps
    assert four.seconds == 2 * one.seconds
    assert settings_for(4, steps=7, seconds=3.0) == replace(four, steps=7, seconds=3.0)
