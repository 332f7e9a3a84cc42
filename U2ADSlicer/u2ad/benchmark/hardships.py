"""What makes a scan hard to read: stenosis, coil shading, flow, motion, noise and low contrast."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from u2ad.scan import SagittalView, Scan
from u2ad.simulation import Acquisition, Contrast, Tissue
from u2ad.simulation.faults import add_faults
from u2ad.simulation.narrowing import Narrowing, narrowed
from u2ad.simulation.stenosis import Stenosis, draw_stenoses

BRIGHTEST_CORD = 0.5
"""Signal of the cord over that of CSF where contrast is lowest."""


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


def with_stenoses(scan: Scan, cord: np.ndarray, rng: np.random.Generator) -> tuple[Scan, np.ndarray]:
    """A scan, and its cord fraction, with one or two stenoses of 10 to 40 mm painted into it."""
    view = SagittalView.from_grid(scan.grid)
    image, fraction = view.apply(scan.array), view.apply(cord)
    for _ in range(int(rng.integers(1, 3))):
        narrowing = Narrowing(
            middle=float(rng.uniform(0.15, 0.75)),
            length=float(rng.uniform(10, 40)),
            flattening=float(rng.uniform(0, 0.4)),
            beside=float(rng.uniform(0.2, 0.8)),
        )
        image, fraction = narrowed(image, fraction, view.grid.spacing, narrowing, rng)
    return replace(scan, array=np.ascontiguousarray(view.restore(image))), np.ascontiguousarray(view.restore(fraction))


def faulty(scan: Scan, rng: np.random.Generator) -> Scan:
    """A thick sagittal scan with the faults of a hard acquisition; axis K are slices and J runs along the body."""
    acquisition = _hard(Acquisition.sagittal(), rng)
    fluid = float(np.percentile(scan.array, 99.5))
    return replace(scan, array=add_faults(scan.array / fluid, scan.grid, acquisition, rng) * np.float32(fluid))


def _cord_signal(scan: Scan, cord: np.ndarray) -> float:
    return float(np.median(scan.array[cord >= 0.9]))
