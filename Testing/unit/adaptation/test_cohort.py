"""Cross-fitting: no scan is measured by a network that has seen it."""

from dataclasses import replace

import numpy as np
import pytest

from u2ad.adaptation import cohort
from u2ad.adaptation.changes import Changes
from u2ad.adaptation.cohort import cross_fit, parts_of
from u2ad.adaptation.figures import Figures
from u2ad.adaptation.training import Trained
from u2ad.errors import RefusedInputError
from u2ad.progress import Silent


@pytest.mark.parametrize(("count", "folds"), [(2, 2), (7, 3), (10, 5)])
def test_every_scan_is_in_one_part_and_parts_are_of_equal_size(count, folds):
    parts = parts_of(count, folds, seed=0)
    assert sorted(number for part in parts for number in part) == list(range(count))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert parts == parts_of(count, folds, seed=0)


@pytest.mark.parametrize(("count", "folds"), [(1, 2), (5, 6), (5, 1)])
def test_parts_that_cannot_be_are_refused(count, folds):
    with pytest.raises(RefusedInputError, match="parts"):
        parts_of(count, folds, seed=0)


def test_each_scan_is_measured_by_a_network_that_has_not_seen_it(parent, quick, monkeypatch):
    """Networks are stood for by the scans that they were trained on."""
    seen, measured = [], []

    def train(network, cases, settings, progress):
        seen.append(set(cases))
        return Trained(frozenset(cases), (), "", 0.0)

    def figures_in(network, case, seed):
        if network is not parent.network:
            assert case not in network
            measured.append(case)
        return Figures(1.0 if network is parent.network else 0.5, 1.0, 1.0, None)

    def changes(network, number):
        assert "abcde"[number] not in network
        return Changes(number, 0, (), ())

    monkeypatch.setattr(cohort, "train", train)
    monkeypatch.setattr(cohort, "figures_in", figures_in)
    crossed = cross_fit(parent, list("abcde"), quick, 2, changes, Silent())
    assert sorted(measured) == list("abcde")
    assert [change.before for change in crossed.changes] == [0, 1, 2, 3, 4]
    assert [len(cases) for cases in seen] == [2, 3]
    assert (crossed.folds, crossed.before.residual, crossed.after.residual) == (2, 1.0, 0.5)


def test_a_scan_without_room_for_a_painted_lesion_is_measured_by_the_rest(parent, case, quick, monkeypatch):
    monkeypatch.setattr(cohort, "train", lambda network, *_: Trained(network, (), "", 0.0))
    left_out = np.ones_like(case.left_out)
    left_out[:, 20:28] = False  # 6 mm of cord, between two places where lesions are painted
    short = replace(case, left_out=left_out)
    assert short.measured.any()
    crossed = cross_fit(parent, [case, short], quick, 2, lambda *_: Changes(0, 0, (), ()), Silent())
    alone = cross_fit(parent, [case, case], quick, 2, lambda *_: Changes(0, 0, (), ()), Silent())
    assert crossed.after.painted == pytest.approx(alone.after.painted)
    assert crossed.after.residual != pytest.approx(alone.after.residual)
