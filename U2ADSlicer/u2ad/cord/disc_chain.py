"""The likeliest chain of discs: each at its place, all in their order and at the distances of a spine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from u2ad.cord.disc_evidence import NAMED, DiscEvidence
from u2ad.cord.levels import TEMPLATE_POSITION

SCALES = np.arange(0.75, 1.26, 0.05)
"""Lengths of the neck over that of PAM50 that are tried."""

LIKELY_SCALE, SCALE_SPREAD = 0.95, 0.08
"""Mean and standard deviation of that length."""

SPACING_SPREAD = 1.8
"""Standard deviation of the distance between two discs about the scaled template, mm."""

BEYOND = 200
"""Discs may lie this many mm outside the strip: the spine goes on where the picture ends."""

DOUBT = 0.02
"""Share of each disc's probability that is spread over the whole strip: the network may miss a disc for certain."""

MARKED_SPREAD = 1.5
"""Standard deviation of a marked place about the true one, mm."""

TEMPER = 0.5
"""Discs do not speak independently: logarithms of probabilities are scaled by this before chains are compared."""

SAME_LEVEL = 7.0
"""Chains whose upper discs lie this near to each other, in mm, give the same names."""

_PLACES = np.array([TEMPLATE_POSITION[name] for name in NAMED])


@dataclass(frozen=True)
class Mark:
    """A place that a person has named.

    Args:
        name: a vertebra or a disc.
        row: its row in the strip; may lie outside.
    """

    name: str
    row: float


@dataclass(frozen=True, eq=False)
class DiscChain:
    """One disc after the other.

    Args:
        rows: row of each disc of ``NAMED`` in the strip, ascending; outside it where the picture does not reach.
        certainty: probability that the names are right, against those of all other chains.
    """

    rows: np.ndarray
    certainty: float


def likeliest_chain(evidence: DiscEvidence, marks: Sequence[Mark] = ()) -> DiscChain:
    """The likeliest chain of all discs, by dynamic programming for each length of the neck.

    With a mark, the mark alone gives the names: the picture then only says where discs are, not which.

    Args:
        evidence: of a strip.
        marks: places that are certain.
    """
    single = _single(_nameless(evidence) if marks else evidence)
    said = [_said_by(marks, scale, single.shape[1]) for scale in SCALES]
    chains = [_downwards(single, scale * np.diff(_PLACES), more) for scale, more in zip(SCALES, said, strict=True)]
    lengths = -0.5 * ((SCALES - LIKELY_SCALE) / SCALE_SPREAD) ** 2
    totals = np.array([below[0] for below, _ in chains]) + lengths[:, None]
    best, row = (int(index) for index in np.unravel_index(totals.argmax(), totals.shape))
    rows = [row]
    for moves in chains[best][1]:
        rows.append(rows[-1] + int(moves[rows[-1]]))
    found = np.array(rows)
    anchor = int(np.abs(found - single.shape[1] / 2).argmin())
    below = [below[anchor] for below, _ in chains]
    return DiscChain(found - float(BEYOND), _certainty(single, below, lengths, anchor, rows[anchor]))


def _nameless(evidence: DiscEvidence) -> DiscEvidence:
    """The probability that any disc lies in a row, for every disc; outside the strip nothing speaks for or against."""
    any_disc = np.logaddexp.reduce(evidence.place, axis=0)
    return DiscEvidence(
        np.tile(np.minimum(any_disc, 0.0), (len(NAMED), 1)),
        np.full(len(NAMED), np.log(BEYOND / evidence.place.shape[1])),
    )


def _single(evidence: DiscEvidence) -> np.ndarray:
    """Logarithm of the probability of each disc in every row, from ``BEYOND`` above the strip to as many below."""
    rows = evidence.place.shape[1]
    inside = np.log((1 - DOUBT) * np.exp(evidence.place) + DOUBT / rows)
    outside = np.log((1 - DOUBT) * np.exp(evidence.absent) / BEYOND + DOUBT / rows)
    single = np.repeat(outside[:, None], rows + 2 * BEYOND, axis=1)
    single[:, BEYOND : BEYOND + rows] = inside
    return single


Said = Callable[[int, float | None], np.ndarray | float]
"""What is known of a disc's row besides the picture, given how many rows below it the next one lies (None: last)."""


def _downwards(
    single: np.ndarray, distances: np.ndarray, said: Said = lambda disc, step: 0.0
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The best chains from every row of every disc downwards, and how many rows below the next disc then lies.

    Args:
        single: of each disc in every row, (discs, rows).
        distances: expected between neighbours, in rows, (discs - 1,).
        said: more about a disc.
    """
    rows = np.arange(single.shape[1])
    below = [single[-1] + said(len(single) - 1, None)]
    moves: list[np.ndarray] = []
    for disc in reversed(range(len(distances))):
        reach = 3 * SPACING_SPREAD
        steps = np.arange(int(distances[disc] - reach), int(distances[disc] + reach) + 2)
        choices = np.full((steps.size, rows.size), -np.inf)
        for choice, step in zip(choices, steps, strict=True):
            prior = said(disc, float(step)) - 0.5 * ((step - distances[disc]) / SPACING_SPREAD) ** 2
            choice[:-step] = below[0][step:] + np.broadcast_to(prior, rows.shape)[:-step]
        below.insert(0, single[disc] + choices.max(axis=0))
        moves.insert(0, steps[choices.argmax(axis=0)])
    return below, moves


def _said_by(marks: Sequence[Mark], scale: float, size: int) -> Said:
    """Marks pull on the disc above them, or on the outer disc beyond which they lie."""
    rows = np.arange(size) - float(BEYOND)

    def said(disc: int, step: float | None) -> np.ndarray | float:
        pull: np.ndarray | float = 0.0
        for mark in marks:
            aside = TEMPLATE_POSITION[mark.name] - _PLACES[disc]
            gap = _PLACES[disc + 1] - _PLACES[disc] if step is not None else np.inf
            if 0 <= aside < gap or (disc == 0 and aside < 0):
                expected = rows + aside * (step / gap if step is not None and aside > 0 else scale)
                pull = pull - 0.5 * ((mark.row - expected) / MARKED_SPREAD) ** 2
        return pull

    return said


def _certainty(single: np.ndarray, below: list[np.ndarray], lengths: np.ndarray, anchor: int, row: int) -> float:
    """Share of all chains, by where the disc in the middle of the picture lies, that gives the same names."""
    above = [_downwards(single[::-1, ::-1], scale * np.diff(_PLACES)[::-1])[0] for scale in SCALES]
    totals = [
        length + under + over[len(single) - 1 - anchor][::-1] - single[anchor]
        for length, under, over in zip(lengths, below, above, strict=True)
    ]
    highest = np.max(totals, axis=0)
    weight = np.exp(TEMPER * (highest - highest[row]))
    near = np.abs(np.arange(weight.size) - row) <= SAME_LEVEL
    return float(weight[near].sum() / weight.sum())
