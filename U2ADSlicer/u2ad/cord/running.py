"""Running statistics along the straightened cord."""

from __future__ import annotations

import numpy as np

ROWS_PER_REACH = 10
"""Medians are taken this often within their reach: those of neighbouring rows share nearly all of their pixels."""


def running_median(values: np.ndarray, chosen: np.ndarray, reach: int) -> np.ndarray:
    """Median of the chosen pixels within ``reach`` rows of each row, (N,).

    Args:
        values: (slice, along, across).
        chosen: which pixels count, bool, same shape.
        reach: rows to either side.

    Returns:
        One median a row, exact in every tenth of ``reach`` and interpolated between; rows with nothing chosen in reach
        take the value of the nearest row that has.
    """
    rows = values.shape[1]
    medians = np.full(rows, np.nan)
    for row in {*range(0, rows, max(1, reach // ROWS_PER_REACH)), rows - 1}:
        window = slice(max(0, row - reach), row + reach + 1)
        inside = values[:, window][chosen[:, window]]
        if inside.size:
            medians[row] = np.median(inside)
    return _filled(medians)


def running_spread(values: np.ndarray, centre: np.ndarray, chosen: np.ndarray, reach: int) -> np.ndarray:
    """Robust standard deviation (1.4826 x median absolute deviation) about ``centre``, as :func:`running_median`.

    Args:
        values: (slice, along, across).
        centre: the running median, (N,).
        chosen: which pixels count, bool, same shape as ``values``.
        reach: rows to either side.
    """
    return 1.4826 * running_median(np.abs(values - centre[:, None]), chosen, reach)


def _filled(values: np.ndarray) -> np.ndarray:
    known = np.flatnonzero(np.isfinite(values))
    if known.size == 0:
        return np.full(values.shape, np.nan)
    return np.interp(np.arange(values.size), known, values[known])
