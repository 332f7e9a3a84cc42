"""What is odd about a cord mask, or about the anatomy that it shows."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from u2ad.cord.centreline import Centreline
from u2ad.cord.cord import Cord, MaskSource, Trust
from u2ad.cord.pitch import vertebral_pitch
from u2ad.scan import Check, SagittalView, Scan, Verdict, worst
from u2ad.scan.pieces import connected_pieces

LONGEST_GAP = 4.0
"""A stretch without cord longer than this, in mm, is a gap of the mask: more than one thick axial slice."""

FARTHEST_JUMP = 4.0
"""The middle of the cord does not move sideways by more than this many mm within a mm or one slice."""

AREAS = (25.0, 130.0)
"""Cross-sections in mm2 between severe atrophy and the cervical enlargement with 1 mm of oversegmentation."""

SECOND_CORD = 20.0
"""A second piece of this many mm2 in one cross-section is no noise."""

SHORT_CORD = 60.0
"""A cord shorter than this many mm shows less than four vertebral levels."""

END_ABOVE_BORDER = 50.0
"""A cervical cord leaves the picture at its lower border; one that ends this many mm above it is a conus, or lost."""

LARGEST_PITCH = 26.0
"""Vertebrae farther apart than this, in mm, are lumbar: cervical ones are 13-20 mm apart, upper thoracic to 24."""

CLEAR_RHYTHM = 0.1
"""Correlation from which the distance between vertebrae is believed (two lumbar scans measured: .16 and .48)."""

FLUID_BRIGHTER = 0.4
"""Share of the rows in which the surroundings must be brighter: less than half, for a long stenosis has no CSF."""

LEAST_OVERLAP = 0.92
"""Overlap with a second mask, from slightly blurred slices, below which an automatic mask is probably wrong."""

MOST_UNSURE = 0.33
"""Share of the cord's length that may be unsure before an automatic mask is probably wrong."""

LONGEST_UNSURE = 30.0
"""An unsure stretch longer than this many mm, almost two vertebral levels, is named."""

CONFIDENCE = "cord_confidence"
"""Name of the check by which an automatic mask says how far it is to be trusted."""

CERVICAL_ONLY = "U2AD is made for the neck: choose the cervical scan."
POINTS = "Click 3 to 6 points along the cord (--points), or draw it and give the mask (--cord FILE --cord-seen)."
LOOK = "Look at the cord mask; correct it, and give it (--cord FILE --cord-seen)."


def check_cord(scan: Scan, cord: Cord, line: Centreline) -> tuple[Check, ...]:
    """Check the mask and the anatomy around it.

    Args:
        scan: the scan.
        cord: its cord.
        line: its centreline.

    Returns:
        One check each: continuity, course, size, one cord, confidence (of automatic masks only), coverage, region,
        signal, weighting.
    """
    view = SagittalView.from_grid(cord.grid)
    mask = view.apply(cord.mask)
    near = _surroundings(mask, view.grid.spacing)
    mask_checks = (_continuity(mask, view), _course(mask, view), _size(cord, line), _one_cord(mask, view))
    return (
        *mask_checks,
        *([confidence(cord.trust)] if cord.trust else []),
        _coverage(line),
        _region(mask, view, scan, cord, line),
        _signal(scan),
        _weighting(view.apply(scan.array)[near], mask[near], view.grid.spacing, worst(mask_checks) is Verdict.OK),
    )


def _surroundings(mask: np.ndarray, spacing: np.ndarray) -> tuple[slice, ...]:
    """The box around the mask with 5 mm on every side."""
    margin = np.ceil(5 / spacing).astype(int)
    box = ndimage.find_objects(mask.astype(np.uint8))[0]
    return tuple(slice(max(0, edge.start - more), edge.stop + more) for edge, more in zip(box, margin, strict=True))


def _continuity(mask: np.ndarray, view: SagittalView) -> Check:
    rows = np.flatnonzero(mask.any(axis=(0, 2)))
    gap = (np.diff(rows).max(initial=1) - 1) * view.grid.spacing[1]
    if gap > LONGEST_GAP:
        sentence = f"The cord mask has a gap of {gap:.0f} mm; nothing is looked for in it."
        return Check("cord_continuity", Verdict.WARN, sentence, LOOK)
    return Check("cord_continuity", Verdict.OK, "The cord mask has no gaps.")


def _course(mask: np.ndarray, view: SagittalView) -> Check:
    rows = np.flatnonzero(mask.any(axis=(0, 2)))
    middle = np.array([np.argwhere(mask[:, row]).mean(axis=0) for row in rows]) * view.grid.spacing[[0, 2]]
    steps = np.linalg.norm(np.diff(middle, axis=0), axis=1)
    allowed = FARTHEST_JUMP + np.diff(rows) * view.grid.spacing[1]
    if (steps > allowed).any():
        sentence = f"The cord mask jumps sideways by {steps.max():.0f} mm; part of it is probably not cord."
        return Check("cord_course", Verdict.WARN, sentence, LOOK)
    return Check("cord_course", Verdict.OK, "The cord mask runs smoothly.")


def _size(cord: Cord, line: Centreline) -> Check:
    area = float(cord.fraction[cord.mask].sum() * cord.grid.voxel_volume / max(line.length, 1.0))
    if not AREAS[0] <= area <= AREAS[1]:
        sentence = (
            f"The cord mask has a mean cross-section of {area:.0f} mm2; a cord has {AREAS[0]:.0f}-{AREAS[1]:.0f}."
        )
        return Check("cord_size", Verdict.WARN, sentence, LOOK)
    return Check("cord_size", Verdict.OK, f"The cord's mean cross-section is {area:.0f} mm2.")


