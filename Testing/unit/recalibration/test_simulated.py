"""A calibration from simulated people: the right seeds, both masks, and a run that goes on where it was stopped."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from cord_tube import Tube, make_tube, with_spot

from u2ad.benchmark.cases import Case, CasePlan, CaseSet
from u2ad.benchmark.people import Person
from u2ad.calibration.calibration import FEWEST
from u2ad.calibration.store import read
from u2ad.cord import Centreline, Cord, MaskSource
from u2ad.detection import find_cord
from u2ad.detectors.local_z import LocalZ
from u2ad.errors import RefusedInputError, U2ADError
from u2ad.progress import Progress, Silent
from u2ad.recalibration import looking, simulated
from u2ad.recalibration.evidence import evidence_of
from u2ad.recalibration.looking import file_of, keep, look, recall
from u2ad.recalibration.simulated import EXTRACTION, SCANS, People, calibrate, calibrate_model, evaluate, look_at
from u2ad.scan import Scan
from u2ad.simulation.seeds import CALIBRATION, TEST, TRAINING
from u2ad.walk import Method


@cache
def coarse_tube() -> Tube:
    return make_tube((3.3, 1.0, 1.0))


def tube_case(plan: CasePlan) -> Case:
    """A tube with a bright spot in it, or without; quicker to make than a phantom."""
    tube = coarse_tube()
    scan = with_spot(tube, 10.0, 300.0 if plan.lesions else 0.0, noise=40.0, seed=plan.seed)
    ras = scan.grid.to_ras(np.moveaxis(np.indices(scan.grid.shape), 0, -1))
    inside = np.linalg.norm((ras - tube.middle(np.array(10.0))) / (2.0, 2.0, 4.0), axis=-1) < 1
    lesions = (None,) if plan.lesions else ()
    levels = {"C3": (0.0, 8.0, 30.0), "C6": (0.0, 8.0, -20.0)}
    return Case(plan, scan, tube.cord.fraction, (inside * bool(plan.lesions)).astype(np.int16), lesions, levels)  # type: ignore[arg-type]


@pytest.fixture
def cases(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Tubes in place of phantoms; the names of those that were made, in turn."""
    made: list[str] = []

    def make(plans: list[CasePlan], people: Sequence[Person], cache: Path) -> list[Case]:
        made.extend(plan.name for plan in plans)
        return [tube_case(plan) for plan in plans]

    def marked(scan: Scan, drawn: np.ndarray | None, progress: Progress) -> tuple[Cord, Centreline]:
        """The tube's own mask stands for the automatic one, which takes seconds."""
        cord, line = find_cord(scan, coarse_tube().cord.fraction if drawn is None else drawn, progress)
        return (replace(cord, source=MaskSource.AUTOMATIC) if drawn is None else cord), line

    monkeypatch.setattr(simulated, "make_cases", make)
    monkeypatch.setattr(looking, "find_cord", marked)
    return made


def test_its_people_are_nobody_elses() -> None:
    seeds = {plan.seed for plan in People().plans(CALIBRATION)}
    assert len(seeds) == len(People().plans(CALIBRATION)), "everyone is scanned once"
    assert seeds <= set(CALIBRATION)
    assert not seeds & (set(TRAINING) | {seed for seed in seeds if seed in TEST})


def test_the_usual_people_are_enough_for_every_class() -> None:
    free = [plan.kind for plan in People().plans(CALIBRATION) if not plan.lesions]
    assert free.count(CaseSet.ISOTROPIC) >= FEWEST, "thin slices"
    assert free.count(CaseSet.THICK) + free.count(CaseSet.HARD) >= FEWEST, "thick slices"


def test_half_of_them_have_lesions_in_every_kind_of_scan() -> None:
    plans = People(8, 8, 8).plans(CALIBRATION)
    for kind in CaseSet:
        lesions = [plan.lesions for plan in plans if plan.kind is kind]
        assert sum(count == 0 for count in lesions) == 4
        assert {1, 2, 4} <= set(lesions)


def test_the_people_of_a_small_calibration_are_among_those_of_a_large_one() -> None:
    small, large = ({plan.name for plan in People(*counts).plans(CALIBRATION)} for counts in ((4, 6, 2), (120, 60, 51)))
    assert small < large
    assert len(large) == 231


@pytest.mark.parametrize("first", [0, CALIBRATION.stop - 2, TEST.start])
def test_seeds_of_others_are_refused(tmp_path: Path, first: int) -> None:
    with pytest.raises(RefusedInputError, match="seeds of so many people"):
        calibrate(People(2, 2, 2, first), LocalZ(), (), tmp_path, Silent())


def test_what_was_looked_at_is_not_looked_at_again(tmp_path: Path, cases: list[str]) -> None:
    plans = People(2, 0, 0).plans(CALIBRATION)
    first = look_at(plans[:1], LocalZ(), (), tmp_path, Silent())
    assert len(cases) == 1
    assert look_at(plans, LocalZ(), (), tmp_path, Silent())[: len(first)] == first
    assert len(cases) == 2, "the first was there"
    look_at(plans[:1], LocalZ(), ("a" * 64,), tmp_path, Silent())
    assert len(cases) == 3, "the same detector with other weights looks anew"


