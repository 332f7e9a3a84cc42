"""Checks of a scan by its form: what can be said before anything in it has been recognised."""

from u2ad.scan.checks.declared import check_modality, check_region, check_weighting
from u2ad.scan.checks.geometry import (
    check_direction,
    check_gaps,
    check_pixel_spacing,
    check_slice_spacing,
    check_slices,
)
from u2ad.scan.checks.voxels import check_voxels
from u2ad.scan.scan import Scan
from u2ad.scan.verdict import Check

CHECKS = (
    check_slices,
    check_pixel_spacing,
    check_slice_spacing,
    check_gaps,
    check_direction,
    check_voxels,
    check_modality,
    check_weighting,
    check_region,
)


def check_form(scan: Scan) -> tuple[Check, ...]:
    """All checks of a scan that need no recognition of the cord.

    Returns:
        One check for each question, also where the answer is good; before them what reading the file brought up.
    """
    return scan.remarks + tuple(check(scan) for check in CHECKS)


__all__ = ["CHECKS", "check_form"]
