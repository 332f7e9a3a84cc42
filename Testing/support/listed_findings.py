"""Findings as a review lists them, made of boxes of voxels on a small oblique scan."""

from dataclasses import replace

import numpy as np
from scipy.spatial.transform import Rotation

from u2ad.findings.finding import Finding
from u2ad.review.decision import Decision, Judgement, Origin
from u2ad.review.review import Listed
from u2ad.review.voxels import Voxels
from U2ADSlicerLib.scene.volumes import addVolume

SHAPE = (8, 60, 40)
SPACING = (0.8, 0.7, 3.3)
"""I, J, K in mm."""


def oblique_affine(left_handed: bool = False) -> np.ndarray:
    """IJK to RAS of a sagittal stack, turned by some degrees; K towards the right or the left."""
    axes = np.array([[0, 0, -1.0 if left_handed else 1.0], [1.0, 0, 0], [0, -1.0, 0]])
    affine = np.eye(4)
    affine[:3, :3] = Rotation.from_euler("xyz", (4, -6, 9), degrees=True).as_matrix() @ axes * SPACING
    affine[:3, 3] = (-12.5, 30.25, 44.0)
    return affine


def add_scan(affine: np.ndarray | None = None, shape=SHAPE):
    """A volume node of a grey scan."""
    affine = oblique_affine() if affine is None else affine
    return addVolume(np.full(shape, 100, np.int16), affine, "Scan")


def box(k: int, j: int, i: int, size: int = 3) -> Voxels:
    """Voxels of a box with its first corner at KJI."""
    return Voxels(np.argwhere(np.ones((2, size, size), bool)) + np.array((k, j, i)))


def listed(number: int, voxels: Voxels, level: str = "C4", **changed) -> Listed:
    """One finding; figures follow from its number."""
    figures = Finding(
        label=number,
        score=9.5 - number,
        centre=(0.0, 1.0, 2.0),
        along=33.0,
        extent=(8.0, 4.0, 3.3),
        volume=float(len(voxels)),
        mean=4.5,
        peak=7.0,
        epistemic=None,
        aleatoric=0.25,
        level=level,
    )
    return Listed(f"finding-{number}", number, voxels, figures, **changed)


def judged(finding: Listed, decision: Decision, reason: str = "", comment: str = "") -> Listed:
    """The same finding with a decision of Dr A."""
    return replace(finding, judgement=Judgement(decision, reason, comment, "Dr A", "2026-11-21T08:16:00Z"))


def three() -> tuple[Listed, ...]:
    """Three findings apart from each other, by falling score; the third is the reader's own."""
    return (
        listed(1, box(2, 10, 12)),
        listed(2, box(4, 25, 20, 5), "C5/C6"),
        listed(3, box(1, 40, 8), "unknown", origin=Origin.READER),
    )
