"""What makes a scan hard to read: stenosis, coil shading, flow, motion, noise and low contrast."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import ndimage

from u2ad.scan import Scan
from u2ad.simulation import Acquisition, Contrast, Tissue
from u2ad.simulation.faults import add_faults
from u2ad.simulation.injection import csf_to_cord_ratio
from u2ad.simulation.stenosis import Stenosis, draw_stenoses

BRIGHTEST_CORD = 0.5
"""Signal of the cord over that of CSF where contrast is lowest."""

LIGAMENT = 0.4
"""Signal over the cord's of what lies against it where fluid is gone: dark ligament and osteophytes."""

AROUND = 8.0
"""mm around the cord in which the fluid goes."""

RIM = 2.0
"""mm inside the cord's surface from which on nothing changes."""


def protocol_of(kind: str, rng: np.random.Generator) -> Acquisition:
    """The protocol of a simulated scan: "isotropic", "thick" or "hard"."""
    if kind == "isotropic":
        return Acquisition.isotropic()
    thick = Acquisition.sagittal(
        tilt=(float(rng.normal(0, 4)), float(rng.normal(0, 1.5)), float(rng.normal(0, 2))),
        centre=(float(rng.uniform(-1.6, 1.6)), 8.0, 0.0),
    )
    return _hard(thick, rng) if kind == "hard" else thick


def _hard(thick: Acquisition, rng: np.random.Generator) -> Acquisition:
    return replace(
        thick,
        signal_to_noise=float(rng.uniform(18, 32)),
        bias=float(rng.uniform(0.8, 1.6)),
        kept=float(rng.uniform(0.7, 0.9)),
        flow=float(rng.uniform(0.5, 1)),
        motion=float(rng.uniform(0.2, 0.6)),
        phase_axis=str(rng.choice(["rows", "columns"])),
    )


def stenoses_of(rng: np.random.Generator) -> tuple[Stenosis, ...]:
    """One to three stenoses; some are long."""
    return draw_stenoses(int(rng.integers(1, 4)), rng)


def contrast_of(rng: np.random.Generator) -> Contrast:
    """A T2-weighted contrast in which cord and fluid differ less than usual."""
    usual = Contrast.t2w(rng)
    factor = min(float(rng.uniform(1.2, 1.7)), BRIGHTEST_CORD / usual[Tissue.CORD])
    nervous = {Tissue.CORD, Tissue.GREY, Tissue.BRAIN, Tissue.ROOT}
    signal = {tissue: value * factor if tissue in nervous else value for tissue, value in usual.signal.items()}
    return replace(usual, signal=signal)


def less_contrast(scan: Scan, cord: np.ndarray, rng: np.random.Generator) -> Scan:
    """A scan whose fluid is less bright against the cord: what is brighter than cord is drawn towards it."""
    signal = _cord_signal(scan, cord)
    factor = rng.uniform(0.5, 0.85)
    return replace(scan, array=np.where(scan.array > signal, signal + factor * (scan.array - signal), scan.array))


def fluid_lost(scan: Scan, cord: np.ndarray, rng: np.random.Generator) -> Scan:
    """A scan with one or two stretches of 10 to 40 mm where fluid has given way to dark ligament.

    Between cord and fluid lies partial volume: with everything brighter than the cord mapped linearly, fluid to
    ligament and cord to itself, a voxel that was half fluid becomes half ligament.
    """
    signal = _cord_signal(scan, cord)
    slope = (1 - LIGAMENT) / max(csf_to_cord_ratio(scan, cord) - 1, 0.1)
    dark = signal - slope * (scan.array - signal)
    depth = _depth_along(scan, cord, rng) * _beside(scan, cord)
    changed = np.where(scan.array > signal, (1 - depth) * scan.array + depth * np.maximum(dark, 0), scan.array)
    return replace(scan, array=changed.astype(np.float32))


def faulty(scan: Scan, rng: np.random.Generator) -> Scan:
    """A thick sagittal scan with the faults of a hard acquisition; axis K are slices and J runs along the body."""
    acquisition = _hard(Acquisition.sagittal(), rng)
    fluid = float(np.percentile(scan.array, 99.5))
    return replace(scan, array=add_faults(scan.array / fluid, scan.grid, acquisition, rng) * np.float32(fluid))


def _cord_signal(scan: Scan, cord: np.ndarray) -> float:
    return float(np.median(scan.array[cord >= 0.9]))


def _depth_along(scan: Scan, cord: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """How much of the fluid is gone at each voxel's height, 0 to 1, float32, KJI."""
    heights = scan.grid.to_ras(np.moveaxis(np.indices(scan.grid.shape), 0, -1))[..., 2].astype(np.float32)
    inside = heights[cord >= 0.5]
    depth = np.zeros(scan.grid.shape, np.float32)
    for _ in range(int(rng.integers(1, 3))):
        middle = rng.uniform(*np.percentile(inside, [25, 85]))
        narrow = Stenosis("C5/C6", length=float(rng.uniform(10, 40)))
        depth = np.maximum(depth, narrow.depth(heights - middle) * np.float32(rng.uniform(0.6, 1.0)))
    return depth


def _beside(scan: Scan, cord: np.ndarray) -> np.ndarray:
    """1 around the cord and on its rim, where a mask of whole voxels holds fluid, too; 0 some way off and inside."""
    outside, inside = (
        np.asarray(ndimage.distance_transform_edt(mask, sampling=scan.grid.spacing))
        for mask in (cord < 0.5, cord >= 0.5)
    )
    return np.clip((AROUND - outside) / 2, 0, 1) * np.clip(RIM - inside, 0, 1)