def _one_cord(mask: np.ndarray, view: SagittalView) -> Check:
    pixel = float(np.prod(view.grid.spacing[[0, 2]]))
    doubled = 0
    for row in np.flatnonzero(mask.any(axis=(0, 2))):
        doubled += _second_area(mask[:, row]) * pixel >= SECOND_CORD
    if doubled * view.grid.spacing[1] > LONGEST_GAP:
        sentence = f"Over {doubled * view.grid.spacing[1]:.0f} mm the mask shows two cords side by side."
        return Check("one_cord", Verdict.WARN, sentence, LOOK)
    return Check("one_cord", Verdict.OK, "The mask shows one cord.")


def _second_area(section: np.ndarray) -> int:
    """Pixels of the second largest 8-connected piece, 0 where there is only one."""
    labels, count = connected_pieces(section)
    return int(np.sort(np.bincount(labels.ravel())[1:])[-2]) if count > 1 else 0


def confidence(trust: Trust) -> Check:
    """Whether the network itself is sure of the mask, and where it is not."""
    long = [stretch for stretch in trust.unsure if stretch[1] - stretch[0] > LONGEST_UNSURE]
    where = " and ".join(f"from {start:.0f} to {end:.0f} mm" for start, end in long)
    if trust.overlap < LEAST_OVERLAP or trust.unsure_share > MOST_UNSURE:
        sentence = "The automatic cord mask is probably wrong"
        sentence += f", above all {where} below its upper end." if long else "."
        return Check(CONFIDENCE, Verdict.WARN, sentence, POINTS)
    if long:
        sentence = f"The automatic cord mask is unsure {where} below its upper end."
        return Check(CONFIDENCE, Verdict.WARN, sentence, POINTS)
    return Check(CONFIDENCE, Verdict.OK, "The network is sure of the cord mask.")


def _coverage(line: Centreline) -> Check:
    if line.length < SHORT_CORD:
        sentence = f"Only {line.length:.0f} mm of cord are visible; comparison along the cord is less reliable."
        return Check("coverage", Verdict.WARN, sentence, "Prefer a scan from the skull base to T1.")
    return Check("coverage", Verdict.OK, f"{line.length:.0f} mm of cord are visible.")


def _region(mask: np.ndarray, view: SagittalView, scan: Scan, cord: Cord, line: Centreline) -> Check:
    if scan.facts.region_hint == "cervical":
        return Check("region", Verdict.OK, "The scan says that it is cervical.")
    pitch, rhythm = vertebral_pitch(scan, line) or (0.0, 0.0)
    clear = rhythm > CLEAR_RHYTHM
    if clear and pitch > LARGEST_PITCH:
        sentence = f"The vertebrae follow each other every {pitch:.0f} mm, as in a lumbar scan."
        return Check("region", Verdict.REFUSE, sentence, CERVICAL_ONLY)
    rows = np.flatnonzero(mask.any(axis=(0, 2)))
    below = (mask.shape[1] - 1 - rows[-1]) * view.grid.spacing[1]
    if below <= END_ABOVE_BORDER:
        return Check("region", Verdict.OK, "Cord and vertebrae look as in the neck.")
    if cord.source is not MaskSource.AUTOMATIC or clear:
        sentence = (
            f"The cord mask ends {below:.0f} mm above the lower border of the picture; nothing is looked for below."
        )
        return Check("region", Verdict.WARN, sentence, LOOK)
    sentence = f"The cord ends {below:.0f} mm above the lower border of the picture, as in a lumbar scan."
    return Check("region", Verdict.REFUSE, sentence, CERVICAL_ONLY)


def _signal(scan: Scan) -> Check:
    if np.percentile(scan.array, 1) < 0:
        sentence = "The scan holds negative values, as after filtering or normalising; its signal is taken as shifted."
        return Check("signal", Verdict.WARN, sentence, "Prefer the scan as the scanner made it.")
    return Check("signal", Verdict.OK, "The signal is 0 where there is none.")


def _weighting(signal: np.ndarray, mask: np.ndarray, spacing: np.ndarray, good_mask: bool) -> Check:
    """Compare the cord with what lies 1 to 2.5 mm off it, row by row; a doubtful mask gives no more than a warning."""
    distance = np.asarray(ndimage.distance_transform_edt(~mask, sampling=spacing))
    ring = (distance > 1.0) & (distance <= 2.5)
    rows = [row for row in np.flatnonzero(mask.any(axis=(0, 2))) if ring[:, row].any()]
    brighter = [np.median(signal[:, row][ring[:, row]]) > np.median(signal[:, row][mask[:, row]]) for row in rows]
    if np.mean(brighter or [True]) >= FLUID_BRIGHTER:
        sentence = "The fluid around the cord is brighter than the cord, as in T2 weighting."
        return Check("weighting", Verdict.OK, sentence)
    if good_mask:
        sentence = "The cord is brighter than the fluid around it: this scan is not T2-weighted."
        return Check("weighting", Verdict.REFUSE, sentence, "Choose the T2-weighted scan.")
    sentence = (
        "What is marked as cord is brighter than what surrounds it: the mask is not on the cord, or it is no T2 scan."
    )
    return Check("weighting", Verdict.WARN, sentence, LOOK)
