"""The likeliest chain of discs: in order, at a spine's distances, and sure only where it has reason to be."""

import numpy as np
import pytest

from u2ad.cord.disc_chain import Mark, likeliest_chain
from u2ad.cord.disc_evidence import NAMED, DiscEvidence
from u2ad.cord.levels import TEMPLATE_POSITION

ROWS = 260
TEMPLATE = np.array([TEMPLATE_POSITION[name] for name in NAMED])


def places(top: float, scale: float = 0.95) -> np.ndarray:
    return top + scale * (TEMPLATE - TEMPLATE[0])


def evidence(rows: np.ndarray, spread: float = 2.0) -> DiscEvidence:
    """Each disc where it is, or nowhere if that is outside the strip."""
    inside = (rows >= 0) & (rows < ROWS)
    place = np.exp(-0.5 * ((np.arange(ROWS) - rows[:, None]) / spread) ** 2) + 1e-9
    place *= np.where(inside, 0.9, 0.05)[:, None] / place.sum(axis=1, keepdims=True)
    return DiscEvidence(np.log(place), np.log(np.where(inside, 0.1, 0.95)))


def blind() -> DiscEvidence:
    return DiscEvidence(np.full((len(NAMED), ROWS), np.log(0.5 / ROWS)), np.full(len(NAMED), np.log(0.5)))


@pytest.mark.parametrize("scale", [0.85, 0.95, 1.1])
@pytest.mark.parametrize("top", [40.0, -60.0])
def test_every_disc_is_found_where_it_is_also_outside_the_picture(top: float, scale: float) -> None:
    chain = likeliest_chain(evidence(places(top, scale)))
    inside = (places(top, scale) >= 0) & (places(top, scale) < ROWS)
    assert np.abs(chain.rows - places(top, scale))[inside].max() <= 2
    assert chain.certainty > 0.95


def test_one_disc_that_is_missed_or_misplaced_is_carried_by_the_others() -> None:
    rows = places(40.0)
    wrong = rows.copy()
    wrong[3] += 30
    chain = likeliest_chain(evidence(wrong))
    assert np.abs(chain.rows - rows).max() <= 5


def test_discs_stay_in_order_whatever_is_seen() -> None:
    noise = np.random.default_rng(0).normal(0, 3, (len(NAMED), ROWS + 1))
    noise -= np.log(np.exp(noise).sum(axis=1, keepdims=True))
    chain = likeliest_chain(DiscEvidence(noise[:, :-1], noise[:, -1]))
    steps = np.diff(chain.rows) / np.diff(TEMPLATE)
    assert (steps > 0.4).all()
    assert (steps < 1.7).all()


def test_where_nothing_is_seen_nothing_is_certain() -> None:
    assert likeliest_chain(blind()).certainty < 0.3


def test_names_that_fit_as_well_one_level_lower_are_not_certain() -> None:
    rows = places(40.0)
    one = np.exp(evidence(rows).place)
    shifted = np.exp(evidence(np.append(rows[1:], rows[-1] + 20)).place)
    both = DiscEvidence(np.log(0.5 * one + 0.5 * shifted), evidence(rows).absent)
    assert likeliest_chain(both).certainty < 0.9


@pytest.mark.parametrize("name", ["C2/C3", "C5/C6", "C2", "C5", "T1"])
def test_one_mark_repairs_all_names(name: str) -> None:
    """All discs are seen one level too low."""
    rows = places(40.0)
    shifted = evidence(np.append(rows[1:], rows[-1] + 20))
    wrong = likeliest_chain(shifted)
    assert np.abs(wrong.rows - rows).min() > 10
    truth = float(np.interp(TEMPLATE_POSITION[name], TEMPLATE, rows)) if name != "C2" else 40.0 - 8 * 0.95
    chain = likeliest_chain(blind(), [Mark(name, truth)])
    assert np.abs(chain.rows - rows).max() <= 6
    chain = likeliest_chain(shifted, [Mark(name, truth)])
    assert np.abs(chain.rows[:5] - rows[:5]).max() <= 8
