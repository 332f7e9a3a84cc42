"""Cases: the same plan gives the same case, pairs differ by their lesions alone, and nobody is named."""

import numpy as np
import pytest
from cord_tube import make_tube

from u2ad.benchmark import cases
from u2ad.benchmark.cases import CasePlan, CaseSet, make_case, make_cases, plan_cases
from u2ad.benchmark.hardships import contrast_of, less_contrast, with_stenoses
from u2ad.benchmark.people import Person, read_people
from u2ad.cord.training import CordTraining
from u2ad.errors import UnreadableInputError
from u2ad.simulation import Contrast, Tissue, seeds


@pytest.fixture(scope="module")
def person():
    tube = make_tube((1.0, 1.0, 1.0))
    return Person(tube.scan, tube.cord.fraction, {"C2": (0.0, 0.0, 40.0)})


def test_plans_come_in_pairs_of_a_free_scan_and_one_with_four_or_one_lesions():
    plans = plan_cases(CaseSet.HARD, range(50_000, 50_004), person=2)
    assert [plan.lesions for plan in plans] == [0, 4, 0, 1, 0, 4, 0, 1]
    assert all(free == holding.free for free, holding in zip(plans[::2], plans[1::2], strict=True))
    assert len({plan.name for plan in plans}) == len(plans)


@pytest.mark.parametrize("kind", CaseSet)
def test_a_pair_of_a_real_person_differs_by_its_lesions_alone(person, kind):
    free, holding = make_cases(plan_cases(kind, [50_001], lesions=[2], person=1), [person])
    assert set(np.unique(holding.labels)) == {0, 1, 2}
    assert not free.labels.any()
    assert free.lesions == ()
    added = holding.scan.array - free.scan.array
    spread = np.abs(added[holding.labels == 0]).mean()
    assert added[holding.labels > 0].mean() > 20 * spread
    assert holding.scan.grid.spacing.max() == pytest.approx(1.0 if kind is CaseSet.ISOTROPIC else 3.3)
    assert (holding.cord[holding.labels > 0] > 0.5).mean() > 0.8


@pytest.mark.slow
def test_a_pair_of_a_simulated_person_differs_by_its_lesions_alone():
    free, holding = make_cases(plan_cases(CaseSet.ISOTROPIC, [50_001], lesions=[2], near_cord=True))
    added = np.abs(holding.scan.array - free.scan.array)
    assert added[holding.labels > 0].mean() > 20 * added[holding.labels == 0].mean()
    assert {"C3", "C4/C5"} <= set(holding.levels)


def test_the_same_plan_gives_the_same_case_and_another_seed_another(person):
    plan = CasePlan(CaseSet.HARD, 50_003, 2, person=1)
    first, again = (make_case(plan, [person]) for _ in range(2))
    other = make_case(CasePlan(CaseSet.HARD, 50_004, 2, person=1), [person])
    assert first.scan.digest == again.scan.digest
    assert first.lesions == again.lesions
    assert first.scan.digest != other.scan.digest


def test_a_case_comes_back_from_its_folder_as_it_was(person, tmp_path, monkeypatch):
    plan = CasePlan(CaseSet.THICK, 50_003, 2, person=1)
    (made,) = make_cases([plan], [person], tmp_path)
    monkeypatch.setattr(cases, "make_case", None)
    (read,) = make_cases([plan], [person], tmp_path)
    assert read.scan.digest == made.scan.digest
    assert np.array_equal(read.labels, made.labels)
    assert np.array_equal(read.cord, made.cord)
    assert read.lesions == made.lesions
    assert read.levels == made.levels
    (file,) = tmp_path.rglob("*.npz")
    assert file.relative_to(tmp_path).parts == (person.digest[:12], "person1-thick-50003-2.npz")


def test_a_field_of_view_near_the_cord_shows_the_same_cord(person):
    near = person.near_cord()
    assert near.cord.sum() == person.cord.sum()
    assert near.scan.array.size <= person.scan.array.size
    kji = np.argwhere(near.cord >= 0.5)[0]
    place = person.scan.grid.to_kji(near.scan.grid.to_ras(kji)).round().astype(int)
    assert near.scan.array[tuple(kji)] == person.scan.array[tuple(place)]


def test_seeds_of_training_calibration_and_test_are_disjoint():
    owners = (seeds.TRAINING, seeds.DEVELOPMENT, seeds.CALIBRATION, seeds.TEST)
    assert sum(len(owner) for owner in owners) == len(set().union(*owners))
    training = CordTraining(people=())
    assert {training.seed, training.seed + training.simulated} <= set(seeds.TRAINING)
    assert seeds.TEST.start >= 50_000


def test_stenoses_take_fluid_away_and_leave_cord_where_it_was_marked(person):
    scan, cord = with_stenoses(person.scan, person.cord, np.random.default_rng(0))
    was, narrow = person.scan.array, scan.array
    fluid = (was > 800) & (person.cord < 0.01)
    assert 0.03 < (narrow[fluid] < 500).mean() < 0.7
    inside = cord > 0.99
    assert 0.6 < inside.sum() / (person.cord > 0.99).sum() <= 1.0
    assert np.percentile(np.abs(narrow[inside] - 250), 95) < 60


def test_contrast_is_lowered_towards_the_cord(person):
    fainter = less_contrast(person.scan, person.cord, np.random.default_rng(0)).array
    fluid = person.scan.array > 800
    assert 250 < fainter[fluid].mean() < 0.9 * person.scan.array[fluid].mean()
    assert np.array_equal(fainter[person.scan.array <= 250], person.scan.array[person.scan.array <= 250])
    ratios = [contrast_of(np.random.default_rng(n))[Tissue.CORD] for n in range(20)]
    usual = [Contrast.t2w(np.random.default_rng(n))[Tissue.CORD] for n in range(20)]
    assert min(np.array(ratios) / usual) > 1.19
    assert max(ratios) <= 0.5


def test_real_people_come_with_mask_and_marked_levels(real):
    (person,) = read_people(real / "healthy", ["sub-errsm18"])
    assert person.cord.shape == person.scan.grid.shape
    assert set(person.levels) == {"C2", "T2"}
    assert person.levels["C2"][2] > person.levels["T2"][2] + 80


def test_named_people_without_a_folder_are_refused():
    with pytest.raises(UnreadableInputError, match="folder"):
        read_people(None, ["somebody"])
