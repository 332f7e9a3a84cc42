"""A calibration: what one detector's scores mean, for each class of scans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from u2ad.calibration.confidence import Confidence
from u2ad.calibration.reference import Reference, described
from u2ad.calibration.yardstick import NOT_CALIBRATED, Yardstick
from u2ad.cord.cord import Cord, MaskSource
from u2ad.scan.sagittal import SagittalView

LONGEST_PIXEL = 1.5
"""mm in a sagittal plane: the calibration has seen sagittal and isotropic scans, no axial stacks."""

THINNEST = 0.75
"""mm from slice to slice: the calibration has seen none that are thinner."""

FEWEST = 20
"""Lesion-free scans on which a class must stand: of fewer, a twentieth is not even one."""


@dataclass(frozen=True)
class ScanClass:
    """What scores mean in scans of about the same slice thickness, with cord masks of the same origin.

    Args:
        name: such as "slices up to 2 mm and an automatic cord mask".
        up_to: distance of sagittal slices in mm up to which a scan belongs to it.
        automatic: whether the cord was marked automatically, which leaves more of its rim in the mask.
        threshold: with it at most one candidate on 95 % of the lesion-free scans, and not more than one on average.
        scale: by vertebra, see :class:`Yardstick`.
        confidence: of a candidate.
        reference: scores of the lesion-free scans.
    """

    name: str
    up_to: float
    automatic: bool
    threshold: float
    scale: Mapping[str, float]
    confidence: Confidence
    reference: Reference


@dataclass(frozen=True)
class Calibration:
    """What the scores of one detector with certain weights mean.

    Args:
        detector: its name.
        weights: SHA-256 of the weights that it was made for, in the detector's order; none for one without a model.
        classes: by rising slice thickness; a scan belongs to the first that fits.
        made: how: seeds, scans, date; words and numbers only.
    """

    detector: str
    weights: tuple[str, ...]
    classes: tuple[ScanClass, ...]
    made: Mapping[str, Any]

    def suits(self, detector: str, weights: tuple[str, ...]) -> bool:
        """Whether it was made for this detector with these very weights."""
        return (self.detector, self.weights) == (detector, weights)

    def yardstick(self, cord: Cord, digest: str) -> Yardstick:
        """What counts for a scan.

        Args:
            cord: its cord: the grid tells how thick its slices are.
            digest: SHA-256 of this calibration.
        """
        fitting = self.class_of(cord)
        if fitting is None:
            return Yardstick(f"{NOT_CALIBRATED} for slices like these.")
        reference = fitting.reference
        if reference.scans < FEWEST:
            stands = f"only {described(reference.scans, reference.own)} are known, and {FEWEST} are needed"
            return Yardstick(f"{NOT_CALIBRATED} for {fitting.name}: {stands}.")
        note = f"Calibrated for {fitting.name} on {described(reference.scans, reference.own)} and as many with lesions."
        return Yardstick(note, fitting.name, fitting.threshold, fitting.scale, fitting.confidence, reference, digest)

    def class_of(self, cord: Cord) -> ScanClass | None:
        """The class that a scan belongs to; None where the calibration has seen none like it."""
        view = SagittalView.from_grid(cord.grid).grid
        distance, pixel = float(view.spacing[0]), float(view.spacing[1:].max())
        if pixel > LONGEST_PIXEL or distance < THINNEST:
            return None
        drawn = cord.source is MaskSource.READER and cord.seen_by_person
        return self.class_for(distance, not drawn)

    def class_for(self, slices: float, automatic: bool) -> ScanClass | None:
        """The class of scans with so many mm from slice to slice, and a cord mask of that origin."""
        return next((one for one in self.classes if one.automatic is automatic and slices <= one.up_to), None)
