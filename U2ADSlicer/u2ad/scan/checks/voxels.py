"""Checks of the voxel values: whether they can be those of an MRI."""

from __future__ import annotations

import numpy as np

from u2ad.scan.checks.geometry import slice_axis
from u2ad.scan.scan import Scan
from u2ad.scan.verdict import Check, Verdict

FEWEST_VALUES = 16
"""Fewer different values are those of a mask or a label map."""

MANY_EMPTY = 0.2
MANY_COPIES = 0.2

AIR_IN_CT_HU = -900
"""Hounsfield units; MRI has no voxels there, and a CT has its air there (-1000)."""
SHARE_OF_AIR = 0.02


def check_voxels(scan: Scan) -> Check:
    """The gravest thing to be said about the voxel values."""
    array = scan.array
    if not np.isfinite(array).all():
        return _refuse("The scan has voxels that hold no number (NaN).", "Export it again.", overridable=False)
    if array.min() == array.max():
        return _refuse("All voxels have the same value: the scan is empty.", "Export it again.", overridable=False)
    if np.unique(array[:: 1 + len(array) // 64]).size < FEWEST_VALUES and np.unique(array).size < FEWEST_VALUES:
        return _refuse("The file is a mask or a label map, not a scan.", "Choose the T2-weighted scan itself.")
    if (array < AIR_IN_CT_HU).mean() > SHARE_OF_AIR:
        return _refuse("The voxel values are those of a CT (air at -1000).", "Choose the T2-weighted MRI.")
    return _check_each_slice(np.moveaxis(array, slice_axis(scan.grid), 0))


def _check_each_slice(slices: np.ndarray) -> Check:
    empty = [bool(one.min() == one.max()) for one in slices]
    copies = sum(
        not blank and bool(np.array_equal(one, other))
        for one, other, blank in zip(slices[:-1], slices[1:], empty[:-1], strict=True)
    )
    if copies:
        verdict = Verdict.REFUSE if copies > MANY_COPIES * len(slices) else Verdict.WARN
        sentence = f"{copies} of {len(slices)} slices repeat their neighbour voxel by voxel."
        return Check("voxels", verdict, sentence, "Export the scan again without copies.")
    if sum(empty) > MANY_EMPTY * len(slices) or any(empty[_first_full(empty) : len(empty) - _first_full(empty[::-1])]):
        verdict = Verdict.REFUSE if sum(empty) > 0.5 * len(slices) else Verdict.WARN
        sentence = f"{sum(empty)} of {len(slices)} slices are empty."
        return Check("voxels", verdict, sentence, "Look whether the cord is in the slices that are left.")
    return Check("voxels", Verdict.OK, "The voxel values are plausible.")


def _first_full(empty: list[bool]) -> int:
    return empty.index(False) if False in empty else len(empty)


def _refuse(sentence: str, remedy: str, overridable: bool = True) -> Check:
    return Check("voxels", Verdict.REFUSE, sentence, remedy, overridable)
