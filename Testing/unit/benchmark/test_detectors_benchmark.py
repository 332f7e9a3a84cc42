"""A small benchmark from files to table: asked once, resumed, the same again."""

import json
from dataclasses import replace

import numpy as np
import pytest
from cord_tube import make_tube

from u2ad.benchmark import detectors
from u2ad.benchmark.cases import CaseSet
from u2ad.benchmark.detectors import Request, plans_of, run
from u2ad.benchmark.table import as_json, comma_separated, markdown, sections_of
from u2ad.benchmark.variants import DEFAULT, VARIANTS, Variant, variants_of
from u2ad.detectors.registry import CONTROLS, make_detector
from u2ad.errors import OutputError, U2ADError
from u2ad.progress import Silent
from u2ad.scan.writing import write_nifti
from u2ad.simulation import seeds


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    folder = tmp_path_factory.mktemp("people")
    for number, name in enumerate(["anna", "otto"]):
        tube = make_tube((1.0, 1.0, 1.0), bend=8.0 + number)
        (folder / name).mkdir()
        noise = np.random.default_rng(number).normal(0, 5, tube.scan.grid.shape)
        write_nifti(folder / name / f"{name}_T2w.nii.gz", (tube.scan.array + noise).astype(np.float32), tube.scan.grid)
        write_nifti(folder / name / f"{name}_T2w_label-SC_seg.nii.gz", tube.cord.fraction, tube.scan.grid)
    return folder


@pytest.fixture
def quick(monkeypatch):
    """Controls in the place of the network, which costs seconds a scan."""
    for name, stand_in in (("u2ad", "column_median"), ("signed", "local_z")):
        made = Variant(name, "", lambda trial, stand_in=stand_in: make_detector(stand_in), control=name == "signed")
        monkeypatch.setitem(VARIANTS, name, made)


def request_for(people, out, **other):
    chosen = {"kinds": (CaseSet.THICK,), "masks": ("given",), "detectors": ("signed",), "references": 0, "simulated": 0}
    return Request(out=out, data=people, people=("anna",), cases=1, **{**chosen, **other})


@pytest.mark.parametrize("cases", [1, 12])
def test_what_is_cross_fitted_never_learns_from_the_scan_it_is_asked_about(people, tmp_path, cases):
    request = replace(request_for(people, tmp_path), cases=cases, simulated=cases, references=2)
    learned = set()
    for reference, pair in plans_of(request):
        others = detectors._others(pair[0], request)
        assert len(others) == 4
        assert {(plan.kind, plan.person) for plan in others} == {(pair[0].kind, pair[0].person)}
        assert pair[0].seed not in {plan.seed for plan in others}
        assert {plan.lesions for plan in others} == {4, 1}
        learned.add((reference, pair[0].person, others))
    assert len(learned) == (2 if cases == 1 else 4) + 1


def test_a_run_that_was_cut_short_asks_only_what_is_missing_and_ends_the_same(people, tmp_path, quick, monkeypatch):
    request = request_for(people, tmp_path)
    whole = run(request, Silent())
    assert {answer.question.detector for answer in whole} == {"u2ad", "signed"}
    lines = (tmp_path / "answers.jsonl").read_text().splitlines()
    assert len(lines) == len(whole) == 4
    (tmp_path / "answers.jsonl").write_text("\n".join(lines[:3]) + "\n" + lines[3][:40])
    asked = []
    answer = detectors._answer
    monkeypatch.setattr(detectors, "_answer", lambda task: asked.append(task) or answer(task))
    again = run(request, Silent())
    assert [name for task in asked for _, variants in task.asked for name, _ in variants] == [
        json.loads(lines[3])["question"]["detector"]
    ]
    key = lambda one: (one.question.case, one.question.detector)  # noqa: E731
    timeless = lambda answers: [{**vars(a), "seconds": 0} for a in sorted(answers, key=key)]  # noqa: E731
    assert timeless(again) == timeless(whole)
    assert len(run(request, Silent())) == 4
    assert len(asked) == 1


def test_the_table_says_what_was_found_and_nobody_is_named(people, tmp_path, quick):
    answers = run(request_for(people, tmp_path), Silent())
    (section,) = sections_of(answers)
    assert (section.lesions, section.with_lesions, section.free) == (4, 1, 1)
    method = section.rows[0]
    assert method.detector == "u2ad"
    assert method.figures["found at 2 FA/scan"].value > 0.5
    assert 0.2 < method.figures["restored"].value < 1.5
    assert 0 < method.figures["SSIM"].value <= 1
    assert section.best["voxel AP"][0] == "signed"
    written = markdown([section]) + comma_separated([section]) + as_json([section])
    written += "".join(file.read_text() for file in tmp_path.iterdir())
    assert "anna" not in written
    assert json.loads(as_json([section]))[0]["detectors"]["u2ad"]["figures"]["voxel AP"][0] is not None


def test_a_folder_with_answers_about_other_people_is_refused(people, tmp_path, quick):
    request = request_for(people, tmp_path)
    (tmp_path / "asked.json").write_text(json.dumps({"people": ["0"], "seed": 0}))
    with pytest.raises(OutputError, match="other people"):
        run(request, Silent())
    with pytest.raises(U2ADError, match="no case"):
        run(replace(request, cases=0), Silent())


def test_test_phantoms_are_none_that_anything_was_trained_or_calibrated_on(tmp_path):
    plans = plans_of(Request(out=tmp_path, simulated=5, references=3, seed=7))
    tests = {plan.seed for reference, pair in plans for plan in pair if not reference}
    references = [plan for reference, pair in plans for plan in pair if reference]
    assert tests <= set(seeds.TEST)
    assert {plan.seed for plan in references} <= set(seeds.TRAINING)
    assert all(plan.lesions == 0 for plan in references)
    others = plans_of(Request(out=tmp_path, simulated=5, references=0, development=True))
    assert {plan.seed for _, pair in others for plan in pair} <= set(seeds.DEVELOPMENT)
    with pytest.raises(U2ADError, match="seed"):
        plans_of(Request(out=tmp_path, seed=10**9))


def test_the_method_is_always_compared_and_controls_unless_others_are_named():
    assert [variant.name for variant in variants_of(())] == list(DEFAULT)
    assert set(CONTROLS) <= set(DEFAULT)
    assert [variant.name for variant in variants_of(("local_z",))] == ["u2ad", "local_z"]
    assert [variant.name for variant in variants_of(("all",))] == list(VARIANTS)
    with pytest.raises(U2ADError, match="magic"):
        variants_of(("magic",))


def test_answers_are_those_of_the_weights_that_gave_them(monkeypatch):
    from u2ad.benchmark import variants

    method, control = VARIANTS["u2ad"], VARIANTS["local_z"]
    before = method.fingerprint(automatic=False, draws=4), control.fingerprint(automatic=False, draws=4)
    manifest = variants.read_manifest("u2ad")
    monkeypatch.setattr(variants, "read_manifest", lambda name: type(manifest)(**{**vars(manifest), "sha256": "other"}))
    assert method.fingerprint(automatic=False, draws=4) != before[0]
    assert control.fingerprint(automatic=False, draws=4) == before[1]
    assert control.fingerprint(automatic=True, draws=4) != before[1]
