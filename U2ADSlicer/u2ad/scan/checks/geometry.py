"""Checks of the lattice: how many slices, how far apart, how fine, and which way they lie."""

from __future__ import annotations

import numpy as np

from u2ad.scan.grid import Grid
from u2ad.scan.scan import Scan
from u2ad.scan.verdict import Check, Verdict

FEWEST_SLICES = 5
"""Fewer slices of 3 to 4 mm do not cover the cord, 12 to 16 mm wide, with neighbours on both sides."""

LEAST_COVER_MM = 20.0
"""The cervical cord with a little slack for a scoliosis."""

FEWEST_PIXELS = 32
"""A smaller picture cannot hold a stretch of cord with its surroundings."""

PIXEL_SPACING_MM = (0.3, 1.2)
USABLE_PIXEL_SPACING_MM = (0.1, 2.0)
"""Beyond 2 mm the cord is less than four pixels deep (6 to 8 mm antero-posterior)."""

USUAL_SLICE_SPACING_MM = 5.0
LARGEST_SLICE_SPACING_MM = 6.0

UNEQUAL_STEPS_WARN = 0.02
UNEQUAL_STEPS_REFUSE = 0.10
"""Deviation of a step between slices as a share of the mean step; a missing slice gives about 1."""

GAP_WARN = 1.5
"""Slice spacing over slice thickness above which a third of the cord or more was never imaged."""

SAGITTAL_DEGREES = 30.0
ANISOTROPIC = 1.25


def slice_axis(grid: Grid) -> int:
    """The array axis across the slices: the coarsest one, or of nearly isotropic voxels the one nearest left-right."""
    spacing = grid.spacing
    if spacing.max() > ANISOTROPIC * np.median(spacing):
        return int(spacing.argmax())
    return int(np.abs(grid.directions[:, 0]).argmax())


def check_slices(scan: Scan) -> Check:
    """Whether there are slices enough to see the cord from side to side."""
    axis = slice_axis(scan.grid)
    count, cover = scan.grid.shape[axis], scan.grid.shape[axis] * scan.grid.spacing[axis]
    pixels = min(length for other, length in enumerate(scan.grid.shape) if other != axis)
    if pixels < FEWEST_PIXELS:
        return _refuse(
            "slices", f"The slices are only {pixels} pixels wide.", "Choose the whole scan.", overridable=False
        )
    if count < FEWEST_SLICES:
        return _refuse("slices", f"The scan has only {count} slices.", "Choose the series that covers the cord.")
    if cover < LEAST_COVER_MM:
        return _warn(
            "slices",
            f"The {count} slices cover only {cover:.2g} mm from side to side; parts of the cord may be missing.",
            "Look whether the cord lies inside the slices along its whole length.",
        )
    return _ok("slices", f"{count} slices cover {cover:.3g} mm.")


def check_pixel_spacing(scan: Scan) -> Check:
    """Whether the pixels are as fine as in a cervical spine MRI."""
    in_plane = np.delete(scan.grid.spacing, slice_axis(scan.grid))
    smallest, largest = in_plane.min(), in_plane.max()
    text = f"{smallest:.2g} mm" if np.isclose(smallest, largest, rtol=0.01) else f"{smallest:.2g} x {largest:.2g} mm"
    if smallest < USABLE_PIXEL_SPACING_MM[0] or largest > USABLE_PIXEL_SPACING_MM[1]:
        return _refuse(
            "pixel spacing",
            f"The pixels measure {text}; this is no cervical spine MRI, or the unit is wrong.",
            "Use a scan with 0.3 to 1.2 mm in plane, and check that its sizes are in mm.",
        )
    if smallest < PIXEL_SPACING_MM[0]:
        return _warn("pixel spacing", f"The pixels measure {text}: finer than the scanner resolves.", "")
    if largest > PIXEL_SPACING_MM[1]:
        return _warn(
            "pixel spacing",
            f"The pixels measure {text}: small hyperintensities are lost between them.",
            "Prefer a series with at most 1.2 mm in plane.",
        )
    return _ok("pixel spacing", f"Pixels of {text}.")


def check_slice_spacing(scan: Scan) -> Check:
    """Whether the slices are near enough to each other."""
    spacing = float(scan.grid.spacing[slice_axis(scan.grid)])
    if spacing > LARGEST_SLICE_SPACING_MM:
        return _refuse(
            "slice spacing",
            f"The slices are {spacing:.1f} mm apart; the cord is hardly two of them wide.",
            "Use a series with slices at most 6 mm apart.",
        )
    thickness = scan.facts.slice_thickness_mm
    if thickness and spacing > GAP_WARN * thickness:
        return _warn(
            "slice spacing",
            f"The slices are {thickness:.1f} mm thick but {spacing:.1f} mm apart; what lies between was not imaged.",
            "Prefer a series without gaps.",
        )
    if spacing > USUAL_SLICE_SPACING_MM:
        return _warn(
            "slice spacing", f"The slices are {spacing:.1f} mm apart, which is wide.", "Prefer thinner slices."
        )
    return _ok("slice spacing", f"Slices {spacing:.1f} mm apart.")


def check_gaps(scan: Scan) -> Check:
    """Whether the slices are equally far apart."""
    positions = scan.facts.slice_positions_mm
    if positions is None or len(positions) < 3:
        return _ok("gaps", "Nothing is known against equal distances between slices.")
    steps = np.diff(positions)
    usual = float(np.median(steps))
    missing = int(np.round(steps / usual - 1).clip(0).sum())
    unequal = float(np.abs(steps / usual - 1).max())
    if missing:
        off = np.abs(np.array(positions) - np.linspace(positions[0], positions[-1], len(positions))).max()
        return _refuse(
            "gaps",
            f"{missing} slice{'s are' if missing > 1 else ' is'} missing in the stack; positions would be wrong by up "
            f"to {off:.1f} mm.",
            "Export the whole series again.",
        )
    if unequal > UNEQUAL_STEPS_REFUSE:
        return _refuse(
            "gaps",
            f"The distance between slices varies from {steps.min():.1f} to {steps.max():.1f} mm.",
            "Export the series again, or choose one with equal distances.",
        )
    if unequal > UNEQUAL_STEPS_WARN:
        return _warn(
            "gaps",
            f"The distance between slices varies from {steps.min():.2f} to {steps.max():.2f} mm.",
            "Sizes from left to right are a little less exact.",
        )
    return _ok("gaps", f"Slices equally far apart ({usual:.2f} mm).")


def check_direction(scan: Scan) -> Check:
    """Whether the slices are sagittal."""
    across = np.abs(scan.grid.directions[slice_axis(scan.grid)])
    off = float(np.degrees(np.arccos(across[0].clip(0, 1))))
    if off <= SAGITTAL_DEGREES:
        return _ok("direction", f"Sagittal slices ({off:.0f} degrees oblique).")
    name = ("oblique sagittal", "coronal", "axial")[int(across.argmax())]
    return _warn(
        "direction",
        f"The slices are {name}, not sagittal; detection was developed for sagittal ones.",
        "Prefer the sagittal T2-weighted series.",
    )


def _ok(name: str, sentence: str) -> Check:
    return Check(name, Verdict.OK, sentence)


def _warn(name: str, sentence: str, remedy: str) -> Check:
    return Check(name, Verdict.WARN, sentence, remedy)


def _refuse(name: str, sentence: str, remedy: str, overridable: bool = True) -> Check:
    return Check(name, Verdict.REFUSE, sentence, remedy, overridable)
