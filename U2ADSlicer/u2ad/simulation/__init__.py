"""Simulation: cervical phantoms with known truth, and lesions put into real scans."""

from u2ad.simulation.acquisition import Acquisition
from u2ad.simulation.injection import Injected, inject_lesions
from u2ad.simulation.lesions import Lesion, LesionSpec
from u2ad.simulation.phantom import Phantom, simulate
from u2ad.simulation.stenosis import Stenosis
from u2ad.simulation.tissue import Contrast, Tissue
from u2ad.simulation.writing import expect_free, write_phantom

__all__ = [
    "Acquisition",
    "Contrast",
    "Injected",
    "Lesion",
    "LesionSpec",
    "Phantom",
    "Stenosis",
    "Tissue",
    "expect_free",
    "inject_lesions",
    "simulate",
    "write_phantom",
]
