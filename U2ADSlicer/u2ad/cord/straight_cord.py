"""The straightened cord with its signal on a common scale: the input of every detector."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from u2ad.cord.centreline import Centreline
from u2ad.cord.cord import Cord
from u2ad.cord.running import running_median
from u2ad.cord.straightening import PIXEL, StraightFrame, straight_frame
from u2ad.errors import RefusedInputError
from u2ad.scan import Scan

CORD_SIGNAL = 0.3
"""Where the cord's running median lies on the common scale."""

CONTRAST = 0.6
"""How far above the cord the CSF lies on the common scale."""

MEDIAN_REACH = 40.0
"""The running median looks this many mm up and down the cord: farther than most lesions reach, near enough to follow
the coil's shading."""

EDGE_BLUR = 0.6
"""Standard deviation in mm by which the mask's edge is blurred in plane: about half the width of a scan's edge."""

CORE = 0.95
"""Cord fraction from which a voxel belongs to the core: no partial volume with CSF (Docs/method.md, 3)."""

SMALLEST_CONTRAST = 0.05
"""CSF and cord that differ by less than this share of the cord's signal cannot be told apart."""


@dataclass(frozen=True, eq=False)
class StraightCord:
    """Signal and cord fraction of the straightened cord, axes (slice, along, across).

    Args:
        frame: where it lies in the scan.
        image: signal on the common scale: cord at 0.3, CSF at 0.9, clipped to 0..1, float32.
        fraction: share of each pixel that is cord, 0 to 1, float32.
        median: the cord's running median along its axis above ``offset``, in the scan's units, (along,).
        contrast: scan-wide difference between CSF and cord as a multiple of the cord's signal, whichever is brighter:
            on the common scale brighter is always more, also on a T1-weighted scan.
        offset: what counts as no signal: 0, or the 1st percentile of a scan with negative values.
    """

    frame: StraightFrame
    image: np.ndarray
    fraction: np.ndarray
    median: np.ndarray
    contrast: float
    offset: float = 0.0

    @property
    def certainty(self) -> np.ndarray:
        """Weight of each pixel: 1 in the core, falling to 0 where 60 % is cord (Docs/method.md, 3)."""
        return np.clip((self.fraction - 0.6) / 0.4, 0, 1)

    def to_scan_units(self, image: np.ndarray) -> np.ndarray:
        """Undo the common scale."""
        return ((image - CORD_SIGNAL) / CONTRAST * self.contrast + 1) * self.median[:, None] + self.offset


def straighten_cord(scan: Scan, cord: Cord, line: Centreline) -> StraightCord:
    """Straighten a scan along its cord and bring the signal to the common scale.

    The signal is taken relative to the cord's own running median, which also takes out the coil's sensitivity; the
    unit is the scan-wide ratio of CSF to cord. The local CSF would be no measure at a stenosis, where there is none
    (Docs/method.md, 2).

    Raises:
        RefusedInputError: if CSF and cord cannot be told apart.
    """
    frame = straight_frame(cord, line)
    signal = frame.straighten(np.nan_to_num(scan.array))
    offset = min(0.0, float(np.percentile(scan.array, 1)))
    fraction = _softened(_certain(frame.straighten(cord.fraction)))
    core = core_of(fraction)
    median = running_median(signal - offset, core, round(MEDIAN_REACH / PIXEL))
    median = np.maximum(median, 1e-3 * np.ptp(signal))
    relative = (signal - offset) / median[:, None]
    contrast = abs(csf_signal(relative, fraction) - 1)
    if not contrast >= SMALLEST_CONTRAST:
        raise RefusedInputError(
            "Spinal cord and spinal fluid have the same signal in this scan.",
            "Check that it is a T2-weighted scan and that the cord mask lies on the cord.",
        )
    image = CORD_SIGNAL + CONTRAST * (relative - 1) / contrast
    return StraightCord(frame, image.clip(0, 1).astype(np.float32), fraction, median, contrast, offset)


def _certain(fraction: np.ndarray) -> np.ndarray:
    """Cord fraction stretched so that the inside of a soft mask is 1: its plateau may be .8, and means cord."""
    inside = fraction[fraction >= 0.5]
    return (fraction / np.percentile(inside, 90)).clip(0, 1) if inside.size else fraction


def _softened(fraction: np.ndarray) -> np.ndarray:
    """Cord fraction with an edge as blurred as the scan's: a mask of whole voxels knows no partial volume."""
    sigma = EDGE_BLUR / PIXEL
    return ndimage.gaussian_filter(fraction, (0, sigma, sigma), mode="nearest").clip(0, 1)


def core_of(fraction: np.ndarray) -> np.ndarray:
    """Pixels without partial volume, bool; where a blurred mask has hardly any, the better half of the cord."""
    cord = fraction[fraction >= 0.5]
    return fraction >= (min(CORE, float(np.median(cord))) if cord.size else CORE)


def csf_signal(signal: np.ndarray, fraction: np.ndarray) -> float:
    """Signal of the fluid around the cord: the upper quartile of what lies 1 to 3 mm off it, NaN if nothing does.

    Both arguments are straightened arrays. The upper quartile, since part of that ring is ligament and bone.
    """
    pixels = [round(distance / PIXEL) for distance in (1.0, 3.0)]
    cord = fraction >= 0.5
    near, far = (np.asarray(ndimage.binary_dilation(cord, _IN_SLICE, iterations=count), bool) for count in pixels)
    ring = signal[far & ~near]
    return float(np.percentile(ring, 75)) if ring.size else float("nan")


_IN_SLICE = ndimage.generate_binary_structure(2, 1)[None]
