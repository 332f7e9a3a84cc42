"""The best chain of states along the cord (Viterbi's algorithm on a plane of states)."""

from __future__ import annotations

import numpy as np


def best_chain(gain: np.ndarray, step_cost: float) -> tuple[np.ndarray, np.ndarray]:
    """The chain of states with the highest sum, each at most one step along either axis from the one above it.

    Args:
        gain: of every state, (N, A, B).
        step_cost: taken off for each step.

    Returns:
        Index along A and along B in each of the N places, (N,) each.
    """
    total = gain[0]
    moves = []
    for row in gain[1:]:
        total, along_second = _from_neighbours(total, 1, step_cost)
        total, along_first = _from_neighbours(total, 0, step_cost)
        moves.append((along_first, along_second))
        total = total + row
    first, second = (int(index) for index in np.unravel_index(total.argmax(), total.shape))
    chain = [(first, second)]
    for along_first, along_second in reversed(moves):
        first += int(along_first[first, second])
        second += int(along_second[first, second])
        chain.append((first, second))
    firsts, seconds = np.array(chain[::-1]).T
    return firsts, seconds


def _from_neighbours(total: np.ndarray, axis: int, step_cost: float) -> tuple[np.ndarray, np.ndarray]:
    """The best of each state and its two neighbours along an axis, and which it was (-1, 0, 1)."""
    best, moved = total.copy(), np.zeros(total.shape, np.int8)
    for step in (-1, 1):
        here, there = _shifted(axis, step), _shifted(axis, -step)
        better = total[there] - step_cost > best[here]
        best[here] = np.where(better, total[there] - step_cost, best[here])
        moved[here] = np.where(better, step, moved[here])
    return best, moved


def _shifted(axis: int, step: int) -> tuple[slice, slice]:
    part = slice(None, -1) if step > 0 else slice(1, None)
    return (part, slice(None)) if axis == 0 else (slice(None), part)
