"""A calibration: what one detector's scores mean, for each class of slice thickness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from u2ad.calibration.confidence import Confidence
from u2ad.calibration.reference import Reference, described
from u2ad.calibration.yardstick import NOT_CALIBRATED, Yardstick
from u2ad.scan import Grid
from u2ad.scan.sagittal import SagittalView

LONGEST_PIXEL = 1.5
"""mm in a sagittal plane: the calibration has seen sagittal and isotropic scans, no axial stacks."""


@dataclass(frozen=True)
class SliceClass:
    """What scores mean in scans of about the same slice thickness.

    Args:
        name: such as "thin slices".
        up_to: distance of sagittal slices in mm up to which a scan belongs to it.
        threshold: with it at most one candidate on 95 % of the lesion-free scans, and not more than one on average.
        scale: by vertebra, see :class:`Yardstick`.
        confidence: of a candidate.
        reference: scores of the lesion-free scans.
    """

    name: str
    up_to: float
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
        classes: by rising slice thickness.
        made: how: seeds, scans, date; words and numbers only.
    """

    detector: str
    weights: tuple[str, ...]
    classes: tuple[SliceClass, ...]
    made: Mapping[str, Any]

    def suits(self, detector: str, weights: tuple[str, ...]) -> bool:
        """Whether it was made for this detector with these very weights."""
        return (self.detector, self.weights) == (detector, weights)

    def yardstick(self, grid: Grid, digest: str) -> Yardstick:
        """What counts for a scan on this grid.

        Args:
            grid: of the scan.
            digest: of this calibration's file.
        """
        view = SagittalView.from_grid(grid).grid
        distance, pixel = float(view.spacing[0]), float(view.spacing[1:].max())
        fitting = next((kind for kind in self.classes if distance <= kind.up_to), None)
        if fitting is None or pixel > LONGEST_PIXEL:
            return Yardstick(f"{NOT_CALIBRATED} on slices as thick as these.")
        reference = fitting.reference
        note = f"Calibrated for {fitting.name} on {described(reference.scans, reference.own)} and as many with lesions."
        return Yardstick(
            note, fitting.threshold, fitting.scale, fitting.confidence, fitting.reference, digest
        )
