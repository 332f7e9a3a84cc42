"""Simulation: cervical phantoms with known truth, and lesions put into real scans."""

from u2ad.simulation.acquisition import Acquisition
from u2ad.simulation.hard import DIFFICULTIES, HELD_BACK, TRAINED, Hardship, hard_neck
from u2ad.simulation.injection import Injected, inject_lesions
from u2ad.simulation.lesions import Lesion, LesionSpec
from u2ad.simulation.metal import Metal
from u2ad.simulation.narrowing import Narrowing, fluid_share, narrowed
from u2ad.simulation.phantom import Phantom, simulate
from u2ad.simulation.stenosis import Stenosis
from u2ad.simulation.tissue import Contrast, Tissue
from u2ad.simulation.writing import expect_free, write_phantom

__all__ = [
    "DIFFICULTIES",
    "HELD_BACK",
    "TRAINED",
    "Acquisition",
    "Contrast",
    "Hardship",
    "Injected",
    "Lesion",
    "LesionSpec",
    "Metal",
    "Narrowing",
    "Phantom",
    "Stenosis",
    "Tissue",
    "expect_free",
    "fluid_share",
    "hard_neck",
    "inject_lesions",
    "narrowed",
    "simulate",
    "write_phantom",
]