def test_a_look_comes_back_as_it_was(tmp_path: Path) -> None:
    case = tube_case(CasePlan(CaseSet.THICK, 20_001, 1))
    seen = look(case, LocalZ(), True, Silent())
    keep(seen, tmp_path)
    back = recall(file_of(case.plan.name, True, tmp_path))
    for name in ("anomaly", "certainty"):
        np.testing.assert_array_equal(getattr(back.maps, name), getattr(seen.maps, name))
    np.testing.assert_array_equal(back.labels, seen.labels)
    assert back.cord.grid.matches(seen.cord.grid)
    assert evidence_of(back, {}, EXTRACTION) == evidence_of(seen, {}, EXTRACTION)


def test_evidence_knows_the_lesion_from_the_false_alarm() -> None:
    case = tube_case(CasePlan(CaseSet.THICK, 20_001, 1))
    evidence = evidence_of(look(case, LocalZ(), True, Silent()), {}, EXTRACTION)
    assert evidence.real[0]
    assert evidence.candidates[0].score == evidence.cord_score
    free = evidence_of(look(tube_case(case.plan.free), LocalZ(), True, Silent()), {}, EXTRACTION)
    assert not any(free.real)
    assert {"C3", "C4", "C5", "C6"} <= set(free.anomaly)


def test_a_model_is_calibrated_and_put_beside_others(tmp_path: Path, cases: list[str]) -> None:
    output = tmp_path / "calibrations.json"
    for name in ("local_z", "column_median", "local_z"):
        made = calibrate_model(People(2, 0, 0), Method(name), tmp_path / "work", output, Silent())
    assert [one.detector for one in read(output)] == ["column_median", "local_z"]
    assert read(output)[1] == made
    assert {(one.up_to, one.automatic) for one in made.classes} == {(5.0, False), (5.0, True)}
    assert len(cases) == 4, "those of local_z were there the second time"
    for one in made.classes:
        assert one.reference.scans == 1
        assert one.threshold > 0


def test_real_people_are_scanned_without_lesions_and_tell_the_scale_alone(tmp_path: Path, cases: list[str]) -> None:
    tube = coarse_tube()
    levels = {"C2": (0.0, 8.0, 45.0), "T2": (0.0, 8.0, -45.0)}
    real = [Person(scan, tube.cord.fraction, levels) for scan in (tube.scan, with_spot(tube, 10.0, 9.0))]
    alone = calibrate(People(2, 0, 0), LocalZ(), (), tmp_path, Silent())
    made = calibrate(People(2, 0, 0), LocalZ(), (), tmp_path, Silent(), real)
    assert len(cases) == 2 + 2 * 3 * SCANS
    assert sum(name.startswith("person2") for name in cases) == 3 * SCANS
    assert all(name.endswith("-0") for name in cases if name.startswith("person"))
    assert made.made["real"] == {"people": 2, "scans": 24}
    assert made.classes[0].scale != alone.classes[0].scale
    assert [one.reference.scans for one in made.classes] == [1, 1]
    calibrate(People(2, 0, 0), LocalZ(), (), tmp_path, Silent(), real[1:])
    assert len(cases) == 2 + 3 * 3 * SCANS, "somebody else in the first place is looked at anew"


def test_a_real_person_without_marked_levels_is_refused_by_name(tmp_path: Path, cases: list[str]) -> None:
    person = Person(coarse_tube().scan, coarse_tube().cord.fraction, name="sub-somebody")
    with pytest.raises(U2ADError, match="levels in the scan of sub-somebody"):
        calibrate(People(2, 0, 0), LocalZ(), (), tmp_path, Silent(), [person])
    assert not cases, "refused before the long work"


def test_what_lies_above_c2_is_evidence_of_c1() -> None:
    case = replace(
        tube_case(CasePlan(CaseSet.THICK, 20_001, 0)), levels={"C2": (0.0, 8.0, 25.0), "C6": (0.0, 8.0, -35.0)}
    )
    seen = look(case, LocalZ(), True, Silent())
    anomaly = seen.maps.anomaly.copy()
    heights = seen.maps.grid.to_ras(np.argwhere(anomaly >= 0))[:, 2].reshape(anomaly.shape)
    anomaly[heights > 40] = 50.0
    loud = evidence_of(replace(seen, maps=replace(seen.maps, anomaly=anomaly)), {}, EXTRACTION).anomaly
    assert loud["C1"] == pytest.approx(50.0)
    assert loud["C3"] < 10


def test_other_settings_and_another_cord_network_are_looked_at_anew(
    tmp_path: Path, cases: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = People(1, 0, 0).plans(CALIBRATION)
    first = look_at(plans, LocalZ(), (), tmp_path, Silent())
    monkeypatch.setattr(LocalZ, "settings", {"reach_mm": 7.0})
    assert not set(look_at(plans, LocalZ(), (), tmp_path, Silent())) & set(first)
    monkeypatch.undo()
    other = replace(simulated.read_manifest("cord"), sha256="b" * 64)
    monkeypatch.setattr(simulated, "read_manifest", lambda name: other)
    given, automatic = simulated._key(LocalZ(), (), True), simulated._key(LocalZ(), (), False)
    assert (tmp_path / given).is_dir()
    assert not (tmp_path / automatic).exists()


def test_a_calibration_is_held_against_people_of_the_test_alone(tmp_path: Path, cases: list[str]) -> None:
    made = calibrate(People(2, 0, 0), LocalZ(), (), tmp_path, Silent())
    results = evaluate(made, People(2, 0, 0, TEST.start), LocalZ(), tmp_path, Silent())
    assert [one.scans for one in results] == [(2, 1), (2, 1)], "with both masks"
    assert all(one.found == 1 for one in results)
    with pytest.raises(RefusedInputError, match="seeds of so many people"):
        evaluate(made, People(2, 0, 0), LocalZ(), tmp_path, Silent())
